//! Specifications.

use aep_core::ErrorKind;
use aep_flow::specs::{connection as spec, flow as flow_spec};
use aep_flow::{Configs, Explore, Role, Search, SpecFilter};
use futures::TryStreamExt;
use serde_json::{Value, json};

use crate::support::Recorder;

/// The twins: a source and a destination of the same name.
fn twins() -> Value {
    json!({"items": [
        {"id": "11111111-1111-4111-8111-111111111111", "name": "Amazon S3", "attributes": {"isSource": true}},
        {"id": spec::AMAZON_S3_TARGET, "name": "Amazon S3", "targetSpec": {"name": "t"}}]})
}

#[tokio::test]
async fn a_name_is_found_by_its_side() {
    let server = Recorder::start([(200, twins()), (200, twins())]).await;
    let specs = server.flow.connection_specs();
    let source = specs.find("Amazon S3", Role::Source).await.unwrap();
    assert_eq!(source.id.as_str(), "11111111-1111-4111-8111-111111111111");
    let target = specs.find("Amazon S3", Role::Target).await.unwrap();
    assert_eq!(target.id, spec::AMAZON_S3_TARGET);
    for seen in server.seen() {
        seen.is(
            "GET",
            "/connectionSpecs",
            &[("property", "name==Amazon S3")],
        );
    }
}

#[tokio::test]
async fn an_id_is_asked_for_itself() {
    let one = json!({"items": [{"id": spec::AMAZON_S3_SOURCE, "name": "Amazon S3"}]});
    let server = Recorder::start([(200, one.clone()), (200, one)]).await;
    let specs = server.flow.connection_specs();
    let found = specs
        .find(spec::AMAZON_S3_SOURCE.as_str(), Role::Source)
        .await
        .unwrap();
    assert_eq!(found.name, "Amazon S3");
    assert_eq!(specs.get(&spec::AMAZON_S3_SOURCE).await.unwrap(), found);
    for seen in server.seen() {
        seen.is(
            "GET",
            "/connectionSpecs/ecadc60c-7455-4d87-84dc-2a0e293d997b",
            &[],
        );
    }
}

#[tokio::test]
async fn the_map_of_names_keeps_twins() {
    let server = Recorder::start([(200, twins()), (200, twins())]).await;
    let specs = server.flow.connection_specs();
    let names = specs.names().await.unwrap();
    assert_eq!(names.len(), 2);
    assert_eq!(
        (names[0].roles.clone(), names[1].roles.clone()),
        (vec![Role::Source], vec![Role::Target])
    );
    let filter = SpecFilter {
        role: Some(Role::Target),
        ..SpecFilter::default()
    };
    assert_eq!(specs.list(filter).await.unwrap().len(), 1);
    server.seen()[0].is("GET", "/connectionSpecs", &[]);
}

#[tokio::test]
async fn a_name_that_nobody_has_is_not_found() {
    let server = Recorder::answering(json!({"items": []})).await;
    let error = server
        .flow
        .connection_specs()
        .find("Amazon S4", Role::Source)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.hint_text().is_some());
}

#[tokio::test]
async fn exploring_needs_no_connection() {
    let server = Recorder::answering(json!([])).await;
    server
        .flow
        .connection_specs()
        .explore(&spec::LANDING_ZONE_SOURCE, Explore::root())
        .await
        .unwrap();
    server.only().is(
        "GET",
        "/connectionSpecs/26f526f2-58f4-4712-961d-e41bf1ccc0e8/explore",
        &[("objectType", "root")],
    );
}

#[tokio::test]
async fn choices_are_paged_by_offset() {
    let page = |start: u64, more: bool| json!({"items": [{"id": format!("d-{start}")}], "pageInfo": {"start": start, "total": 2, "hasNext": more}});
    let server = Recorder::start([(200, page(0, true)), (200, page(1, false))]).await;
    let mut configs = Configs::exportable_datasets();
    configs.properties = vec!["name".to_owned(), "state".to_owned()];
    configs.page_size = 1;
    let found: Vec<Value> = server
        .flow
        .connection_specs()
        .configs(&spec::DATA_LAKE_SOURCE, configs)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(found.len(), 2);
    for (seen, start) in server.seen().iter().zip(["0", "1"]) {
        seen.is(
            "GET",
            "/connectionSpecs/23598e46-f560-407b-88d5-ea6207e49db0/configs",
            &[
                ("outputType", "activationDatasets"),
                ("outputField", "datasets"),
                ("properties", "name,state"),
                ("start", start),
                ("limit", "1"),
            ],
        );
    }
}

#[tokio::test]
async fn a_flow_specification_by_its_names() {
    let flow_specs = json!({"items": [
        {"id": "22222222-2222-4222-8222-222222222222", "name": "CloudStorageToAEP",
            "sourceConnectionSpecIds": [spec::AZURE_BLOB_SOURCE], "targetConnectionSpecIds": [spec::DATA_LAKE_TARGET]},
        {"id": flow_spec::CLOUD_STORAGE_TO_LAKE, "name": "CloudStorageToAEP",
            "sourceConnectionSpecIds": [spec::LANDING_ZONE_SOURCE], "targetConnectionSpecIds": [spec::DATA_LAKE_TARGET]}]});
    let named = |id: &str, name: &str| json!({"items": [{"id": id, "name": name}]});
    let server = Recorder::start([
        (200, flow_specs.clone()),
        (
            200,
            named(spec::LANDING_ZONE_SOURCE.as_str(), "landing-zone"),
        ),
        (200, named(spec::DATA_LAKE_TARGET.as_str(), "datalake")),
        (200, flow_specs.clone()),
        (200, json!({"items": [flow_specs["items"][1]]})),
        (200, json!({"items": [flow_specs["items"][1]]})),
    ])
    .await;
    let specs = server.flow.flow_specs();
    let found = specs
        .find_for("CloudStorageToAEP", Some("landing-zone"), Some("datalake"))
        .await
        .unwrap();
    assert_eq!(found.id, flow_spec::CLOUD_STORAGE_TO_LAKE);
    let error = specs.find("CloudStorageToAEP").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    specs.get(&flow_spec::CLOUD_STORAGE_TO_LAKE).await.unwrap();
    assert_eq!(
        specs
            .list(&["name==x".parse().unwrap()])
            .await
            .unwrap()
            .len(),
        1
    );
    let seen = server.seen();
    seen[0].is(
        "GET",
        "/flowSpecs",
        &[("property", "name==CloudStorageToAEP")],
    );
    seen[1].is(
        "GET",
        "/connectionSpecs",
        &[("property", "name==landing-zone")],
    );
    seen[2].is("GET", "/connectionSpecs", &[("property", "name==datalake")]);
    seen[4].is(
        "GET",
        &format!("/flowSpecs/{}", flow_spec::CLOUD_STORAGE_TO_LAKE),
        &[],
    );
    seen[5].is("GET", "/flowSpecs", &[("property", "name==x")]);
}

#[tokio::test]
async fn a_search_puts_results_together() {
    let server = Recorder::answering(json!({"items": []})).await;
    let mut search = Search::new("name=x");
    search.group_by = Some("name".to_owned());
    let found: Vec<Value> = server
        .flow
        .flow_specs()
        .search(search)
        .try_collect()
        .await
        .unwrap();
    assert!(found.is_empty());
    server
        .only()
        .is("POST", "/flowSpecs/search", &[])
        .with(&json!({"queryString": "name=x", "groupByProperty": "name"}));
}

#[tokio::test]
async fn any_path_can_be_read() {
    let server = Recorder::start([]).await;
    for path in [
        "flows/f-1",
        "/runs?property=flowId==f-1&limit=5",
        "/data/foundation/catalog/batches?limit=1",
        "flows/a%20b",
    ] {
        server.flow.resource(path).await.unwrap();
    }
    let seen = server.seen();
    seen[0].is("GET", "/flows/f-1", &[]);
    seen[1].is(
        "GET",
        "/runs",
        &[("property", "flowId==f-1"), ("limit", "5")],
    );
    seen[2].is("GET", "/data/foundation/catalog/batches", &[("limit", "1")]);
    seen[3].is("GET", "/flows/a%20b", &[]);
    for path in [
        "",
        "/",
        "https://elsewhere.example/x",
        "//elsewhere.example/x",
        "/data/../x",
    ] {
        let error = server.flow.resource(path).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{path}");
    }
    assert_eq!(server.seen().len(), 4);
}
