//! Schema Registry.

use serde_json::{Value, json};

use super::suite::Suite;
use crate::registry::{FULL, IDS, RAW, group, post, schema, tutorial};
use crate::support::World;

const LIST: &str = "application/vnd.adobe.xed+json";

/// The five operations on a kind of resource of the tenant.
struct Noun {
    list: &'static str,
    retrieve: &'static str,
    create: &'static str,
    put: &'static str,
    patch: &'static str,
    delete: &'static str,
    id: &'static str,
    body: Value,
}

#[tokio::test]
async fn the_registry() {
    let world = World::new().await;
    let suite = Suite::new(&world, "schema-registry");
    for noun in nouns() {
        life(&suite, &noun).await;
    }
    descriptors(&suite).await;
    unions(&suite).await;
    rest(&suite).await;
    suite.close().await;
}

fn nouns() -> [Noun; 4] {
    let class = json!({"type": "object", "title": "Shop", "description": "", "meta:extends": ["https://ns.adobe.com/xdm/data/record"],
        "definitions": {"shop": {"properties": {"_local": {"type": "object", "properties": {"city": {"type": "string"}}}}}},
        "allOf": [{"$ref": "https://ns.adobe.com/xdm/data/record"}, {"$ref": "#/definitions/shop"}]});
    let data_type = json!({"type": "object", "title": "Opening", "description": "",
        "properties": {"from": {"type": "string"}, "until": {"type": "string"}}});
    [
        Noun {
            list: "listSchemas",
            retrieve: "retrieveSchema",
            create: "createSchema",
            put: "updateSchema",
            patch: "patchSchema",
            delete: "deleteSchema",
            id: "SCHEMA_ID",
            body: tutorial("Demo"),
        },
        Noun {
            list: "listFieldGroups",
            retrieve: "retrieveFieldGroup",
            create: "createFieldGroup",
            put: "updateFieldGroup",
            patch: "patchFieldGroup",
            delete: "removeFieldGroup",
            id: "FIELD_GROUP_ID",
            body: group("Sizes", &json!({"size": {"type": "integer"}})),
        },
        Noun {
            list: "listClasses",
            retrieve: "retrieveClass",
            create: "createClass",
            put: "replaceClass",
            patch: "updateClass",
            delete: "removeClass",
            id: "CLASS_ID",
            body: class,
        },
        Noun {
            list: "listDataTypes",
            retrieve: "retrieveDataType",
            create: "createDataType",
            put: "replaceDatatype",
            patch: "updateDataType",
            delete: "deleteDatatype",
            id: "DATA_TYPE_ID",
            body: data_type,
        },
    ]
}

async fn life(suite: &Suite<'_>, noun: &Noun) {
    let made = suite.call(noun.create).json(&noun.body).send(201).await;
    suite.call(noun.create).json(&json!({})).send(400).await;
    let (id, alt) = (
        made["$id"].as_str().unwrap(),
        made["meta:altId"].as_str().unwrap(),
    );
    for container in ["tenant", "global"] {
        for accept in [IDS, LIST] {
            let list = || {
                suite
                    .call(noun.list)
                    .path("CONTAINER_ID", container)
                    .header("Accept", accept)
            };
            list().send(200).await;
            list()
                .query("orderby", "title")
                .query("limit", 1)
                .query("property", "title~e")
                .send(200)
                .await;
        }
    }
    let one = || {
        suite
            .call(noun.retrieve)
            .path("CONTAINER_ID", "tenant")
            .path(noun.id, id)
    };
    for accept in [
        RAW,
        FULL,
        "application/vnd.adobe.xed-notext+json; version=1",
    ] {
        one().header("Accept", accept).send(200).await;
    }
    one().header("Accept", LIST).send(400).await;
    let change = |operation| suite.call(operation).path(noun.id, alt);
    let steps = json!([{"op": "add", "path": "/description", "value": "changed"}]);
    change(noun.patch).json(&steps).send(200).await;
    change(noun.put).json(&noun.body).send(200).await;
    change(noun.delete).send(204).await;
    change(noun.delete).send(404).await;
    // What is tried with a wrong body later has to be there.
    suite.call(noun.create).json(&noun.body).send(201).await;
}

async fn descriptors(suite: &Suite<'_>) {
    let members = schema(suite.world, "Loyalty Members").await;
    let body = json!({"@type": "xdm:descriptorIdentity", "xdm:sourceSchema": members["$id"], "xdm:sourceVersion": 1,
        "xdm:sourceProperty": "/personalEmail/address", "xdm:namespace": "Email", "xdm:property": "xdm:code",
        "xdm:isPrimary": true});
    let made = suite.call("createDescriptor").json(&body).send(201).await;
    suite.call("createDescriptor").json(&body).send(400).await;
    let id = made["@id"].as_str().unwrap();
    for accept in ["xdm", "xdm-id", "xdm-link", "xdm-v2", "xdm-v2-id"] {
        let accept = format!("application/vnd.adobe.{accept}+json");
        for container in ["tenant", "global"] {
            let list = suite
                .call("listDescriptors")
                .path("CONTAINER_ID", container);
            list.header("Accept", &accept).send(200).await;
        }
    }
    let one = suite.call("retrieveDescriptor").path("DESCRIPTOR_ID", id);
    one.path("CONTAINER_ID", "tenant").send(200).await;
    let one = suite.call("retrieveDescriptor").path("DESCRIPTOR_ID", id);
    one.path("CONTAINER_ID", "global").send(404).await;
    let change = |operation| suite.call(operation).path("DESCRIPTOR_ID", id);
    change("updateDescriptor").json(&body).send(200).await;
    let mut other = body.clone();
    other["xdm:sourceProperty"] = json!("/mobilePhone/number");
    other["xdm:namespace"] = json!("Phone");
    other["xdm:isPrimary"] = json!(false);
    let other = suite.call("createDescriptor").json(&other).send(201).await;
    let delete = suite.call("deleteDescriptor");
    delete
        .path("DESCRIPTOR_ID", other["@id"].as_str().unwrap())
        .send(204)
        .await;
}

async fn unions(suite: &Suite<'_>) {
    let members = schema(suite.world, "Loyalty Members").await;
    let tag = json!([{"op": "add", "path": "/meta:immutableTags", "value": ["union"]}]);
    let patch = suite.call("patchSchema").json(&tag);
    patch
        .path("SCHEMA_ID", members["meta:altId"].as_str().unwrap())
        .send(200)
        .await;
    for accept in [IDS, LIST] {
        suite
            .call("listUnionSchemas")
            .header("Accept", accept)
            .send(200)
            .await;
    }
    let union = suite
        .call("retrieveUnionSchema")
        .path("UNION_ID", "_xdm.context.profile__union");
    union.header("Accept", FULL).send(200).await;
}

async fn rest(suite: &Suite<'_>) {
    suite.call("retrieveStats").send(200).await;
    for accept in [IDS, LIST] {
        suite
            .call("listBehaviors")
            .header("Accept", accept)
            .send(200)
            .await;
    }
    let behavior = suite
        .call("retrieveBehavior")
        .path("BEHAVIOR_ID", "_xdm.data.record");
    behavior.header("Accept", FULL).send(200).await;
    let members = schema(suite.world, "Loyalty Members").await;
    let alt = members["meta:altId"].as_str().unwrap();
    let sample = suite.call("retrieveSampleData").path("SCHEMA_ID", alt);
    sample.header("Accept", RAW).send(200).await;
    let export = suite.call("retrieveExportPayload").path("RESOURCE_ID", alt);
    let exported = export.header("Accept", LIST).send(200).await;
    suite.call("importResource").json(&exported).send(501).await;
    suite
        .call("retrieveAuditLog")
        .path("RESOURCE_ID", alt)
        .send(501)
        .await;
    // A schema that is not there is also refused where one is named.
    post(
        suite.world,
        "/tenant/descriptors",
        &json!({"@type": "xdm:descriptorIdentity"}),
    )
    .await
    .expect(400);
}
