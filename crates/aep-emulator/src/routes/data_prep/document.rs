//! A mapping set as it is kept: one model for both dialects of the request.

use serde_json::{Value, json};

use crate::gateway::Caller;
use crate::ids;
use crate::problem::{Problem, catalog};

/// Who keeps a set, under which id and version, and when.
pub(super) struct Stamp<'a> {
    pub(super) caller: &'a Caller,
    pub(super) id: &'a str,
    pub(super) version: u64,
    pub(super) created: i64,
    pub(super) now: i64,
}

/// Reads a body of either dialect.
pub(super) fn document(body: &Value, stamp: &Stamp<'_>) -> Result<Value, Problem> {
    if !body.is_object() {
        return Err(catalog::bad_request("the mapping set must be an object"));
    }
    let schema = schema_of(body)
        .ok_or_else(|| catalog::bad_request("outputSchema.schemaRef.id or xdmSchema is missing"))?
        .to_owned();
    let Some(mappings) = body["mappings"].as_array() else {
        return Err(catalog::bad_request("mappings must be an array"));
    };
    let mappings = mappings
        .iter()
        .enumerate()
        .map(|(at, given)| mapping(given).ok_or_else(|| wrong(at)))
        .collect::<Result<Vec<_>, _>>()?;
    let content_type = body["outputSchema"]["schemaRef"]["contentType"]
        .as_str()
        .unwrap_or("application/vnd.adobe.xed-full+json;version=1");
    let mut set = json!({
        "id": stamp.id,
        "version": stamp.version,
        "status": "PUBLISHED",
        "createdDate": stamp.created,
        "modifiedDate": stamp.now,
        "createdBy": stamp.caller.user,
        "modifiedBy": stamp.caller.user,
        "supportVersion": "1.0",
        "outputSchema": {"schemaRef": {"id": schema, "contentType": content_type}},
        "xdmSchema": schema,
        "xdmVersion": body["xdmVersion"].as_str().unwrap_or("1.0"),
        "mappings": mappings,
    });
    for key in [
        "name",
        "inputSchema",
        "strictMapping",
        "allowNullValues",
        "tags",
    ] {
        if let Some(value) = body.get(key).filter(|value| !value.is_null()) {
            set[key] = value.clone();
        }
    }
    Ok(set)
}

/// The schema that rows are mapped to.
pub(super) fn schema_of(body: &Value) -> Option<&str> {
    body["outputSchema"]["schemaRef"]["id"]
        .as_str()
        .or_else(|| body["xdmSchema"].as_str())
        .filter(|id| !id.is_empty())
}

fn wrong(at: usize) -> Problem {
    catalog::bad_request(&format!(
        "mappings[{at}] needs source and destination (or sourceAttribute and destinationXdmPath)"
    ))
}

fn mapping(given: &Value) -> Option<Value> {
    let text = |current: &str, older: &str| {
        given[current]
            .as_str()
            .or_else(|| given[older].as_str())
            .filter(|text| !text.is_empty())
    };
    let source = text("source", "sourceAttribute")?;
    let destination = text("destination", "destinationXdmPath")?;
    let kind = given["sourceType"].as_str().unwrap_or("ATTRIBUTE");
    let mut mapping = json!({
        "id": given["id"].as_str().map_or_else(ids::uuid, str::to_owned),
        "version": 0,
        "sourceType": kind,
        "source": source,
        "destination": destination,
        "sourceAttribute": source,
        "destinationXdmPath": destination,
        "identity": given["identity"].as_bool().unwrap_or(false),
        "primaryIdentity": given["primaryIdentity"].as_bool().unwrap_or(false),
        "matchScore": 0.0,
    });
    for key in [
        "name",
        "description",
        "identityGroup",
        "namespaceCode",
        "functionVersion",
    ] {
        if let Some(value) = given.get(key).filter(|value| !value.is_null()) {
            mapping[key] = value.clone();
        }
    }
    Some(mapping)
}
