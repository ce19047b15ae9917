//! Rows that fit pass, and a row with one mistake has exactly that finding.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::random::{Place, Random, places, range, schema, value};
use super::support::check;
use crate::validate::{Findings, Format, Options};
use crate::xdm::Schema;

/// Puts one mistake into a row: where, and which rule it breaks.
fn spoil(random: &mut Random, row: &mut Value, schema: &Value) -> Option<(String, &'static str)> {
    let mut all = Vec::new();
    let top = Place {
        pointer: String::new(),
        path: String::new(),
        schema,
        required: false,
    };
    places(row, top, &mut all);
    let place = random.pick(&all).clone();
    let kind = place.schema["type"].as_str()?;
    let scalar = !matches!(kind, "object" | "array");
    // A row that is no object is told by the format, and tested there.
    let whole = place.pointer.is_empty();
    let mut put = |value: Value| *row.pointer_mut(&place.pointer).unwrap() = value;
    let rule = match random.below(8) {
        0 if place.required => {
            let (parent, name) = place.pointer.rsplit_once('/')?;
            row.pointer_mut(parent)?.as_object_mut()?.shift_remove(name);
            "required"
        }
        1 if place.required => {
            put(Value::Null);
            "required"
        }
        0 | 1 if place.schema["properties"].is_object() => {
            row.pointer_mut(&place.pointer)?
                .as_object_mut()?
                .insert("strange".into(), json!([{"a": 1}]));
            let dot = if place.path.is_empty() { "" } else { "." };
            return Some((format!("{}{dot}strange", place.path), "unknownField"));
        }
        2 if !whole => {
            put(if kind == "boolean" {
                json!("true")
            } else {
                json!(true)
            });
            "type"
        }
        3 if !whole => {
            put(if kind == "array" {
                json!({})
            } else {
                json!([1, [2]])
            });
            "type"
        }
        4 if scalar && !whole => {
            put(json!({"a": {}}));
            "type"
        }
        _ if kind == "integer" => {
            let (low, high) = range(place.schema["meta:xdmType"].as_str()?);
            match random.below(6) {
                0 => {
                    put(json!(1.5));
                    "type"
                }
                1 => {
                    put(json!("4,2"));
                    "type"
                }
                2 => {
                    put(json!(high + 1));
                    "range"
                }
                3 => {
                    put(json!(low - 1));
                    "range"
                }
                4 if place.schema["enum"].is_array() => {
                    put(json!(4));
                    "enum"
                }
                4 => {
                    let low = place.schema["minimum"].as_i64()?;
                    put(json!(low - 1));
                    "minimum"
                }
                _ => {
                    let high = place.schema["maximum"].as_i64()?;
                    put(json!(high + 1));
                    "maximum"
                }
            }
        }
        _ if kind == "number" => match random.below(3) {
            0 => {
                put(json!("1.5 "));
                "type"
            }
            1 => {
                let low = place.schema["minimum"].as_f64()?;
                put(json!(low - 0.5));
                "minimum"
            }
            _ => {
                let high = place.schema["maximum"].as_f64()?;
                put(json!(high + 0.5));
                "maximum"
            }
        },
        _ if place.schema["format"].is_string() => {
            put(json!(random.pick(&[
                "",
                "2020-02-30",
                "2020-02-30T00:00:00Z",
                "today",
                "2020-01-01T00:00:00"
            ])));
            "format"
        }
        _ if place.schema["enum"].is_array() => {
            put(json!("two  words"));
            "enum"
        }
        _ if place.schema["pattern"].is_string() => {
            put(json!(
                random.pick(&["", "AB12", "ab123", "AB1234", "AB123\n"])
            ));
            "pattern"
        }
        _ if kind == "string" => {
            if random.chance(50) {
                let low = place.schema["minLength"].as_u64().filter(|low| *low > 0)?;
                put(json!("é".repeat(low as usize - 1)));
                "minLength"
            } else {
                let high = place.schema["maxLength"].as_u64()?;
                put(json!("é".repeat(high as usize + 1)));
                "maxLength"
            }
        }
        _ => return None,
    };
    Some((place.path, rule))
}

fn one_finding(findings: &Findings, path: &str, rule: &str) -> Result<(), TestCaseError> {
    prop_assert_eq!(findings.findings.len(), 1, "{:#?}", findings.findings);
    let found = &findings.findings[0];
    prop_assert_eq!(
        (found.path.as_str(), found.rule.name()),
        (path, rule),
        "{}",
        found
    );
    prop_assert_eq!(findings.failed_rows, 1);
    prop_assert_eq!(findings.errors(), 1);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_mistake_is_one_finding(seed in any::<u64>()) {
        let random = &mut Random(seed);
        let document = schema(random, 3, false);
        let schema = Schema::compile(&document).unwrap();
        let mut rows: Vec<Value> = (0..3).map(|_| value(random, &document)).collect();
        let lines = |rows: &[Value]| rows.iter().map(|row| format!("{row}\n")).collect::<String>();
        let options = Options::default();

        let findings = check(lines(&rows).as_bytes(), Format::NdJson, &schema, &options);
        prop_assert!(findings.is_ok() && findings.counts.is_empty(), "{:#?}", findings);
        prop_assert_eq!(findings.rows, 3);

        let at = random.below(3) as usize;
        let Some((path, rule)) = spoil(random, &mut rows[at], &document) else { return Ok(()) };
        let findings = check(lines(&rows).as_bytes(), Format::NdJson, &schema, &options);
        one_finding(&findings, &path, rule)?;
        prop_assert_eq!(findings.findings[0].line, Some(at as u64 + 1));
        prop_assert_eq!(findings.findings[0].row, at as u64 + 1);

        let pretty = serde_json::to_string_pretty(&rows).unwrap();
        let findings = check(pretty.as_bytes(), Format::Json, &schema, &options);
        one_finding(&findings, &path, rule)?;
        prop_assert_eq!(findings.findings[0].row, at as u64 + 1);
    }

    #[test]
    fn one_mistake_in_csv_is_one_finding(seed in any::<u64>()) {
        let random = &mut Random(seed);
        let document = schema(random, 2, true);
        let schema = Schema::compile(&document).unwrap();
        let columns: Vec<String> = schema.leaves().map(|field| field.path.to_string()).collect();
        let cell = |value: Option<&Value>| match value {
            Some(Value::String(text)) => {
                format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\"\""))
            }
            Some(value) => value.to_string(),
            None => String::new(),
        };
        let write = |rows: &[Value]| {
            let mut text = columns.join(",") + "\r\n";
            for row in rows {
                let cells = columns.iter().map(|path| cell(row.pointer(&format!("/{}", path.replace('.', "/")))));
                text += &(cells.collect::<Vec<_>>().join(",") + "\r\n");
            }
            text
        };
        // Empty text is null in CSV, so leave such rows out; a lone empty column is a blank line.
        let empty = |row: &Value| {
            let mut all = Vec::new();
            let top = Place { pointer: String::new(), path: String::new(), schema: &document, required: false };
            places(row, top, &mut all);
            all.iter().any(|place| {
                let value = row.pointer(&place.pointer).unwrap();
                value == "" || value.as_object().is_some_and(serde_json::Map::is_empty)
            })
        };
        let mut rows: Vec<Value> = (0..3).map(|_| value(random, &document)).collect();
        if rows.iter().any(empty) {
            return Ok(());
        }
        let findings = check(write(&rows).as_bytes(), Format::Csv, &schema, &Options::default());
        prop_assert!(findings.is_ok(), "{:#?}\n{}", findings, write(&rows));

        let at = random.below(3) as usize;
        let Some((path, rule)) = spoil(random, &mut rows[at], &document) else { return Ok(()) };
        // What CSV can say: other values of fields, not other shapes.
        if matches!(rule, "type" | "required" | "unknownField") || rows.iter().any(empty) {
            return Ok(());
        }
        let findings = check(write(&rows).as_bytes(), Format::Csv, &schema, &Options::default());
        one_finding(&findings, &path, rule)?;
        prop_assert_eq!(findings.findings[0].row, at as u64 + 1);
    }
}
