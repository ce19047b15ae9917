//! `transformations`.

use serde_json::{Value, json};

use super::Rules;
use crate::flow::specs::FlowKind;
use crate::problem::{Problem, flow};
use crate::state::{Tx, kind};

/// Checks the list, and the mapping in it against the dataset it fills. `target` is the target connection.
pub(super) fn check(
    tx: &Tx<'_>,
    sandbox: &str,
    kind: FlowKind,
    new: &mut Value,
    target: Option<&Value>,
    rules: &Rules,
) -> Result<(), Problem> {
    if new["transformations"].is_null() {
        new["transformations"] = json!([]);
    }
    let Some(list) = new["transformations"].as_array() else {
        return Err(flow::coded("1452-400", "transformations must be a list"));
    };
    let named = |name: &str| list.iter().find(|step| step["name"] == name);
    if list.iter().any(|step| !step["name"].is_string()) {
        let detail = "a transformation must have a name";
        return Err(flow::coded("1419-400", detail));
    }
    match named("Mapping") {
        Some(mapping) => check_mapping(tx, sandbox, &mapping["params"], target)?,
        None if kind == FlowKind::MappedStreaming && !rules.draft => {
            let detail = "the flow spec needs a Mapping transformation";
            return Err(flow::connector("1328-400", detail));
        }
        None => {}
    }
    if kind == FlowKind::Tables && !rules.draft {
        let column = named("Copy").map_or(&Value::Null, |copy| &copy["params"]["deltaColumn"]);
        let is_once = new["scheduleParams"]["frequency"] == "once";
        if is_once && !column.is_null() {
            let detail = "a flow that runs once has no delta column";
            return Err(flow::connector("1369-400", detail));
        }
        if !is_once && column["name"].as_str().is_none_or(str::is_empty) {
            let detail = "a table is read again by its delta column, which is missing";
            return Err(flow::connector("1367-400", detail));
        }
    }
    Ok(())
}

fn check_mapping(
    tx: &Tx<'_>,
    sandbox: &str,
    params: &Value,
    target: Option<&Value>,
) -> Result<(), Problem> {
    let id = params["mappingId"].as_str().unwrap_or_default();
    if id.is_empty() {
        return Err(flow::connector("1370-400", "mappingId is missing"));
    }
    let Some(set) = tx.get(kind::MAPPING_SET, sandbox, id)? else {
        let detail = format!("no mapping set is {id}");
        return Err(flow::coded("1419-400", &detail));
    };
    let version = &params["mappingVersion"];
    let number = version
        .as_i64()
        .or_else(|| version.as_str()?.trim().parse().ok());
    let newest = set["version"].as_i64().unwrap_or(0);
    if !version.is_null() && !number.is_some_and(|number| (0..=newest).contains(&number)) {
        let detail = format!("the mapping set {id} has no version {version}");
        return Err(flow::coded("1412-400", &detail));
    }
    let dataset = target.and_then(|target| target["params"]["dataSetId"].as_str());
    let Some(dataset) = dataset else {
        return Ok(());
    };
    let dataset = tx.get(kind::DATASET, sandbox, dataset)?.unwrap_or_default();
    let (mapped, kept) = (schema_of_mapping(&set), schema_of_dataset(&dataset));
    let differ = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
    if differ(&mapped.0, &kept.0) || differ(&mapped.1, &kept.1) {
        let detail =
            format!("the schema of the mapping set {id} is not the schema of the target dataset");
        return Err(flow::coded("1425-400", &detail));
    }
    Ok(())
}

/// Id and major version of a schema, as far as they are told.
type Schema = (Option<String>, Option<String>);

fn schema_of_mapping(set: &Value) -> Schema {
    let text = |value: &Value| {
        value
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let reference = &set["outputSchema"]["schemaRef"];
    let id = text(&reference["id"])
        .or_else(|| text(&set["outputSchema"]["id"]))
        .or_else(|| text(&set["schemaRef"]["id"]))
        .or_else(|| text(&set["xdmSchema"]));
    let version = text(&reference["contentType"])
        .or_else(|| text(&set["schemaRef"]["contentType"]))
        .or_else(|| text(&set["xdmVersion"]));
    (id, version.as_deref().and_then(major))
}

fn schema_of_dataset(dataset: &Value) -> Schema {
    let reference = &dataset["schemaRef"];
    (
        reference["id"].as_str().map(str::to_owned),
        reference["contentType"].as_str().and_then(major),
    )
}

/// `1` of `application/vnd.adobe.xed-full+json;version=1`, `1.0` and `1`.
fn major(text: &str) -> Option<String> {
    let version = match text.rsplit_once("version=") {
        Some((_, version)) => version,
        None if text.contains('/') => return None,
        None => text,
    };
    let digits: String = version
        .trim()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    (!digits.is_empty()).then_some(digits)
}
