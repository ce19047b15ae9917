//! Schema Registry (catalog-access-schema.md 5, codes of common.md 7.3).

use serde_json::{Value, json};

use crate::support::{Answer, World, send};

const BASE: &str = "/data/foundation/schemaregistry";
const RAW: &str = "application/vnd.adobe.xed+json; version=1";
const FULL: &str = "application/vnd.adobe.xed-full+json;version=1";
const IDS: &str = "application/vnd.adobe.xed-id+json";

async fn get(world: &World, path: &str, accept: &str) -> Answer {
    send(
        world
            .request("GET", &format!("{BASE}{path}"))
            .header("accept", accept),
    )
    .await
}

async fn post(world: &World, path: &str, body: &Value) -> Answer {
    send(world.request("POST", &format!("{BASE}{path}")).json(body)).await
}

#[track_caller]
fn coded(answer: Answer, code: &str) {
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

fn encoded(id: &str) -> String {
    id.replace(':', "%3A").replace('/', "%2F")
}

async fn schema(world: &World, title: &str) -> Value {
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
fn tutorial(title: &str) -> Value {
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

fn group(title: &str, fields: &Value) -> Value {
    json!({"type": "object", "title": title, "description": "", "meta:intendedToExtend": ["https://ns.adobe.com/xdm/context/profile"],
        "definitions": {"customFields": {"type": "object", "properties": {"_local": {"type": "object", "properties": fields}}}},
        "allOf": [{"$ref": "#/definitions/customFields"}]})
}

#[tokio::test]
async fn lists_show_ids_or_whole_documents() {
    let world = World::new().await;
    let list = get(&world, "/tenant/schemas", IDS).await.expect(200);
    let titles: Vec<_> = list["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["title"].clone())
        .collect();
    assert_eq!(titles, ["Loyalty Members", "Loyalty Purchases"]);
    assert_eq!(
        list["_page"],
        json!({"orderby": "title", "next": null, "count": 2})
    );
    assert!(
        list["_links"]["global_schemas"]["href"]
            .as_str()
            .unwrap()
            .ends_with("/global/schemas")
    );
    let first = list["results"][0].as_object().unwrap();
    assert_eq!(
        first.keys().collect::<Vec<_>>(),
        ["$id", "meta:altId", "version", "title"]
    );
    let whole = get(
        &world,
        "/tenant/schemas?orderby=-title&limit=1",
        "application/vnd.adobe.xdm+json",
    )
    .await
    .expect(200);
    assert!(whole["results"][0]["allOf"].is_array());
    assert_eq!(whole["_page"]["next"], "Loyalty Purchases");
    let next = get(
        &world,
        "/tenant/schemas?orderby=-title&limit=1&start=Loyalty%20Purchases",
        IDS,
    )
    .await
    .expect(200);
    assert_eq!(next["results"][0]["title"], "Loyalty Members");
    // The published Python client writes a slash at the end, and leaves ad-hoc schemas out like this.
    let python = "/tenant/schemas/?property=meta%3Aextends%21%3Dhttps%3A%2F%2Fns.adobe.com%2Fxdm%2Fdata%2Fadhoc";
    assert_eq!(
        get(&world, python, IDS).await.expect(200)["_page"]["count"],
        2
    );
    let classes = get(&world, "/global/classes?property=title~Profile", IDS)
        .await
        .expect(200);
    assert_eq!(
        classes["results"][0]["$id"],
        "https://ns.adobe.com/xdm/context/profile"
    );
    let groups = "/global/mixins?property=meta:intendedToExtend==https://ns.adobe.com/xdm/context/experienceevent";
    assert_eq!(
        get(&world, groups, IDS).await.expect(200)["_page"]["count"],
        2
    );
    assert_eq!(
        get(&world, "/global/behaviors", IDS).await.expect(200)["_page"]["count"],
        3
    );
}

#[tokio::test]
async fn accept_headers_are_checked() {
    let world = World::new().await;
    let id = schema(&world, "Loyalty Members").await["meta:altId"]
        .as_str()
        .unwrap()
        .to_owned();
    coded(get(&world, "/tenant/schemas", RAW).await, "XDM-1006-400");
    coded(
        get(&world, "/tenant/schemas", "application/json").await,
        "XDM-1006-400",
    );
    coded(
        get(
            &world,
            &format!("/tenant/schemas/{id}"),
            "application/vnd.adobe.xed+json",
        )
        .await,
        "XDM-1007-400",
    );
    coded(
        get(&world, &format!("/tenant/schemas/{id}"), "application/json").await,
        "XDM-1007-400",
    );
    coded(
        get(
            &world,
            "/tenant/descriptors",
            "application/vnd.adobe.xed+json",
        )
        .await,
        "XDM-1008-400",
    );
}

#[tokio::test]
async fn a_schema_is_found_by_both_its_ids_in_every_form() {
    let world = World::new().await;
    let found = schema(&world, "Loyalty Members").await;
    let (id, alt) = (
        found["$id"].as_str().unwrap(),
        found["meta:altId"].as_str().unwrap(),
    );
    let raw = get(&world, &format!("/tenant/schemas/{}", encoded(id)), RAW)
        .await
        .expect(200);
    assert_eq!(raw["$id"], id);
    assert_eq!(raw["meta:tenantNamespace"], "_local");
    assert_eq!(
        raw["meta:class"],
        "https://ns.adobe.com/xdm/context/profile"
    );
    let full = get(&world, &format!("/tenant/schemas/{alt}"), FULL)
        .await
        .expect(200);
    assert!(full.get("allOf").is_none());
    let local = &full["properties"]["_local"];
    assert_eq!(full["required"], json!(["_id", "_local"]));
    assert_eq!(local["required"], json!(["memberId"]));
    assert_eq!(local["properties"]["memberId"]["pattern"], "^M[0-9]{8}$");
    let types = [
        "points",
        "lifetimeValue",
        "joinedOn",
        "lastActivity",
        "active",
        "preferences",
        "favouriteStores",
        "visits",
        "level",
    ]
    .map(|name| local["properties"][name]["meta:xdmType"].as_str().unwrap());
    assert_eq!(
        types,
        [
            "int",
            "number",
            "date",
            "date-time",
            "boolean",
            "map",
            "array",
            "short",
            "byte"
        ]
    );
    assert_eq!(
        local["properties"]["cards"]["items"]["properties"]["points"]["meta:xdmType"],
        "long"
    );
    assert_eq!(
        full["properties"]["person"]["properties"]["name"]["properties"]["firstName"]["type"],
        "string"
    );
    let gender = &full["properties"]["person"]["properties"]["gender"]["enum"];
    assert_eq!(
        gender,
        &json!(["female", "male", "not_specified", "non_specific"])
    );
    let identity =
        &full["properties"]["identityMap"]["additionalProperties"]["items"]["properties"];
    assert_eq!(identity["primary"]["meta:xdmType"], "boolean");
    let bare = get(
        &world,
        &format!("/tenant/schemas/{alt}"),
        "application/vnd.adobe.xed-full-notext+json; version=1",
    )
    .await;
    assert!(!bare.expect(200).to_string().contains("\"title\""));
    for variant in [
        "xed-notext",
        "xdm-full",
        "xed-full-desc",
        "xed-deprecatefield",
        "xdm-flat",
    ] {
        let accept = format!("application/vnd.adobe.{variant}+json; version=1");
        get(&world, &format!("/tenant/schemas/{alt}"), &accept)
            .await
            .expect(200);
    }
    coded(
        get(&world, "/tenant/schemas/_local.schemas.none", RAW).await,
        "XDM-1012-404",
    );
    coded(
        get(
            &world,
            &format!("/tenant/schemas/{alt}"),
            "application/vnd.adobe.xed+json; version=2",
        )
        .await,
        "XDM-1012-404",
    );
    coded(
        get(&world, "/global/classes/_xdm.context.none", RAW).await,
        "XDM-1010-404",
    );
    coded(
        get(&world, "/tenant/fieldgroups/_local.mixins.none", RAW).await,
        "XDM-1011-404",
    );
}

#[tokio::test]
async fn the_tutorials_schema_can_be_made_changed_and_deleted() {
    let world = World::new().await;
    let made = post(&world, "/tenant/schemas", &tutorial("Sample Demo Profile"))
        .await
        .expect(201);
    let id = made["$id"].as_str().unwrap();
    assert_eq!(
        id.strip_prefix("https://ns.adobe.com/local/schemas/")
            .unwrap()
            .len(),
        48
    );
    assert_eq!(made["version"], "1.0");
    assert_eq!(made["meta:resourceType"], "schemas");
    assert_eq!(made["refs"].as_array().unwrap().len(), 6);
    assert_eq!(made["allOf"][0]["meta:xdmType"], "object");
    let extends = made["meta:extends"].as_array().unwrap();
    assert!(extends.contains(&json!("https://ns.adobe.com/xdm/data/record")));
    assert!(extends.contains(&json!("https://ns.adobe.com/xdm/common/auditable")));
    assert_eq!(
        made["meta:registryMetadata"]["eTag"]
            .as_str()
            .unwrap()
            .len(),
        64
    );
    coded(
        post(&world, "/tenant/schemas", &tutorial("Sample Demo Profile")).await,
        "XDM-1521-400",
    );
    coded(
        post(
            &world,
            "/tenant/schemas",
            &tutorial("Loyalty Member Details"),
        )
        .await,
        "XDM-1521-400",
    );

    let path = format!("{BASE}/tenant/schemas/{}", encoded(id));
    let patch = json!([{"op": "replace", "path": "/title", "value": "Renamed"},
        {"op": "add", "path": "/meta:immutableTags", "value": ["union"]}]);
    let patched = send(world.request("PATCH", &path).json(&patch))
        .await
        .expect(200);
    assert_eq!(
        (&patched["title"], &patched["version"], &patched["$id"]),
        (&json!("Renamed"), &json!("1.1"), &json!(id))
    );
    send(
        world
            .request("PATCH", &path)
            .json(&json!([{"op": "remove", "path": "/none"}])),
    )
    .await
    .expect(400);
    let put = send(world.request("PUT", &path).json(&tutorial("Again")))
        .await
        .expect(200);
    assert_eq!(
        (&put["title"], &put["version"]),
        (&json!("Again"), &json!("1.2"))
    );
    send(world.request("DELETE", &path)).await.expect(204);
    coded(send(world.request("DELETE", &path)).await, "XDM-1012-404");
}

#[tokio::test]
async fn a_bad_schema_is_refused() {
    let world = World::new().await;
    let change = |pointer: &str, value: Value| {
        let mut body = tutorial("Bad");
        if value.is_null() {
            body.as_object_mut().unwrap().remove(pointer);
        } else {
            body[pointer] = value;
        }
        body
    };
    let profile = json!({"$ref": "https://ns.adobe.com/xdm/context/profile"});
    let event = json!({"$ref": "https://ns.adobe.com/xdm/context/experienceevent"});
    for body in [
        change("title", Value::Null),
        change("type", json!("string")),
        change("description", Value::Null),
        change("allOf", Value::Null),
        change("allOf", json!([])),
        change("allOf", json!([profile, event])),
        change(
            "allOf",
            json!([profile, {"$ref": "https://ns.adobe.com/xdm/context/none"}]),
        ),
        change("allOf", json!([event])),
        change("properties", json!({"mine": {"type": "string"}})),
        json!([]),
    ] {
        post(&world, "/tenant/schemas", &body).await.expect(400);
    }
    post(&world, "/global/schemas", &tutorial("Global"))
        .await
        .expect(405);
}

#[tokio::test]
async fn custom_fields_sit_below_the_tenants_namespace() {
    let world = World::new().await;
    let made = post(
        &world,
        "/tenant/fieldgroups",
        &group("Mine", &json!({"size": {"type": "integer"}})),
    )
    .await
    .expect(201);
    assert!(
        made["$id"]
            .as_str()
            .unwrap()
            .starts_with("https://ns.adobe.com/local/mixins/")
    );
    let id = made["meta:altId"].as_str().unwrap();
    get(&world, &format!("/tenant/mixins/{id}"), RAW)
        .await
        .expect(200);
    let mut bad = group("Bad", &json!({}));
    bad["definitions"]["customFields"]["properties"] = json!({"size": {"type": "integer"}});
    coded(
        post(&world, "/tenant/fieldgroups", &bad).await,
        "XDM-1020-400",
    );
    coded(
        post(
            &world,
            "/tenant/mixins",
            &group("Bad", &json!({"1st": {"type": "string"}})),
        )
        .await,
        "XDM-1021-400",
    );
    post(
        &world,
        "/tenant/mixins",
        &group("Bad", &json!({"a": {"type": "text"}})),
    )
    .await
    .expect(400);
    let mut unbound = group("Bad", &json!({}));
    unbound
        .as_object_mut()
        .unwrap()
        .remove("meta:intendedToExtend");
    post(&world, "/tenant/mixins", &unbound).await.expect(400);

    let mut body = tutorial("With mine");
    body["allOf"]
        .as_array_mut()
        .unwrap()
        .push(json!({"$ref": made["$id"]}));
    let schema = post(&world, "/tenant/schemas", &body).await.expect(201);
    let alt = schema["meta:altId"].as_str().unwrap();
    let full = get(&world, &format!("/tenant/schemas/{alt}"), FULL)
        .await
        .expect(200);
    assert_eq!(
        full["properties"]["_local"]["properties"]["size"]["meta:xdmType"],
        "int"
    );
    // What is in use stays.
    send(world.request("DELETE", &format!("{BASE}/tenant/mixins/{id}")))
        .await
        .expect(400);
    let export = get(&world, &format!("/rpc/export/{alt}"), RAW)
        .await
        .expect(200);
    let kinds: Vec<_> = export
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["meta:resourceType"].clone())
        .collect();
    assert_eq!(kinds, ["mixins", "schemas"]);
}

#[tokio::test]
async fn a_schema_with_data_may_only_grow() {
    let world = World::new().await;
    let dataset = world.dataset("Loyalty Members").await;
    let batch =
        json!({"status": "success", "relatedObjects": [{"type": "dataSet", "id": dataset}]});
    send(
        world
            .request("POST", "/data/foundation/catalog/batches")
            .json(&batch),
    )
    .await
    .expect(201);
    let groups = get(
        &world,
        "/tenant/fieldgroups?property=title==Loyalty%20Member%20Details",
        IDS,
    )
    .await
    .expect(200);
    let path = format!(
        "{BASE}/tenant/fieldgroups/{}",
        groups["results"][0]["meta:altId"].as_str().unwrap()
    );
    let field = "/definitions/customFields/properties/_local/properties";
    let patch = async |operation: Value| {
        send(world.request("PATCH", &path).json(&json!([operation]))).await
    };
    patch(json!({"op": "add", "path": format!("{field}/shoeSize"), "value": {"type": "integer"}}))
        .await
        .expect(200);
    coded(
        patch(json!({"op": "remove", "path": format!("{field}/tier")})).await,
        "XDM-1413-400",
    );
    let retyped =
        json!({"op": "replace", "path": format!("{field}/points"), "value": {"type": "string"}});
    coded(patch(retyped).await, "XDM-1413-400");
    let id = schema(&world, "Loyalty Members").await["meta:altId"]
        .as_str()
        .unwrap()
        .to_owned();
    send(world.request("DELETE", &format!("{BASE}/tenant/schemas/{id}")))
        .await
        .expect(400);
}

#[tokio::test]
async fn samples_fit_their_schema() {
    let world = World::new().await;
    for title in ["Loyalty Members", "Loyalty Purchases"] {
        let id = schema(&world, title).await["meta:altId"]
            .as_str()
            .unwrap()
            .to_owned();
        let sample = get(&world, &format!("/rpc/sampledata/{id}"), RAW)
            .await
            .expect(200);
        assert!(sample["_id"].is_string() && sample["_local"]["memberId"].is_string());
        assert_eq!(
            sample,
            get(&world, &format!("/rpc/sampledata/{id}"), RAW)
                .await
                .expect(200)
        );
    }
    coded(
        get(&world, "/rpc/sampledata/_local.schemas.none", RAW).await,
        "XDM-1012-404",
    );
}

#[tokio::test]
async fn descriptors_are_grouped_by_type() {
    let world = World::new().await;
    let source = schema(&world, "Loyalty Members").await["$id"].clone();
    let body = json!({"@type": "xdm:descriptorIdentity", "xdm:sourceSchema": source, "xdm:sourceVersion": 1,
        "xdm:sourceProperty": "/personalEmail/address", "xdm:namespace": "Email", "xdm:property": "xdm:code",
        "xdm:isPrimary": true});
    let made = post(&world, "/tenant/descriptors", &body).await.expect(201);
    let id = made["@id"].as_str().unwrap();
    coded(
        post(&world, "/tenant/descriptors", &body).await,
        "XDM-1811-400",
    );
    let mut other = body.clone();
    other["xdm:sourceProperty"] = json!("/_local/memberId");
    other["xdm:namespace"] = json!("NoSuch");
    coded(
        post(&world, "/tenant/descriptors", &other).await,
        "XDM-1810-400",
    );
    let list = get(
        &world,
        "/tenant/descriptors",
        "application/vnd.adobe.xdm-id+json",
    )
    .await
    .expect(200);
    assert_eq!(list, json!({"xdm:descriptorIdentity": [id]}));
    let list = get(
        &world,
        "/tenant/descriptors",
        "application/vnd.adobe.xdm-link+json",
    )
    .await
    .expect(200);
    assert_eq!(
        list["xdm:descriptorIdentity"][0],
        format!("/tenant/descriptors/{id}")
    );
    let list = get(
        &world,
        "/tenant/descriptors",
        "application/vnd.adobe.xdm+json",
    )
    .await
    .expect(200);
    assert_eq!(list["xdm:descriptorIdentity"][0]["xdm:namespace"], "Email");
    let path = format!("{BASE}/tenant/descriptors/{id}");
    world.get(&path).await.expect(200);
    send(world.request("PUT", &path).json(&body))
        .await
        .expect(200);
    let alt = schema(&world, "Loyalty Members").await["meta:altId"]
        .as_str()
        .unwrap()
        .to_owned();
    let accept = "application/vnd.adobe.xed-full-desc+json; version=1";
    let described = get(&world, &format!("/tenant/schemas/{alt}"), accept)
        .await
        .expect(200);
    assert_eq!(described["meta:descriptors"][0]["@id"], id);
    send(world.request("DELETE", &path)).await.expect(204);
    coded(world.get(&path).await, "XDM-1014-404");
}

#[tokio::test]
async fn stats_and_unions_look_at_the_tenant() {
    let world = World::new().await;
    let stats = world.get(&format!("{BASE}/stats")).await.expect(200);
    assert_eq!(
        (&stats["tenantId"], &stats["imsOrg"]),
        (&json!("local"), &json!("LOCAL@AdobeOrg"))
    );
    assert_eq!(
        (&stats["counts"]["schemas"], &stats["counts"]["unions"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(
        stats["classUsage"]["https://ns.adobe.com/xdm/context/profile"],
        1
    );
    let union = "/tenant/unions/_xdm.context.profile__union";
    coded(get(&world, union, FULL).await, "XDM-1015-404");
    let id = schema(&world, "Loyalty Members").await["meta:altId"]
        .as_str()
        .unwrap()
        .to_owned();
    let tag = json!([{"op": "add", "path": "/meta:immutableTags", "value": ["union"]}]);
    send(
        world
            .request("PATCH", &format!("{BASE}/tenant/schemas/{id}"))
            .json(&tag),
    )
    .await
    .expect(200);
    let full = get(&world, union, FULL).await.expect(200);
    assert_eq!(
        full["properties"]["_local"]["properties"]["tier"]["type"],
        "string"
    );
    assert_eq!(
        get(&world, "/tenant/unions", IDS).await.expect(200)["_page"]["count"],
        1
    );
}
