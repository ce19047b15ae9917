//! Removes the header parameters that the transport sets.
//!
//! Every operation of the platform documents its credentials, organisation, sandbox and media type as
//! header parameters. As arguments of every method they would be noise, and a way to get them wrong.
//! Which of them an operation had is kept: the token request of IMS has none, and no call that is above
//! sandboxes names one.

use serde_json::{Value, json};

use crate::codegen::document::{METHODS, object_mut};

/// The names, in lower case. `Accept` is not among them, because Schema Registry chooses its answer by it; it goes
/// only where there is nothing to choose.
const SET_BY_TRANSPORT: [&str; 11] = [
    "authorization",
    "x-api-key",
    "x-gw-ims-org-id",
    "x-sandbox-name",
    "x-sandbox-id",
    "x-user-token",
    "x-service-token",
    "x-request-id",
    "content-type",
    "accept-encoding",
    "user-agent",
];

pub(super) fn run(document: &mut Value) -> usize {
    let mut count = 0;
    for (_, item) in object_mut(document, "paths") {
        let shared = strip(item);
        count += shared.len();
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if METHODS.contains(&method.as_str()) {
                let own = strip(operation);
                count += own.len();
                let says = |name: &str| shared.iter().chain(&own).any(|header| header == name);
                mark(operation, "x-aep-credentials", says("authorization"));
                mark(operation, "x-aep-sandboxed", says("x-sandbox-name"));
            }
        }
    }
    count
}

/// Removes the headers and returns their names.
fn strip(holder: &mut Value) -> Vec<String> {
    let mut names = Vec::new();
    if let Some(parameters) = holder.get_mut("parameters").and_then(Value::as_array_mut) {
        parameters.retain(|parameter| {
            let ours = set_by_transport(parameter);
            if ours {
                names.push(lower_name(parameter));
            }
            !ours
        });
    }
    names
}

/// Whether a parameter is a header that the transport sets.
pub(crate) fn set_by_transport(parameter: &Value) -> bool {
    let name = lower_name(parameter);
    parameter["in"] == "header"
        && (SET_BY_TRANSPORT.contains(&name.as_str())
            || (name == "accept" && parameter["schema"]["enum"] == json!(["application/json"])))
}

fn lower_name(parameter: &Value) -> String {
    parameter["name"]
        .as_str()
        .unwrap_or_default()
        .to_ascii_lowercase()
}

fn mark(operation: &mut Value, key: &str, on: bool) {
    if let Some(fields) = operation.as_object_mut().filter(|_| on) {
        fields.insert(key.to_owned(), Value::Bool(true));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn only_headers_of_the_transport_go() {
        super::super::expect(
            super::run,
            json!({"paths": {"/x": {"get": {"parameters": [
                {"name": "Authorization", "in": "header"},
                {"name": "Accept", "in": "header", "schema": {"enum": ["application/json"]}},
                {"name": "Accept", "in": "header"},
                {"name": "user-agent", "in": "query"}
            ]}, "parameters": [{"name": "X-Sandbox-Name", "in": "header"}]}}}),
            3,
            &json!({"paths": {"/x": {"get": {"parameters": [
                {"name": "Accept", "in": "header"},
                {"name": "user-agent", "in": "query"}
            ], "x-aep-credentials": true, "x-aep-sandboxed": true}, "parameters": []}}}),
        );
    }
}
