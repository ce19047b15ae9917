//! The files that runs of a flow have taken.
//!
//! The platform takes files that are newer than the run before. The emulator remembers each file instead, with time and
//! etag: it comes to the same, and stays right when the clock is moved back or two files have the same time (emulator
//! choice).

use std::collections::HashMap;

use serde_json::json;

use crate::flow::engine::work::Taken;
use crate::ids;
use crate::state::{StateError, Tx};

const KIND: &str = "flow_file";

fn id(flow: &str, key: &str) -> String {
    format!("{flow}/{}", ids::sha256(key))
}

/// Time and etag of every file that was taken, by its key.
pub(super) fn all(
    tx: &Tx<'_>,
    sandbox: &str,
    flow: &str,
) -> Result<HashMap<String, (i64, String)>, StateError> {
    let rows = tx.list(KIND, sandbox, Some(flow))?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
            let modified = row["modified"].as_i64().unwrap_or_default();
            (text("key"), (modified, text("etag")))
        })
        .collect())
}

pub(super) fn add(
    tx: &Tx<'_>,
    sandbox: &str,
    flow: &str,
    files: &[Taken],
) -> Result<(), StateError> {
    for file in files {
        let doc = json!({"key": file.key, "modified": file.modified, "etag": file.etag});
        tx.put(KIND, sandbox, &id(flow, &file.key), flow, &doc)?;
    }
    Ok(())
}

pub(super) fn remove(
    tx: &Tx<'_>,
    sandbox: &str,
    flow: &str,
    files: &[Taken],
) -> Result<(), StateError> {
    for file in files {
        tx.delete(KIND, sandbox, &id(flow, &file.key))?;
    }
    Ok(())
}
