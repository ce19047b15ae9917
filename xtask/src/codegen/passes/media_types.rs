//! Reduces media types to the three that progenitor knows: JSON, form and bytes.
//!
//! A vendor type such as `application/vnd.adobe.xed+json` is JSON to read, but has to be sent by its own
//! name: that is kept in `x-aep-content-type` and ends up in the table of operations. Everything that is
//! neither JSON nor a form is bytes, `multipart/form-data` included: the platform refuses it.

use serde_json::{Map, Value, json};

use crate::codegen::document::{object_mut, operations_mut};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const BYTES: &str = "application/octet-stream";

pub(super) fn run(document: &mut Value) -> usize {
    let mut count = 0;
    operations_mut(document, |_, _, operation| {
        let mut sent = None;
        if let Some(body) = operation.get_mut("requestBody") {
            sent = body["content"]
                .as_object()
                .and_then(|content| content.keys().next().cloned());
            settle(body, &mut count);
        }
        for (_, response) in object_mut(operation, "responses") {
            settle(response, &mut count);
        }
        if let Some(sent) = sent.filter(|sent| ![JSON, FORM, BYTES].contains(&sent.as_str()))
            && let Some(fields) = operation.as_object_mut()
        {
            fields.insert("x-aep-content-type".to_owned(), Value::from(sent));
        }
    });
    count
}

/// Leaves one media type in `holder`, JSON if there is one.
fn settle(holder: &mut Value, count: &mut usize) {
    let Some(fields) = holder.as_object_mut() else {
        return;
    };
    let Some(content) = fields.get("content").and_then(Value::as_object) else {
        return;
    };
    let Some((name, media)) = content
        .iter()
        .find(|(name, _)| kind(name) == JSON)
        .or_else(|| content.iter().next())
    else {
        fields.remove("content");
        *count += 1;
        return;
    };
    let kind = kind(name);
    let schema = if kind == BYTES {
        json!({"type": "string", "format": "binary"})
    } else {
        media
            .get("schema")
            .cloned()
            .unwrap_or_else(|| Value::Object(Map::new()))
    };
    let settled = json!({ kind: {"schema": schema} });
    if fields.get("content") != Some(&settled) {
        fields.insert("content".to_owned(), settled);
        *count += 1;
    }
}

fn kind(media_type: &str) -> &'static str {
    let essence = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match essence.as_str() {
        "*/*" | "" | JSON => JSON,
        FORM => FORM,
        vendor if vendor.ends_with("+json") => JSON,
        _ => BYTES,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn vendor_json_is_json_and_keeps_its_name() {
        super::super::expect(
            super::run,
            json!({"paths": {"/x": {"patch": {
                "requestBody": {"content": {"application/json-patch+json": {"schema": {"type": "array"}}}},
                "responses": {
                    "200": {"content": {"application/vnd.adobe.xed+json; version=1": {}}},
                    "204": {"content": {}},
                    "206": {"content": {"application/parquet": {}}}
                }
            }}}}),
            4,
            &json!({"paths": {"/x": {"patch": {
                "requestBody": {"content": {"application/json": {"schema": {"type": "array"}}}},
                "responses": {
                    "200": {"content": {"application/json": {"schema": {}}}},
                    "204": {},
                    "206": {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
                },
                "x-aep-content-type": "application/json-patch+json"
            }}}}),
        );
    }
}
