//! Compilation, look-ups and walks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use aep_core::ErrorKind;
use serde_json::{Value, json};

use super::{Kind, Schema};

fn document() -> Value {
    json!({
        "$id": "https://ns.adobe.com/local/schemas/x", "title": "X", "version": "1.2", "type": "object",
        "required": ["_id"],
        "properties": {
            "_id": {"type": "string", "title": "Identifier"},
            "_local": {"type": "object", "required": ["kind", "ghost"], "properties": {
                "kind": {"type": "string", "enum": ["a", "b"], "meta:enum": {"a": "Ay", "c": "See"}},
                "cards": {"type": "array", "items": {"type": "object", "properties": {
                    "number": {"type": "string", "maxLength": 19},
                    "points": {"type": "integer", "meta:xdmType": "long"}
                }}},
                "tags": {"type": "array", "items": {"type": "string"}},
                "labels": {"type": "object", "additionalProperties": {"type": "integer", "meta:xdmType": "int"}},
                "odd": {"type": "string", "pattern": "^(?!x)", "minLength": 1}
            }},
            "on": {"type": "string", "format": "date"},
            "at": {"type": ["null", "string"], "format": "date-time"},
            "free": {"type": "object"}
        }
    })
}

#[test]
fn a_schema_is_found_by_path() {
    let schema = Schema::compile(&document()).unwrap();
    assert_eq!(schema.title(), Some("X"));
    assert_eq!(schema.version(), Some("1.2"));
    assert_eq!(schema.id(), Some("https://ns.adobe.com/local/schemas/x"));
    for (path, kind) in [
        ("_id", "string"),
        ("_local", "object"),
        ("_local.cards", "array"),
        ("_local.cards[]", "object"),
        ("_local.cards[].points", "long"),
        ("_local.cards[7].points", "long"),
        ("_local.cards.points", "long"),
        ("_local.tags[]", "string"),
        ("_local.labels.anything", "int"),
        ("_local.labels.*", "int"),
        ("on", "date"),
        ("at", "date-time"),
        ("free", "any"),
    ] {
        assert_eq!(
            schema.field(path).map(|f| f.kind.name()),
            Some(kind),
            "{path}"
        );
    }
    for path in [
        "",
        "nope",
        "_local.nope",
        "_id.x",
        "_local.tags[][]",
        "on[]",
        ".",
    ] {
        assert!(schema.field(path).is_none(), "{path}");
    }
    assert!(schema.field("_id").unwrap().required);
    assert_eq!(
        schema.field("_local.kind").unwrap().rules.suggested.len(),
        2
    );
    assert!(
        !schema
            .field("_local.kind")
            .unwrap()
            .rules
            .allowed
            .as_ref()
            .unwrap()
            .has_text("c")
    );
}

#[test]
fn walks_keep_the_order_of_the_document() {
    let schema = Schema::compile(&document()).unwrap();
    let leaves: Vec<&str> = schema.leaves().map(|field| &*field.path).collect();
    assert_eq!(
        leaves,
        [
            "_id",
            "_local.kind",
            "_local.cards[].number",
            "_local.cards[].points",
            "_local.tags[]",
            "_local.labels.*",
            "_local.odd",
            "on",
            "at",
            "free"
        ]
    );
    let tree: Vec<String> = schema
        .walk()
        .map(|(depth, field)| format!("{depth}{}:{}", field.name, field.type_name()))
        .collect();
    assert_eq!(
        tree[..4],
        [
            "0_id:string",
            "0_local:object",
            "1kind:string",
            "1cards:array<object>"
        ]
    );
}

#[test]
fn what_is_not_checked_is_noted() {
    let schema = Schema::compile(&document()).unwrap();
    assert_eq!(schema.notes().len(), 2, "{:?}", schema.notes());
    assert!(schema.notes()[0].contains("ghost"), "{:?}", schema.notes());
    assert!(schema.notes()[1].contains("(?!x)"), "{:?}", schema.notes());
}

#[test]
fn widths_come_from_bounds_when_nothing_else_says_them() {
    for (low, high, kind) in [
        (json!(-128), json!(127), "byte"),
        (json!(-128), json!(128), "byte"),
        (json!(-32768), json!(32768), "short"),
        (json!(-2_147_483_648_i64), json!(2_147_483_647), "int"),
        (
            json!(-9_007_199_254_740_991_i64),
            json!(9_007_199_254_740_991_i64),
            "long",
        ),
        (json!(0), json!(100), "long"),
    ] {
        let schema =
            json!({"properties": {"v": {"type": "integer", "minimum": low, "maximum": high}}});
        let schema = Schema::compile(&schema).unwrap();
        assert_eq!(schema.fields()[0].kind.name(), kind);
    }
}

#[test]
fn every_type_name_is_known() {
    for (xdm, json_type, kind) in [
        ("string", "string", "string"),
        ("number", "number", "number"),
        ("double", "number", "number"),
        ("long", "integer", "long"),
        ("int", "integer", "int"),
        ("short", "integer", "short"),
        ("byte", "integer", "byte"),
        ("boolean", "boolean", "boolean"),
        // The published table prints string for booleans.
        ("boolean", "string", "boolean"),
        ("date", "string", "date"),
        ("date-time", "string", "date-time"),
        ("object", "object", "any"),
        ("map", "object", "map"),
        ("array", "array", "array"),
    ] {
        let schema = json!({"properties": {"v": {"type": json_type, "meta:xdmType": xdm}}});
        assert_eq!(
            Schema::compile(&schema).unwrap().fields()[0].kind.name(),
            kind,
            "{xdm}"
        );
    }
}

#[test]
fn other_documents_are_refused() {
    let mut deep = json!({"type": "string"});
    for _ in 0..80 {
        deep = json!({"type": "object", "properties": {"a": deep}});
    }
    for (document, kind, part) in [
        (json!([]), ErrorKind::Protocol, "not an object"),
        (
            json!({"type": "object"}),
            ErrorKind::Protocol,
            "no `properties`",
        ),
        (
            json!({"allOf": [{"$ref": "x"}]}),
            ErrorKind::Usage,
            "`$ref` or `allOf`",
        ),
        (
            json!({"properties": {"a": {"$ref": "x"}}}),
            ErrorKind::Usage,
            "`$ref` or `allOf`",
        ),
        (
            json!({"properties": {"a": 1}}),
            ErrorKind::Protocol,
            "not an object",
        ),
        (
            json!({"properties": []}),
            ErrorKind::Protocol,
            "`properties`",
        ),
        (
            json!({"properties": {"a": {"enum": 1, "type": "string"}}}),
            ErrorKind::Protocol,
            "`enum`",
        ),
        (
            json!({"properties": {"a": {"type": "array", "items": []}}}),
            ErrorKind::Protocol,
            "`items`",
        ),
        (
            json!({"properties": {"a": {"type": "string", "minLength": -1}}}),
            ErrorKind::Protocol,
            "`minLength`",
        ),
        (
            json!({"properties": {"a": {"type": "number", "minimum": "1"}}}),
            ErrorKind::Protocol,
            "`minimum`",
        ),
        (
            json!({"properties": {"a": {}}, "required": "a"}),
            ErrorKind::Protocol,
            "`required`",
        ),
        (deep, ErrorKind::Protocol, "64 deep"),
    ] {
        let error = Schema::compile(&document).unwrap_err();
        assert_eq!(error.kind(), kind, "{document}");
        assert!(
            error.report().to_string().contains(part),
            "{}",
            error.report()
        );
    }
    let raw = Schema::compile(&json!({"allOf": [{}]})).unwrap_err();
    assert!(raw.hint_text().unwrap().contains("xed-full+json"));
}

#[test]
fn required_is_a_property_of_the_field() {
    let schema = Schema::compile(&document()).unwrap();
    let Kind::Object(local) = &schema.field("_local").unwrap().kind else {
        panic!()
    };
    assert!(local.get("kind").unwrap().required);
    assert!(!local.get("cards").unwrap().required);
}
