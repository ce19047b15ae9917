//! What is read, and what of it is written again.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::SecretText;

#[derive(Debug, Default, PartialEq, serde::Serialize)]
struct Row {
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rows: Vec<String>,
    #[serde(skip_serializing_if = "Keyed::is_empty")]
    tags: Keyed<String, Vec<String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    below: Vec<Row>,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl Read for Row {
    fn check(value: &Value) -> Result<(), Misfit> {
        Fields::check(value)
    }

    fn read(value: Value) -> Option<Self> {
        let mut fields = Fields::of(value)?;
        Some(Self {
            length: fields.take("length"),
            share: fields.take("share"),
            version: fields.take("version"),
            header: fields.take("header"),
            rows: fields.take("rows"),
            tags: fields.take("tags"),
            below: fields.take("below"),
            extra: fields.rest(),
        })
    }
}

fn row(value: Value) -> Row {
    whole(value).unwrap()
}

#[test]
fn numbers_are_read_from_strings_and_strings_from_numbers() {
    let row = row(json!({
        "length": "249058", "share": "12.5", "version": 3, "header": "True", "rows": [1, "2-4"]
    }));
    assert_eq!(
        row,
        Row {
            length: Some(249_058),
            share: Some(12.5),
            version: Some("3".to_owned()),
            header: Some(true),
            rows: vec!["1".to_owned(), "2-4".to_owned()],
            ..Row::default()
        }
    );
}

#[test]
fn null_and_nothing_are_read_alike_and_written_as_they_came() {
    let nulls = json!({"length": null, "rows": [], "tags": {}, "below": null});
    let read = row(nulls.clone());
    assert_eq!(
        (read.length, read.rows.len(), read.below.len()),
        (None, 0, 0)
    );
    assert_eq!(serde_json::to_value(&read).unwrap(), nulls);
    assert_eq!(row(json!({})), Row::default());
}

#[test]
fn a_field_that_cannot_be_meant_costs_that_field_and_is_kept() {
    let sent = json!({
        "length": "many", "share": 0.5, "version": {"major": 1}, "header": 2, "rows": "1",
        "tags": {"good": ["a"], "bad": {"no": 5}}, "below": [{"length": 5.5}, 3], "new": [1]
    });
    let read = row(sent.clone());
    assert_eq!(read.share, Some(0.5));
    assert_eq!(read.rows, ["1"]);
    assert_eq!(read.tags.get("good").unwrap(), &["a"]);
    assert_eq!(read.tags.others()["bad"]["no"], 5);
    let kept: Vec<_> = read.extra.keys().map(String::as_str).collect();
    assert_eq!(kept, ["length", "version", "header", "below", "new"]);
    let mut written = serde_json::to_value(&read).unwrap();
    written["rows"] = json!("1");
    assert_eq!(written, sent);
}

#[test]
fn an_answer_that_is_something_else_is_refused_with_its_place() {
    let misfit = whole::<Vec<Row>>(json!([{}, {"below": 1}, "x"])).unwrap_err();
    assert_eq!(misfit.place, "[2]");
    assert_eq!(misfit.to_string(), "expected an object, found \"x\"");
    let misfit = whole::<Row>(json!([])).unwrap_err();
    assert_eq!(misfit.to_string(), "expected an object, found a list");
}

#[test]
fn a_secret_that_is_no_text_does_not_end_where_it_can_be_printed() {
    for sent in [json!(5), json!({"token": "hidden"})] {
        let mut fields = Fields::of(json!({"secret": sent})).unwrap();
        let secret: Option<SecretText> = fields.take("secret");
        assert_eq!(secret.unwrap().expose(), sent.to_string());
        assert!(fields.rest().is_empty());
    }
}

/// JSON of any shape, with the names of the fields in it.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z0-9. ]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |below| {
        prop_oneof![
            prop::collection::vec(below.clone(), 0..4).prop_map(Value::from),
            object(below),
        ]
    })
}

fn object(below: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        Just("length"),
        Just("share"),
        Just("version"),
        Just("header"),
        Just("rows"),
        Just("tags"),
        Just("below"),
        Just("other")
    ];
    prop::collection::vec((name, below), 0..6).prop_map(|fields| {
        let fields = fields.into_iter();
        Value::Object(
            fields
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    })
}

proptest! {
    #[test]
    fn an_object_is_always_read_and_no_field_of_it_is_lost(value in object(anything())) {
        let written = serde_json::to_value(row(value.clone())).unwrap();
        let names = |value: &Value| {
            let mut names: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
            names.sort();
            names
        };
        prop_assert_eq!(names(&written), names(&value));
        // what was read once is read in the same way again
        prop_assert_eq!(serde_json::to_value(row(written.clone())).unwrap(), written);
    }
}
