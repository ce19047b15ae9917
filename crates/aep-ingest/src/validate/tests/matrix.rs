//! The conversion table for text formats, and every keyword.

use serde_json::{Value, json};

use super::support::{brief, check, object, one, string, typed};
use crate::validate::{Format, Options};
use crate::xdm::Schema;

fn json_rule(schema: &Schema, value: &str) -> Option<&'static str> {
    let findings = check(
        format!("{{\"v\":{value}}}").as_bytes(),
        Format::NdJson,
        schema,
        &Options::default(),
    );
    assert!(findings.findings.len() < 2, "{findings:#?}");
    findings.findings.first().map(|finding| finding.rule.name())
}

fn csv_rule(schema: &Schema, value: &str) -> Option<&'static str> {
    let text = format!("v,w\n\"{}\",x\n", value.replace('"', "\"\""));
    let findings = check(text.as_bytes(), Format::Csv, schema, &Options::default());
    assert!(findings.findings.len() < 2, "{findings:#?}");
    findings.findings.first().map(|finding| finding.rule.name())
}

#[test]
fn every_json_value_into_every_type() {
    const OK: Option<&str> = None;
    const T: Option<&str> = Some("type");
    const R: Option<&str> = Some("range");
    const F: Option<&str> = Some("format");
    let kinds = [
        "string",
        "byte",
        "short",
        "int",
        "long",
        "number",
        "date",
        "date-time",
        "boolean",
    ];
    let table: &[(&str, [Option<&str>; 9])] = &[
        ("\"x\"", [OK, T, T, T, T, T, F, F, T]),
        ("\"7\"", [OK, OK, OK, OK, OK, OK, F, F, T]),
        ("\"-7.00\"", [OK, OK, OK, OK, OK, OK, F, F, T]),
        ("\"7.5\"", [OK, T, T, T, T, OK, F, F, T]),
        ("\"1e3\"", [OK, T, T, T, T, OK, F, F, T]),
        ("\" 7\"", [OK, T, T, T, T, T, F, F, T]),
        ("\"300\"", [OK, R, OK, OK, OK, OK, F, F, T]),
        ("\"99999999999999999999\"", [OK, R, R, R, R, R, F, F, T]),
        ("\"true\"", [OK, T, T, T, T, T, F, F, T]),
        ("\"2020-02-29\"", [OK, T, T, T, T, T, OK, F, T]),
        ("\"2020-02-29T01:02:03Z\"", [OK, T, T, T, T, T, F, OK, T]),
        ("\"\"", [OK, T, T, T, T, T, F, F, T]),
        ("7", [OK, OK, OK, OK, OK, OK, F, OK, T]),
        ("86400000", [OK, R, R, OK, OK, OK, OK, OK, T]),
        ("-0", [OK, OK, OK, OK, OK, OK, OK, OK, T]),
        ("127", [OK, OK, OK, OK, OK, OK, F, OK, T]),
        ("128", [OK, R, OK, OK, OK, OK, F, OK, T]),
        ("-129", [OK, R, OK, OK, OK, OK, F, OK, T]),
        ("32768", [OK, R, R, OK, OK, OK, F, OK, T]),
        ("2147483648", [OK, R, R, R, OK, OK, F, OK, T]),
        ("9007199254740992", [OK, R, R, R, R, OK, R, R, T]),
        ("9007199254740993", [OK, R, R, R, R, R, R, R, T]),
        ("18446744073709551616", [OK, R, R, R, R, OK, R, R, T]),
        ("7.0", [OK, OK, OK, OK, OK, OK, T, T, T]),
        ("7e0", [OK, OK, OK, OK, OK, OK, T, T, T]),
        ("7.5", [OK, T, T, T, T, OK, T, T, T]),
        ("1e400", [OK, R, R, R, R, R, T, T, T]),
        ("true", [T, T, T, T, T, T, T, T, OK]),
        ("false", [T, T, T, T, T, T, T, T, OK]),
        ("{}", [T; 9]),
        ("[]", [T; 9]),
        ("null", [OK; 9]),
    ];
    for (value, row) in table {
        for (kind, expected) in kinds.iter().zip(row) {
            assert_eq!(
                json_rule(&one(typed(kind)), value),
                *expected,
                "{value} into {kind}"
            );
        }
    }
    let map =
        one(json!({"type": "object", "meta:xdmType": "map", "additionalProperties": string()}));
    let list = one(json!({"type": "array", "items": string()}));
    let object = one(object(json!({"a": string()})));
    for value in ["\"x\"", "7", "7.5", "true", "[]"] {
        assert_eq!(json_rule(&map, value), T, "{value}");
        assert_eq!(json_rule(&object, value), T, "{value}");
    }
    for value in ["\"x\"", "7", "7.5", "true", "{}"] {
        assert_eq!(json_rule(&list, value), T, "{value}");
    }
    assert_eq!(json_rule(&map, "{\"a\":\"x\"}"), OK);
    assert_eq!(json_rule(&object, "{\"a\":\"x\"}"), OK);
    assert_eq!(json_rule(&list, "[\"x\",null]"), OK);
    assert_eq!(json_rule(&list, "[[]]"), T);
    assert_eq!(json_rule(&one(json!({})), "[{\"a\":[1,\"x\",null]}]"), OK);
}

#[test]
fn every_csv_text_into_every_type() {
    let kinds = [
        "string",
        "byte",
        "int",
        "long",
        "number",
        "date",
        "date-time",
    ];
    let table: &[(&str, [Option<&str>; 7])] = &[
        (
            "x",
            [
                None,
                Some("type"),
                Some("type"),
                Some("type"),
                Some("type"),
                Some("format"),
                Some("format"),
            ],
        ),
        ("7", [None, None, None, None, None, Some("format"), None]),
        (
            "300",
            [None, Some("range"), None, None, None, Some("format"), None],
        ),
        (
            "7.0",
            [None, None, None, None, None, Some("format"), Some("format")],
        ),
        (
            "7.5",
            [
                None,
                Some("type"),
                Some("type"),
                Some("type"),
                None,
                Some("format"),
                Some("format"),
            ],
        ),
        (
            "86400000",
            [None, Some("range"), None, None, None, None, None],
        ),
        (
            "2020-02-29",
            [
                None,
                Some("type"),
                Some("type"),
                Some("type"),
                Some("type"),
                None,
                Some("format"),
            ],
        ),
        (
            "2020-02-29T00:00:00Z",
            [
                None,
                Some("type"),
                Some("type"),
                Some("type"),
                Some("type"),
                Some("format"),
                None,
            ],
        ),
        ("", [None; 7]),
    ];
    for (value, row) in table {
        for (kind, expected) in kinds.iter().zip(row) {
            let schema =
                Schema::compile(&object(json!({"v": typed(kind), "w": string()}))).unwrap();
            assert_eq!(csv_rule(&schema, value), *expected, "{value} into {kind}");
        }
    }
}

#[test]
fn every_keyword() {
    let cases: &[(Value, &[&str], &[(&str, &str)])] = &[
        (
            json!({"type": "string", "enum": ["a", "b", null, 5]}),
            &["\"a\"", "\"5\"", "5", "null"],
            &[("\"c\"", "enum"), ("6", "enum"), ("\"A\"", "enum")],
        ),
        (
            json!({"type": "string", "meta:enum": {"a": "Ay"}}),
            &["\"a\"", "\"zzz\""],
            &[],
        ),
        (
            json!({"type": "integer", "meta:xdmType": "int", "enum": [1, 2]}),
            &["1", "2.0", "\"1\""],
            &[("3", "enum")],
        ),
        (
            json!({"type": "number", "enum": [1.5, 2]}),
            &["1.5", "2", "15e-1"],
            &[("1", "enum")],
        ),
        (
            json!({"type": "boolean", "enum": [true]}),
            &["true"],
            &[("false", "enum")],
        ),
        (
            json!({"type": "string", "minLength": 2}),
            &["\"éé\"", "\"ab\"", "10"],
            &[("\"é\"", "minLength"), ("\"\"", "minLength")],
        ),
        (
            json!({"type": "string", "maxLength": 2}),
            &["\"漢字\"", "\"\"", "\"\\ud834\\udd1e!\""],
            &[("\"abc\"", "maxLength"), ("100", "maxLength")],
        ),
        (
            json!({"type": "string", "pattern": "b+"}),
            &["\"abc\"", "\"b\""],
            &[("\"ac\"", "pattern")],
        ),
        (
            json!({"type": "string", "format": "uri"}),
            &["\"https://a.b/c?d#e\"", "\"urn:x:y\""],
            &[
                ("\"a b\"", "format"),
                ("\"x\"", "format"),
                ("\"1:2\"", "format"),
            ],
        ),
        (
            json!({"type": "string", "format": "uri-reference"}),
            &["\"anything\""],
            &[],
        ),
        (
            json!({"type": "integer", "meta:xdmType": "int", "minimum": 0, "maximum": 10}),
            &["0", "10", "-0"],
            &[
                ("-1", "minimum"),
                ("11", "maximum"),
                ("3000000000", "range"),
            ],
        ),
        (
            json!({"type": "integer", "meta:xdmType": "byte", "minimum": -1000, "maximum": 1000}),
            &["127", "-128"],
            &[("128", "range"), ("-129", "range")],
        ),
        (
            json!({"type": "integer", "meta:xdmType": "int", "minimum": 0.5, "maximum": 2.5}),
            &["1", "2"],
            &[("0", "minimum"), ("3", "maximum")],
        ),
        (
            json!({"type": "number", "minimum": 0.5, "maximum": 2.5}),
            &["0.5", "2.5", "\"1\""],
            &[
                ("0.4", "minimum"),
                ("2.6", "maximum"),
                ("-1e300", "minimum"),
            ],
        ),
    ];
    for (field, good, bad) in cases {
        let schema = one(field.clone());
        for value in *good {
            assert_eq!(json_rule(&schema, value), None, "{value} for {field}");
        }
        for (value, rule) in *bad {
            assert_eq!(
                json_rule(&schema, value),
                Some(*rule),
                "{value} for {field}"
            );
        }
    }
}

#[test]
fn extra_properties_may_have_a_type() {
    let mut document = object(json!({"a": string()}));
    document["additionalProperties"] = typed("int");
    let schema = one(document);
    let check = |row: &str| {
        let findings = check(row.as_bytes(), Format::NdJson, &schema, &Options::default());
        let found = brief(&findings)
            .into_iter()
            .map(|(path, rule)| (path.to_owned(), rule));
        found.collect::<Vec<_>>()
    };
    assert_eq!(check(r#"{"v":{"a":"x","b":1}}"#), []);
    assert_eq!(
        check(r#"{"v":{"a":"x","b":"y"}}"#),
        [("v.b".to_owned(), "type")]
    );
}

#[test]
fn a_wide_object_is_remembered_whole() {
    let fields: serde_json::Map<String, Value> =
        (0..700).map(|n| (format!("f{n}"), string())).collect();
    let mut document = object(fields.into());
    document["required"] = json!(["f699", "f0", "f300"]);
    let schema = Schema::compile(&document).unwrap();
    let row = |names: &[usize]| {
        let fields: Vec<String> = names.iter().map(|n| format!("\"f{n}\":\"x\"")).collect();
        let line = format!("{{{}}}", fields.join(","));
        let findings = check(
            line.as_bytes(),
            Format::NdJson,
            &schema,
            &Options::default(),
        );
        let found = brief(&findings)
            .into_iter()
            .map(|(path, rule)| (path.to_owned(), rule));
        found.collect::<Vec<_>>()
    };
    assert_eq!(row(&[300, 0, 5, 699]), []);
    assert_eq!(row(&[0, 699]), [("f300".to_owned(), "required")]);
    assert_eq!(
        row(&[0, 300, 699, 300]),
        [("f300".to_owned(), "duplicateKey")]
    );
}
