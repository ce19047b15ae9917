//! Splits an operation with two faces into two operations.
//!
//! progenitor knows one request media type and one kind of answer per operation. Catalog's PATCH of a
//! dataset takes a partial object or a JSON Patch; Data Access answers the same GET with a listing or
//! with the bytes of a file. Each further face becomes an operation of its own, named by the document:
//!
//! ```yaml
//! x-aep-faces:
//!   application/octet-stream: retrieveDatasetFileContent
//! ```
//!
//! A request media type that the document does not name gets a name made from it. The copy lives under
//! the same path with `#name` behind it, which keeps the key unique and never reaches the wire.

use serde_json::{Map, Value};

use crate::codegen::document::METHODS;

pub(super) fn run(document: &mut Value) -> usize {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return 0;
    };
    let mut count = 0;
    let mut split = Map::new();
    for (path, mut item) in std::mem::take(paths) {
        let mut copies = Vec::new();
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if METHODS.contains(&method.as_str()) {
                for (media_type, name) in faces(operation) {
                    copies.push((
                        method.clone(),
                        name.clone(),
                        copy(operation, &media_type, &name),
                    ));
                    forget(operation, &media_type);
                }
                if let Some(fields) = operation.as_object_mut() {
                    fields.remove("x-aep-faces");
                }
            }
        }
        let shared = item.get("parameters").cloned();
        split.insert(path.clone(), item);
        for (method, name, operation) in copies {
            let mut item = Map::new();
            if let Some(shared) = &shared {
                item.insert("parameters".to_owned(), shared.clone());
            }
            item.insert(method, operation);
            split.insert(format!("{path}#{name}"), Value::Object(item));
            count += 1;
        }
    }
    *paths = split;
    count
}

/// The media types that become operations of their own, with the names of those operations.
fn faces(operation: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (media_type, name) in operation["x-aep-faces"].as_object().into_iter().flatten() {
        found.push((
            media_type.clone(),
            name.as_str().unwrap_or_default().to_owned(),
        ));
    }
    let bodies = operation["requestBody"]["content"].as_object();
    for media_type in bodies.into_iter().flat_map(Map::keys).skip(1) {
        if !found.iter().any(|(known, _)| known == media_type) {
            let id = operation["operationId"].as_str().unwrap_or_default();
            found.push((media_type.clone(), format!("{id}As{}", pascal(media_type))));
        }
    }
    found
}

/// `application/json-patch+json` to `JsonPatchJson`.
fn pascal(media_type: &str) -> String {
    let subtype = media_type
        .split_once('/')
        .map_or(media_type, |(_, subtype)| subtype);
    subtype
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter_map(|word| word.split_at_checked(1))
        .map(|(first, rest)| first.to_ascii_uppercase() + rest)
        .collect()
}

/// The operation with only `media_type` left wherever it is offered.
fn copy(operation: &Value, media_type: &str, name: &str) -> Value {
    let mut copy = operation.clone();
    if let Some(fields) = copy.as_object_mut() {
        fields.remove("x-aep-faces");
        fields.insert("operationId".to_owned(), Value::from(name));
        if let Some(Value::String(summary)) = fields.get("x-aep-face-summary").cloned() {
            fields.insert("summary".to_owned(), Value::from(summary));
        }
        fields.remove("x-aep-face-summary");
    }
    for content in contents(&mut copy) {
        if content.contains_key(media_type) {
            content.retain(|key, _| key == media_type);
        }
    }
    copy
}

/// Takes `media_type` away; an answer that has nothing else goes with it.
fn forget(operation: &mut Value, media_type: &str) {
    if let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    {
        responses.retain(|_, response| {
            let content = response["content"].as_object();
            !content.is_some_and(|content| content.len() == 1 && content.contains_key(media_type))
        });
    }
    for content in contents(operation) {
        if content.len() > 1 {
            content.remove(media_type);
        }
    }
    if let Some(fields) = operation.as_object_mut() {
        fields.remove("x-aep-face-summary");
    }
}

fn contents(operation: &mut Value) -> Vec<&mut Map<String, Value>> {
    let mut found = Vec::new();
    for (key, value) in operation.as_object_mut().into_iter().flatten() {
        match key.as_str() {
            "requestBody" => found.extend(value.get_mut("content").and_then(Value::as_object_mut)),
            "responses" => {
                for response in value.as_object_mut().into_iter().flat_map(Map::values_mut) {
                    found.extend(response.get_mut("content").and_then(Value::as_object_mut));
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_listing_and_a_download_become_two_operations() {
        super::super::expect(
            super::run,
            json!({"paths": {"/files/{id}": {"get": {
                "operationId": "getFile",
                "x-aep-faces": {"application/octet-stream": "getFileContent"},
                "responses": {
                    "200": {"content": {"application/json": {"schema": {}}, "application/octet-stream": {"schema": {}}}},
                    "206": {"content": {"application/octet-stream": {"schema": {}}}}
                }
            }}}}),
            1,
            &json!({"paths": {
                "/files/{id}": {"get": {
                    "operationId": "getFile",
                    "responses": {"200": {"content": {"application/json": {"schema": {}}}}}
                }},
                "/files/{id}#getFileContent": {"get": {
                    "operationId": "getFileContent",
                    "responses": {
                        "200": {"content": {"application/octet-stream": {"schema": {}}}},
                        "206": {"content": {"application/octet-stream": {"schema": {}}}}
                    }
                }}
            }}),
        );
    }

    #[test]
    fn a_second_request_media_type_gets_a_name_of_its_own() {
        let mut document = json!({"paths": {"/x": {"patch": {
            "operationId": "patchX",
            "requestBody": {"content": {"application/json": {}, "application/json-patch+json": {}}}
        }}}});
        assert_eq!(super::run(&mut document), 1);
        let copy = &document["paths"]["/x#patchXAsJsonPatchJson"]["patch"];
        assert_eq!(copy["operationId"], "patchXAsJsonPatchJson");
        assert_eq!(
            copy["requestBody"]["content"],
            json!({"application/json-patch+json": {}})
        );
    }
}
