//! The tables of operations.

use std::collections::BTreeSet;

use aep_gen::{
    Answer, OperationInfo, Safety, ad_hoc_activation, batch_ingestion, catalog, data_access,
    data_prep, flow_service, ims, landing_zone, sandbox, schema_registry,
};

const ALL: [(&str, &[OperationInfo]); 10] = [
    ("ad_hoc_activation", ad_hoc_activation::OPERATIONS),
    ("batch_ingestion", batch_ingestion::OPERATIONS),
    ("catalog", catalog::OPERATIONS),
    ("data_access", data_access::OPERATIONS),
    ("data_prep", data_prep::OPERATIONS),
    ("flow_service", flow_service::OPERATIONS),
    ("ims", ims::OPERATIONS),
    ("landing_zone", landing_zone::OPERATIONS),
    ("sandbox", sandbox::OPERATIONS),
    ("schema_registry", schema_registry::OPERATIONS),
];

#[test]
fn ids_are_different_and_paths_are_clean() {
    for (api, operations) in ALL {
        let ids: BTreeSet<_> = operations.iter().map(|operation| operation.id).collect();
        let functions: BTreeSet<_> = operations
            .iter()
            .map(|operation| operation.function)
            .collect();
        assert_eq!(
            (ids.len(), functions.len()),
            (operations.len(), operations.len()),
            "{api}"
        );
        for operation in operations {
            assert!(
                operation.path.starts_with('/') && !operation.path.contains('#'),
                "{}",
                operation.id
            );
        }
    }
}

#[test]
fn only_what_does_no_harm_twice_is_repeatable() {
    let of = |operations: &'static [OperationInfo], id: &str| {
        operations
            .iter()
            .find(|operation| operation.id == id)
            .unwrap()
            .safety
    };
    for id in [
        "uploadSmallFile",
        "uploadLargeFilePart",
        "completeBatch",
        "getLargeFileStatus",
    ] {
        assert_eq!(
            of(batch_ingestion::OPERATIONS, id),
            Safety::Repeatable,
            "{id}"
        );
    }
    assert_eq!(
        of(batch_ingestion::OPERATIONS, "createBatch"),
        Safety::NotRepeatable
    );
    assert_eq!(
        of(catalog::OPERATIONS, "createDataset"),
        Safety::NotRepeatable
    );
    assert_eq!(
        of(schema_registry::OPERATIONS, "createSchema"),
        Safety::NotRepeatable
    );
    assert_eq!(of(ims::OPERATIONS, "getAccessToken"), Safety::Repeatable);
    for id in ["searchFlows", "exploreConnection", "deleteFlow"] {
        assert_eq!(of(flow_service::OPERATIONS, id), Safety::Repeatable, "{id}");
    }
    // sent again after a lost answer, these would meet their own new version
    for id in ["createFlow", "updateFlow", "flowAction", "replaceRun"] {
        assert_eq!(
            of(flow_service::OPERATIONS, id),
            Safety::NotRepeatable,
            "{id}"
        );
    }
    for (_, operations) in ALL {
        for operation in operations
            .iter()
            .filter(|operation| operation.method == "GET")
        {
            assert_eq!(operation.safety, Safety::Repeatable, "{}", operation.id);
        }
    }
}

#[test]
fn only_downloads_answer_with_bytes() {
    for (api, operations) in ALL {
        for operation in operations {
            let bytes = operation.id.ends_with("Content");
            assert_eq!(
                operation.answer == Answer::Bytes,
                bytes,
                "{api} {}",
                operation.id
            );
        }
    }
}
