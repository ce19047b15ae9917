//! The rows of a batch that failed, mended, as a batch that follows it.

use aep_core::{BatchId, Error, ErrorKind, Result};
use futures::TryStreamExt;

use super::explain::numbers;
use super::{Batch, BatchFilter, Batches};
use crate::upload::Repairs;
use crate::validate::sift::Only;
use crate::{Inputs, Upload};

/// The tag of a batch that repairs others.
pub const REPAIRS: &str = "aepRepairs";

/// Where mended rows are.
#[derive(Debug, Clone)]
pub enum Mended {
    /// In the files of the batch, all of them, with the rows in their places: those that failed are taken out of them.
    Inputs(Inputs),
    /// By themselves.
    Rows(Inputs),
}

impl Batches {
    /// Prepares the upload that repairs a batch of which only a part landed: the failed rows, mended, become a batch of
    /// their own with the tag [`REPAIRS`]. Never sends more rows than failed.
    ///
    /// Which rows failed is known from the batch's errors. Adobe does not publish how rows are counted through several
    /// files; here it is in the order of the files' names, so the files have to be those of the batch, with as many rows.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] if no row failed, nothing landed at all, or the rows were sent before;
    /// [`ErrorKind::Usage`] if the files are others, or the batch doesn't say which rows failed.
    pub async fn repair(&self, id: &BatchId, mended: Mended) -> Result<Upload> {
        let batch = self.get(id).await?;
        let failed = batch.metrics.records_failed.unwrap_or(0);
        let conflict = |why: &str, hint: String| {
            Error::new(ErrorKind::Conflict, "repair the batch")
                .with("batch", id)
                .with("status", &batch.status)
                .because(why.to_owned())
                .hint(hint)
        };
        if !batch.status.is_success() {
            return Err(conflict(
                "there is nothing to add to: no row of it is in the dataset",
                if batch.status.is_terminal() {
                    "mend the files and ingest all of them again".to_owned()
                } else {
                    format!("wait for its end: `aep batch wait {id}`")
                },
            ));
        }
        if failed == 0 {
            return Err(conflict(
                "no row of it failed",
                "there is nothing to do".to_owned(),
            ));
        }
        let dataset = batch.dataset.clone().ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "find the dataset of the batch").with("batch", id)
        })?;
        let dataset = self.ingest.datasets().get(&dataset).await?;
        let earlier = self.repaired(&batch).await?;
        let left = failed.saturating_sub(earlier);
        if left == 0 {
            return Err(conflict(
                "all rows that failed were sent again already",
                format!("`aep batch list` shows the batches; theirs is the tag {REPAIRS}"),
            ));
        }
        let (inputs, only) = match mended {
            Mended::Rows(inputs) => (inputs, None),
            Mended::Inputs(_) if earlier > 0 => {
                return Err(conflict(
                    "some of its rows were sent again already, and nothing says which",
                    "give the rows that are left by themselves, with `--rows FILE`".to_owned(),
                ));
            }
            Mended::Inputs(inputs) => {
                self.local(&batch, &dataset, &inputs).await?;
                (inputs, Some(failed_rows(&batch, failed)?))
            }
        };
        let repairs = Repairs {
            only,
            total: batch.metrics.records_read,
            most: left,
        };
        Ok(self
            .ingest
            .upload(dataset, inputs)
            .tag(REPAIRS, id.as_str())
            .repairs(repairs))
    }

    /// Rows that landed with earlier repairs of a batch.
    async fn repaired(&self, batch: &Batch) -> Result<u64> {
        let mut landed = 0_u64;
        for other in self.repairs_of(batch).await? {
            if !other.status.is_terminal() {
                return Err(Error::new(ErrorKind::Conflict, "repair the batch")
                    .with("batch", &batch.id)
                    .because(format!(
                        "another repair is under way: {} is {}",
                        other.id, other.status
                    ))
                    .hint(format!(
                        "`aep batch wait {0}`, or `aep batch delete {0}`",
                        other.id
                    )));
            }
            if other.status.is_success() {
                landed = landed.saturating_add(other.metrics.records_landed.unwrap_or(u64::MAX));
            }
        }
        Ok(landed)
    }

    /// The batches that were made to repair a batch, whatever became of them.
    pub(crate) async fn repairs_of(&self, batch: &Batch) -> Result<Vec<Batch>> {
        let filter = BatchFilter {
            dataset: batch.dataset.clone(),
            created_after: batch.created.map(|at| at.saturating_sub(1)),
            ..BatchFilter::default()
        };
        let repairs = |other: &Batch| {
            let tags = other.raw().get("tags");
            let ids = tags.and_then(|tags| tags[REPAIRS].as_array());
            ids.into_iter().flatten().any(|id| id == batch.id.as_str())
        };
        let found = self.list(filter);
        found
            .try_filter(|other| futures::future::ready(repairs(other)))
            .try_collect()
            .await
    }
}

/// The rows that failed; an error if the batch doesn't name all of them.
fn failed_rows(batch: &Batch, failed: u64) -> Result<Only> {
    let runs = batch.errors.iter().flat_map(|error| &error.rows);
    let only = Only::new(runs.filter_map(|run| numbers(run)).collect());
    if only.count() == failed {
        return Ok(only);
    }
    Err(Error::new(ErrorKind::Usage, "find the rows that failed")
        .with("batch", &batch.id)
        .because(format!(
            "{failed} rows failed, and the batch names {} of them",
            only.count()
        ))
        .hint(format!(
            "`aep batch errors {0} --to DIR` fetches the rows; mend DIR/rows.ndjson, then `aep batch repair {0} --rows DIR/rows.ndjson`",
            batch.id
        )))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn the_failed_rows_are_those_of_all_causes() {
        let batch = |errors: Value| {
            Batch::read(Some("b"), json!({"status": "success", "errors": errors})).unwrap()
        };
        let named = batch(
            json!([{"code": "a"}, {"code": "b", "rows": ["3", "5-6"]}, {"code": "c", "rows": ["6", "9"]}]),
        );
        let only = failed_rows(&named, 4).unwrap();
        assert_eq!((only.count(), only.has(5), only.has(7)), (4, true, false));
        assert_eq!(failed_rows(&named, 5).unwrap_err().kind(), ErrorKind::Usage);
        assert!(failed_rows(&batch(json!([])), 1).is_err());
    }
}
