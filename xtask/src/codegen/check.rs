//! What has to be right in a document before any pass looks at it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::codegen::document::{Operation, operations, resolve, schema_ref, size};
use crate::codegen::load::{Document, NODES};
use crate::codegen::passes::{is_named, set_by_transport};
use crate::codegen::table::rust_name;
use crate::error::Result;

/// Fails with the first thing that is wrong, naming the file, the line and the place in it.
pub(crate) fn check(document: &Document) -> Result<()> {
    let value = &document.value;
    let version = value["openapi"].as_str().unwrap_or_default();
    if !version.starts_with("3.0.") {
        return Err(document.error("#/openapi", &format!("expected 3.0.x, found `{version}`")));
    }
    references(value, value, "#").map_err(|(place, what)| document.error(&place, &what))?;
    let mut left = NODES;
    growth(value, value, &mut left).map_err(|what| document.error("#", &what))?;
    circles(value).map_err(|(place, what)| document.error(&place, &what))?;
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for operation in operations(value) {
        let place = format!("{} {}", operation.method.to_uppercase(), operation.path);
        let at = |what: &str| {
            let path = operation.path.replace('~', "~0").replace('/', "~1");
            let pointer = format!("#/paths/{path}/{}", operation.method);
            document.error_at(&pointer, &place, what)
        };
        let id = operation.id();
        if id.is_empty() {
            return Err(at("no operationId"));
        }
        if let Some(other) = names.insert(rust_name(id), place.clone()) {
            return Err(at(&format!("operationId `{id}` is taken by {other}")));
        }
        bodies(value, &operation).map_err(|what| at(&what))?;
        path_parameters(value, &operation).map_err(|what| at(&what))?;
        arguments(value, &operation).map_err(|what| at(&what))?;
        let success = |status: &String| status.starts_with('2');
        if !operation.value["responses"]
            .as_object()
            .is_some_and(|all| all.keys().any(success))
        {
            return Err(at("no response says what success looks like"));
        }
    }
    Ok(())
}

/// Our extensions: a misspelt one would do nothing, silently.
const EXTENSIONS: [&str; 10] = [
    "x-aep-safety",
    "x-aep-reads",
    "x-aep-faces",
    "x-aep-face-summary",
    "x-aep-list",
    "x-aep-empty",
    "x-aep-slashes",
    "x-aep-raw",
    "x-aep-read-as",
    // left by the passes that bring a document to 3.0
    super::passes::JSON,
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

/// Fails if references to anything but schemas, which are put where they are used, make a document out of bounds.
fn growth(document: &Value, value: &Value, left: &mut usize) -> Result<(), String> {
    let below: Box<dyn Iterator<Item = &Value>> = match value {
        Value::Object(fields) => {
            if let Some(target) = fields.get("$ref").and_then(Value::as_str)
                && !is_named(document, value)
                && let Some(found) = resolve(document, target)
            {
                *left = left.checked_sub(size(found).0).ok_or_else(|| {
                    format!("with what is at `{target}` in all places that refer to it the document would hold more than {NODES} values")
                })?;
            }
            Box::new(fields.values())
        }
        Value::Array(elements) => Box::new(elements.iter()),
        _ => return Ok(()),
    };
    for below in below {
        growth(document, below, left)?;
    }
    Ok(())
}

/// The first schema that is composed of itself: no value could ever be one.
fn circles(document: &Value) -> Result<(), (String, String)> {
    let schemas = document["components"]["schemas"].as_object();
    let mut settled = BTreeSet::new();
    for (name, _) in schemas.into_iter().flatten() {
        // the schemas that are being looked at, each in the one before, with those that are left to look at
        let mut open = vec![(name.as_str(), composed_of(document, name))];
        let mut names = BTreeSet::from([name.as_str()]);
        while let Some((current, left)) = open.last_mut() {
            let current = *current;
            match left.pop() {
                Some(next) if names.contains(next) => {
                    let name = next.replace('~', "~0").replace('/', "~1");
                    let place = format!("#/components/schemas/{name}");
                    return Err((place, "the schema is composed of itself".to_owned()));
                }
                Some(next) if settled.contains(next) => {}
                Some(next) => {
                    names.insert(next);
                    open.push((next, composed_of(document, next)));
                }
                None => {
                    names.remove(current);
                    settled.insert(current);
                    open.pop();
                }
            }
        }
    }
    Ok(())
}

/// The schemas that `name` stands for, or is composed of.
fn composed_of<'a>(document: &'a Value, name: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut parts = vec![&document["components"]["schemas"][name]];
    while let Some(part) = parts.pop() {
        found.extend(schema_ref(part));
        for key in ["allOf", "oneOf", "anyOf"] {
            parts.extend(part[key].as_array().into_iter().flatten());
        }
    }
    found
}

/// Whether there are few enough kinds of body for an operation of its own for each.
fn bodies(document: &Value, operation: &Operation<'_>) -> Result<(), String> {
    const MOST: usize = 16;
    let body = &operation.value["requestBody"];
    let target = body["$ref"].as_str();
    let body = target
        .and_then(|target| resolve(document, target))
        .unwrap_or(body);
    match body["content"].as_object().map_or(0, serde_json::Map::len) {
        count if count > MOST => Err(format!("{count} kinds of body are more than {MOST}")),
        _ => Ok(()),
    }
}

/// Whether every parameter has a name of its own in code.
fn arguments(document: &Value, operation: &Operation<'_>) -> Result<(), String> {
    let mut names: BTreeMap<String, (String, String)> = BTreeMap::new();
    for parameter in operation.parameters() {
        let parameter = parameter["$ref"]
            .as_str()
            .and_then(|target| resolve(document, target))
            .unwrap_or(parameter);
        let text = |key: &str| parameter[key].as_str().unwrap_or_default().to_owned();
        let (name, place) = (text("name"), text("in"));
        if name.is_empty() || place.is_empty() {
            return Err("a parameter has no name, or no word on where it goes".to_owned());
        }
        if set_by_transport(parameter) {
            continue;
        }
        // the same one twice is settled later
        if let Some((other, there)) = names.insert(rust_name(&name), (name.clone(), place.clone()))
            && (&other, &there) != (&name, &place)
        {
            return Err(format!(
                "the {there} parameter `{other}` and the {place} parameter `{name}` have one name in code"
            ));
        }
    }
    Ok(())
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

    fn as_read(document: &Value) -> Document {
        Document {
            api: "a".to_owned(),
            file: "spec/a.yaml".into(),
            value: document.clone(),
            text: String::new(),
        }
    }

    fn message(document: &Value) -> String {
        check(&as_read(document)).unwrap_err().to_string()
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
        check(&as_read(&document)).unwrap();
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
    fn a_schema_that_is_composed_of_itself_is_named() {
        let document = json!({"openapi": "3.0.3", "paths": {}, "components": {"schemas": {
            "A": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}}},
            "B": {"allOf": [{"$ref": "#/components/schemas/C"}]},
            "C": {"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/B"}]}
        }}});
        assert_eq!(
            message(&document),
            "spec/a.yaml: #/components/schemas/B: the schema is composed of itself"
        );
        let document = json!({"openapi": "3.0.3", "components": {"schemas": {
            "A": {"$ref": "#/components/schemas/A"}
        }}});
        assert!(message(&document).ends_with("composed of itself"));
    }

    #[test]
    fn references_that_multiply_a_document_are_refused() {
        let many: Vec<Value> = vec![json!(1); 5_000];
        let response = json!({"$ref": "#/components/responses/Many"});
        let operation = json!({"responses": {"200": response, "201": response, "202": response}});
        let paths = (0..300).map(|at| (format!("/{at}"), json!({"get": operation})));
        let document = json!({
            "openapi": "3.0.3", "paths": Value::Object(paths.collect()),
            "components": {"responses": {"Many": {"example": many}}}
        });
        assert_eq!(
            message(&document),
            "spec/a.yaml: #: with what is at `#/components/responses/Many` in all places that refer to it the document \
             would hold more than 2000000 values"
        );
    }

    #[test]
    fn parameters_with_one_name_in_code_are_named() {
        let document = with(
            json!({"/x": {"get": {"operationId": "getX", "responses": {"200": {}}, "parameters": [
                {"name": "limit", "in": "query"}, {"name": "Limit", "in": "header"}
            ]}}}),
        );
        assert_eq!(
            message(&document),
            "spec/a.yaml: GET /x: the query parameter `limit` and the header parameter `Limit` have one name in code"
        );
    }

    #[test]
    fn other_versions_and_missing_successes_are_refused() {
        assert_eq!(
            message(&json!({"openapi": "3.1.0"})),
            "spec/a.yaml: #/openapi: expected 3.0.x, found `3.1.0`"
        );
        let document =
            with(json!({"/x": {"get": {"operationId": "getX", "responses": {"404": {}}}}}));
        assert_eq!(
            message(&document),
            "spec/a.yaml: GET /x: no response says what success looks like"
        );
    }
}
