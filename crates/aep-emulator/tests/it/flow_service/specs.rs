//! The catalogue.

use serde_json::json;

use super::*;

fn names(answer: &Value) -> Vec<&str> {
    answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn connection_specs_have_the_published_ids_and_forms() {
    let world = World::new().await;
    let all = world.get(&at("connectionSpecs")).await.expect(200);
    assert!(all.get("_links").is_none());
    assert_eq!(all["items"].as_array().unwrap().len(), 32);
    for (id, name, auth) in [
        (LANDING_ZONE, "landing-zone", json!([])),
        (LANDING_ZONE_TARGET, "Data Landing Zone", json!([])),
        (LAKE, "datalake", json!([])),
        (LAKE_SOURCE, "activation-datalake", json!([])),
        (S3, "Amazon S3", json!(["Access Key"])),
        (
            STREAMING,
            "Streaming Connection",
            json!(["Streaming Connection"]),
        ),
    ] {
        let found = one(&world, "connectionSpecs", id).await;
        assert_eq!(found["name"], name);
        let forms: Value = found["authSpec"]
            .as_array()
            .unwrap()
            .iter()
            .map(|form| form["name"].clone())
            .collect();
        assert_eq!(forms, auth, "{name}");
        assert!(found["attributes"]["frequency"].is_string());
    }
    let twins = world
        .get(&at("connectionSpecs?property=name==%22Amazon%20S3%22"))
        .await
        .expect(200);
    assert_eq!(names(&twins), ["Amazon S3", "Amazon S3"]);
    assert!(twins["items"][0]["sourceSpec"].is_object());
    assert!(twins["items"][1]["targetSpec"].is_object());
    let form = &one(&world, "connectionSpecs", S3).await["authSpec"][0]["spec"];
    assert_eq!(form["required"], json!(["s3AccessKey", "s3SecretKey"]));
    assert_eq!(form["properties"]["s3SecretKey"]["format"], "password");
    refused(
        world.get(&at("connectionSpecs/nothing")).await,
        "FLOW-1439-404",
    );
    for (method, path) in [
        ("POST", "connectionSpecs".to_owned()),
        ("PUT", format!("connectionSpecs/{S3}")),
        ("POST", "flowSpecs".to_owned()),
        ("PUT", format!("flowSpecs/{EXPORT}")),
    ] {
        let request = world
            .request(method, &at(&path))
            .json(&json!({"name": "x"}));
        refused(send(request).await, "FLOW-1426-400");
    }
}

#[tokio::test]
async fn flow_specs_are_found_by_name() {
    let world = World::new().await;
    for query in [
        "property=name==CloudStorageToAEP",
        "property=name==%22CloudStorageToAEP%22",
        "property=name%3D%3DCloudStorageToAEP",
    ] {
        let found = world
            .get(&at(&format!("flowSpecs?{query}")))
            .await
            .expect(200);
        assert_eq!(found["items"][0]["id"], CLOUD_TO_LAKE);
        assert_eq!(found["items"].as_array().unwrap().len(), 1);
    }
    let found = one(&world, "flowSpecs", CLOUD_TO_LAKE).await;
    assert!(
        found["sourceConnectionSpecIds"]
            .as_array()
            .unwrap()
            .contains(&json!(LANDING_ZONE))
    );
    assert_eq!(found["targetConnectionSpecIds"], json!([LAKE]));
    assert_eq!(found["attributes"]["isSourceFlow"], true);
    assert_eq!(found["attributes"]["frequency"], "batch");
    assert_eq!(found["scheduleSpec"]["name"], "PeriodicSchedule");
    assert_eq!(
        found["runSpec"]["spec"]["required"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    let search = post(
        &world,
        "flowSpecs/search",
        &json!({"queryString": "attributes.isDestinationFlow==true", "limit": 3, "projectionFields": ["name"]}),
    )
    .await
    .expect(200);
    assert_eq!(search["items"].as_array().unwrap().len(), 3);
    assert_eq!(search["items"][0].as_object().unwrap().len(), 2);
    assert!(search["_links"]["next"]["href"].is_string());
    refused(world.get(&at("flowSpecs/nothing")).await, "FLOW-1439-404");
    refused(
        world.get(&at("flowSpecs?property=name~x")).await,
        "FLOW-1440-400",
    );
}
