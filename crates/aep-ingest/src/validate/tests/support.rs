//! The demo schemas, and files to check.

use std::io::Write;

use serde_json::{Value, json};

use crate::validate::{Findings, Format, Options, file};
use crate::xdm::Schema;

/// One field: `("_local.points", json)`; nested names make objects.
pub(crate) fn object(fields: Value) -> Value {
    json!({"type": "object", "meta:xdmType": "object", "properties": fields})
}

pub(crate) fn string() -> Value {
    json!({"type": "string", "meta:xdmType": "string"})
}

pub(crate) fn typed(xdm: &str) -> Value {
    let json = match xdm {
        "string" | "date" | "date-time" => "string",
        "number" => "number",
        "boolean" => "boolean",
        _ => "integer",
    };
    json!({"type": json, "meta:xdmType": xdm})
}

/// The schema of the dataset `Loyalty Members`.
pub(crate) fn members() -> Schema {
    let mut local = object(json!({
        "memberId": {"type": "string", "meta:xdmType": "string", "pattern": "^M[0-9]{8}$"},
        "tier": {"type": "string", "meta:xdmType": "string", "enum": ["bronze", "silver", "gold", "platinum"]},
        "points": {"type": "integer", "meta:xdmType": "int", "minimum": 0},
        "lifetimeValue": typed("number"),
        "joinedOn": {"type": "string", "meta:xdmType": "date", "format": "date"},
        "lastActivity": {"type": "string", "meta:xdmType": "date-time", "format": "date-time"},
        "active": typed("boolean"),
        "preferences": {"type": "object", "meta:xdmType": "map", "additionalProperties": string()},
        "favouriteStores": {"type": "array", "meta:xdmType": "array", "items": string()},
        "cards": {"type": "array", "meta:xdmType": "array", "items": object(json!({
            "number": string(),
            "issuedOn": {"type": "string", "meta:xdmType": "date", "format": "date"},
            "points": typed("long"),
        }))},
        "visits": typed("short"),
        "level": typed("byte"),
    }));
    local["required"] = json!(["memberId"]);
    let mut root = object(json!({
        "_id": string(),
        "person": object(json!({
            "name": object(json!({"firstName": string(), "lastName": string()})),
            "birthDate": {"type": "string", "meta:xdmType": "date", "format": "date"},
        })),
        "homeAddress": object(json!({"street1": string(), "city": string()})),
        "identityMap": {"type": "object", "meta:xdmType": "map", "additionalProperties":
            {"type": "array", "items": object(json!({
                "id": string(),
                "authenticatedState": {"type": "string", "enum": ["ambiguous", "authenticated", "loggedOut"]},
                "primary": typed("boolean"),
            }))}},
        "_local": local,
    }));
    root["required"] = json!(["_id"]);
    root["title"] = json!("Loyalty Members");
    root["$id"] = json!("https://ns.adobe.com/local/schemas/members");
    Schema::compile(&root).unwrap()
}

/// A schema of the single field `v`.
pub(crate) fn one(field: Value) -> Schema {
    Schema::compile(&object(json!({"v": field}))).unwrap()
}

pub(crate) fn check(bytes: &[u8], format: Format, schema: &Schema, options: &Options) -> Findings {
    let mut temporary = tempfile::NamedTempFile::new().unwrap();
    temporary.write_all(bytes).unwrap();
    temporary.flush().unwrap();
    let findings = file(temporary.path(), format, schema, options).unwrap();
    consistent(&findings, options);
    findings
}

/// What holds for the findings of any file.
fn consistent(findings: &Findings, options: &Options) {
    assert!(findings.failed_rows <= findings.rows, "{findings:?}");
    assert_eq!(findings.is_ok(), findings.to_error().is_none());
    for finding in &findings.findings {
        let line = finding.to_string();
        assert!(!line.contains('\n') && line.chars().count() < 700, "{line}");
        assert!(finding.found.chars().count() <= 900, "{line}");
        assert!(finding.row <= findings.rows, "{line}");
    }
    for count in &findings.counts {
        let shown = findings
            .findings
            .iter()
            .filter(|f| f.rule == count.rule)
            .count();
        assert!(shown > 0 || options.max_examples == 0, "{count:?}");
        assert!(count.count > 0);
    }
}

/// Path and rule of every example.
pub(crate) fn brief(findings: &Findings) -> Vec<(&str, &'static str)> {
    findings
        .findings
        .iter()
        .map(|f| (f.path.as_str(), f.rule.name()))
        .collect()
}
