//! What the generated types are tried on: the examples of the documents, and answers made from their schemas.

use serde_json::{Value, json};

use crate::codegen::document::{Operation, operations, resolve};

/// JSON that an operation is said to take or to give.
pub(super) struct Case {
    pub(super) api: String,
    pub(super) operation: String,
    /// `answer` or `body`
    pub(super) side: &'static str,
    pub(super) value: Value,
    /// Where it is from, for messages.
    pub(super) place: String,
}

/// The examples of a document in the form of 3.0, for the operations of the normalised one; and how many are no JSON.
pub(super) fn examples(api: &str, document: &Value, normal: &Value) -> (Vec<Case>, usize) {
    let mut found = Vec::new();
    let mut broken = 0;
    for operation in operations(document) {
        let mut add = |side: &'static str, media_type: &str, value: &Value, place: String| {
            let Some(value) = meant(value) else {
                broken += 1;
                return;
            };
            found.push(Case {
                api: api.to_owned(),
                operation: face(normal, &operation, side, media_type),
                side,
                value,
                place,
            });
        };
        let name = format!("{} {}", operation.method.to_uppercase(), operation.path);
        let body = through(document, &operation.value["requestBody"]);
        of_content(document, body, &mut |media_type, value| {
            add("body", media_type, value, format!("{name}, body"));
        });
        for (status, response) in operation.value["responses"]
            .as_object()
            .into_iter()
            .flatten()
        {
            if status.starts_with('2') {
                of_content(
                    document,
                    through(document, response),
                    &mut |media_type, value| {
                        add("answer", media_type, value, format!("{name}, {status}"));
                    },
                );
            }
        }
    }
    (found, broken)
}

fn through<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    value["$ref"]
        .as_str()
        .and_then(|target| resolve(document, target))
        .unwrap_or(value)
}

/// Examples of a media type; those of its schema if it has none itself.
fn of_content(document: &Value, holder: &Value, add: &mut dyn FnMut(&str, &Value)) {
    for (media_type, media) in holder["content"].as_object().into_iter().flatten() {
        let mut own = false;
        if let Some(value) = media.get("example") {
            add(media_type, value);
            own = true;
        }
        for (_, example) in media["examples"].as_object().into_iter().flatten() {
            let example = through(document, example);
            add(media_type, example.get("value").unwrap_or(example));
            own = true;
        }
        let schema = &media["schema"];
        if let Some(value) = through(document, schema).get("example").filter(|_| !own) {
            add(media_type, value);
        }
    }
}

/// The JSON of an example, which may be written as text.
fn meant(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => {
            serde_json::from_str(text).ok()
        }
        other => Some(other.clone()),
    }
}

/// The operation that takes a body of this media type, where an operation has several faces.
fn face(normal: &Value, operation: &Operation<'_>, side: &str, media_type: &str) -> String {
    let faces = operations(normal);
    let of_type = faces.iter().find(|face| {
        let path = face.path.split('#').next();
        path == Some(operation.path)
            && face.method == operation.method
            && face.path.contains('#')
            && face.value["x-aep-content-type"] == media_type
    });
    match of_type {
        Some(face) if side == "body" => face.id().to_owned(),
        _ => operation.id().to_owned(),
    }
}

/// Answers made from the schemas of a normalised document: as documented, and with each field dropped, mistyped, or joined
/// by one that nobody knows.
pub(super) fn made(api: &str, normal: &Value) -> Vec<Case> {
    let mut found = Vec::new();
    for operation in operations(normal) {
        let schema = &operation.value["responses"]["2XX"]["content"]["application/json"]["schema"];
        if schema.is_null() {
            continue;
        }
        let whole = sample(normal, schema, 0);
        let mut places = Vec::new();
        fields(&whole, "", &mut places);
        let mut add = |value: Value, what: String| {
            found.push(Case {
                api: api.to_owned(),
                operation: operation.id().to_owned(),
                side: "answer",
                value,
                place: format!("answer of {}, {what}", operation.id()),
            });
        };
        for place in &places {
            for (what, change) in CHANGES {
                let mut value = whole.clone();
                change(&mut value, place);
                add(value, format!("{place} {what}"));
            }
        }
        add(whole, "whole".to_owned());
    }
    found
}

type Change = fn(&mut Value, &str);

const CHANGES: [(&str, Change); 3] = [
    ("dropped", |value, place| {
        if let Some((above, name)) = place.rsplit_once('/')
            && let Some(fields) = value.pointer_mut(above).and_then(Value::as_object_mut)
        {
            fields.shift_remove(name);
        }
    }),
    ("mistyped", |value, place| {
        if let Some(field) = value.pointer_mut(place) {
            *field = match field {
                Value::Object(_) | Value::Array(_) => json!("something else"),
                _ => json!({"something": ["else"]}),
            };
        }
    }),
    ("joined", |value, place| {
        if let Some((above, _)) = place.rsplit_once('/')
            && let Some(fields) = value.pointer_mut(above).and_then(Value::as_object_mut)
        {
            fields.insert("somethingNew".to_owned(), json!({"a": [null, 1.5, ""]}));
        }
    }),
];

/// The pointers of fields in `value`, at most so many that a document stays quick.
fn fields(value: &Value, place: &str, found: &mut Vec<String>) {
    const MOST: usize = 60;
    match value {
        Value::Object(all) => {
            for (name, below) in all {
                if found.len() < MOST && !name.contains(['/', '~']) {
                    let place = format!("{place}/{name}");
                    found.push(place.clone());
                    fields(below, &place, found);
                }
            }
        }
        Value::Array(elements) => {
            if let Some(first) = elements.first() {
                fields(first, &format!("{place}/0"), found);
            }
        }
        _ => {}
    }
}

/// A value that a normalised schema describes.
fn sample(document: &Value, schema: &Value, depth: usize) -> Value {
    let schema = through(document, schema);
    if depth > 6 {
        return Value::Null;
    }
    match schema["type"].as_str() {
        Some("object") => {
            let mut fields = serde_json::Map::new();
            for (name, below) in schema["properties"].as_object().into_iter().flatten() {
                fields.insert(name.clone(), sample(document, below, depth + 1));
            }
            let more = &schema["additionalProperties"];
            if fields.is_empty() && more.is_object() {
                fields.insert("key".to_owned(), sample(document, more, depth + 1));
            }
            Value::Object(fields)
        }
        Some("array") => json!([sample(document, &schema["items"], depth + 1)]),
        Some("string") => json!("text"),
        Some("integer") => json!(7),
        Some("number") => json!(7.25),
        Some("boolean") => json!(true),
        _ => json!({"any": [1, null]}),
    }
}

/// The first field of `before` that `after` has lost, if any.
///
/// `"7"` and `7` are one value, and so are a list of one and the one. What is sent leaves out what is `null` or empty.
pub(super) fn lost(before: &Value, after: &Value, sent: bool, place: &str) -> Option<String> {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => before.iter().find_map(|(name, value)| {
            let place = format!("{place}/{name}");
            match after.get(name) {
                Some(after) => lost(value, after, sent, &place),
                None if sent && is_empty(value) => None,
                None => Some(place),
            }
        }),
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => before
            .iter()
            .zip(after)
            .enumerate()
            .find_map(|(at, (before, after))| lost(before, after, sent, &format!("{place}/{at}"))),
        (single, Value::Array(after)) if after.len() == 1 && !single.is_array() => {
            lost(single, &after[0], sent, place)
        }
        (before, after) if same(before, after) => None,
        // a secret that is no text is kept as the text of its JSON
        (before, Value::String(after))
            if serde_json::from_str(after).ok().as_ref() == Some(before) =>
        {
            None
        }
        _ => Some(place.to_owned()),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(elements) => elements.is_empty(),
        Value::Object(fields) => fields.values().all(is_empty),
        _ => false,
    }
}

fn same(before: &Value, after: &Value) -> bool {
    let text = |value: &Value| match value {
        Value::String(text) => text.trim().to_lowercase(),
        other => other.to_string(),
    };
    let number = |value: &Value| text(value).parse::<f64>().ok();
    match (before, after) {
        (Value::Array(_) | Value::Object(_), _) | (_, Value::Array(_) | Value::Object(_)) => {
            before == after
        }
        _ => {
            text(before) == text(after)
                || (number(before).is_some() && number(before) == number(after))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_is_found_and_what_is_spelled_otherwise_is_not() {
        let before = json!({"a": {"b": [1, "2", {"c": null}]}, "d": "x", "e": 1.0, "f": []});
        let after = json!({"a": {"b": [1.0, 2, {"c": null}]}, "d": ["x"], "e": 1, "f": []});
        assert_eq!(lost(&before, &after, false, ""), None);
        let after = json!({"a": {"b": [1, 2, {}]}, "d": "x", "e": 1});
        assert_eq!(
            lost(&before, &after, false, ""),
            Some("/a/b/2/c".to_owned())
        );
        assert_eq!(lost(&before, &after, true, ""), None);
        assert_eq!(
            lost(&json!({"a": "x"}), &json!({"a": "y"}), true, ""),
            Some("/a".to_owned())
        );
    }

    #[test]
    fn examples_are_found_wherever_they_stand() {
        let document = json!({
            "paths": {"/x": {"post": {
                "operationId": "postX",
                "requestBody": {"content": {"application/json": {"examples": {"one": {"value": {"a": 1}}}}}},
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}},
                    "201": {"content": {"application/json": {"example": "{\"b\": "}}},
                    "404": {"content": {"application/json": {"example": {"error": 1}}}}
                }
            }}},
            "components": {"schemas": {"A": {"type": "object", "example": {"c": 1}}}}
        });
        let (found, broken) = examples("a", &document, &document);
        let found: Vec<_> = found.iter().map(|case| (case.side, &case.value)).collect();
        assert_eq!(
            found,
            [("body", &json!({"a": 1})), ("answer", &json!({"c": 1}))]
        );
        assert_eq!(broken, 1);
    }

    #[test]
    fn every_field_is_dropped_mistyped_and_joined_once() {
        let normal = json!({"paths": {"/x": {"get": {"operationId": "getX", "responses": {"2XX": {"content": {
            "application/json": {"schema": {"type": "array", "items": {"type": "object", "properties": {
                "a": {"type": "string"}, "b": {"type": "object", "properties": {"c": {"type": "integer"}}}
            }}}}
        }}}}}}});
        let cases = made("a", &normal);
        assert_eq!(cases.len(), 3 * 3 + 1);
        assert_eq!(cases[0].value, json!([{"b": {"c": 7}}]));
        assert_eq!(
            cases[1].value,
            json!([{"a": {"something": ["else"]}, "b": {"c": 7}}])
        );
        assert_eq!(cases[6].place, "answer of getX, /0/b/c dropped");
    }
}
