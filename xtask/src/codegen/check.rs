//! What has to be right in a document before any pass looks at it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::codegen::document::{Operation, operations, resolve};
use crate::codegen::table::rust_name;
use crate::error::{Error, Result};

/// Fails with the first thing that is wrong, naming the file and the place in it.
pub(crate) fn check(file: &Path, document: &Value) -> Result<()> {
    let at = |place: &str, what: &str| Error::new(format!("{}: {place}: {what}", file.display()));
    let version = document["openapi"].as_str().unwrap_or_default();
    if !version.starts_with("3.0.") {
        return Err(at("openapi", &format!("expected 3.0.x, found `{version}`")));
    }
    references(document, document, "#").map_err(|(place, what)| at(&place, &what))?;
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for operation in operations(document) {
        let place = format!("{} {}", operation.method.to_uppercase(), operation.path);
        let id = operation.id();
        if id.is_empty() {
            return Err(at(&place, "no operationId"));
        }
        if let Some(other) = names.insert(rust_name(id), place.clone()) {
            return Err(at(
                &place,
                &format!("operationId `{id}` is taken by {other}"),
            ));
        }
        path_parameters(document, &operation).map_err(|what| at(&place, &what))?;
        let success = |status: &String| status.starts_with('2');
        if !operation.value["responses"]
            .as_object()
            .is_some_and(|all| all.keys().any(success))
        {
            return Err(at(&place, "no response says what success looks like"));
        }
    }
    Ok(())
}

/// Our extensions: a misspelt one would do nothing, silently.
const EXTENSIONS: [&str; 9] = [
    "x-aep-safety",
    "x-aep-reads",
    "x-aep-faces",
    "x-aep-face-summary",
    "x-aep-list",
    "x-aep-empty",
    "x-aep-slashes",
    "x-aep-raw",
    "x-aep-read-as",
];

/// The first reference that leads nowhere, or extension that nobody knows.
fn references(document: &Value, value: &Value, place: &str) -> Result<(), (String, String)> {
    match value {
        Value::Object(fields) => {
            for (key, below) in fields {
                match below {
                    Value::String(target) if key == "$ref" => {
                        if resolve(document, target).is_none() {
                            return Err((place.to_owned(), format!("nothing is at `{target}`")));
                        }
                    }
                    _ if key.starts_with("x-aep-") && !EXTENSIONS.contains(&key.as_str()) => {
                        return Err((
                            place.to_owned(),
                            format!("`{key}` is not an extension of ours"),
                        ));
                    }
                    // an example may hold anything
                    _ if ["example", "examples"].contains(&key.as_str()) => {}
                    below => {
                        let key = key.replace('~', "~0").replace('/', "~1");
                        references(document, below, &format!("{place}/{key}"))?;
                    }
                }
            }
            Ok(())
        }
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .try_for_each(|(at, below)| references(document, below, &format!("{place}/{at}"))),
        _ => Ok(()),
    }
}

/// Whether the placeholders of the path and the path parameters are the same.
fn path_parameters(document: &Value, operation: &Operation<'_>) -> Result<(), String> {
    let declared: BTreeSet<&str> = operation
        .parameters()
        .map(|parameter| {
            parameter["$ref"]
                .as_str()
                .and_then(|target| resolve(document, target))
                .unwrap_or(parameter)
        })
        .filter(|parameter| parameter["in"] == "path")
        .filter_map(|parameter| parameter["name"].as_str())
        .collect();
    let used: BTreeSet<&str> = operation
        .path
        .split('{')
        .skip(1)
        .filter_map(|after| after.split_once('}'))
        .map(|(name, _)| name)
        .collect();
    match (
        used.difference(&declared).next(),
        declared.difference(&used).next(),
    ) {
        (Some(name), _) => Err(format!("path parameter `{name}` is not declared")),
        (None, Some(name)) => Err(format!("parameter `{name}` is not in the path")),
        (None, None) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn message(document: &Value) -> String {
        check(Path::new("spec/a.yaml"), document)
            .unwrap_err()
            .to_string()
    }

    fn with(paths: Value) -> Value {
        let mut document = json!({"openapi": "3.0.3", "components": {}});
        document["paths"] = paths;
        document
    }

    #[test]
    fn a_good_document_passes() {
        let document = with(json!({"/x/{id}": {
            "parameters": [{"name": "id", "in": "path"}],
            "get": {"operationId": "getX", "responses": {"200": {}}}
        }}));
        check(Path::new("spec/a.yaml"), &document).unwrap();
    }

    #[test]
    fn a_reference_that_leads_nowhere_is_named_with_its_place() {
        let document = with(json!({"/x": {"get": {"responses": {
            "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/No"}}}}
        }}}}));
        assert_eq!(
            message(&document),
            "spec/a.yaml: #/paths/~1x/get/responses/200/content/application~1json/schema: \
             nothing is at `#/components/schemas/No`"
        );
    }

    #[test]
    fn a_misspelt_extension_is_named() {
        let document = with(json!({"/x": {"post": {"x-aep-safty": "repeatable"}}}));
        assert_eq!(
            message(&document),
            "spec/a.yaml: #/paths/~1x/post: `x-aep-safty` is not an extension of ours"
        );
    }

    #[test]
    fn operations_need_a_name_of_their_own() {
        let ok = json!({"200": {}});
        let document = with(json!({
            "/x": {"get": {"operationId": "getX", "responses": ok}},
            "/y": {"get": {"operationId": "get_x", "responses": ok}}
        }));
        assert_eq!(
            message(&document),
            "spec/a.yaml: GET /y: operationId `get_x` is taken by GET /x"
        );
        let document = with(json!({"/x": {"get": {"responses": ok}}}));
        assert_eq!(message(&document), "spec/a.yaml: GET /x: no operationId");
    }

    #[test]
    fn placeholders_and_parameters_have_to_agree() {
        let operation = json!({"operationId": "getX", "responses": {"200": {}}});
        let document = with(json!({"/x/{id}": {"get": operation}}));
        assert_eq!(
            message(&document),
            "spec/a.yaml: GET /x/{id}: path parameter `id` is not declared"
        );
        let document =
            with(json!({"/x": {"get": operation, "parameters": [{"name": "id", "in": "path"}]}}));
        assert_eq!(
            message(&document),
            "spec/a.yaml: GET /x: parameter `id` is not in the path"
        );
    }

    #[test]
    fn other_versions_and_missing_successes_are_refused() {
        assert_eq!(
            message(&json!({"openapi": "3.1.0"})),
            "spec/a.yaml: openapi: expected 3.0.x, found `3.1.0`"
        );
        let document =
            with(json!({"/x": {"get": {"operationId": "getX", "responses": {"404": {}}}}}));
        assert_eq!(
            message(&document),
            "spec/a.yaml: GET /x: no response says what success looks like"
        );
    }
}
