//! Reading the catalogue's files: what many specs share stands once, under a name, and is put in for `"@name"`.

use serde_json::{Map, Value, json};

use super::{Category, ConnectionSpec, FlowKind, FlowSpec};

const COMMON: &str = include_str!("catalogue/common.json");
const CONNECTION_SPECS: [&str; 3] = [
    include_str!("catalogue/sources.json"),
    include_str!("catalogue/lake.json"),
    include_str!("catalogue/destinations.json"),
];
const FLOW_SPECS: &str = include_str!("catalogue/flows.json");

const SCHEMA: &str = "http://json-schema.org/draft-07/schema#";

/// A file that does not parse would be an empty catalogue; the tests see to it that all do.
fn read(text: &str) -> Vec<Value> {
    let common: Value = serde_json::from_str(COMMON).unwrap_or_default();
    let mut specs: Vec<Value> = serde_json::from_str(text).unwrap_or_default();
    for spec in &mut specs {
        resolve(spec, &common);
    }
    specs
}

fn resolve(value: &mut Value, common: &Value) {
    if let Some(name) = value.as_str().and_then(|text| text.strip_prefix('@')) {
        *value = common[name].clone();
    }
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| resolve(item, common)),
        Value::Object(map) => map.values_mut().for_each(|item| resolve(item, common)),
        _ => {}
    }
}

pub(super) fn connection_specs() -> Vec<ConnectionSpec> {
    CONNECTION_SPECS
        .iter()
        .flat_map(|text| read(text))
        .map(|short| connection_spec(&short))
        .collect()
}

pub(super) fn flow_specs() -> Vec<FlowSpec> {
    read(FLOW_SPECS)
        .into_iter()
        .map(|short| flow_spec(&short))
        .collect()
}

fn connection_spec(short: &Value) -> ConnectionSpec {
    let category = short["category"].as_str().unwrap_or_default();
    let is_source = short["sourceSpec"].is_object();
    let mut auth = short["authSpec"].clone();
    for form in auth.as_array_mut().into_iter().flatten() {
        dialect(&mut form["spec"]);
    }
    let mut doc = json!({
        "id": short["id"],
        "name": short["name"],
        "providerId": provider(short),
        "version": "1.0",
        "authSpec": auth,
        "encryptionSpecs": [],
    });
    for (side, label) in [("sourceSpec", "isSource"), ("targetSpec", "isDestination")] {
        if short[side].is_object() {
            let mut spec = short[side].clone();
            dialect(&mut spec["spec"]);
            spec["attributes"] = json!({"uiAttributes": {
                label: true,
                "category": {"key": category},
                "icon": {"key": short["name"]},
                "label": {"key": short["name"]},
                "description": {"key": short["description"]},
                "frequency": {"key": short["frequency"]},
            }});
            doc[side] = spec;
        }
    }
    if short["exploreSpec"].is_object() {
        doc["exploreSpec"] = short["exploreSpec"].clone();
    }
    doc["attributes"] = json!({
        "category": category,
        "connectorName": short["name"],
        "isSource": is_source,
        "frequency": short["frequency"],
        "uiAttributes": {"apiFeatures": {"explorePaginationSupported": false}},
    });
    doc["permissionsInfo"] = permissions(short);
    ConnectionSpec {
        doc,
        category: match category {
            "cloud-storage" => Category::Files,
            "table" => Category::Tables,
            "streaming" => Category::Streaming,
            "data-lake" | "profile-store" | "identity-store" => Category::Own,
            _ => Category::Other,
        },
        any_auth: short["anyAuth"] == true,
    }
}

fn flow_spec(short: &Value) -> FlowSpec {
    let kind = match short["kind"].as_str().unwrap_or_default() {
        "files" => FlowKind::Files,
        "tables" => FlowKind::Tables,
        "streaming" => FlowKind::Streaming,
        "mappedStreaming" => FlowKind::MappedStreaming,
        "export" => FlowKind::Export,
        "audience" => FlowKind::Audience,
        _ => FlowKind::Internal,
    };
    let mut doc = Map::new();
    for (key, value) in short.as_object().into_iter().flatten() {
        match key.as_str() {
            "kind" => {}
            "provider" => {
                doc.insert("providerId".to_owned(), json!(provider(short)));
                doc.insert("version".to_owned(), json!("1.0"));
            }
            key => {
                let mut value = value.clone();
                if let Some(schema) = value.get_mut("spec") {
                    dialect(schema);
                }
                doc.insert(key.to_owned(), value);
            }
        }
    }
    doc.insert("attributes".to_owned(), attributes(kind));
    doc.insert("permissionsInfo".to_owned(), permissions(short));
    FlowSpec {
        doc: Value::Object(doc),
        kind,
    }
}

fn attributes(kind: FlowKind) -> Value {
    let notification = |category: &str| json!({"category": category, "flowRun": {"enabled": true}});
    let frequency = if kind.is_streaming() {
        "streaming"
    } else {
        "batch"
    };
    match kind {
        FlowKind::Internal => json!({"frequency": frequency}),
        FlowKind::Export | FlowKind::Audience => json!({
            "isDestinationFlow": true,
            "frequency": frequency,
            "notification": notification("destinations"),
        }),
        _ => json!({
            "isSourceFlow": true,
            "flacValidationSupported": true,
            "frequency": frequency,
            "notification": notification("sources"),
        }),
    }
}

/// The published ids of providers.
fn provider(short: &Value) -> &'static str {
    match short["provider"].as_str() {
        Some("destinations") => "14e34fac-d307-11e9-bb65-2a2ae2dbcce4",
        Some("streaming") => "521eee4d-8cbe-4906-bb48-fb6bd4450033",
        _ => "0ed90a81-07f4-4586-8190-b40eccef1c5a",
    }
}

fn permissions(short: &Value) -> Value {
    let name = if short["provider"] == "destinations" {
        "EnterpriseDestination"
    } else {
        "EnterpriseSource"
    };
    let may = |action: &str| json!([{"name": name, "permissions": [action]}]);
    json!({"view": may("read"), "manage": may("write")})
}

/// A schema says which draft it is written in.
fn dialect(schema: &mut Value) {
    if let Some(map) = schema.as_object_mut() {
        map.shift_insert(0, "$schema".to_owned(), json!(SCHEMA));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::collections::HashSet;

    use super::*;
    use crate::flow::specs::{connection_spec, id};

    #[test]
    fn every_file_is_read_and_every_name_put_in() {
        let (connections, flows) = (connection_specs(), flow_specs());
        assert_eq!((connections.len(), flows.len()), (32, 13));
        for doc in connections
            .iter()
            .map(|spec| &spec.doc)
            .chain(flows.iter().map(|spec| &spec.doc))
        {
            assert!(!doc.to_string().contains("\"@"), "{doc}");
            assert!(doc["id"].as_str().unwrap().parse::<uuid::Uuid>().is_ok());
            assert!(doc["name"].is_string() && doc["permissionsInfo"].is_object());
        }
        let ids: HashSet<_> = connections
            .iter()
            .map(|spec| spec.doc["id"].as_str().unwrap())
            .chain(flows.iter().map(|spec| spec.doc["id"].as_str().unwrap()))
            .collect();
        assert_eq!(ids.len(), 45);
    }

    #[test]
    fn what_rules_name_is_there() {
        for known in [
            id::LANDING_ZONE,
            id::LANDING_ZONE_TARGET,
            id::LAKE,
            id::LAKE_SOURCE,
            id::STREAMING,
        ] {
            assert!(connection_spec(known).is_some(), "{known}");
        }
        let s3 = connection_spec("ecadc60c-7455-4d87-84dc-2a0e293d997b").unwrap();
        assert!(s3.has_auth() && s3.is_explorable());
        assert_eq!(
            s3.auth("Access Key").unwrap()["spec"]["properties"]["s3SecretKey"]["format"],
            "password"
        );
    }
}
