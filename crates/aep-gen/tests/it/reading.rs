//! What is read, in all the forms that services send it.

use aep_gen::data_access::RetrieveDatasetFileOptions;
use aep_gen::{batch_ingestion, catalog, data_access, finish, schema_registry};
use serde_json::json;

use crate::server::Server;

#[tokio::test]
async fn a_list_of_batches_keeps_its_order_and_its_unknown_fields() {
    let server = Server::answering(
        r#"{"b2": {"status": "brand-new-state", "created": "1767225600000", "tags": {"acp_partialIngestionPercent": 5},
            "metrics": {"inputRecordCount": "519", "inputRecordSize": 7}, "errors": null, "futureField": [1]},
            "b1": {"status": "success", "inputFormat": {"format": "csv", "header": "true"},
            "errors": [{"code": 106, "rows": [3, "13-26"]}]}}"#,
    )
    .await;
    let batches = finish(
        catalog::client(&server.core)
            .list_batches(Default::default())
            .await,
    )
    .unwrap();
    let ids: Vec<_> = batches.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["b2", "b1"]);

    let new = batches.get("b2").unwrap();
    assert_eq!(new.status.as_deref(), Some("brand-new-state"));
    assert_eq!(new.created, Some(1_767_225_600_000));
    assert_eq!(new.tags["acp_partialIngestionPercent"], 5);
    assert_eq!(new.metrics.as_ref().unwrap().input_record_count, Some(519));
    assert_eq!(new.metrics.as_ref().unwrap().extra["inputRecordSize"], 7);
    assert!(new.errors.is_empty());
    assert_eq!(new.extra["futureField"], json!([1]));

    let old = batches.get("b1").unwrap();
    assert_eq!(old.created, None);
    assert_eq!(old.errors[0].code.as_deref(), Some("106"));
    assert_eq!(old.errors[0].rows, ["3", "13-26"]);
}

#[tokio::test]
async fn what_was_read_is_written_under_the_names_of_the_api() {
    let text = r#"{"d1": {"name": "n", "viewId": "v", "schemaRef": {"id": "s", "contentType": "c"}, "own": {"a": 1}}}"#;
    let server = Server::answering(text).await;
    let datasets = finish(
        catalog::client(&server.core)
            .list_datasets(Default::default())
            .await,
    )
    .unwrap();
    assert_eq!(
        serde_json::to_value(&datasets).unwrap(),
        serde_json::from_str::<serde_json::Value>(text).unwrap()
    );
}

#[tokio::test]
async fn lengths_may_be_strings_and_a_list_may_be_bare() {
    const FILE: &str = r#"{"name": "a.parquet", "length": "249058"}"#;
    let bare = r#"[{"name": "a.parquet", "length": 249058}]"#;
    let wrapped: &'static str =
        Box::leak(format!(r#"{{"data": [{FILE}], "_page": {{"count": "1"}}}}"#).into_boxed_str());
    let server = Server::start([(200, &[][..], wrapped), (200, &[][..], bare)]).await;
    let files = data_access::client(&server.core);
    for _ in 0..2 {
        let list = files
            .retrieve_dataset_file("b1-1", RetrieveDatasetFileOptions::default())
            .await;
        let list = finish(list).unwrap();
        assert_eq!(list.data[0].name.as_deref(), Some("a.parquet"));
        assert_eq!(list.data[0].length, Some(249_058));
    }
}

#[tokio::test]
async fn a_status_that_is_not_declared_is_a_success_all_the_same() {
    let body = r#"["@/dataSets/d1"]"#;
    let server = Server::start([(200, &[][..], body), (202, &[][..], r#"{"id": "b1"}"#)]).await;
    let dataset = catalog::types::DataSetRequest {
        name: "cities".to_owned(),
        schema_ref: catalog::types::SchemaRefRequest {
            id: "https://ns.adobe.com/acme/schemas/0a1b".to_owned(),
            content_type: "application/vnd.adobe.xed+json;version=1".to_owned(),
            extra: serde_json::Map::new(),
        },
        description: None,
        file_description: None,
        tags: [("unifiedProfile".to_owned(), vec!["enabled:true".to_owned()])]
            .into_iter()
            .collect(),
        enable_error_diagnostics: None,
        observable_schema: serde_json::Map::new(),
        data_source_id: None,
        extra: serde_json::Map::new(),
    };
    let catalog = catalog::client(&server.core);
    let made = finish(catalog.create_dataset(Default::default(), &dataset).await).unwrap();
    assert_eq!(made, ["@/dataSets/d1"]);
    let action = batch_ingestion::types::CompleteBatchAction::Complete;
    let import = batch_ingestion::client(&server.core);
    assert_eq!(
        finish(import.complete_batch("b1", action).await).unwrap()["id"],
        "b1"
    );
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&server.seen()[0].body).unwrap(),
        json!({
            "name": "cities",
            "schemaRef": {
                "id": "https://ns.adobe.com/acme/schemas/0a1b",
                "contentType": "application/vnd.adobe.xed+json;version=1"
            },
            "tags": {"unifiedProfile": ["enabled:true"]}
        })
    );
}

#[tokio::test]
async fn a_schema_is_given_whole_and_in_its_order() {
    let text = r#"{"title":"Loyalty","$id":"https://x","allOf":[{"$ref":"y"}],"meta:altId":"_t.schemas.1"}"#;
    let list = r#"{"results": [{"$id": "https://x", "meta:altId": "_t.schemas.1", "version": 1.4, "title": "Loyalty"}],
                   "_page": {"orderby": "title", "next": null, "count": 1}, "_links": {"next": null}}"#;
    let server = Server::start([(200, &[][..], text), (200, &[][..], list)]).await;
    let registry = schema_registry::client(&server.core);
    let tenant = schema_registry::types::Container::Tenant;
    let schema = finish(
        registry
            .retrieve_schema(tenant, "_t.schemas.1", "a/b")
            .await,
    )
    .unwrap();
    assert_eq!(schema.to_string(), text);
    let list = finish(
        registry
            .list_schemas(tenant, "a/b", Default::default())
            .await,
    )
    .unwrap();
    assert_eq!(list.results[0].id.as_deref(), Some("https://x"));
    assert_eq!(list.results[0].meta_alt_id.as_deref(), Some("_t.schemas.1"));
    assert_eq!(list.results[0].version.as_deref(), Some("1.4"));
    assert_eq!(list.page.unwrap().next, None);
}
