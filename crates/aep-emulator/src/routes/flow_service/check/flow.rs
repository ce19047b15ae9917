//! Flows.

use serde_json::{Value, json};

use super::super::create::inlet_behind;
use super::{Rules, is_first, missing, not_allowed, schedule, transform};
use crate::flow::specs::{self, Fault, FlowKind, FlowSpec, id};
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
    if new["name"].as_str().is_none_or(str::is_empty) && !rules.draft {
        return Err(missing("name"));
    }
    let source = end(tx, sandbox, spec, new, Side::Source, rules)?;
    let target = end(tx, sandbox, spec, new, Side::Target, rules)?;
    if old.is_none_or(|old| old["sourceConnectionIds"] != new["sourceConnectionIds"]) {
        datasets(tx, sandbox, source.as_ref(), rules)?;
    }
    if old.is_none_or(|old| old["targetConnectionIds"] != new["targetConnectionIds"]) {
        datasets(tx, sandbox, target.as_ref(), rules)?;
    }
    if spec.kind.is_scheduled() {
        schedule::check(spec.kind, new, old, rules)?;
    } else if spec.kind.is_streaming()
        && let Some(map) = new.as_object_mut()
    {
        // It runs when messages come. Some clients send a schedule all the same.
        map.shift_remove("scheduleParams");
    }
    transform::check(tx, sandbox, spec.kind, new, target.as_ref(), rules)?;
    options(spec, new)?;
    policy(new)?;
    inherit(tx, sandbox, spec.kind, new, &[source, target])
}

fn spec_of(new: &mut Value) -> Result<&'static FlowSpec, Problem> {
    let wanted = &new["flowSpec"];
    match wanted["id"].as_str().and_then(specs::flow_spec) {
        Some(spec) if is_first(&wanted["version"]) => {
            new["flowSpec"] = json!({"id": spec.doc["id"], "version": "1.0"});
            Ok(spec)
        }
        _ => {
            let detail = format!("no flow spec is {wanted}");
            Err(flow::coded("1413-400", &detail))
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Source,
    Target,
}

impl Side {
    fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Target => "target",
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Source => kind::SOURCE_CONNECTION,
            Self::Target => kind::TARGET_CONNECTION,
        }
    }

    /// The list must hold exactly one id.
    fn code(self) -> &'static str {
        match self {
            Self::Source => "1320-400",
            Self::Target => "1321-400",
        }
    }
}

/// The one source or target connection of a flow; a draft may have none.
fn end(
    tx: &Tx<'_>,
    sandbox: &str,
    spec: &FlowSpec,
    new: &Value,
    side: Side,
    rules: &Rules,
) -> Result<Option<Value>, Problem> {
    let field = format!("{}ConnectionIds", side.name());
    let ids = new[&field].as_array().map_or(&[][..], Vec::as_slice);
    let id = match ids {
        [] if rules.draft && (new[&field].is_null() || new[&field].is_array()) => return Ok(None),
        [Value::String(id)] => id,
        _ => {
            let detail = format!("{field} must hold exactly one id");
            return Err(flow::connector(side.code(), &detail));
        }
    };
    let refused = |detail: &str| Err(flow::coded("1413-400", detail));
    let Some(found) = tx.get(side.kind(), sandbox, id)? else {
        return refused(&format!("no {} connection is {id}", side.name()));
    };
    if found["state"] == "draft" && !rules.draft {
        let detail = format!("the {} connection {id} is a draft", side.name());
        return Err(flow::coded("1420-400", &detail));
    }
    let connection_spec = found["connectionSpec"]["id"].as_str().unwrap_or_default();
    if !spec.allows(side.name(), connection_spec) {
        let detail = format!(
            "the flow spec {} does not allow a {} connection of spec {connection_spec}",
            spec.doc["name"],
            side.name()
        );
        if side == Side::Target && spec.allows("target", id::LAKE) {
            return Err(flow::connector("1307-400", &detail));
        }
        return refused(&detail);
    }
    Ok(Some(found))
}

/// The datasets a connection names are Catalog's.
fn datasets(
    tx: &Tx<'_>,
    sandbox: &str,
    connection: Option<&Value>,
    rules: &Rules,
) -> Result<(), Problem> {
    let Some(connection) = connection.filter(|_| !rules.draft) else {
        return Ok(());
    };
    let params = &connection["params"];
    let single = std::iter::once(&params["dataSetId"]);
    let several = params["datasets"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|dataset| &dataset["dataSetId"]);
    for id in single.chain(several).filter_map(Value::as_str) {
        if tx.get(kind::DATASET, sandbox, id)?.is_none() {
            let detail = format!("no dataset is {id}");
            return Err(flow::connector("1325-400", &detail));
        }
    }
    Ok(())
}

/// Options are checked by the spec's schema; numbers and flags that came as text are read.
fn options(spec: &FlowSpec, new: &mut Value) -> Result<(), Problem> {
    if new["options"].is_null() {
        return Ok(());
    }
    if let Some(map) = new["options"].as_object_mut() {
        map.shift_remove("inletUrl");
    }
    let schema = &spec.doc["optionSpec"]["spec"];
    if schema.is_object() {
        match specs::check(schema, &new["options"], "options") {
            Ok(()) => {}
            Err(Fault::Missing(field)) => return Err(missing(&field)),
            Err(Fault::Value(field, wanted)) => return Err(not_allowed(&field, &wanted)),
        }
    }
    for value in new["options"]
        .as_object_mut()
        .into_iter()
        .flat_map(serde_json::Map::values_mut)
    {
        if let Some(read) = value
            .as_str()
            .and_then(|text| serde_json::from_str::<Value>(&text.to_ascii_lowercase()).ok())
            .filter(|read| read.is_number() || read.is_boolean())
        {
            *value = read;
        }
    }
    Ok(())
}

fn policy(new: &Value) -> Result<(), Problem> {
    let policy = &new["policy"];
    if policy["fields"].as_array().is_some_and(Vec::is_empty) {
        return Err(flow::coded("1431-400", "fields of the policy is empty"));
    }
    let refs = &policy["enforcementRefs"];
    let is_list = refs
        .as_array()
        .is_some_and(|refs| refs.iter().all(Value::is_string));
    if !refs.is_null() && !is_list {
        let detail = "enforcementRefs of the policy must be a list of references";
        return Err(flow::coded("1452-400", detail));
    }
    Ok(())
}

/// What a flow shows of its connections.
fn inherit(
    tx: &Tx<'_>,
    sandbox: &str,
    kind: FlowKind,
    new: &mut Value,
    ends: &[Option<Value>; 2],
) -> Result<(), Problem> {
    let shown = |end: &Option<Value>| -> Value {
        end.iter()
            .map(|end| {
                let mut one = json!({"id": end["id"], "connectionSpec": end["connectionSpec"]});
                let base = &end["inheritedAttributes"]["baseConnection"];
                if base.is_object() {
                    one["baseConnection"] = base.clone();
                }
                one
            })
            .collect()
    };
    let properties = match kind {
        FlowKind::Export | FlowKind::Audience => json!({"isDestinationFlow": true}),
        FlowKind::Internal => json!({}),
        _ => json!({"isSourceFlow": true}),
    };
    new["inheritedAttributes"] = json!({
        "properties": properties,
        "sourceConnections": shown(&ends[0]),
        "targetConnections": shown(&ends[1]),
    });
    if kind.is_streaming()
        && let Some(source) = &ends[0]
    {
        new["_inlet"] = inlet_behind(tx, sandbox, source)?;
    }
    Ok(())
}
