//! A document survives its text, whatever its values are.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{
    AuthEntry, BaseEntry, DatasetEntry, DatasetRole, EndEntry, MappingEntry, PipelineDocument,
    SpecEntry,
};

/// Texts that YAML would take for something else, and any other.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::sample::select(vec![
            "yes",
            "null",
            "~",
            "1.0",
            "0x1F",
            "1e3",
            "2026-01-01",
            "- a",
            "a: b",
            "# no",
            "*x",
            "&x",
            "!tag",
            "%a",
            "@a",
            "a\nb\n",
            " a ",
            "\"q\"",
            "'",
            "{",
            "[",
            "|",
            ">",
            "a\tb",
            ".inf",
            "<<",
        ])
        .prop_map(str::to_owned),
        "\\PC{1,20}",
    ]
}

fn name() -> impl Strategy<Value = String> {
    text().prop_filter("a name is not empty", |name| !name.trim().is_empty())
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        text().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(json!({"a": [1, "2", null]})),
    ]
}

fn spec() -> SpecEntry {
    SpecEntry {
        id: "9753525b-82c7-4dce-8a9b-5ccfce2b9876".to_owned(),
        version: Some("1.0".to_owned()),
        name: None,
    }
}

fn end(name: String, params: Value, base: Option<BaseEntry>) -> EndEntry {
    EndEntry {
        name,
        description: None,
        connection_spec: spec(),
        data: None,
        params: Some(params),
        base,
    }
}

proptest! {
    #[test]
    fn it_reads_back(
        names in (name(), name(), name(), name()),
        texts in (text(), text(), text()),
        values in (value(), value()),
        start in any::<u32>(),
    ) {
        let mut params = Map::new();
        params.insert(texts.0.clone(), values.0.clone());
        let base = BaseEntry {
            name: names.3.clone(),
            description: Some(texts.1.clone()),
            connection_spec: spec(),
            auth: Some(AuthEntry { spec_name: texts.2.clone(), params: params.clone() }),
        };
        let document = PipelineDocument {
            document: "aep-pipeline/v1".to_owned(),
            name: names.0.clone(),
            description: Some(texts.1),
            kind: Some("source".to_owned()),
            flow_spec: spec(),
            source: end(names.1, json!({"path": values.0}), Some(base)),
            target: end(names.2, json!({"dataSetId": values.1}), None),
            datasets: vec![DatasetEntry {
                id: "5e7439b1ad55a618ad4c5102".to_owned(),
                name: names.0,
                role: DatasetRole::Target,
                schema: None,
            }],
            mapping: Some(MappingEntry { name: None, mappings: vec![json!({"source": texts.0})] }),
            transformations: vec![json!({"name": "Mapping", "params": params})],
            schedule: json!({"startTime": start}).as_object().cloned(),
            options: None,
            secrets: vec!["source.base.auth.params.password".to_owned()],
            optional_secrets: Vec::new(),
        };
        let yaml = document.to_yaml().unwrap();
        let read = PipelineDocument::parse(&yaml);
        prop_assert_eq!(read.map_err(|error| format!("{}\n{yaml}", error.report())), Ok(document.clone()));
        let json = document.to_json().unwrap();
        prop_assert_eq!(PipelineDocument::parse(&json).unwrap(), document);
    }
}
