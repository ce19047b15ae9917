//! Whether the document of Flow Service has every operation that Adobe publishes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use aep_gen::flow_service;
use serde_json::Value;

/// Method and path of every operation in Adobe's document, without the slashes that it has behind a few paths.
const PUBLISHED: &[(&str, &str)] = &[
    ("GET", "/connectionSpecs"),
    ("POST", "/connectionSpecs"),
    ("GET", "/connectionSpecs/{CONNECTION_SPEC_ID}"),
    ("PUT", "/connectionSpecs/{CONNECTION_SPEC_ID}"),
    ("GET", "/connectionSpecs/{CONNECTION_SPEC_ID}/configs"),
    ("GET", "/connectionSpecs/{CONNECTION_SPEC_ID}/explore"),
    ("GET", "/connections"),
    ("POST", "/connections"),
    ("POST", "/connections/search"),
    ("DELETE", "/connections/{BASE_CONNECTION_ID}"),
    ("GET", "/connections/{BASE_CONNECTION_ID}"),
    ("PATCH", "/connections/{BASE_CONNECTION_ID}"),
    ("POST", "/connections/{BASE_CONNECTION_ID}/action"),
    ("GET", "/connections/{BASE_CONNECTION_ID}/configs"),
    ("GET", "/connections/{BASE_CONNECTION_ID}/explore"),
    ("GET", "/connections/{BASE_CONNECTION_ID}/test"),
    ("GET", "/flowSpecs"),
    ("POST", "/flowSpecs"),
    ("POST", "/flowSpecs/search"),
    ("GET", "/flowSpecs/{FLOW_SPEC_ID}"),
    ("PUT", "/flowSpecs/{FLOW_SPEC_ID}"),
    ("GET", "/flows"),
    ("POST", "/flows"),
    ("POST", "/flows/search"),
    ("DELETE", "/flows/{FLOW_ID}"),
    ("GET", "/flows/{FLOW_ID}"),
    ("PATCH", "/flows/{FLOW_ID}"),
    ("POST", "/flows/{FLOW_ID}/action"),
    ("GET", "/runs"),
    ("POST", "/runs"),
    ("GET", "/runs/{RUN_ID}"),
    ("PUT", "/runs/{RUN_ID}"),
    ("POST", "/runs/{RUN_ID}/action"),
    ("GET", "/sourceConnections"),
    ("POST", "/sourceConnections"),
    ("DELETE", "/sourceConnections/{SOURCE_CONNECTION_ID}"),
    ("GET", "/sourceConnections/{SOURCE_CONNECTION_ID}"),
    ("PATCH", "/sourceConnections/{SOURCE_CONNECTION_ID}"),
    ("POST", "/sourceConnections/{SOURCE_CONNECTION_ID}/action"),
    ("GET", "/targetConnections"),
    ("POST", "/targetConnections"),
    ("DELETE", "/targetConnections/{TARGET_CONNECTION_ID}"),
    ("GET", "/targetConnections/{TARGET_CONNECTION_ID}"),
    ("PATCH", "/targetConnections/{TARGET_CONNECTION_ID}"),
    ("POST", "/targetConnections/{TARGET_CONNECTION_ID}/action"),
];

type Operations = BTreeSet<(String, String)>;

fn owned<'a>(operations: impl IntoIterator<Item = (&'a str, &'a str)>) -> Operations {
    operations
        .into_iter()
        .map(|(method, path)| (method.to_owned(), path.trim_end_matches('/').to_owned()))
        .collect()
}

fn ours() -> Operations {
    owned(
        flow_service::OPERATIONS
            .iter()
            .map(|operation| (operation.method, operation.path)),
    )
}

#[test]
fn no_published_operation_is_missing_and_none_is_made_up() {
    assert_eq!(ours(), owned(PUBLISHED.iter().copied()));
}

#[test]
#[allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "where Adobe's documents are is no setting of the crate, and a test that is skipped says so"
)]
fn the_list_is_that_of_adobes_document() {
    let folder = std::env::var_os("AEP_UPSTREAM_SPECS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/upstream-specs"),
        PathBuf::from,
    );
    let file = folder.join("flow-service.yaml");
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!(
            "skipped: {} is not there; AEP_UPSTREAM_SPECS names the folder of Adobe's documents",
            file.display()
        );
        return;
    };
    let document: Value = serde_saphyr::from_str(&text).unwrap();
    let mut found = Operations::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let methods = item.as_object().unwrap().keys().map(String::as_str);
        let methods = methods.filter(|key| ["get", "put", "post", "patch", "delete"].contains(key));
        for method in methods {
            found.extend(owned([(method.to_uppercase().as_str(), path.as_str())]));
        }
    }
    assert_eq!(found, owned(PUBLISHED.iter().copied()));
}
