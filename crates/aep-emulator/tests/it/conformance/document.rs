//! The documents of `spec/`, as a test needs them.

use std::collections::BTreeMap;

use serde_json::Value;

/// An API: one file of `spec/`.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) name: &'static str,
    pub(super) root: Value,
    pub(super) operations: Vec<Operation>,
}

#[derive(Debug, Clone)]
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) method: String,
    /// With the path of the server in front: `/data/foundation/catalog/batches/{BATCH_ID}`.
    pub(super) path: String,
    pub(super) parameters: Vec<Parameter>,
    /// Schemas by media type.
    pub(super) request: BTreeMap<String, Value>,
    pub(super) responses: BTreeMap<u16, Response>,
}

#[derive(Debug, Clone)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) place: String,
    pub(super) required: bool,
    pub(super) slashes: bool,
    pub(super) schema: Value,
}

#[derive(Debug, Clone)]
pub(super) struct Response {
    /// Schemas by media type; none where there is no body.
    pub(super) content: BTreeMap<String, Value>,
    /// The body may be missing all the same.
    pub(super) may_be_empty: bool,
}

impl Document {
    pub(super) fn read(name: &'static str) -> Self {
        let path = format!("{}/../../spec/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap();
        let root: Value = serde_saphyr::from_str(&text).unwrap();
        let server = root["servers"][0]["url"].as_str().unwrap();
        let base = server
            .split_once("://")
            .unwrap()
            .1
            .split_once('/')
            .map_or(String::new(), |(_, path)| format!("/{path}"));
        let mut operations = Vec::new();
        for (path, item) in root["paths"].as_object().unwrap() {
            let methods = ["get", "put", "post", "patch", "delete", "head"];
            for (method, operation) in item.as_object().unwrap() {
                if methods.contains(&method.as_str()) {
                    operations.push(Operation {
                        id: text_of(&operation["operationId"]),
                        method: method.to_uppercase(),
                        path: format!("{base}{path}"),
                        parameters: [&item["parameters"], &operation["parameters"]]
                            .into_iter()
                            .flat_map(list)
                            .map(|parameter| Parameter::read(follow(&root, parameter)))
                            .collect(),
                        request: content(follow(&root, &operation["requestBody"])),
                        responses: operation["responses"]
                            .as_object()
                            .unwrap()
                            .iter()
                            .map(|(status, response)| {
                                let response = follow(&root, response);
                                let response = Response {
                                    content: content(response),
                                    may_be_empty: response["x-aep-empty"] == true,
                                };
                                (status.parse().unwrap(), response)
                            })
                            .collect(),
                    });
                }
            }
        }
        Self {
            name,
            root,
            operations,
        }
    }

    /// The schema behind a reference, for parameters.
    pub(super) fn follow<'d>(&'d self, value: &'d Value) -> &'d Value {
        follow(&self.root, value)
    }
}

impl Parameter {
    fn read(value: &Value) -> Self {
        Self {
            name: text_of(&value["name"]),
            place: text_of(&value["in"]),
            required: value["required"] == true,
            slashes: value["x-aep-slashes"] == true,
            schema: value["schema"].clone(),
        }
    }
}

fn follow<'d>(root: &'d Value, value: &'d Value) -> &'d Value {
    match value["$ref"].as_str() {
        Some(reference) => follow(
            root,
            root.pointer(reference.trim_start_matches('#')).unwrap(),
        ),
        None => value,
    }
}

fn content(value: &Value) -> BTreeMap<String, Value> {
    let content = value["content"].as_object().into_iter().flatten();
    content
        .map(|(media, value)| (media.clone(), value["schema"].clone()))
        .collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
