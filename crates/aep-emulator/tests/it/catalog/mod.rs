//! Catalog (catalog-access-schema.md 1 to 3).

mod batches;
mod datasets;
mod read;

use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::{Value, json};

use crate::support::{Answer, CATALOG, World, send};

pub(super) async fn schema(world: &World) -> String {
    let id = world.dataset("Loyalty Members").await;
    let found = world
        .get(&format!("{CATALOG}/dataSets/{id}"))
        .await
        .expect(200);
    found[&id]["schemaRef"]["id"].as_str().unwrap().to_owned()
}

pub(super) async fn create(world: &World, body: &Value) -> Answer {
    send(
        world
            .request(
                "POST",
                &format!("{CATALOG}/dataSets?requestDataSource=true"),
            )
            .json(body),
    )
    .await
}

pub(super) async fn new_dataset(world: &World, name: &str) -> String {
    let body = json!({"name": name, "schemaRef": {"id": schema(world).await,
        "contentType": "application/vnd.adobe.xed-full-notext+json; version=1"}, "fileDescription": {"format": "parquet"}});
    let made = create(world, &body).await.expect(201);
    made[0]
        .as_str()
        .unwrap()
        .strip_prefix("@/dataSets/")
        .unwrap()
        .to_owned()
}

pub(super) async fn one(world: &World, id: &str) -> Value {
    world
        .get(&format!("{CATALOG}/dataSets/{id}"))
        .await
        .expect(200)[id]
        .clone()
}

pub(super) fn with(name: &'static str, value: &str) -> HeaderMap {
    HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_str(value).unwrap())])
}
