//! Good messages and bad ones.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Accepted;
use crate::lake::{Checker, Datum, object_of};
use crate::mapping::Mapper;

/// What messages of a flow are measured by.
#[derive(Debug)]
pub(super) struct Measure {
    pub(super) checker: Checker,
    pub(super) mapper: Option<Mapper>,
    /// Id of the dataset.
    pub(super) dataset: String,
    /// Id of its schema.
    pub(super) schema: String,
}

/// The rows of a micro-batch, as lines of JSON.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    pub(super) good: Vec<u8>,
    pub(super) landed: u64,
    pub(super) bad: Vec<u8>,
    pub(super) failed: u64,
    causes: BTreeMap<&'static str, (u64, String)>,
}

/// A message that does not fit: code, and what is wrong.
type Wrong = (&'static str, Vec<Value>);

/// Sorts messages.
pub(super) fn sort(messages: &[Accepted], measure: &Measure) -> Sorted {
    let mut sorted = Sorted::default();
    for message in messages {
        match row(message, measure) {
            Ok(row) => {
                push(&mut sorted.good, &row.to_json());
                sorted.landed += 1;
            }
            Err((code, entries)) => {
                let text = entries
                    .first()
                    .map(|entry| {
                        let pointer = entry["pointerToViolation"].as_str().unwrap_or("#");
                        let message = entry["message"].as_str().unwrap_or_default();
                        format!("The message cannot be validated: [{pointer}: {message}]")
                    })
                    .unwrap_or_default();
                sorted.causes.entry(code).or_insert((0, text)).0 += 1;
                let mut failed = message.message.clone();
                failed["_errors"] = json!({"_streamingValidation": entries});
                push(&mut sorted.bad, &failed);
                sorted.failed += 1;
            }
        }
    }
    sorted
}

/// What is wrong with a message; nothing when it fits.
pub(super) fn wrong(message: &Accepted, measure: &Measure) -> Vec<Value> {
    row(message, measure)
        .err()
        .map_or_else(Vec::new, |(_, entries)| entries)
}

impl Sorted {
    /// Entries for the `errors` of the batch that failed.
    pub(super) fn errors(&self) -> Vec<Value> {
        self.causes
            .iter()
            .map(|(code, (count, text))| {
                json!({"code": code, "description": text, "recordCount": count})
            })
            .collect()
    }
}

fn push(lines: &mut Vec<u8>, row: &Value) {
    lines.extend_from_slice(row.to_string().as_bytes());
    lines.push(b'\n');
}

fn row(message: &Accepted, measure: &Measure) -> Result<Datum, Wrong> {
    let entity = if message.xdm {
        envelope(&message.message, measure)?
    } else {
        &message.message
    };
    let row = object_of(entity.to_string().as_bytes())
        .map_err(|why| ("INGEST-1401-400", vec![json!({"message": why})]))?;
    let row = match &measure.mapper {
        Some(mapper) => mapper.apply(&row),
        None => row,
    };
    let violations = measure.checker.check(&row);
    match violations.first() {
        None => Ok(row),
        Some(first) => Err((
            first.code,
            violations.iter().map(|found| found.entry.clone()).collect(),
        )),
    }
}

/// The row in an envelope, and whether the envelope is for this flow.
fn envelope<'m>(message: &'m Value, measure: &Measure) -> Result<&'m Value, Wrong> {
    let wrong = |code, text: String| Err((code, vec![json!({"message": text})]));
    let entity = &message["body"]["xdmEntity"];
    if !entity.is_object() {
        let text = "Payload body is missing xdmEntity".to_owned();
        return wrong("DCVS-1111-400", text);
    }
    if let Some(dataset) = message["header"]["datasetId"].as_str()
        && dataset != measure.dataset
    {
        let text = format!("Payload header names dataset {dataset}, which is not the flow's");
        return wrong("DCVS-1106-400", text);
    }
    for schema in [
        &message["header"]["schemaRef"]["id"],
        &message["body"]["xdmMeta"]["schemaRef"]["id"],
    ] {
        if schema.as_str().is_some_and(|id| id != measure.schema) {
            let text = format!("Payload has schema {schema}, which is not the dataset's");
            return wrong("DCVS-1106-400", text);
        }
    }
    Ok(entity)
}
