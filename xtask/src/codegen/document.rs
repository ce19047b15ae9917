//! Getting about in an OpenAPI document that is a plain JSON value.

use std::collections::BTreeSet;

use serde_json::Value;

/// The methods that a path item may have, in the order of the specification.
pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// One operation of a document.
pub(crate) struct Operation<'a> {
    /// The path template, `/batches/{batchId}`.
    pub(crate) path: &'a str,
    /// The method in lower case.
    pub(crate) method: &'a str,
    /// The operation object.
    pub(crate) value: &'a Value,
    /// The parameters that the path item declares for all its operations.
    pub(crate) shared: &'a [Value],
}

impl Operation<'_> {
    /// The `operationId`, or an empty string.
    pub(crate) fn id(&self) -> &str {
        self.value["operationId"].as_str().unwrap_or_default()
    }

    /// The parameters: those of the path item first.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &Value> {
        self.shared
            .iter()
            .chain(self.value["parameters"].as_array().into_iter().flatten())
    }
}

/// Every operation, in the order of the document.
pub(crate) fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let shared = item["parameters"].as_array().map_or(&[][..], Vec::as_slice);
        for (method, value) in item.as_object().into_iter().flatten() {
            if METHODS.contains(&method.as_str()) {
                found.push(Operation {
                    path,
                    method,
                    value,
                    shared,
                });
            }
        }
    }
    found
}

/// Calls `change` with every operation: path, method, operation.
pub(crate) fn operations_mut(document: &mut Value, mut change: impl FnMut(&str, &str, &mut Value)) {
    for (path, item) in object_mut(document, "paths") {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if METHODS.contains(&method.as_str()) {
                change(path, method, operation);
            }
        }
    }
}

/// What a local reference such as `#/components/schemas/Batch` points at.
pub(crate) fn resolve<'a>(document: &'a Value, reference: &str) -> Option<&'a Value> {
    document.pointer(reference.strip_prefix('#')?)
}

/// The name of a schema that `value` refers to: `Batch` of `{"$ref": "#/components/schemas/Batch"}`.
pub(crate) fn schema_ref(value: &Value) -> Option<&str> {
    value
        .get("$ref")?
        .as_str()?
        .strip_prefix("#/components/schemas/")
}

/// Calls `change` with every schema below `schema`, the outermost first.
pub(crate) fn walk_schema(schema: &mut Value, change: &mut impl FnMut(&mut Value)) {
    change(schema);
    let Some(fields) = schema.as_object_mut() else {
        return;
    };
    for (key, below) in fields.iter_mut() {
        match (key.as_str(), below) {
            ("properties", Value::Object(properties)) => {
                properties
                    .values_mut()
                    .for_each(|property| walk_schema(property, change));
            }
            ("allOf" | "oneOf" | "anyOf", Value::Array(arms)) => {
                for arm in arms {
                    walk_schema(arm, change);
                }
            }
            ("items" | "additionalProperties" | "not", below @ Value::Object(_)) => {
                walk_schema(below, change);
            }
            _ => {}
        }
    }
}

/// Calls `change` with every schema of the document.
pub(crate) fn schemas_mut(document: &mut Value, change: &mut impl FnMut(&mut Value)) {
    if let Some(schemas) = document
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        schemas
            .values_mut()
            .for_each(|schema| walk_schema(schema, change));
    }
    roots_mut(document, |_, schema| walk_schema(schema, change));
}

/// Where a schema outside of `components` stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A parameter.
    Parameter,
    /// A request body.
    Request,
    /// A response body.
    Response,
}

/// Calls `change` with the topmost schema of every parameter, request body and response.
pub(crate) fn roots_mut(document: &mut Value, mut change: impl FnMut(Place, &mut Value)) {
    for (_, item) in object_mut(document, "paths") {
        for parameter in array_mut(item, "parameters") {
            if let Some(schema) = parameter.get_mut("schema") {
                change(Place::Parameter, schema);
            }
        }
    }
    operations_mut(document, |_, _, operation| {
        for parameter in array_mut(operation, "parameters") {
            if let Some(schema) = parameter.get_mut("schema") {
                change(Place::Parameter, schema);
            }
        }
        if let Some(body) = operation.get_mut("requestBody") {
            contents_mut(body, |schema| change(Place::Request, schema));
        }
        for response in object_mut(operation, "responses") {
            contents_mut(response.1, |schema| change(Place::Response, schema));
        }
    });
}

fn contents_mut(holder: &mut Value, mut change: impl FnMut(&mut Value)) {
    for (_, media) in object_mut(holder, "content") {
        if let Some(schema) = media.get_mut("schema") {
            change(schema);
        }
    }
}

/// The entries of the object `key` of `holder`; none if there is no such object.
pub(crate) fn object_mut<'a>(
    holder: &'a mut Value,
    key: &str,
) -> impl Iterator<Item = (&'a String, &'a mut Value)> {
    holder
        .get_mut(key)
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
}

/// The elements of the array `key` of `holder`; none if there is no such array.
pub(crate) fn array_mut<'a>(
    holder: &'a mut Value,
    key: &str,
) -> impl Iterator<Item = &'a mut Value> {
    holder
        .get_mut(key)
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
}

/// The names of all schemas that can be reached from `value` by references.
pub(crate) fn reachable(document: &Value, value: &Value, found: &mut BTreeSet<String>) {
    // a list of what is left, since a chain of references is as long as somebody likes
    let mut left = vec![value];
    while let Some(value) = left.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(name) = schema_ref(value)
                    && found.insert(name.to_owned())
                {
                    left.push(&document["components"]["schemas"][name]);
                }
                left.extend(fields.values());
            }
            Value::Array(below) => left.extend(below),
            _ => {}
        }
    }
}

/// How many values `value` holds, itself included, and how deep they lie.
pub(crate) fn size(value: &Value) -> (usize, usize) {
    let (mut count, mut deepest) = (0, 0);
    let mut left = vec![(value, 1)];
    while let Some((value, depth)) = left.pop() {
        count += 1;
        deepest = deepest.max(depth);
        match value {
            Value::Object(fields) => left.extend(fields.values().map(|below| (below, depth + 1))),
            Value::Array(below) => left.extend(below.iter().map(|below| (below, depth + 1))),
            _ => {}
        }
    }
    (count, deepest)
}
