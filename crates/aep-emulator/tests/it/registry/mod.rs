//! Schema Registry (catalog-access-schema.md 5, codes of common.md 7.3).

mod more;
mod read;
mod write;

use serde_json::{Value, json};

use crate::support::{Answer, World, send};

pub(super) const BASE: &str = "/data/foundation/schemaregistry";
pub(super) const RAW: &str = "application/vnd.adobe.xed+json; version=1";
pub(super) const FULL: &str = "application/vnd.adobe.xed-full+json;version=1";
pub(super) const IDS: &str = "application/vnd.adobe.xed-id+json";

pub(super) async fn get(world: &World, path: &str, accept: &str) -> Answer {
    send(
        world
            .request("GET", &format!("{BASE}{path}"))
            .header("accept", accept),
    )
    .await
}

pub(super) async fn post(world: &World, path: &str, body: &Value) -> Answer {
    send(world.request("POST", &format!("{BASE}{path}")).json(body)).await
}

#[track_caller]
pub(super) fn coded(answer: Answer, code: &str) {
    let status: u16 = code.rsplit('-').next().unwrap().parse().unwrap();
    let body = answer.expect(status);
    assert_eq!(
        body["type"],
        format!("http://ns.adobe.com/aep/errors/{code}"),
        "{body}"
    );
    assert_eq!(body["status"], status);
    assert!(body["title"].is_string() && body["detail"].is_string());
    let report = &body["report"];
    assert!(report["registryRequestId"].is_string() && report["timestamp"].is_string());
    assert_eq!(
        (&report["detailed-message"], &report["sub-errors"]),
        (&body["detail"], &json!([]))
    );
}

pub(super) fn encoded(id: &str) -> String {
    id.replace(':', "%3A").replace('/', "%2F")
}

pub(super) async fn schema(world: &World, title: &str) -> Value {
    let list = get(world, "/tenant/schemas", IDS).await.expect(200);
    list["results"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["title"] == title)
        .unwrap()
        .clone()
}

/// The create body of the published tutorial.
pub(super) fn tutorial(title: &str) -> Value {
    let part = |name: &str| json!({"$ref": format!("https://ns.adobe.com/xdm/context/{name}")});
    let parts = [
        "profile",
        "profile-person-details",
        "profile-personal-details",
        "profile-work-details",
        "profile-subscriptions",
        "identitymap",
    ]
    .map(part);
    json!({"type": "object", "title": title, "description": "", "allOf": parts,
        "meta:containerId": "tenant", "meta:resourceType": "schemas", "meta:xdmType": "object",
        "meta:class": "https://ns.adobe.com/xdm/context/profile"})
}

pub(super) fn group(title: &str, fields: &Value) -> Value {
    json!({"type": "object", "title": title, "description": "", "meta:intendedToExtend": ["https://ns.adobe.com/xdm/context/profile"],
        "definitions": {"customFields": {"type": "object", "properties": {"_local": {"type": "object", "properties": fields}}}},
        "allOf": [{"$ref": "#/definitions/customFields"}]})
}
