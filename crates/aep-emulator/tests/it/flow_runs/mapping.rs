//! Mapping sets, and flows that go through them.

use serde_json::json;

use super::*;
use crate::batch::{plain, plain_all};
use crate::flow_service::{post, refused};

const PREP: &str = "/data/foundation/conversion";

async fn schema(world: &World) -> String {
    let dataset = world.dataset("Loyalty Members").await;
    let found = world
        .get(&format!("{CATALOG}/dataSets/{dataset}"))
        .await
        .expect(200);
    found[&dataset]["schemaRef"]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn current(schema: &str, mappings: &Value) -> Value {
    json!({
        "outputSchema": {"schemaRef": {"id": schema, "contentType": "application/vnd.adobe.xed-full+json;version=1"}},
        "mappings": mappings,
    })
}

fn renaming() -> Value {
    json!([
        {"sourceType": "ATTRIBUTE", "source": "id", "destination": "_id"},
        {"sourceType": "ATTRIBUTE", "source": "Member No", "destination": "_local.memberId"},
        {"sourceType": "ATTRIBUTE", "source": "pts", "destination": "_local.points"},
        {"sourceType": "STATIC", "source": "gold", "destination": "_local.tier"},
    ])
}

async fn set(world: &World, body: &Value) -> String {
    let made = world
        .post(&format!("{PREP}/mappingSets"), body)
        .await
        .expect(200);
    assert_eq!(made["version"], 0);
    made["id"].as_str().unwrap().to_owned()
}

async fn mapped_flow(world: &World, set: &str) -> String {
    put(
        world,
        "in/a.csv",
        b"id,Member No,pts,more\nm1,M1,5,x\nm2,M2,,y\n".to_vec(),
    )
    .await;
    let source = source(world, json!({"format": "delimited"}), folder()).await;
    let mapping = json!({"transformations": [
        {"name": "Mapping", "params": {"mappingId": set, "mappingVersion": 0}},
    ]});
    flow_from(world, &source, once(world), mapping).await
}

#[tokio::test]
async fn columns_are_renamed_and_constants_added() {
    let world = World::new().await;
    let schema = schema(&world).await;
    let set = set(&world, &current(&schema, &renaming())).await;
    let flow = mapped_flow(&world, &set).await;
    // A later version does not change what the flow does.
    let body = current(&schema, &json!([{"source": "id", "destination": "_id"}]));
    let url = format!("{PREP}/mappingSets/{set}");
    let replaced = crate::support::send(world.request("PUT", &url).json(&body))
        .await
        .expect(200);
    assert_eq!(replaced["version"], 1);
    start(&world, &flow).await;
    let done = done(&world, &flow, 1).await.remove(0);
    assert_eq!(status(&done), "success", "{done}");
    let batch = Batch {
        world: &world,
        id: batch_of(&done),
        dataset: String::new(),
    };
    assert_eq!(
        plain_all(&batch.stored().await),
        [
            plain(&json!({"_id": "m1", "_local": {"memberId": "M1", "points": 5, "tier": "gold"}})),
            plain(&json!({"_id": "m2", "_local": {"memberId": "M2", "tier": "gold"}})),
        ]
    );
}

#[tokio::test]
async fn expressions_fail_the_run_with_a_mapper_error() {
    let world = World::new().await;
    let schema = schema(&world).await;
    let mappings =
        json!([{"sourceType": "EXPRESSION", "source": "upper(id)", "destination": "_id"}]);
    let set = set(&world, &current(&schema, &mappings)).await;
    let flow = mapped_flow(&world, &set).await;
    start(&world, &flow).await;
    let failed = done(&world, &flow, 1).await.remove(0);
    assert_eq!(
        failed["metrics"]["statusSummary"]["errors"][0]["code"],
        "CONNECTOR-2001-500"
    );
    let error = &failed["activities"][1]["statusSummary"]["extensions"]["errors"][0];
    assert!(
        error["code"].as_str().unwrap().contains("MAPPER"),
        "{error}"
    );
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("sourceField: upper(id) destinationField: _id")
    );
}

#[tokio::test]
async fn a_set_has_one_form_for_both_dialects() {
    let world = World::new().await;
    let schema = schema(&world).await;
    let older = json!({
        "version": 0, "xdmSchema": schema, "xdmVersion": "1.0", "id": null,
        "mappings": [{"destinationXdmPath": "_id", "sourceAttribute": "id", "identity": false, "version": 0}],
    });
    let id = set(&world, &older).await;
    let found = world
        .get(&format!("{PREP}/mappingSets/{id}"))
        .await
        .expect(200);
    assert_eq!(found["outputSchema"]["schemaRef"]["id"], schema.as_str());
    let mapping = &found["mappings"][0];
    assert_eq!(
        (&mapping["source"], &mapping["destination"]),
        (&json!("id"), &json!("_id"))
    );
    assert_eq!(mapping["sourceType"], "ATTRIBUTE");
    let list = world
        .get(&format!("{PREP}/mappingSets?limit=1&start=0"))
        .await
        .expect(200);
    assert_eq!(
        (&list["data"][0]["id"], &list["_page"]),
        (&json!(id), &json!({"count": 1, "limit": 1}))
    );
    let all = world
        .get(&format!("{PREP}/mappingSets/{id}/mappings"))
        .await
        .expect(200);
    assert_eq!(all[0], *mapping);
    let one = mapping["id"].as_str().unwrap();
    let one = world
        .get(&format!("{PREP}/mappingSets/{id}/mappings/{one}"))
        .await
        .expect(200);
    assert_eq!(one, *mapping);

    for (body, why) in [
        (json!({"mappings": []}), "no schema"),
        (json!({"xdmSchema": schema}), "no mappings"),
        (
            json!({"xdmSchema": "https://ns.adobe.com/none", "mappings": []}),
            "unknown schema",
        ),
        (
            json!({"xdmSchema": schema, "mappings": [{"source": "a"}]}),
            "no destination",
        ),
    ] {
        let answer = world.post(&format!("{PREP}/mappingSets"), &body).await;
        assert_eq!(answer.status, 400, "{why}");
    }
    assert_eq!(
        world.get(&format!("{PREP}/mappingSets/none")).await.status,
        404
    );
    assert_eq!(
        world
            .get(&format!("{PREP}/mappingSets/{id}?version=7"))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn validation_and_preview() {
    let world = World::new().await;
    let schema = schema(&world).await;
    let body = current(
        &schema,
        &json!([
            {"source": "id", "destination": "_id"},
            {"source": "id", "destination": "_local.nothing"},
            {"sourceType": "EXPRESSION", "source": "upper(id)", "destination": "_id"},
        ]),
    );
    let answer = world
        .post(&format!("{PREP}/mappingSets/validate"), &body)
        .await
        .expect(200);
    let statuses: Vec<&Value> = answer["validationResponse"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["status"])
        .collect();
    assert_eq!(statuses, ["SUCCESS", "FAILED", "FAILED"]);
    let preview =
        json!({"data": {"id": 1, "Member No": "M1"}, "mappingSet": current(&schema, &renaming())});
    let answer = world
        .post(&format!("{PREP}/mappingSets/preview"), &preview)
        .await
        .expect(200);
    assert_eq!(
        answer,
        json!({"data": {"_id": 1, "_local": {"memberId": "M1", "tier": "gold"}}, "errors": []})
    );
    let expression = json!({"expression": "concat(\"a\", b)"});
    let answer = world
        .post(&format!("{PREP}/languages/el/validate"), &expression)
        .await;
    assert_eq!(answer.expect(200), json!(true));
    for list in ["functions", "operators"] {
        let answer = world
            .get(&format!("{PREP}/languages/el/{list}"))
            .await
            .expect(200);
        assert!(!answer.as_array().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_mapping_for_another_schema_is_refused() {
    let world = World::new().await;
    let purchases = world.dataset("Loyalty Purchases").await;
    let found = world
        .get(&format!("{CATALOG}/dataSets/{purchases}"))
        .await
        .expect(200);
    let other = found[&purchases]["schemaRef"]["id"].as_str().unwrap();
    let set = set(
        &world,
        &current(other, &json!([{"source": "id", "destination": "_id"}])),
    )
    .await;
    let source = source(&world, json!({"format": "delimited"}), folder()).await;
    let members = world.dataset("Loyalty Members").await;
    let body = json!({
        "name": "x", "flowSpec": spec(CLOUD_TO_LAKE), "scheduleParams": once(&world),
        "sourceConnectionIds": [source], "targetConnectionIds": [target(&world, &members).await],
        "transformations": [{"name": "Mapping", "params": {"mappingId": set, "mappingVersion": 0}}],
    });
    refused(post(&world, "flows", &body).await, "FLOW-1425-400");
}
