//! Mapping sets (Data Prep).

use aep_core::SchemaId;
use aep_flow::MappingSetId;
use aep_flow::mapping::{Mapping, MappingFilter, MappingOrder, NewMappingSet};
use futures::TryStreamExt as _;
use serde_json::{Value, json};

use crate::support::Recorder;

const SETS: &str = "/data/foundation/conversion/mappingSets";
const ID: &str = "e7c80e4c0d8f4a98a7d400b4e178b635";

fn id() -> MappingSetId {
    MappingSetId::new(ID).unwrap()
}

fn set() -> NewMappingSet {
    let schema = SchemaId::new("https://ns.adobe.com/acme/schemas/1").unwrap();
    NewMappingSet::new(
        schema,
        [Mapping::copy("firstName", "person.name.firstName")],
    )
}

fn body() -> Value {
    json!({
        "outputSchema": {"schemaRef": {"id": "https://ns.adobe.com/acme/schemas/1",
            "contentType": "application/vnd.adobe.xed-full+json;version=1"}},
        "mappings": [{"sourceType": "ATTRIBUTE", "source": "firstName", "destination": "person.name.firstName"}],
    })
}

#[tokio::test]
async fn single_ones_with_and_without_a_version() {
    let older = json!({"id": ID, "version": 2, "xdmSchema": "https://ns.adobe.com/acme/schemas/1",
        "createdDate": "2021-03-04T23:40:54.724Z",
        "mappings": [{"destinationXdmPath": "a", "sourceAttribute": "b"}]});
    let server = Recorder::start([(200, older.clone()), (200, older)]).await;
    let sets = server.flow.mapping_sets();
    let read = sets.get(&id(), None).await.unwrap();
    assert_eq!((read.version, read.created), (2, Some(1_614_901_254_724)));
    assert_eq!(read.mappings, [Mapping::copy("b", "a")]);
    sets.get(&id(), Some(1)).await.unwrap();
    let path = format!("{SETS}/{ID}");
    server.seen()[0].is("GET", &path, &[]).bare();
    server.seen()[1]
        .is("GET", &path, &[("version", "1")])
        .bare();
}

#[tokio::test]
async fn lists_by_offset() {
    let one = |id: &str| json!({"id": id, "version": 0});
    let server = Recorder::start([
        (
            200,
            json!({"data": [one("a"), one("b")], "_page": {"count": 2, "limit": 2}}),
        ),
        (
            200,
            json!({"data": [one("c")], "_page": {"count": 1, "limit": 2}}),
        ),
    ])
    .await;
    let filter = MappingFilter {
        name: Some("nightly".to_owned()),
        order: Some(MappingOrder::Newest),
        page_size: 2,
    };
    let sets = server.flow.mapping_sets().list(filter);
    let all: Vec<_> = sets.try_collect().await.unwrap();
    assert_eq!(all.len(), 3);
    for (seen, start) in server.seen().iter().zip(["0", "2"]) {
        let query = [
            ("limit", "2"),
            ("name", "nightly"),
            ("orderBy", "-createdDate"),
            ("start", start),
        ];
        seen.is("GET", SETS, &query).bare();
    }
}

#[tokio::test]
async fn made_and_tried_in_the_current_dialect() {
    let server = Recorder::start([
        (200, json!({"id": ID, "version": 0})),
        (200, json!({"id": ID, "version": 0})),
        (
            200,
            json!({"validationResponse": [{"status": "SUCCESS", "errors": null}]}),
        ),
        (
            200,
            json!({"data": {"person": {"name": {"firstName": "Jim"}}}, "errors": []}),
        ),
    ])
    .await;
    let sets = server.flow.mapping_sets();
    assert_eq!(sets.create(&set().name("people")).await.unwrap().id, id());
    assert!(sets.validate(&set()).await.unwrap().is_valid());
    let row = json!({"firstName": "Jim"});
    let preview = sets.preview(&row, &set()).await.unwrap();
    assert_eq!(preview.data["person"]["name"]["firstName"], "Jim");
    let seen = server.seen();
    let mut named = body();
    named["name"] = "people".into();
    seen[0].is("POST", SETS, &[]).with(&named);
    seen[1].is("GET", &format!("{SETS}/{ID}"), &[]);
    seen[2]
        .is("POST", &format!("{SETS}/validate"), &[])
        .with(&body());
    let tried = json!({"data": row, "mappingSet": body()});
    seen[3]
        .is("POST", &format!("{SETS}/preview"), &[])
        .with(&tried);
}
