//! What all stored objects have in common.

use serde_json::{Map, Value, json};

use super::noun::Noun;
use crate::gateway::Caller;
use crate::ids;
use crate::problem::{Problem, flow};
use crate::routes::AppState;
use crate::state::{Tx, kind};

/// Fields only the service writes; sent ones are passed over.
pub(super) const READ_ONLY: &[&str] = &[
    "id",
    "createdAt",
    "updatedAt",
    "createdBy",
    "updatedBy",
    "createdClient",
    "updatedClient",
    "sandboxId",
    "sandboxName",
    "imsOrgId",
    "version",
    "etag",
    "inheritedAttributes",
    "lastOperation",
    "lastRunDetails",
    "runs",
    "providerRefId",
];

/// An etag as the service writes them: the quotes are part of it, the last group is the time.
pub(super) fn etag(now_ms: i64) -> String {
    let hex = ids::uuid();
    format!(
        "\"{}-0000-0200-0000-{:08x}0000\"",
        &hex[..8],
        (now_ms / 1000) & 0xffff_ffff
    )
}

/// A new object from the fields its maker sent.
pub(super) fn new(caller: &Caller, now: i64, body: Map<String, Value>, state: &str) -> Value {
    let etag = etag(now);
    let mut document = json!({
        "id": ids::dashed(),
        "createdAt": now,
        "updatedAt": now,
        "createdBy": caller.user,
        "updatedBy": caller.user,
        "createdClient": caller.client_id,
        "updatedClient": caller.client_id,
        "sandboxId": caller.sandbox_id,
        "sandboxName": caller.sandbox,
        "imsOrgId": caller.org,
    });
    for (key, value) in body {
        // A key that begins so would be the emulator's own.
        if !value.is_null() && !READ_ONLY.contains(&key.as_str()) && !key.starts_with('_') {
            document[key] = value;
        }
    }
    document["version"] = json!(etag);
    document["etag"] = json!(etag);
    document["state"] = json!(state);
    document
}

/// Marks a change.
pub(super) fn touch(document: &mut Value, caller: &Caller, now: i64) {
    let etag = etag(now);
    document["version"] = json!(etag);
    document["etag"] = json!(etag);
    document["updatedAt"] = json!(now);
    document["updatedBy"] = json!(caller.user);
    document["updatedClient"] = json!(caller.client_id);
}

/// Marks what was last done to a flow. Values of patches are left out: they may be long.
pub(super) fn operated(document: &mut Value, now: i64, operation: &str, ops: &Value) {
    document["lastOperation"] = json!({
        "started": now,
        "updated": now,
        "percentCompleted": 100.0,
        "status": {"value": "finished", "properties": {}, "errors": []},
        "ops": ops,
        "operation": operation,
    });
}

/// The stored object, or 1439-404.
pub(super) fn load(tx: &Tx<'_>, sandbox: &str, noun: Noun, id: &str) -> Result<Value, Problem> {
    tx.get(noun.kind(), sandbox, id)?
        .ok_or_else(|| flow::not_found(noun.path(), id))
}

/// Stores an object; what a connection keeps secret goes into a row of its own.
pub(super) fn store(
    tx: &Tx<'_>,
    sandbox: &str,
    noun: Noun,
    document: &Value,
) -> Result<(), Problem> {
    let id = document["id"].as_str().unwrap_or_default();
    Ok(tx.put(noun.kind(), sandbox, id, "", document)?)
}

/// Puts a connection's secrets back, for checks and patches.
pub(super) fn unseal(tx: &Tx<'_>, sandbox: &str, document: &mut Value) -> Result<(), Problem> {
    let id = document["id"].as_str().unwrap_or_default().to_owned();
    let secret = tx.get(kind::CONNECTION_SECRET, sandbox, &id)?;
    let Some(Value::Object(secret)) = secret else {
        return Ok(());
    };
    for (key, value) in secret {
        document["auth"]["params"][key] = value;
    }
    Ok(())
}

/// Takes a connection's secrets out of the document, into their own row. `secrets` tells which parameters are.
pub(super) fn seal(
    tx: &Tx<'_>,
    sandbox: &str,
    document: &mut Value,
    secrets: impl Fn(&str) -> bool,
) -> Result<(), Problem> {
    let id = document["id"].as_str().unwrap_or_default().to_owned();
    let mut sealed = Map::new();
    if let Some(params) = document
        .pointer_mut("/auth/params")
        .and_then(Value::as_object_mut)
    {
        let (secret, open): (Map<_, _>, Map<_, _>) = std::mem::take(params)
            .into_iter()
            .partition(|(key, _)| secrets(key));
        *params = open;
        sealed = secret;
    }
    if sealed.is_empty() {
        tx.delete(kind::CONNECTION_SECRET, sandbox, &id)?;
    } else {
        tx.put(
            kind::CONNECTION_SECRET,
            sandbox,
            &id,
            "",
            &Value::Object(sealed),
        )?;
    }
    Ok(())
}

/// An object as answers have it: without the emulator's own notes, with the addresses of this server.
pub(super) fn shown(state: &AppState, mut document: Value) -> Value {
    let url = |inlet: &Value| {
        inlet
            .as_str()
            .map(|inlet| json!(format!("{}/collection/{inlet}", state.config.url)))
    };
    if let Some(inlet) = url(&document["auth"]["params"]["inletId"]) {
        document["auth"]["params"]["inletUrl"] = inlet;
    }
    if let Some(inlet) = url(&document["_inlet"]) {
        document["options"]["inletUrl"] = inlet;
    }
    if let Some(map) = document.as_object_mut() {
        map.retain(|key, _| !key.starts_with('_'));
    }
    document
}

/// `{"id": …, "etag": …}`.
pub(super) fn receipt(document: &Value) -> Value {
    json!({"id": document["id"], "etag": document["etag"]})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_ends_with_the_time() {
        let etag = etag(1_584_674_777_123);
        assert_eq!(etag.len(), 38);
        assert_eq!(&etag[9..], "-0000-0200-0000-5e7437d90000\"");
    }
}
