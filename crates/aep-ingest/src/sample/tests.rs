//! What is made up passes every check.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::format_collect,
    clippy::too_many_lines,
    clippy::type_complexity,
    reason = "tests"
)]

use proptest::prelude::*;
use serde_json::{Value, json};

use super::Sampler;
use crate::Format;
use crate::convert::{self, Mapping};
use crate::validate::Options;
use crate::validate::tests::oracle::spelled_out;
use crate::validate::tests::random::{Random, schema};
use crate::validate::tests::support::{check, members};
use crate::xdm::Schema;

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_pass_our_validator_and_the_reference(seed in any::<u64>()) {
        let document = schema(&mut Random(seed), 3, false);
        let compiled = Schema::compile(&document).unwrap();
        // A schema may contradict itself, as in a minimum above the maximum.
        let Ok(sampler) = Sampler::new(&compiled, seed) else { return Ok(()) };
        let mut reference = document.clone();
        spelled_out(&mut reference);
        let reference = jsonschema::validator_for(&reference).unwrap();
        let rows: Vec<Value> = sampler.take(20).collect();
        for row in &rows {
            if let Err(error) = reference.validate(row) {
                prop_assert!(false, "{error}\n{row}\n{document}");
            }
        }
        let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
        let findings = check(lines.as_bytes(), Format::NdJson, &compiled, &Options::default());
        prop_assert!(findings.is_ok(), "{:?}\n{document}", findings.findings);
    }
}

#[test]
fn required_lists_and_maps_are_there_although_their_objects_are_empty() {
    let inner = json!({"type": "object", "meta:xdmType": "object", "properties":
        {"a": {"type": "integer", "meta:xdmType": "int"}}});
    let list = json!({"type": "array", "meta:xdmType": "array", "items": inner.clone()});
    let map = json!({"type": "object", "meta:xdmType": "map", "additionalProperties": inner});
    let document = json!({"type": "object", "properties": {"list": list, "map": map}, "required": ["list", "map"]});
    let schema = Schema::compile(&document).unwrap();
    let rows: Vec<Value> = Sampler::new(&schema, 1).unwrap().take(200).collect();
    assert!(
        rows.iter()
            .all(|row| row["list"].is_array() && row["map"].is_object())
    );
    assert!(rows.iter().any(|row| row["list"] == json!([{}])));
}

#[test]
fn the_same_seed_gives_the_same_rows() {
    let schema = members();
    let rows = |seed| {
        Sampler::new(&schema, seed)
            .unwrap()
            .take(5)
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(1), rows(1));
    assert_ne!(rows(1), rows(2));
    let sampler = Sampler::new(&schema, 1).unwrap();
    assert_eq!(sampler.row(4), rows(1)[4]);
}

#[test]
fn every_format_holds_the_same_rows() {
    let schema = members();
    let dir = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for format in [Format::NdJson, Format::Json, Format::Csv, Format::Parquet] {
        let path = dir.path().join(format!("rows.{format}"));
        Sampler::new(&schema, 7)
            .unwrap()
            .file(300, format, &path)
            .unwrap();
        let made = if format == Format::Parquet {
            path
        } else {
            let done = convert::file(
                &path,
                format,
                &schema,
                &Mapping::default(),
                &convert::Options::default(),
                &dir.path().join(format.to_string()),
                "rows",
            )
            .unwrap();
            assert!(
                done.findings.is_ok(),
                "{format}: {:?}",
                done.findings.findings
            );
            done.files[0].clone()
        };
        files.push(crate::convert::tests::read(&made));
    }
    assert_eq!(files[0].len(), 300);
    assert_eq!(files[0], files[1]);
    assert_eq!(files[0], files[3]);
    // An object that is there without any field has no column in CSV.
    let full = |rows: &[Value]| {
        rows.iter()
            .map(|row| row["_local"]["cards"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(full(&files[0]), full(&files[2]));
}

#[test]
fn a_required_field_that_can_not_be_made_up_is_said() {
    for rules in [
        json!({"pattern": "^(?=a)b$"}),
        json!({"minLength": 5, "maxLength": 2}),
        json!({"enum": []}),
    ] {
        let mut field = json!({"type": "string"});
        field
            .as_object_mut()
            .unwrap()
            .extend(rules.as_object().unwrap().clone());
        let document = json!({"type": "object", "properties": {"a": field}, "required": ["a"]});
        let schema = Schema::compile(&document).unwrap();
        let error = Sampler::new(&schema, 1).unwrap_err();
        assert!(error.report().to_string().contains('a'), "{rules}");
    }
}
