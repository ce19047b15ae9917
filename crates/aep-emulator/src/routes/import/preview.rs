//! `GET …/preview`: the first rows of what was uploaded, read as the query says.

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use serde_json::{Value, json};

use super::target::batch_of;
use crate::gateway::Caller;
use crate::lake::format::{CsvOptions, InputFormat};
use crate::lake::preview::Preview;
use crate::operations::Service;
use crate::problem::{self, Problem, catalog};
use crate::routes::{AppState, Json};
use crate::state::kind;

/// Most rows; 0 means as many (emulator choice).
const MAX_ROWS: usize = 10;

pub(super) async fn preview(
    State(state): State<AppState>,
    caller: Caller,
    Path((batch, dataset)): Path<(String, String)>,
    query: Result<Query<HashMap<String, String>>, axum::extract::rejection::QueryRejection>,
) -> Result<Json, Problem> {
    let Query(query) = query.map_err(|_| catalog::bad_request("the query can't be read"))?;
    let (format, shown) = format_of(&query).map_err(|why| catalog::bad_request(&why))?;
    let rows = match query.get("nrow").map(|text| text.parse::<i32>()) {
        None | Some(Ok(0)) => MAX_ROWS,
        Some(Ok(rows)) if rows > 0 => usize::try_from(rows).unwrap_or(MAX_ROWS).min(MAX_ROWS),
        Some(_) => {
            return Err(catalog::bad_request(
                "nrow must be a number that is not negative",
            ));
        }
    };
    let mut blobs = state
        .store
        .read(move |tx| -> Result<Vec<(String, String)>, Problem> {
            batch_of(tx, &caller.sandbox, &batch, &dataset)?;
            let uploads = tx.list(kind::UPLOAD, &caller.sandbox, Some(&batch))?;
            let text =
                |upload: &Value, key: &str| upload[key].as_str().unwrap_or_default().to_owned();
            let done = uploads.iter().filter(|upload| upload["state"] == "done");
            Ok(done
                .map(|upload| (text(upload, "path"), text(upload, "blob")))
                .collect())
        })
        .await?;
    blobs.sort();
    let files = state.store.files().clone();
    let preview = tokio::task::spawn_blocking(move || {
        let mut preview = Preview::default();
        for (path, blob) in blobs {
            preview
                .read(&files.path(&blob), &format, rows)
                .map_err(|fault| {
                    catalog::bad_request(&format!(
                        "file {path} can't be read: {}",
                        fault.description
                    ))
                })?;
            if preview.len() >= rows {
                break;
            }
        }
        Ok::<_, Problem>(preview.to_json())
    })
    .await
    .unwrap_or_else(|_| Err(problem::of(Service::Import, 500, "the preview was cut off")))?;
    Ok(Json(json!({"formatParams": shown, "preview": preview})))
}

fn format_of(query: &HashMap<String, String>) -> Result<(InputFormat, Value), String> {
    let name = query
        .get("format")
        .ok_or("query parameter format is missing")?
        .to_ascii_lowercase();
    let text = |key: &str| query.get(key).map(String::as_str);
    let flag = |key: &str, default: bool| match text(key).map(str::to_ascii_lowercase).as_deref() {
        None => Ok(default),
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(_) => Err(format!("{key} must be true or false")),
    };
    let multi_line = flag("isMultiLineJson", false)?;
    if !flag("header", true)? {
        return Err("header must be true".to_owned());
    }
    let options = CsvOptions::read(
        text("delimiter"),
        text("quote"),
        text("escape"),
        None,
        text("charset"),
    )?;
    let shown = json!({
        "format": name,
        "delimiter": char::from(options.delimiter).to_string(),
        "quote": char::from(options.quote).to_string(),
        "escape": char::from(options.escape).to_string(),
        "charset": options.charset.name(),
        "header": true,
    });
    let format = match name.as_str() {
        "json" => InputFormat::Json { multi_line },
        "parquet" => InputFormat::Parquet,
        "csv" => InputFormat::Csv(options),
        _ => return Err(format!("format {name} is not one of json, parquet, csv")),
    };
    Ok((format, shown))
}
