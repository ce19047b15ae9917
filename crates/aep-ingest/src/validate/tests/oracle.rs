//! The same verdicts as independent readers of JSON and of JSON Schema.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::random::{Place, Random, places, range, schema, text, value};
use super::support::{check, one};
use crate::validate::{Format, Options, Rule};
use crate::xdm::Schema;

/// The schema with what XDM's types say besides, in words that JSON Schema has.
pub(crate) fn spelled_out(schema: &mut Value) {
    if let Some(xdm) = schema["meta:xdmType"]
        .as_str()
        .filter(|_| schema["type"] == "integer")
        .map(str::to_owned)
    {
        let (low, high) = range(&xdm);
        for (key, bound) in [("minimum", low), ("maximum", high)] {
            if schema[key].is_null() {
                schema[key] = json!(bound);
            }
        }
    }
    // Indexing made these null, and null is a schema of its own.
    if let Some(object) = schema.as_object_mut() {
        object.retain(|_, value| !value.is_null());
        for key in ["items", "additionalProperties"] {
            if let Some(inner) = object.get_mut(key).filter(|inner| inner.is_object()) {
                spelled_out(inner);
            }
        }
        if let Some(fields) = object.get_mut("properties").and_then(Value::as_object_mut) {
            fields.values_mut().for_each(spelled_out);
        }
    }
}

/// Another value of the same JSON type; the platform's conversions between types are not in JSON
/// Schema.
fn another(random: &mut Random, old: &Value, schema: &Value) -> Value {
    match old {
        Value::String(_) if schema["format"].is_string() => json!(random.pick(&[
            "2020-02-29",
            "2021-02-29",
            "2020-12-31T23:59:59Z",
            "2020-12-31T23:59:59.5+01:00",
            "2020-12-31T24:00:00Z",
            "x",
            "",
            "2020-13-01",
            "2020-12-31T23:59:59",
        ])),
        Value::String(_) => match random.below(3) {
            0 => json!(format!("AB{}", random.below(2000))),
            1 => json!(random.pick(&["one", "two words", "drei", "vier"])),
            _ => json!(text(random, 0, 12)),
        },
        Value::Number(_) => match random.below(4) {
            0 => json!(random.between(-200, 200)),
            1 => json!(random.between(-40_000, 40_000)),
            2 => json!(random.between(-3_000_000_000, 3_000_000_000)),
            _ => json!(random.between(-2000, 2000) as f64 / 4.0),
        },
        Value::Array(values) => values.iter().skip(1).cloned().collect(),
        Value::Object(fields) => {
            let mut fields = fields.clone();
            if random.chance(50) {
                fields.insert("f0".into(), json!({"x": {}}));
            } else if let Some(name) = fields.keys().next().cloned() {
                fields.shift_remove(&name);
            }
            fields.into()
        }
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn json_schema_agrees(seed in any::<u64>()) {
        let random = &mut Random(seed);
        let document = schema(random, 3, false);
        let ours = Schema::compile(&document).unwrap();
        let mut spelled = document.clone();
        spelled_out(&mut spelled);
        let oracle = jsonschema::options().should_validate_formats(true).build(&spelled).unwrap();
        for _ in 0..4 {
            let mut row = value(random, &document);
            for _ in 0..random.below(3) {
                let mut all = Vec::new();
                let top = Place { pointer: String::new(), path: String::new(), schema: &document, required: false };
                places(&row, top, &mut all);
                let place = random.pick(&all).clone();
                let old = row.pointer(&place.pointer).unwrap().clone();
                *row.pointer_mut(&place.pointer).unwrap() = another(random, &old, place.schema);
            }
            let line = row.to_string();
            let findings = check(line.as_bytes(), Format::NdJson, &ours, &Options::default());
            prop_assert_eq!(
                findings.is_ok(), oracle.is_valid(&row),
                "{}\n{}\n{:?}\n{:#?}", spelled, line, oracle.iter_errors(&row).map(|e| e.to_string()).collect::<Vec<_>>(), findings
            );
        }
    }

    /// What is JSON for serde_json is JSON here, and the other way round.
    #[test]
    fn serde_json_agrees_on_what_is_json(seed in any::<u64>(), edits in 0_usize..4) {
        let random = &mut Random(seed);
        let document = schema(random, 3, false);
        let mut bytes = json!({"v": value(random, &document)}).to_string().into_bytes();
        for _ in 0..edits {
            let at = random.below(bytes.len() as u64) as usize;
            let new = *random.pick(b"{}[]\",:\\/+-.eEu019tfn \x00\x1f\x7fx");
            match random.below(3) {
                0 => bytes[at] = new,
                1 => bytes.insert(at, new),
                _ => drop(bytes.remove(at)),
            }
        }
        let Ok(line) = String::from_utf8(bytes) else { return Ok(()) };
        let schema = Schema::compile(&json!({"properties": {"v": {}}})).unwrap();
        let findings = check(format!("{{}}\n{line}").as_bytes(), Format::NdJson, &schema, &Options::default());
        let broken = findings.findings.iter().any(|finding| finding.rule == Rule::Syntax);
        let theirs = serde_json::from_str::<Value>(&line);
        // A number too large for a double is JSON all the same; so is half a pair of surrogates for
        // them in what they ignore, never for us.
        if theirs.as_ref().is_err_and(|error| error.to_string().starts_with("number out of range")) {
            return Ok(());
        }
        let blank = line.trim().is_empty();
        prop_assert_eq!(broken || blank, theirs.is_err(), "{:?}: {:?} and {:?}", line, findings.findings, theirs);
    }
}

#[test]
fn escapes_mean_what_they_mean_to_serde_json() {
    for raw in [
        r#""\u00e9""#,
        r#""\ud834\udd1e""#,
        r#""\"\\\/\b\f\n\r\t""#,
        r#""a\u0000b""#,
        r#""\u0041\u0042c""#,
        r#""é\u00e9é""#,
    ] {
        let text: String = serde_json::from_str(raw).unwrap();
        let schema = one(json!({"type": "string", "enum": [text]}));
        let row = format!("{{\"v\":{raw}}}");
        let findings = check(row.as_bytes(), Format::NdJson, &schema, &Options::default());
        assert!(findings.is_ok(), "{raw}: {findings:?}");
        let other = one(json!({"type": "string", "enum": ["x"]}));
        assert!(!check(row.as_bytes(), Format::NdJson, &other, &Options::default()).is_ok());
    }
}

/// Every type of the published table (and each keyword that it may carry), at its edges. Values that the platform converts
/// to another JSON type are left out: JSON Schema has no conversions.
#[test]
fn json_schema_agrees_at_the_edges_of_every_type() {
    let whole = |xdm: &str, low: i64, high: i64| {
        let schema =
            json!({"type": "integer", "meta:xdmType": xdm, "minimum": low, "maximum": high});
        let values = [low, low - 1, low + 1, high, high - 1, high + 1, 0, -1].map(Value::from);
        (
            schema,
            [values.to_vec(), vec![json!(1.0), json!(1.5), json!(-0.0)]].concat(),
        )
    };
    let text = |more: Value| {
        let mut schema = json!({"type": "string", "meta:xdmType": "string"});
        schema
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let values = [
            "", "a", "ab", "abc", "é", "漢字", "𝄞𝄞", "AB123", "AB12", "xAB123y", "a\nb", "\u{0}",
            "one",
        ];
        (schema, values.map(Value::from).to_vec())
    };
    let number = |more: Value| {
        let mut schema = json!({"type": "number", "meta:xdmType": "number"});
        schema
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let values = [
            0.0,
            -0.0,
            0.5,
            1.0,
            1.5,
            2.0,
            2.5,
            -1.5,
            1e300,
            -1e300,
            1e-300,
            f64::MAX,
        ];
        let values = values.map(Value::from).to_vec();
        (
            schema,
            [
                values,
                vec![json!(1), json!(2), json!(9_007_199_254_740_992_i64)],
            ]
            .concat(),
        )
    };
    let timed = |format: &str| {
        let schema = json!({"type": "string", "meta:xdmType": format, "format": format});
        let values = [
            "2020-02-29",
            "2021-02-29",
            "1900-02-29",
            "2000-02-29",
            "2020-00-01",
            "2020-13-01",
            "2020-04-31",
            "2020-1-1",
            "20200101",
            "2020/01/01",
            "",
            "x",
            "2020-01-01T00:00:00Z",
            "2020-01-01T00:00:00",
            "2020-01-01T23:59:59.999999999Z",
            "2020-01-01T24:00:00Z",
            "2020-01-01T00:60:00Z",
            "2020-01-01T00:00:00+05:30",
            "2020-01-01T00:00:00-08:00",
            "2020-01-01T00:00:00.Z",
            "2020-01-01T00:00Z",
            "2020-01-01T00:00:00+0530",
        ];
        (schema, values.map(Value::from).to_vec())
    };
    let string = json!({"type": "string", "meta:xdmType": "string"});
    let object = json!({"type": "object", "meta:xdmType": "object", "properties": {"a": string, "b": {"type": "boolean"}},
        "required": ["a"], "additionalProperties": false});
    let objects = [
        json!({}),
        json!({"a": "x"}),
        json!({"a": "x", "b": true}),
        json!({"b": true}),
        json!({"a": {}}),
        json!({"a": "x", "c": 1}),
        json!({"a": "x", "b": "true"}),
        json!({"A": "x"}),
    ];
    let mut table = vec![
        text(json!({})),
        text(json!({"minLength": 2})),
        text(json!({"maxLength": 2})),
        text(json!({"minLength": 1, "maxLength": 1})),
        text(json!({"enum": ["a", "AB123"]})),
        text(json!({"pattern": "AB[0-9]{3}"})),
        text(json!({"pattern": "^AB[0-9]{3}$"})),
        number(json!({})),
        number(json!({"minimum": 0.5, "maximum": 2})),
        number(json!({"enum": [1, 1.5]})),
        whole("long", -9_007_199_254_740_991, 9_007_199_254_740_991),
        whole("int", -2_147_483_648, 2_147_483_647),
        whole("short", -32_768, 32_767),
        whole("byte", -128, 127),
        whole("int", -5, 5),
        (
            json!({"type": "integer", "meta:xdmType": "int", "enum": [1, 2]}),
            vec![json!(1), json!(2.0), json!(3), json!(1.5)],
        ),
        (
            json!({"type": "boolean", "meta:xdmType": "boolean"}),
            vec![json!(true), json!(false), json!(0), json!("true")],
        ),
        (
            json!({"type": "boolean", "meta:xdmType": "boolean", "enum": [true]}),
            vec![json!(true), json!(false)],
        ),
        timed("date"),
        timed("date-time"),
        (object.clone(), objects.to_vec()),
        (
            json!({"type": "array", "meta:xdmType": "array", "items": string}),
            vec![
                json!([]),
                json!(["a"]),
                json!(["a", {}]),
                json!([[]]),
                json!([true]),
            ],
        ),
        (
            json!({"type": "array", "meta:xdmType": "array", "items": object}),
            objects.iter().map(|one| json!([one, {"a": "x"}])).collect(),
        ),
        (
            json!({"type": "object", "meta:xdmType": "map", "additionalProperties": string}),
            vec![
                json!({}),
                json!({"k": "v", "": ""}),
                json!({"k": {}}),
                json!({"k": true}),
            ],
        ),
        (
            json!({"type": "object", "meta:xdmType": "map", "additionalProperties": object}),
            objects.iter().map(|one| json!({"k": one})).collect(),
        ),
    ];
    for (schema, values) in &mut table {
        if schema["type"] != "string" {
            values.push(json!("words"));
        }
        if schema["type"] != "boolean" {
            values.push(json!(true));
        }
        if schema["type"] != "object" {
            values.push(json!({"k": {"l": []}}));
        }
        if schema["type"] != "array" {
            values.push(json!([[["x"]]]));
        }
    }
    let (mut checked, mut good) = (0, 0);
    for (schema, values) in &table {
        let ours = one(schema.clone());
        let oracle = jsonschema::options()
            .should_validate_formats(true)
            .build(schema)
            .unwrap();
        for value in values {
            let row = json!({"v": value}).to_string();
            let findings = check(row.as_bytes(), Format::NdJson, &ours, &Options::default());
            assert_eq!(
                findings.is_ok(),
                oracle.is_valid(value),
                "{value} for {schema}: {findings:?}"
            );
            checked += 1;
            good += usize::from(findings.is_ok());
        }
    }
    assert!(
        checked > 250 && good > 80 && good < checked,
        "{good} of {checked}"
    );
}
