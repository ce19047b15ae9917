//! Why a batch is what it is.

mod codes;
mod examples;
mod rows;
mod sent;

use std::collections::BTreeMap;

use aep_core::{BatchId, Result};
use serde::Serialize;

pub use self::codes::{Known, look_up};
pub use self::examples::Example;
use self::examples::take_examples;
pub use self::rows::FoundRow;
use super::local::Local;
use super::{Batch, BatchStatus, Batches};
use crate::jobs::{self, Jobs};
use crate::validate::sift::Only;
use crate::{Dataset, Inputs};

/// What happened to a batch, in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Explanation {
    /// The batch.
    pub id: BatchId,
    /// Its state.
    pub status: BatchStatus,
    /// What the state means.
    pub summary: String,
    /// What went wrong, by code.
    pub causes: Vec<Cause>,
    /// What to do next, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Why no rows were looked up in files on this machine, if they could not be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl Explanation {
    /// Whether the platform says which rows it refused.
    fn has_rows(&self) -> bool {
        self.causes.iter().any(|cause| !cause.wanted().is_empty())
    }
}

/// One thing that went wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Cause {
    /// The code.
    pub code: String,
    /// The service's text.
    pub description: String,
    /// What it means; none for a code that nobody has published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<&'static str>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<&'static str>,
    /// Number of rows, if it was counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// The rows, as single numbers or ranges `a-b`, counted through all files of the batch.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub row_numbers: Vec<String>,
    /// Some of the rows, as far as diagnostics were on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Example>,
    /// Some of the rows in the files on this machine, if those were given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<FoundRow>,
}

impl Cause {
    /// The first of its rows.
    fn wanted(&self) -> Vec<u64> {
        let runs = self.row_numbers.iter().filter_map(|run| numbers(run));
        runs.flat_map(|(first, last)| first..=last)
            .take(EXAMPLES)
            .collect()
    }
}

/// Rows that are shown of each code.
const EXAMPLES: usize = 3;

impl Batches {
    /// Joins the batch's errors with what their codes mean and, where diagnostics are kept, with some of the rows.
    ///
    /// # Errors
    /// [`NotFound`](aep_core::ErrorKind::NotFound) for an unknown batch. Diagnostics that can't be read are left out.
    pub async fn explain(&self, id: &BatchId) -> Result<Explanation> {
        let batch = self.get(id).await?;
        let mut examples = BTreeMap::new();
        if !batch.errors.is_empty() {
            match self.examples(id).await {
                Ok(found) => examples = found,
                Err(error) => tracing::debug!(%error, "diagnostics can't be read"),
            }
        }
        Ok(put_together(&batch, examples))
    }

    /// As [`Batches::explain`], and looks up some of the rows in the files that the batch was made of, which are on this
    /// machine. Adobe does not publish how rows are counted through several files; here it is in the order of their names.
    ///
    /// # Errors
    /// As [`Batches::explain`]; [`Usage`](aep_core::ErrorKind::Usage) if the files are not those of the batch.
    pub async fn explain_with(&self, id: &BatchId, inputs: &Inputs) -> Result<Explanation> {
        let mut explanation = self.explain(id).await?;
        if explanation.has_rows() {
            let batch = self.get(id).await?;
            if let Some(dataset) = &batch.dataset {
                let dataset = self.ingest.datasets().get(dataset).await?;
                let local = self.local(&batch, &dataset, inputs).await?;
                self.look_up(&mut explanation, &dataset, local).await?;
            }
        }
        Ok(explanation)
    }

    /// As [`Batches::explain_with`], with the files that a job of this machine has sent. If they can't be looked at,
    /// [`Explanation::notes`] says why.
    ///
    /// # Errors
    /// As [`Batches::explain`]; [`Io`](aep_core::ErrorKind::Io) if the jobs can't be read.
    pub async fn explain_sent(&self, id: &BatchId, jobs: &Jobs) -> Result<Explanation> {
        let mut explanation = self.explain(id).await?;
        if !explanation.has_rows() {
            return Ok(explanation);
        }
        let (jobs, sent) = (jobs.clone(), id.clone());
        match jobs::blocking(move || sent::files(&jobs, &sent)).await? {
            Err(why) => explanation.notes.push(why),
            Ok(local) => {
                if let Some(dataset) = self.get(id).await?.dataset {
                    let dataset = self.ingest.datasets().get(&dataset).await?;
                    self.look_up(&mut explanation, &dataset, local).await?;
                }
            }
        }
        Ok(explanation)
    }

    /// Finds rows in the files of the batch.
    async fn look_up(
        &self,
        explanation: &mut Explanation,
        dataset: &Dataset,
        local: Local,
    ) -> Result<()> {
        let Some(schema) = &dataset.schema else {
            return Ok(());
        };
        let schema = self.ingest.schemas().resolved(schema).await?;
        let wanted = explanation.causes.iter().flat_map(Cause::wanted);
        let only = Only::new(wanted.map(|row| (row, row)).collect());
        let located =
            jobs::blocking(move || rows::find(&local.files, local.format, &schema, &only)).await?;
        for cause in &mut explanation.causes {
            let wanted = cause.wanted();
            let rows = located.iter().filter(|(number, _)| wanted.contains(number));
            cause.found = rows.map(|(_, row)| row.clone()).collect();
        }
        Ok(())
    }
}

/// The first and the last of the rows in `13-26` or `7`.
pub(super) fn numbers(run: &str) -> Option<(u64, u64)> {
    let (first, last) = run.split_once('-').unwrap_or((run, run));
    Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
}

fn put_together(batch: &Batch, mut examples: BTreeMap<String, Vec<Example>>) -> Explanation {
    let mut causes: Vec<Cause> = batch
        .errors
        .iter()
        .map(|error| {
            let known = look_up(&error.code, &error.description);
            Cause {
                code: error.code.clone(),
                description: error.description.clone(),
                meaning: known.map(|known| known.meaning),
                advice: known.map(|known| known.advice),
                rows: error.record_count,
                row_numbers: error.rows.clone(),
                found: Vec::new(),
                examples: take_examples(&error.code, &mut examples),
            }
        })
        .collect();
    let rest: Vec<Example> = examples
        .into_values()
        .flatten()
        .take(EXAMPLES * 2)
        .collect();
    // the first error of a batch is the summary of all rows
    if let (Some(summary), false) = (causes.first_mut(), rest.is_empty()) {
        summary.examples.extend(rest);
    }
    let detail = batch
        .stall_detail()
        .map(|detail| format!(": {detail}"))
        .unwrap_or_default();
    let partly = batch.status.is_success() && !batch.errors.is_empty();
    let meaning = if partly {
        "the good rows are in the dataset, others were refused"
    } else {
        batch.status.meaning()
    };
    Explanation {
        id: batch.id.clone(),
        status: batch.status.clone(),
        summary: format!("{}: {meaning}{detail}", batch.status),
        causes,
        next: next(batch, partly),
        notes: Vec::new(),
    }
}

fn next(batch: &Batch, partly: bool) -> Option<String> {
    let id = &batch.id;
    match &batch.status {
        BatchStatus::Failure
            if batch
                .errors
                .iter()
                .any(|error| error.code == "INGEST-1211-400") =>
        {
            Some("ingest again with `--diagnostics` to see the rows".to_owned())
        }
        BatchStatus::Failure => Some(format!(
            "`aep batch errors {id} --to DIR` fetches what is kept about the rows; mend them and ingest again"
        )),
        BatchStatus::Success if partly => Some(format!(
            "`aep batch errors {id} --to DIR` fetches the refused rows; mend them, then `aep batch repair {id} --rows DIR/rows.ndjson`"
        )),
        BatchStatus::Loading => Some(format!(
            "upload what is missing and `aep batch complete {id}`, or `aep batch abort {id}`"
        )),
        BatchStatus::Stalled => {
            Some("wait; if it lasts, ask Adobe's support with the batch id".to_owned())
        }
        status if !status.is_terminal() => Some(format!("`aep batch wait {id}`")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::examples::read_row;
    use super::*;

    fn batch(status: &str, errors: &Value) -> Batch {
        Batch::read(Some("b1"), json!({"status": status, "errors": errors})).unwrap()
    }

    #[test]
    fn every_code_has_words_and_advice() {
        for code in ["106", "INGEST-1555-400", "DCVS-1106-400", "X-DPMAP-1"] {
            let known = look_up(code, "").unwrap();
            assert!(!known.meaning.is_empty() && !known.advice.is_empty());
        }
        assert_eq!(
            look_up("err-1", "TypeCompatibilityException: a")
                .unwrap()
                .advice,
            CONSTRAINT_FOR_TEST
        );
        assert_eq!(look_up("err-1", "x"), None);
    }

    const CONSTRAINT_FOR_TEST: &str =
        "`aep schema validate FILE --schema ID` finds such rows before they are sent";

    #[test]
    fn rows_stand_with_their_code() {
        let mut examples = BTreeMap::new();
        for (code, example) in read_row(
            &json!({"_errors": [{"code": "1401", "message": "broken"}], "_filename": "a.json"}),
        ) {
            examples.entry(code).or_insert_with(Vec::new).push(example);
        }
        let errors = json!([{"code": "INGEST-1212-400", "description": "s", "recordCount": 1}, {"code": "INGEST-1401-400"}]);
        let explanation = put_together(&batch("success", &errors), examples);
        assert_eq!(
            explanation.causes[1].examples[0].file.as_deref(),
            Some("a.json")
        );
        assert!(explanation.causes[0].examples.is_empty());
        assert!(explanation.summary.contains("good rows"));
        assert!(explanation.next.unwrap().contains("aep batch errors b1"));
    }

    #[test]
    fn rows_of_no_listed_code_stand_with_the_summary() {
        let row =
            json!({"_errors": [{"code": "100", "message": "no number"}], "_filename": "a.json"});
        let examples = read_row(&row)
            .into_iter()
            .map(|(code, example)| (code, vec![example]))
            .collect();
        let errors = json!([{"code": "INGEST-1212-400"}, {"code": "DCVS-1106-400"}]);
        let explanation = put_together(&batch("failure", &errors), examples);
        assert_eq!(explanation.causes[0].examples[0].message, "no number");
        assert!(explanation.causes[1].examples.is_empty());
    }

    #[test]
    fn rows_are_numbers_or_runs() {
        assert_eq!(numbers("13-26"), Some((13, 26)));
        assert_eq!(numbers(" 7"), Some((7, 7)));
        assert_eq!(numbers("a"), None);
    }

    #[test]
    fn an_open_batch_says_how_it_goes_on() {
        let explanation = put_together(&batch("loading", &json!([])), BTreeMap::new());
        assert!(explanation.next.unwrap().contains("complete b1"));
    }
}
