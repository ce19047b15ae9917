//! Source and target connections.

use serde_json::{Value, json};

use super::{Rules, missing, not_allowed, spec_of};
use crate::flow::specs::{self, Category, ConnectionSpec, Fault, id};
use crate::problem::{Problem, flow};
use crate::state::{Tx, kind};

/// Formats of files, and all there are.
const FILE_FORMATS: &[&str] = &["delimited", "json", "parquet", "parquet_xdm"];
const FORMATS: &[&str] = &[
    "delimited",
    "json",
    "parquet",
    "parquet_xdm",
    "tabular",
    "raw",
];
const COMPRESSIONS: &[&str] = &["bzip2", "gzip", "deflate", "zipDeflate", "tarGzip", "tar"];
const ENCODINGS: &[&str] = &["UTF-8", "ISO-8859-1"];

pub(super) fn check_source(
    tx: &Tx<'_>,
    sandbox: &str,
    new: &mut Value,
    rules: &Rules,
) -> Result<(), Problem> {
    let spec = spec_of(new)?;
    if spec.doc["sourceSpec"].is_null() {
        return Err(no_role(spec, "source"));
    }
    if new["name"].as_str().is_none_or(str::is_empty) && !rules.draft {
        return Err(missing("name"));
    }
    base(tx, sandbox, spec, new, rules)?;
    if new["data"].is_null() && spec.category != Category::Own && !rules.draft {
        return Err(missing("data"));
    }
    data(spec, &new["data"], rules)?;
    params(&spec.doc["sourceSpec"]["spec"], new, rules)
}

pub(super) fn check_target(
    tx: &Tx<'_>,
    sandbox: &str,
    new: &mut Value,
    rules: &Rules,
) -> Result<(), Problem> {
    let spec = spec_of(new)?;
    if spec.doc["targetSpec"].is_null() {
        return Err(no_role(spec, "target"));
    }
    base(tx, sandbox, spec, new, rules)?;
    if spec.id() == id::LAKE {
        if new["data"].is_null() && !rules.draft {
            return Err(missing("data"));
        }
        if new["params"]["dataSetId"].is_null() && !rules.draft {
            return Err(flow::connector("1324-400", "params.dataSetId is missing"));
        }
        data(spec, &new["data"], rules)?;
    }
    params(&spec.doc["targetSpec"]["spec"], new, rules)
}

fn no_role(spec: &ConnectionSpec, role: &str) -> Problem {
    let detail = format!(
        "the connection spec {} ({}) is not for {role} connections",
        spec.id(),
        spec.doc["name"]
    );
    flow::coded("1413-400", &detail)
}

/// The base connection is of the same spec, there where credentials are needed, and absent for the landing zone.
fn base(
    tx: &Tx<'_>,
    sandbox: &str,
    spec: &ConnectionSpec,
    new: &mut Value,
    rules: &Rules,
) -> Result<(), Problem> {
    let given = match &new["baseConnectionId"] {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        other => {
            let detail = format!("baseConnectionId {other} is no id");
            return Err(flow::coded("1452-400", &detail));
        }
    };
    let Some(given) = given else {
        if let Some(map) = new.as_object_mut() {
            map.shift_remove("baseConnectionId");
            map.shift_remove("inheritedAttributes");
        }
        let needed = spec.has_auth() || spec.id() == id::LANDING_ZONE_TARGET;
        return if needed && !rules.draft {
            Err(missing("baseConnectionId"))
        } else {
            Ok(())
        };
    };
    if spec.id() == id::LANDING_ZONE {
        let detail = "a source connection of the landing zone has no baseConnectionId";
        return Err(flow::connector("1332-400", detail));
    }
    let refused = |detail: &str| Err(flow::coded("1413-400", detail));
    let Some(base) = tx.get(kind::CONNECTION, sandbox, &given)? else {
        return refused(&format!("no connection is {given}"));
    };
    if base["connectionSpec"]["id"] != spec.id() {
        return refused(&format!(
            "the connection {given} is of another connection spec"
        ));
    }
    if base["state"] == "draft" && !rules.draft {
        let detail = format!("the connection {given} is a draft");
        return Err(flow::coded("1420-400", &detail));
    }
    new["inheritedAttributes"] = json!({
        "baseConnection": {"id": given, "connectionSpec": base["connectionSpec"]},
    });
    Ok(())
}

fn data(spec: &ConnectionSpec, data: &Value, rules: &Rules) -> Result<(), Problem> {
    if data.is_null() {
        return Ok(());
    }
    if !data.is_object() {
        return Err(not_allowed("data", "must be an object"));
    }
    let allowed = match spec.category {
        Category::Files => FILE_FORMATS,
        Category::Tables => &["tabular"],
        _ => FORMATS,
    };
    match data["format"].as_str() {
        None if spec.category == Category::Files && !rules.draft => {
            return Err(missing("data.format"));
        }
        Some(format) if !allowed.contains(&format) => {
            let detail = format!("the data format {format} is not supported here");
            return Err(flow::connector("1327-400", &detail));
        }
        _ => {}
    }
    // An older form has them beside the format.
    for place in [&data["properties"], data] {
        if place["columnDelimiter"]
            .as_str()
            .is_some_and(|text| text.chars().count() != 1)
        {
            let detail = "columnDelimiter must be a single character";
            return Err(flow::connector("1331-400", detail));
        }
        for (name, allowed) in [("compressionType", COMPRESSIONS), ("encoding", ENCODINGS)] {
            let value = &place[name];
            if !value.is_null() && !value.as_str().is_some_and(|text| allowed.contains(&text)) {
                let wanted = format!("must be one of {}", allowed.join(", "));
                return Err(not_allowed(name, &wanted));
            }
        }
    }
    Ok(())
}

fn params(schema: &Value, new: &Value, rules: &Rules) -> Result<(), Problem> {
    let empty = json!({});
    let params = if new["params"].is_null() {
        &empty
    } else {
        &new["params"]
    };
    match specs::check(schema, params, "params") {
        Err(fault @ (Fault::Missing(_) | Fault::Value(..))) => rules.refuse(fault),
        Ok(()) => Ok(()),
    }
}
