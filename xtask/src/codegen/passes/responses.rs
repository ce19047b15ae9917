//! Leaves one answer per operation: every success, as `2XX`.
//!
//! Errors are read by one hand-written reader for all services, so their shapes are for the documents and
//! the emulator, not for the generated code. Successes are merged because progenitor wants one type, and
//! because a service that answers 200 where its document says 201 has still done the work. Bytes win over
//! JSON; a body that may be missing (`x-aep-empty: true`, or one success with and one without), or that has several
//! shapes, becomes any JSON value.

use serde_json::{Map, Value, json};

use super::JSON;
use crate::codegen::document::operations_mut;

pub(super) fn run(document: &mut Value) -> usize {
    let mut count = 0;
    operations_mut(document, |_, method, operation| {
        let Some(responses) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        else {
            return;
        };
        let merged = merge(method, responses);
        if responses.len() != 1 || responses.get("2XX") != Some(&merged) {
            count += responses
                .keys()
                .filter(|status| status.as_str() != "2XX")
                .count()
                .max(1);
            *responses = Map::from_iter([("2XX".to_owned(), merged)]);
        }
    });
    count
}

fn merge(method: &str, responses: &Map<String, Value>) -> Value {
    let mut schemas: Vec<&Value> = Vec::new();
    let (mut empty, mut bytes) = (false, false);
    let successes = responses
        .iter()
        .filter(|(status, _)| status.starts_with('2'));
    let mut description = "";
    for (_, response) in successes {
        if description.is_empty() {
            description = response["description"].as_str().unwrap_or_default();
        }
        let content = &response["content"];
        empty |= response["x-aep-empty"] == true;
        bytes |= content.get("application/octet-stream").is_some();
        match content
            .get("application/json")
            .map(|media| &media["schema"])
        {
            Some(schema) if schemas.contains(&schema) => {}
            Some(schema) => schemas.push(schema),
            None => empty = true,
        }
    }
    let content = match (method, bytes, schemas.as_slice()) {
        ("head", _, _) | (_, false, []) => None,
        (_, true, _) => Some(
            json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}),
        ),
        (_, false, [one]) if !empty => Some(json!({"application/json": {"schema": one}})),
        (_, false, [_]) => {
            Some(json!({"application/json": {"schema": {JSON: "a body that may be missing"}}}))
        }
        (_, false, _) => Some(json!({"application/json": {"schema": {JSON: "several bodies"}}})),
    };
    let mut merged = Map::from_iter([("description".to_owned(), Value::from(description))]);
    if let Some(content) = content {
        merged.insert("content".to_owned(), content);
    }
    Value::Object(merged)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn successes_are_merged_and_errors_go() {
        let body = json!({"application/json": {"schema": {"$ref": "#/components/schemas/Batch"}}});
        super::super::expect(
            super::run,
            json!({"paths": {
                "/a": {"post": {"responses": {
                    "200": {"description": "done", "content": body},
                    "201": {"description": "made", "content": body},
                    "404": {"description": "no", "content": body}
                }}},
                "/b": {"post": {"responses": {"200": {"description": "done", "content": body}, "204": {"description": "done"}}}},
                "/d": {"post": {"responses": {"200": {"description": "done", "x-aep-empty": true, "content": body}}}},
                "/c": {"head": {"responses": {"200": {"description": "there", "content": body}}}}
            }}),
            7,
            &json!({"paths": {
                "/a": {"post": {"responses": {"2XX": {"description": "done", "content": body}}}},
                "/b": {"post": {"responses": {"2XX": {"description": "done", "content": {"application/json": {"schema": {"x-aep-json": "a body that may be missing"}}}}}}},
                "/d": {"post": {"responses": {"2XX": {"description": "done", "content": {"application/json": {"schema": {"x-aep-json": "a body that may be missing"}}}}}}},
                "/c": {"head": {"responses": {"2XX": {"description": "there"}}}}
            }}),
        );
    }
}
