//! What the generated code has to know about an operation beyond its arguments.

use serde_json::Value;

use crate::codegen::described::Described;
use crate::codegen::document::{Operation, operations};
use crate::error::{Error, Result};

/// What comes back from a successful call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// JSON, read as a whole.
    Json,
    /// Bytes, streamed.
    Bytes,
    /// Nothing but status and headers.
    Empty,
}

/// Whether an operation may be sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Safety {
    Repeatable,
    NotRepeatable,
}

/// One operation of the normalised document.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: String,
    /// The name of the generated method.
    pub(crate) function: String,
    /// In upper case.
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) safety: Safety,
    /// It changes something on the server.
    pub(crate) changes: bool,
    /// It carries the name of a sandbox.
    pub(crate) sandboxed: bool,
    /// It carries token, key and organisation.
    pub(crate) credentials: bool,
    /// The media type of the request, where it is not the one of the body's kind.
    pub(crate) content_type: Option<String>,
    pub(crate) answer: Answer,
    /// The field that a bare array stands for.
    pub(crate) list: Option<String>,
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) parameters: Vec<Parameter>,
    /// What a caller has to know, filled in from the document before the passes.
    pub(crate) described: Described,
}

/// One parameter of an operation.
#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    /// The name of the generated argument.
    pub(crate) argument: String,
    pub(crate) description: String,
    /// A path parameter whose slashes separate segments.
    pub(crate) slashes: bool,
}

/// The operations of a normalised document, in its order.
pub(crate) fn entries(document: &Value) -> Result<Vec<Entry>> {
    operations(document).iter().map(entry).collect()
}

/// The path below the host that all operations share: `/data/foundation/catalog`.
pub(crate) fn base_path(document: &Value) -> &str {
    let url = document["servers"][0]["url"].as_str().unwrap_or_default();
    let after = url.split_once("//").map_or(url, |(_, after)| after);
    after
        .find('/')
        .map_or("", |at| after[at..].trim_end_matches('/'))
}

/// The host of a document, where it is not that of the gateway: `https://reactor.adobe.io`.
pub(crate) fn own_host(document: &Value) -> Option<String> {
    let url = document["servers"][0]["url"].as_str()?;
    let after = url.split_once("//").map_or(url, |(_, after)| after);
    let host = after.split('/').next().unwrap_or_default();
    let gateway = ["platform.adobe.io", "{environment}.adobe.io", ""];
    (!gateway.contains(&host)).then(|| format!("https://{host}"))
}

/// The name that progenitor gives to the method of an operation, or to an argument.
pub(crate) fn rust_name(name: &str) -> String {
    let text: String = name
        .chars()
        .filter(|c| *c != '\'')
        .map(|c| {
            if unicode_ident::is_xid_continue(c) {
                c
            } else {
                '-'
            }
        })
        .collect();
    let name = match name {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => heck::AsSnakeCase(text).to_string(),
    };
    let name = match name.chars().next() {
        None => "x".to_owned(),
        Some(first) if unicode_ident::is_xid_start(first) => name,
        Some(_) => format!("_{name}"),
    };
    // `union` and the like are names all the same
    if syn::parse_str::<syn::Ident>(&name).is_ok() && name != "gen" {
        name
    } else {
        format!("{name}_")
    }
}

fn entry(operation: &Operation<'_>) -> Result<Entry> {
    let value = operation.value;
    let text = |key: &str| value[key].as_str().unwrap_or_default().trim().to_owned();
    // RFC 9110 calls these idempotent
    let idempotent = ["get", "head", "put", "delete", "options"].contains(&operation.method);
    let safety = match value["x-aep-safety"].as_str() {
        Some("repeatable") => Safety::Repeatable,
        None if idempotent => Safety::Repeatable,
        None | Some("not-repeatable") => Safety::NotRepeatable,
        Some(other) => {
            let id = operation.id();
            return Err(Error::new(format!(
                "operation {id}: x-aep-safety is `{other}`, not `repeatable` or `not-repeatable`"
            )));
        }
    };
    let content = value["responses"]["2XX"]["content"].as_object();
    let answer = match content
        .and_then(|content| content.keys().next())
        .map(String::as_str)
    {
        None => Answer::Empty,
        Some("application/json") => Answer::Json,
        Some(_) => Answer::Bytes,
    };
    Ok(Entry {
        id: operation.id().to_owned(),
        function: rust_name(operation.id()),
        method: operation.method.to_uppercase(),
        path: operation
            .path
            .split('#')
            .next()
            .unwrap_or_default()
            .to_owned(),
        safety,
        changes: !["get", "head", "options"].contains(&operation.method)
            && value["x-aep-reads"] != true,
        sandboxed: value["x-aep-sandboxed"] == true,
        credentials: value["x-aep-credentials"] == true,
        content_type: value["x-aep-content-type"].as_str().map(str::to_owned),
        answer,
        list: value["x-aep-list"].as_str().map(str::to_owned),
        summary: text("summary"),
        description: text("description"),
        parameters: operation.parameters().map(parameter).collect(),
        described: Described::default(),
    })
}

fn parameter(value: &Value) -> Parameter {
    let name = value["name"].as_str().unwrap_or_default();
    Parameter {
        name: name.to_owned(),
        argument: rust_name(name),
        description: value["description"]
            .as_str()
            .unwrap_or_default()
            .trim()
            .to_owned(),
        slashes: value["x-aep-slashes"] == true,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    #[test]
    fn the_method_decides_on_safety_unless_the_document_does() {
        let of = |method: &str, operation: Value| {
            let document = json!({"paths": {"/x": {method: operation}}});
            entries(&document).map(|entries| entries[0].safety == Safety::Repeatable)
        };
        assert!(of("get", json!({})).unwrap());
        assert!(!of("post", json!({})).unwrap());
        assert!(of("post", json!({"x-aep-safety": "repeatable"})).unwrap());
        assert!(!of("put", json!({"x-aep-safety": "not-repeatable"})).unwrap());
        let error = of(
            "put",
            json!({"operationId": "putX", "x-aep-safety": "maybe"}),
        )
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "operation putX: x-aep-safety is `maybe`, not `repeatable` or `not-repeatable`"
        );
    }

    #[test]
    fn the_base_path_is_what_follows_the_host() {
        let base = |url: &str| base_path(&json!({"servers": [{"url": url}]})).to_owned();
        assert_eq!(
            base("https://platform.adobe.io/data/foundation/catalog/"),
            "/data/foundation/catalog"
        );
        assert_eq!(
            base("//{environment}.adobe.io/data/foundation/import"),
            "/data/foundation/import"
        );
        assert_eq!(base("https://ims-na1.adobelogin.com"), "");
    }

    #[test]
    fn names_become_what_progenitor_makes_of_them() {
        assert_eq!(rust_name("patchDataSetV2"), "patch_data_set_v2");
        assert_eq!(rust_name("BATCH_ID"), "batch_id");
        assert_eq!(rust_name("If-Match"), "if_match");
        assert_eq!(rust_name("type"), "type_");
        assert_eq!(rust_name("gen"), "gen_");
        assert_eq!(rust_name("2nd"), "_2nd");
        assert_eq!(rust_name("$#"), "x");
        assert_eq!(rust_name("größe.in-cm"), "größe_in_cm");
    }
}
