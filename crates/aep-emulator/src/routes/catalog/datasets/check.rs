//! What a dataset must be like.

use serde_json::Value;

use crate::problem::{Problem, catalog};
use crate::state::{Tx, kind};
use crate::xdm;

/// Storage formats of the published enumeration.
const FORMATS: [&str; 7] = ["", "csv", "text", "parquet", "json", "sequencefile", "avro"];

/// The tag without which the lake cannot read a dataset.
const TABLE_FORMAT: &str = "adobe/siphon/table/format";

/// Checks a whole dataset, new or changed.
pub(crate) fn checked(tx: &Tx<'_>, sandbox: &str, dataset: &Value) -> Result<(), Problem> {
    if dataset["name"]
        .as_str()
        .is_none_or(|name| name.trim().is_empty())
    {
        return Err(catalog::bad_request("name is required"));
    }
    let (id, media) = (
        dataset["schemaRef"]["id"].as_str(),
        dataset["schemaRef"]["contentType"].as_str(),
    );
    let (Some(id), Some(media)) = (id, media) else {
        return Err(catalog::bad_request(
            "schemaRef with id and contentType is required",
        ));
    };
    if !is_schema_media(media) {
        return Err(catalog::bad_request(&format!(
            "schemaRef.contentType {media} is not a schema media type"
        )));
    }
    // Only schemas, not the groups and classes they are made of.
    if tx.get(kind::SCHEMA, sandbox, &xdm::id_of(id))?.is_none() {
        return Err(catalog::bad_request(&format!(
            "schemaRef.id {id} names no schema of this sandbox"
        )));
    }
    file_description(&dataset["fileDescription"])?;
    tags(&dataset["tags"])?;
    if !matches!(
        dataset["enableErrorDiagnostics"],
        Value::Null | Value::Bool(_)
    ) {
        return Err(catalog::bad_request(
            "enableErrorDiagnostics must be a boolean",
        ));
    }
    Ok(())
}

fn file_description(description: &Value) -> Result<(), Problem> {
    match description {
        Value::Null => Ok(()),
        Value::Object(map) => match map.get("format") {
            None | Some(Value::Null) => Ok(()),
            Some(Value::String(format)) if FORMATS.contains(&format.as_str()) => Ok(()),
            Some(other) => Err(catalog::bad_request(&format!(
                "fileDescription.format {other} is not a format"
            ))),
        },
        _ => Err(catalog::bad_request("fileDescription must be an object")),
    }
}

fn tags(tags: &Value) -> Result<(), Problem> {
    let is_text = |value: &Value| value.is_string();
    match tags {
        Value::Null => Ok(()),
        Value::Object(map) => {
            for (key, values) in map {
                if !values
                    .as_array()
                    .is_some_and(|values| values.iter().all(is_text))
                {
                    return Err(catalog::bad_request(&format!(
                        "tag {key} must be an array of strings"
                    )));
                }
            }
            Ok(())
        }
        _ => Err(catalog::bad_request(
            "tags must be an object of string arrays",
        )),
    }
}

/// A change of the tags must not lose the table format: Catalog answers 422 then.
pub(super) fn keeps_table_format(old: &Value, new: &Value) -> Result<(), Problem> {
    let filled = |dataset: &Value| {
        dataset["tags"][TABLE_FORMAT]
            .as_array()
            .is_some_and(|values| !values.is_empty())
    };
    if filled(old) && !filled(new) {
        return Err(catalog::unprocessable(&format!(
            "tags.{TABLE_FORMAT} field cannot be empty"
        )));
    }
    Ok(())
}

/// `application/vnd.adobe.xed…+json` or `…xdm…+json`, with a version.
fn is_schema_media(media: &str) -> bool {
    let mut parts = media.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let known = ["application/vnd.adobe.xed", "application/vnd.adobe.xdm"]
        .iter()
        .any(|head| essence.starts_with(head));
    known && essence.ends_with("+json") && parts.any(|part| part.starts_with("version="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_seen_spellings_of_the_content_type_are_taken() {
        for good in [
            "application/vnd.adobe.xed-full-notext+json; version=1",
            "application/vnd.adobe.xed+json;version=1",
            "application/vnd.adobe.xed-full+json;version=1.0",
            "application/vnd.adobe.xdm+json;version=1",
        ] {
            assert!(is_schema_media(good), "{good}");
        }
        for bad in [
            "application/json",
            "application/vnd.adobe.xed+json",
            "",
            "application/vnd.adobe.xed;version=1",
        ] {
            assert!(!is_schema_media(bad), "{bad}");
        }
    }
}
