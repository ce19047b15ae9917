//! Descriptors: what a schema's fields mean (identities, relationships, friendly names).

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};

use super::accept::Accept;
use super::list::Paging;
use crate::gateway::Caller;
use crate::ids;
use crate::problem::{Problem, registry};
use crate::routes::{AppState, Json};
use crate::state::{Tx, kind};
use crate::xdm;

const TYPES: [&str; 7] = [
    "xdm:descriptorIdentity",
    "xdm:descriptorReferenceIdentity",
    "xdm:descriptorOneToOne",
    "xdm:descriptorOneToMany",
    "xdm:descriptorManyToMany",
    "xdm:descriptorPrimaryKey",
    "xdm:alternateDisplayInfo",
];

/// Standard identity namespaces. Custom ones come with the identity service, which is not emulated.
const NAMESPACES: [&str; 16] = [
    "AdCloud",
    "AAID",
    "AVID",
    "AMO",
    "CORE",
    "CRMID",
    "DMID",
    "ECID",
    "Email",
    "Email_LC_SHA256",
    "GAID",
    "IDFA",
    "Phone",
    "TNTID",
    "WAID",
    "Loyalty",
];

pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json, Problem> {
    let accept = Accept::for_descriptors(&headers)?;
    let paging = Paging::parse(query.as_deref().unwrap_or_default())?;
    let found = state
        .store
        .read(move |tx| {
            tx.list(kind::DESCRIPTOR, &caller.sandbox, None)
                .map_err(Problem::from)
        })
        .await?;
    let show = |descriptor: Value| {
        if accept.id {
            descriptor["@id"].clone()
        } else if accept.link {
            json!(format!(
                "/tenant/descriptors/{}",
                descriptor["@id"].as_str().unwrap_or_default()
            ))
        } else {
            descriptor
        }
    };
    if accept.v2 {
        let base = format!("{}/data/foundation/schemaregistry", state.config.url);
        let url = format!("{base}/tenant/descriptors");
        return Ok(Json(paging.answer(found, &url, show)));
    }
    let mut groups = Map::new();
    for descriptor in paging.filtered(found) {
        let group = descriptor["@type"].as_str().unwrap_or_default().to_owned();
        let group = groups.entry(group).or_insert_with(|| json!([]));
        if let Some(group) = group.as_array_mut() {
            group.push(show(descriptor));
        }
    }
    Ok(Json(Value::Object(groups)))
}

/// Descriptors are the tenant's; there are no global ones.
pub(super) async fn list_global(
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json, Problem> {
    let accept = Accept::for_descriptors(&headers)?;
    let paging = Paging::parse(query.as_deref().unwrap_or_default())?;
    Ok(Json(if accept.v2 {
        paging.answer(Vec::new(), "", |descriptor| descriptor)
    } else {
        json!({})
    }))
}

/// One that is not there, then.
pub(super) async fn one_global(Path(id): Path<String>) -> Problem {
    missing(&id)
}

pub(super) async fn one(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json, Problem> {
    Accept::for_descriptor(&headers)?;
    state
        .store
        .read(move |tx| find(tx, &caller.sandbox, &id))
        .await
        .map(Json)
}

pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json,
) -> Result<Response, Problem> {
    let stored = state
        .store
        .write(move |tx| -> Result<Value, Problem> {
            let id = &ids::sha256(&ids::uuid())[..40];
            let stored = checked(tx, &caller, body, id)?;
            tx.put(kind::DESCRIPTOR, &caller.sandbox, id, "", &stored)?;
            Ok(stored)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(stored)).into_response())
}

pub(super) async fn put(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json,
) -> Result<Json, Problem> {
    state
        .store
        .write(move |tx| -> Result<Value, Problem> {
            find(tx, &caller.sandbox, &id)?;
            let stored = checked(tx, &caller, body, &id)?;
            tx.put(kind::DESCRIPTOR, &caller.sandbox, &id, "", &stored)?;
            Ok(stored)
        })
        .await
        .map(Json)
}

pub(super) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    state
        .store
        .write(move |tx| -> Result<(), Problem> {
            find(tx, &caller.sandbox, &id)?;
            tx.delete(kind::DESCRIPTOR, &caller.sandbox, &id)?;
            Ok(())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn find(tx: &Tx<'_>, sandbox: &str, id: &str) -> Result<Value, Problem> {
    tx.get(kind::DESCRIPTOR, sandbox, id)?
        .ok_or_else(|| missing(id))
}

fn missing(id: &str) -> Problem {
    registry::coded(
        "XDM-1014-404",
        "Resource not found",
        &format!("the descriptor {id} does not exist"),
    )
}

fn checked(tx: &Tx<'_>, caller: &Caller, mut body: Value, id: &str) -> Result<Value, Problem> {
    let refused = |detail: &str| registry::coded("XDM-1000-400", "Invalid descriptor", detail);
    if !body.is_object() {
        return Err(refused("the body must be an object"));
    }
    let descriptor_type = body["@type"].as_str().unwrap_or_default().to_owned();
    if !TYPES.contains(&descriptor_type.as_str()) {
        return Err(refused(&format!(
            "@type {descriptor_type} is not a descriptor type"
        )));
    }
    let source = body["xdm:sourceSchema"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let resolved = xdm::resolve(tx, &caller.sandbox, &source)?
        .ok_or_else(|| refused(&format!("xdm:sourceSchema {source} does not exist")))?;
    let path = body["xdm:sourceProperty"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let field = path.strip_prefix('/').map(|path| path.replace('/', "."));
    if descriptor_type == "xdm:alternateDisplayInfo" {
        // Points at resources too, not only at fields.
    } else if field
        .as_deref()
        .and_then(|path| resolved.field(path))
        .is_none()
    {
        return Err(refused(&format!(
            "xdm:sourceProperty {path} is not a field of the schema"
        )));
    }
    if matches!(
        descriptor_type.as_str(),
        "xdm:descriptorIdentity" | "xdm:descriptorReferenceIdentity"
    ) {
        let key = if descriptor_type == "xdm:descriptorIdentity" {
            "xdm:namespace"
        } else {
            "xdm:identityNamespace"
        };
        let namespace = body[key].as_str().unwrap_or_default().to_owned();
        if !NAMESPACES
            .iter()
            .any(|known| known.eq_ignore_ascii_case(&namespace))
        {
            let detail = format!("{key} {namespace} is not a known identity namespace");
            return Err(registry::coded(
                "XDM-1810-400",
                "Unknown namespace",
                &detail,
            ));
        }
    }
    for (other, document) in tx.entries(kind::DESCRIPTOR, &caller.sandbox, None)? {
        let same = ["@type", "xdm:sourceSchema", "xdm:sourceProperty"]
            .iter()
            .all(|key| document[*key] == body[*key]);
        if same && other != id {
            let detail = format!("the descriptor {other} says the same of this field");
            return Err(registry::coded(
                "XDM-1811-400",
                "Descriptor exists",
                &detail,
            ));
        }
    }
    body["@id"] = json!(id);
    body["imsOrg"] = json!(caller.org);
    body["meta:containerId"] = json!("tenant");
    body["version"] = json!("1");
    Ok(body)
}
