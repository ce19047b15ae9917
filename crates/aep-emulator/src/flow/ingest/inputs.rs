//! The list of a batch's files, to which the manifest of a run points.
//!
//! Batches with diagnostics get it from the lake; those of flows have it always.

use std::io::{self, Write};

use serde_json::json;

use super::select::BATCH_FILES;
use crate::flow::engine::work::Work;
use crate::routes::AppState;
use crate::state::{StateError, Tx, kind};

/// Where the lake has it too.
const NAME: &str = "input_files/fileMetaData1.json";

/// A list that is on disk.
#[derive(Debug)]
pub(super) struct Input {
    blob: String,
    length: usize,
    records: usize,
}

/// Writes the lists of all batches of a run.
pub(super) async fn write(state: &AppState, work: &Work) -> Result<Vec<Input>, StateError> {
    let files = state.store.files().clone();
    let keys: Vec<Vec<String>> = work
        .files
        .chunks(BATCH_FILES)
        .map(|chunk| chunk.iter().map(|file| file.key.clone()).collect())
        .collect();
    let written = tokio::task::spawn_blocking(move || -> io::Result<Vec<Input>> {
        keys.iter()
            .map(|keys| {
                let mut lines = String::new();
                for key in keys {
                    lines.push_str(&json!({"path": key}).to_string());
                    lines.push('\n');
                }
                let mut pending = files.begin()?;
                pending.file()?.write_all(lines.as_bytes())?;
                Ok(Input {
                    blob: pending.commit()?,
                    length: lines.len(),
                    records: keys.len(),
                })
            })
            .collect()
    })
    .await
    .map_err(|_| StateError::Stopped)?;
    Ok(written?)
}

/// Names the list in the batch.
pub(super) fn store(
    tx: &Tx<'_>,
    sandbox: &str,
    batch: &str,
    input: &Input,
    now: i64,
) -> Result<(), StateError> {
    let doc = json!({
        "name": NAME,
        "length": input.length,
        "records": input.records,
        "blob": input.blob,
        "created": now,
        "updated": now,
        "version": "1.0.0",
    });
    tx.put(
        kind::META_FILE,
        sandbox,
        &format!("{batch}/{NAME}"),
        batch,
        &doc,
    )
}
