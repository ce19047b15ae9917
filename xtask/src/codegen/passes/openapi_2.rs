//! Brings a Swagger 2.0 document to OpenAPI 3.0.
//!
//! Schema Registry is published in the older form: bodies and form fields among the parameters, media types beside
//! them, definitions elsewhere. Nothing that comes later knows that form.

use serde_json::{Map, Value, json};

use crate::codegen::document::{METHODS, object_mut, resolve};

/// What says of a value, in Swagger's parameters and headers, what later is its schema.
const SCHEMA_KEYS: [&str; 17] = [
    "type",
    "format",
    "items",
    "default",
    "enum",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "multipleOf",
    "x-nullable",
];

pub(super) fn run(document: &mut Value) -> usize {
    let swagger = document["swagger"].as_str().unwrap_or_default();
    if !swagger.starts_with("2.") {
        return 0;
    }
    let original = document.clone();
    let mut count = 1;
    for (_, item) in object_mut(document, "paths") {
        let shared = item["parameters"].as_array().cloned().unwrap_or_default();
        let (kept, shared_body) = parameters(&shared, &original, None);
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if METHODS.contains(&method.as_str()) {
                convert(operation, &original, shared_body.as_ref());
                count += 1;
            }
        }
        if let Some(fields) = item.as_object_mut().filter(|_| !shared.is_empty()) {
            fields.insert("parameters".to_owned(), Value::Array(kept));
        }
    }
    frame(document, &original);
    references(document, &mut count);
    count
}

/// What stands around the paths.
fn frame(document: &mut Value, original: &Value) {
    let Some(fields) = document.as_object_mut() else {
        return;
    };
    for key in [
        "swagger", "host", "basePath", "schemes", "consumes", "produces",
    ] {
        fields.shift_remove(key);
    }
    let mut components = Map::new();
    let take = |fields: &mut Map<String, Value>, key: &str| {
        fields.shift_remove(key).and_then(|value| match value {
            Value::Object(entries) => Some(entries),
            _ => None,
        })
    };
    if let Some(schemas) = take(fields, "definitions") {
        components.insert("schemas".to_owned(), Value::Object(schemas));
    }
    if let Some(shared) = take(fields, "parameters") {
        let plain: Map<_, _> = shared
            .into_iter()
            .filter(|(_, parameter)| !is_body(parameter))
            .map(|(name, parameter)| (name, plain(&parameter)))
            .collect();
        components.insert("parameters".to_owned(), Value::Object(plain));
    }
    if let Some(mut shared) = take(fields, "responses") {
        let produces = media_types(&Value::Null, original, "produces");
        shared
            .values_mut()
            .for_each(|response| answer(response, &produces));
        components.insert("responses".to_owned(), Value::Object(shared));
    }
    fields.shift_remove("securityDefinitions");
    fields.insert("components".to_owned(), Value::Object(components));
    let text = |key: &str| original[key].as_str().unwrap_or_default();
    let scheme = original["schemes"][0].as_str().unwrap_or("https");
    let url = format!("{scheme}://{}{}", text("host"), text("basePath"));
    fields.insert("servers".to_owned(), json!([{"url": url}]));
    fields.shift_insert(0, "openapi".to_owned(), Value::from("3.0.3"));
}

fn convert(operation: &mut Value, original: &Value, shared_body: Option<&Value>) {
    let consumes = media_types(operation, original, "consumes");
    let produces = media_types(operation, original, "produces");
    let given = operation["parameters"].as_array().cloned();
    let (kept, body) = parameters(
        given.as_deref().unwrap_or_default(),
        original,
        Some(&consumes),
    );
    for (_, response) in object_mut(operation, "responses") {
        answer(response, &produces);
    }
    let Some(fields) = operation.as_object_mut() else {
        return;
    };
    if given.is_some() {
        fields.insert("parameters".to_owned(), Value::Array(kept));
    }
    if let Some(body) = body.or_else(|| shared_body.cloned()) {
        fields.insert("requestBody".to_owned(), body);
    }
    for key in ["consumes", "produces", "schemes"] {
        fields.shift_remove(key);
    }
}

fn media_types(operation: &Value, document: &Value, key: &str) -> Vec<String> {
    let listed = operation[key]
        .as_array()
        .or_else(|| document[key].as_array());
    let found: Vec<_> = listed
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    if found.is_empty() {
        vec!["application/json".to_owned()]
    } else {
        found
    }
}

fn is_body(parameter: &Value) -> bool {
    parameter["in"] == "body" || parameter["in"] == "formData"
}

/// The parameters that stay parameters, and the body that the others make.
fn parameters(
    given: &[Value],
    original: &Value,
    consumes: Option<&[String]>,
) -> (Vec<Value>, Option<Value>) {
    let json = ["application/json".to_owned()];
    let consumes = consumes.unwrap_or(&json);
    let mut kept = Vec::new();
    let mut form = Vec::new();
    let mut body = None;
    for parameter in given {
        let seen = parameter["$ref"]
            .as_str()
            .and_then(|target| resolve(original, target))
            .unwrap_or(parameter);
        match seen["in"].as_str() {
            Some("body") => {
                let content = consumes
                    .iter()
                    .map(|name| (name.clone(), json!({"schema": seen["schema"]})))
                    .collect();
                let mut holder = Map::from_iter([("content".to_owned(), Value::Object(content))]);
                for key in ["description", "required"] {
                    if let Some(value) = seen.get(key) {
                        holder.insert(key.to_owned(), value.clone());
                    }
                }
                body = Some(Value::Object(holder));
            }
            Some("formData") => form.push(plain(seen)),
            // a reference to a parameter stays one
            _ if parameter.get("$ref").is_some() => kept.push(parameter.clone()),
            _ => kept.push(plain(seen)),
        }
    }
    if !form.is_empty() {
        let files = form
            .iter()
            .any(|field| field["schema"]["format"] == "binary");
        let kind = if files {
            "multipart/form-data"
        } else {
            "application/x-www-form-urlencoded"
        };
        let required: Vec<_> = form
            .iter()
            .filter(|field| field["required"] == true)
            .map(|field| field["name"].clone())
            .collect();
        let properties: Map<_, _> = form
            .iter()
            .filter_map(|field| Some((field["name"].as_str()?.to_owned(), field["schema"].clone())))
            .collect();
        let mut schema = json!({"type": "object", "properties": properties});
        if !required.is_empty() {
            schema["required"] = Value::Array(required);
        }
        body = Some(json!({"content": {kind: {"schema": schema}}}));
    }
    (kept, body)
}

/// A parameter or header whose type stands in a schema.
fn plain(given: &Value) -> Value {
    let Some(fields) = given
        .as_object()
        .filter(|fields| !fields.contains_key("schema"))
    else {
        return given.clone();
    };
    let mut rest = Map::new();
    let mut schema = Map::new();
    for (key, value) in fields {
        match key.as_str() {
            // the default form of a list is one value with commas
            "collectionFormat" => {}
            "x-nullable" => {
                schema.insert("nullable".to_owned(), value.clone());
            }
            key if SCHEMA_KEYS.contains(&key) => {
                schema.insert(key.to_owned(), value.clone());
            }
            _ => {
                rest.insert(key.clone(), value.clone());
            }
        }
    }
    if schema.get("type").is_some_and(|kind| kind == "file") {
        schema = Map::from_iter([
            ("type".to_owned(), Value::from("string")),
            ("format".to_owned(), Value::from("binary")),
        ]);
    }
    if schema.get("type").is_some_and(|kind| kind == "array") && given["in"] == "query" {
        let repeats = given["collectionFormat"] == "multi";
        rest.insert("explode".to_owned(), Value::Bool(repeats));
    }
    rest.insert("schema".to_owned(), Value::Object(schema));
    Value::Object(rest)
}

fn answer(response: &mut Value, produces: &[String]) {
    let Some(fields) = response.as_object_mut() else {
        return;
    };
    let schema = fields.shift_remove("schema");
    let examples = fields.shift_remove("examples");
    for (_, header) in object_mut(response, "headers") {
        *header = plain(header);
    }
    let mut content = Map::new();
    if let Some(schema) = schema {
        let mut schema = schema;
        if schema["type"] == "file" {
            schema = json!({"type": "string", "format": "binary"});
        }
        for name in produces {
            content.insert(name.clone(), json!({"schema": schema}));
        }
    }
    for (name, example) in examples
        .as_ref()
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let media = content.entry(name.clone()).or_insert_with(|| json!({}));
        media["example"] = example.clone();
    }
    if let Some(fields) = response.as_object_mut().filter(|_| !content.is_empty()) {
        fields.insert("content".to_owned(), Value::Object(content));
    }
}

/// Points every reference at the new place.
fn references(value: &mut Value, count: &mut usize) {
    match value {
        Value::Object(fields) => {
            for (key, below) in fields.iter_mut() {
                match below {
                    Value::String(target) if key == "$ref" => {
                        for (from, to) in [
                            ("#/definitions/", "#/components/schemas/"),
                            ("#/parameters/", "#/components/parameters/"),
                            ("#/responses/", "#/components/responses/"),
                        ] {
                            if let Some(name) = target.strip_prefix(from) {
                                *target = format!("{to}{name}");
                                *count += 1;
                                break;
                            }
                        }
                    }
                    Value::Bool(_) if key == "x-nullable" => {}
                    below => references(below, count),
                }
            }
            if let Some(nullable) = fields.shift_remove("x-nullable") {
                fields.insert("nullable".to_owned(), nullable);
            }
            if let Some(Value::String(_)) = fields.get("discriminator") {
                fields.shift_remove("discriminator");
            }
        }
        Value::Array(elements) => elements
            .iter_mut()
            .for_each(|below| references(below, count)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn bodies_parameters_and_definitions_find_their_places() {
        super::super::expect(
            super::run,
            json!({
                "swagger": "2.0", "info": {"title": "T"}, "host": "h", "basePath": "/b", "consumes": ["application/json"],
                "paths": {"/x": {"post": {
                    "produces": ["application/json"],
                    "parameters": [
                        {"$ref": "#/parameters/limit"},
                        {"name": "ids", "in": "query", "type": "array", "items": {"type": "string"}},
                        {"name": "body", "in": "body", "required": true, "schema": {"$ref": "#/definitions/A"}}
                    ],
                    "responses": {"200": {"description": "d", "schema": {"$ref": "#/definitions/A"}}}
                }, "put": {"parameters": [
                    {"name": "f", "in": "formData", "type": "file", "required": true}
                ], "responses": {"404": {"$ref": "#/responses/No"}}}}},
                "definitions": {"A": {"type": "string", "x-nullable": true}},
                "parameters": {"limit": {"name": "limit", "in": "query", "type": "integer"}},
                "responses": {"No": {"description": "no", "examples": {"application/json": {"a": 1}}}}
            }),
            7,
            &json!({
                "openapi": "3.0.3", "info": {"title": "T"},
                "paths": {"/x": {"post": {
                    "parameters": [
                        {"$ref": "#/components/parameters/limit"},
                        {"name": "ids", "in": "query", "explode": false,
                         "schema": {"type": "array", "items": {"type": "string"}}}
                    ],
                    "responses": {"200": {"description": "d", "content": {"application/json": {
                        "schema": {"$ref": "#/components/schemas/A"}
                    }}}},
                    "requestBody": {
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}, "required": true
                    }
                }, "put": {"parameters": [], "responses": {"404": {"$ref": "#/components/responses/No"}},
                    "requestBody": {"content": {"multipart/form-data": {"schema": {
                        "type": "object", "properties": {"f": {"type": "string", "format": "binary"}}, "required": ["f"]
                    }}}}}}},
                "components": {
                    "schemas": {"A": {"type": "string", "nullable": true}},
                    "parameters": {"limit": {"name": "limit", "in": "query", "schema": {"type": "integer"}}},
                    "responses": {"No": {"description": "no", "content": {"application/json": {"example": {"a": 1}}}}}
                },
                "servers": [{"url": "https://h/b"}]
            }),
        );
    }
}
