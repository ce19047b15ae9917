//! Delimited files: a header, and every value a text.

use serde_json::{Map, Value, json};

use super::Refused;
use super::file::{Content, Properties, ROWS};

pub(super) fn read(bytes: &[u8], cut: bool, properties: &Properties) -> Result<Content, Refused> {
    let text = if properties.latin1 {
        bytes.iter().map(|byte| char::from(*byte)).collect()
    } else {
        String::from_utf8_lossy(bytes).into_owned()
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(properties.delimiter)
        .flexible(true)
        .from_reader(text.as_bytes());
    let broken =
        |error: csv::Error| Refused::bad(1308, format!("the file could not be read: {error}"));
    let names: Vec<String> = reader
        .headers()
        .map_err(broken)?
        .iter()
        .map(str::to_owned)
        .collect();
    if names.is_empty() {
        return Err(Refused::bad(1330, "the file has no columns"));
    }
    let mut rows = Vec::new();
    let mut records = reader.records().peekable();
    while let Some(record) = records.next() {
        // The last row of a part of a file may be half a row.
        if rows.len() == ROWS || (cut && records.peek().is_none()) {
            break;
        }
        let record = record.map_err(broken)?;
        let row: Map<String, Value> = names
            .iter()
            .zip(&record)
            .map(|(name, cell)| (name.clone(), json!(cell)))
            .collect();
        rows.push(Value::Object(row));
    }
    let columns = names
        .into_iter()
        .map(|name| (name, json!({"type": "string"})))
        .collect();
    Ok(Content { columns, rows })
}
