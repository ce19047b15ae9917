//! What a caller may give to an operation, from the document before the passes: they take away what only a caller needs.

use serde_json::Value;

use super::table::Entry;

/// What the table says of an operation besides what the generated code needs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Described {
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) statuses: Vec<u16>,
}

/// A parameter, or a field of the body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    /// `path`, `query`, `header` or `body`.
    pub(crate) place: String,
    /// The type of JSON Schema, or nothing.
    pub(crate) kind: String,
    pub(crate) required: bool,
    pub(crate) values: Vec<String>,
    pub(crate) slashes: bool,
    pub(crate) description: String,
}

/// The body of a request.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) media_types: Vec<String>,
    pub(crate) required: bool,
    pub(crate) fields: Vec<Parameter>,
    /// Fields of other names may be sent.
    pub(crate) open: bool,
}

/// Headers that every call carries, and nobody gives.
const CARRIED: &[&str] = &[
    "authorization",
    "x-api-key",
    "x-gw-ims-org-id",
    "x-sandbox-name",
];

/// Finds the operation in `document` as it was written. Its faces differ in their media type.
pub(crate) fn of(document: &Value, entry: &Entry) -> Described {
    let item = &document["paths"][&entry.path];
    let operation = &item[entry.method.to_lowercase()];
    let mut described = Described::default();
    for parameter in list(&item["parameters"]).chain(list(&operation["parameters"])) {
        let parameter = follow(document, parameter);
        let name = text(&parameter["name"]);
        let place = text(&parameter["in"]);
        if place == "cookie" || CARRIED.contains(&name.to_lowercase().as_str()) {
            continue;
        }
        let required = parameter["required"] == true;
        let mut shown = field(document, name, place, &parameter["schema"], required);
        shown.slashes = parameter["x-aep-slashes"] == true;
        if shown.description.is_empty() {
            shown.description = text(&parameter["description"]);
        }
        let mut known = described.parameters.iter_mut();
        // what the operation says of one goes before what its path says
        match known.find(|known| known.name == shown.name && known.place == shown.place) {
            Some(known) => *known = shown,
            None => described.parameters.push(shown),
        }
    }
    body(
        document,
        follow(document, &operation["requestBody"]),
        entry,
        &mut described,
    );
    let statuses = operation["responses"].as_object().into_iter().flatten();
    described.statuses = statuses
        .filter_map(|(status, _)| status.parse().ok())
        .collect();
    described.statuses.sort_unstable();
    described
}

fn body(document: &Value, request: &Value, entry: &Entry, described: &mut Described) {
    let Some(content) = request["content"].as_object() else {
        return;
    };
    let only = entry
        .content_type
        .as_deref()
        .filter(|media| content.contains_key(*media));
    let media_types: Vec<String> = match only {
        Some(only) => vec![only.to_owned()],
        None => content.keys().take(1).cloned().collect(),
    };
    let Some(first) = media_types.first() else {
        return;
    };
    let schema = follow(document, &content[first]["schema"]);
    let required = list(&schema["required"])
        .filter_map(Value::as_str)
        .collect::<Vec<_>>();
    let mut fields = Vec::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let needed = required.contains(&name.as_str());
        let taken = described.parameters.iter().any(|known| known.name == *name);
        if !taken && property["readOnly"] != true {
            let shown = field(document, name.clone(), "body".to_owned(), property, needed);
            fields.push(shown);
        }
    }
    described.body = Some(Body {
        fields,
        required: request["required"] == true,
        open: schema["type"] == "object"
            && (schema["properties"].is_null() || schema["additionalProperties"] == true),
        media_types,
    });
}

fn field(
    document: &Value,
    name: String,
    place: String,
    schema: &Value,
    required: bool,
) -> Parameter {
    let own = text(&schema["description"]);
    let schema = follow(document, schema);
    let of_items = follow(document, &schema["items"]);
    let choices = if schema["enum"].is_array() {
        schema
    } else {
        of_items
    };
    Parameter {
        name,
        place,
        kind: text(&schema["type"]),
        required,
        values: list(&choices["enum"])
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        slashes: false,
        description: if own.is_empty() {
            text(&schema["description"])
        } else {
            own
        },
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    let text = value.as_str().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The value behind a reference. A chain of them has an end.
fn follow<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let mut at = value;
    for _ in 0..16 {
        let next = at["$ref"]
            .as_str()
            .and_then(|reference| document.pointer(reference.trim_start_matches('#')));
        match next {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::codegen::table::entries;

    #[test]
    fn parameters_and_fields_of_the_body_are_told() {
        let document = json!({
            "paths": {"/x/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                    {"name": "Authorization", "in": "header", "required": true, "schema": {"type": "string"}}],
                "post": {"operationId": "makeX",
                    "parameters": [{"$ref": "#/components/parameters/mode"},
                        {"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}],
                    "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/X"}}}},
                    "responses": {"201": {"description": ""}, "400": {"description": ""}}},
            }},
            "components": {
                "parameters": {"mode": {"name": "mode", "in": "query", "schema": {"$ref": "#/components/schemas/Mode"}}},
                "schemas": {
                    "Mode": {"type": "string", "enum": ["draft"]},
                    "X": {"type": "object", "required": ["name"], "properties": {
                        "name": {"type": "string", "description": "what it\n is called"}, "size": {"type": "integer"}}},
                },
            },
        });
        let entry = entries(&document).unwrap().remove(0);
        let described = of(&document, &entry);
        let body = described.body.unwrap();
        let told: Vec<_> = described
            .parameters
            .iter()
            .chain(&body.fields)
            .map(|one| {
                (
                    one.name.as_str(),
                    one.place.as_str(),
                    one.kind.as_str(),
                    one.required,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("id", "path", "integer", true),
                ("mode", "query", "string", false),
                ("name", "body", "string", true),
                ("size", "body", "integer", false),
            ]
        );
        assert_eq!(described.parameters[1].values, ["draft"]);
        assert_eq!(body.fields[0].description, "what it is called");
        assert_eq!(described.statuses, [201, 400]);
        assert!(!body.open);
    }
}
