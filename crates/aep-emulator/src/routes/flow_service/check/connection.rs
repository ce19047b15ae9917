//! Base connections.

use serde_json::Value;

use super::{Rules, is_inlet, missing, spec_of};
use crate::flow::specs;
use crate::problem::{Problem, flow};
use crate::state::{Tx, kind};

pub(super) fn check(
    tx: &Tx<'_>,
    sandbox: &str,
    new: &mut Value,
    old: Option<&Value>,
    rules: &Rules,
) -> Result<(), Problem> {
    let spec = spec_of(new)?;
    if new["auth"].is_null() {
        if let Some(map) = new.as_object_mut() {
            map.shift_remove("auth");
        }
        return if spec.has_auth() && !spec.any_auth && !rules.draft {
            Err(missing("auth"))
        } else {
            Ok(())
        };
    }
    let params = &new["auth"]["params"];
    if !new["auth"].is_object() || !(params.is_null() || params.is_object()) {
        let detail = "auth and auth.params must be objects";
        return Err(flow::coded("1452-400", detail));
    }
    if let Some(auth) = new["auth"].as_object_mut() {
        auth.retain(|key, _| ["specName", "params"].contains(&key.as_str()));
    }
    keep_inlet(new, old);
    if spec.any_auth {
        return Ok(());
    }
    let auth = &new["auth"];
    let Some(name) = auth["specName"].as_str() else {
        return if rules.draft || !spec.has_auth() {
            Ok(())
        } else {
            Err(missing("auth.specName"))
        };
    };
    let Some(form) = spec.auth(name) else {
        let detail = format!("the connection spec has no auth spec {name}");
        return Err(flow::coded("1415-400", &detail));
    };
    if let Err(fault) = specs::check(&form["spec"], &auth["params"], "auth.params") {
        rules.refuse(fault)?;
    }
    if is_inlet(new) {
        only_source(tx, sandbox, new)?;
    }
    Ok(())
}

/// The address of an inlet is this server's to tell, and its id stays.
fn keep_inlet(new: &mut Value, old: Option<&Value>) {
    let Some(params) = new
        .pointer_mut("/auth/params")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    params.shift_remove("inletUrl");
    let inlet = old.map(|old| &old["auth"]["params"]["inletId"]);
    match inlet.filter(|inlet| inlet.is_string()) {
        Some(inlet) => {
            params.insert("inletId".to_owned(), inlet.clone());
        }
        None => {
            params.shift_remove("inletId");
        }
    }
}

/// A `sourceId` names one sender only.
fn only_source(tx: &Tx<'_>, sandbox: &str, new: &Value) -> Result<(), Problem> {
    let source = &new["auth"]["params"]["sourceId"];
    let taken = tx
        .list(kind::CONNECTION, sandbox, None)?
        .iter()
        .any(|other| {
            is_inlet(other)
                && other["id"] != new["id"]
                && other["auth"]["params"]["sourceId"] == *source
        });
    if taken && source.is_string() {
        let detail = format!("another streaming connection has the sourceId {source}");
        return Err(flow::coded("1100-400", &detail));
    }
    Ok(())
}
