//! Some of the rows that the platform keeps with their reasons.

use std::collections::BTreeMap;

use aep_core::{BatchId, Result};
use futures::StreamExt;
use serde::Serialize;
use serde_json::Value;

use super::EXAMPLES;
use crate::batches::Batches;
use crate::batches::errors::ROW_ERRORS;
use crate::wire::access::{self, BatchList};

/// One row that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Example {
    /// The file that the row is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The column, if it concerns one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The service's text.
    pub message: String,
}

/// Bytes of each diagnostic file that are looked at for examples.
const SAMPLE_BYTES: usize = 256 * 1024;

impl Batches {
    /// Rows by the codes of their reasons.
    pub(super) async fn examples(&self, id: &BatchId) -> Result<BTreeMap<String, Vec<Example>>> {
        let mut found: BTreeMap<String, Vec<Example>> = BTreeMap::new();
        for file in self
            .diagnostic_files(id, BatchList::Meta(ROW_ERRORS))
            .await?
        {
            let answer = access::content(self.client(), file.origin(), file.path(), None).await?;
            let mut stream = answer.into_stream();
            let mut start = Vec::new();
            while start.len() < SAMPLE_BYTES
                && let Some(piece) = stream.next().await
            {
                start.extend_from_slice(&piece?);
            }
            for line in start.split(|byte| *byte == b'\n') {
                // the last line of the sample may be cut
                let Ok(row) = serde_json::from_slice::<Value>(line) else {
                    continue;
                };
                for (code, example) in read_row(&row) {
                    let examples = found.entry(code).or_default();
                    if examples.len() < EXAMPLES && !examples.contains(&example) {
                        examples.push(example);
                    }
                }
            }
        }
        Ok(found)
    }
}

/// The reasons that a row of the diagnostics has.
pub(super) fn read_row(row: &Value) -> Vec<(String, Example)> {
    let file = row["_filename"].as_str().map(str::to_owned);
    let of = |list: &Value, message: &str, column: &str, code: &str| -> Vec<(String, Example)> {
        let entries = list.as_array().map(Vec::as_slice).unwrap_or_default();
        entries
            .iter()
            .map(|entry| {
                let word = |key: &str| match &entry[key] {
                    Value::String(text) => Some(text.clone()),
                    Value::Number(number) => Some(number.to_string()),
                    _ => None,
                };
                let example = Example {
                    file: file.clone(),
                    column: word(column),
                    message: word(message).unwrap_or_default(),
                };
                (word(code).unwrap_or_default(), example)
            })
            .collect()
    };
    let mut found = of(&row["_errors"], "message", "column", "code");
    found.extend(of(
        &row["_validationErrors"],
        "message",
        "pointerToViolation",
        "keyword",
    ));
    found
}

/// Diagnostics have the number of a code (`1401`), the batch its full form (`INGEST-1401-400`).
pub(super) fn take_examples(
    code: &str,
    examples: &mut BTreeMap<String, Vec<Example>>,
) -> Vec<Example> {
    let short = code.split('-').nth(1).unwrap_or(code);
    let key = [code, short]
        .into_iter()
        .find(|key| examples.contains_key(*key));
    key.and_then(|key| examples.remove(key)).unwrap_or_default()
}
