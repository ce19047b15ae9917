//! XDM: the global core, and the demo tenant's schemas.
//!
//! The global components carry the published ids and field names, cut down to what demo schemas and the usual create
//! bodies refer to.

use serde_json::{Value, json};

use super::{CLIENT, ORG, TENANT, USER};
use crate::ids;
use crate::state::{GLOBAL, StateError, Tx, kind};
use crate::xdm;

const BEHAVIORS: &str = include_str!("xdm/behaviors.json");
const CLASSES: &str = include_str!("xdm/classes.json");
const FIELDGROUPS: &str = include_str!("xdm/fieldgroups.json");
const DATATYPES: &str = include_str!("xdm/datatypes.json");
const TENANT_PARTS: &str = include_str!("xdm/tenant.json");

pub(super) fn fill_core(tx: &Tx<'_>, now: i64) -> Result<(), StateError> {
    for (kind, text) in [
        (kind::BEHAVIOR, BEHAVIORS),
        (kind::CLASS, CLASSES),
        (kind::FIELDGROUP, FIELDGROUPS),
        (kind::DATATYPE, DATATYPES),
    ] {
        let parts: Vec<Value> = serde_json::from_str(text)?;
        for mut part in parts {
            part["type"] = json!("object");
            annotate(&mut part, kind, None, now);
            let id = part["$id"].as_str().unwrap_or_default().to_owned();
            tx.put(kind, GLOBAL, &id, "", &part)?;
        }
    }
    Ok(())
}

pub(super) fn fill_tenant(tx: &Tx<'_>, sandbox: &str, now: i64) -> Result<(), StateError> {
    let mut parts: Value = serde_json::from_str(TENANT_PARTS)?;
    for (kind, list) in [(kind::FIELDGROUP, "fieldgroups"), (kind::SCHEMA, "schemas")] {
        let parts = parts[list].take();
        for mut part in parts.as_array().cloned().unwrap_or_default() {
            annotate(&mut part, kind, Some((CLIENT, USER)), now);
            if kind == kind::SCHEMA {
                part["meta:extends"] = json!(xdm::extends(tx, sandbox, &part)?);
            }
            let id = part["$id"].as_str().unwrap_or_default().to_owned();
            tx.put(kind, sandbox, &id, "", &part)?;
        }
    }
    Ok(())
}

/// Adds what the registry itself says about a resource. `by` (client, user) is none for global ones.
pub(crate) fn annotate(part: &mut Value, kind: &str, by: Option<(&str, &str)>, now: i64) {
    let resource = xdm::resource_type(kind);
    let id = part["$id"].as_str().unwrap_or_default().to_owned();
    part["meta:altId"] = json!(xdm::alt_id(&id));
    part["meta:resourceType"] = json!(resource);
    if part["version"].is_null() {
        part["version"] = json!("1.0");
    }
    part["meta:extensible"] = json!(kind == kind::CLASS);
    part["meta:abstract"] = json!(kind != kind::SCHEMA);
    part["meta:xdmType"] = json!("object");
    if kind == kind::SCHEMA {
        let refs: Vec<Value> = part["allOf"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|item| item["$ref"].clone())
            .filter(Value::is_string)
            .collect();
        part["refs"] = Value::Array(refs);
        for item in part["allOf"].as_array_mut().into_iter().flatten() {
            if item["type"].is_null() {
                item["type"] = json!("object");
            }
            item["meta:xdmType"] = json!("object");
        }
    }
    let Some((client, user)) = by else {
        part["meta:containerId"] = json!("global");
        part["meta:registryMetadata"] = json!({"eTag": ids::sha256(&format!("{id}1.0"))});
        return;
    };
    part["imsOrg"] = json!(ORG);
    part["meta:containerId"] = json!("tenant");
    part["meta:tenantNamespace"] = json!(format!("_{TENANT}"));
    let created = part["meta:registryMetadata"]["repo:createdDate"]
        .as_i64()
        .unwrap_or(now);
    let creator = part["meta:registryMetadata"]["xdm:createdClientId"]
        .as_str()
        .unwrap_or(client)
        .to_owned();
    let creating_user = part["meta:registryMetadata"]["xdm:createdUserId"]
        .as_str()
        .unwrap_or(user)
        .to_owned();
    part["meta:registryMetadata"] = json!({
        "repo:createdDate": created,
        "repo:lastModifiedDate": now,
        "xdm:createdClientId": creator,
        "xdm:lastModifiedClientId": client,
        "xdm:createdUserId": creating_user,
        "xdm:lastModifiedUserId": user,
        "eTag": ids::sha256(&format!("{id}{now}{}", part["version"])),
        "meta:globalLibVersion": "1.0.0",
    });
}
