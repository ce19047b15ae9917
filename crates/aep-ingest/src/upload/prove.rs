//! Proof: what the platform says it has read is what was sent.

use aep_core::{BatchId, Error, ErrorKind, Result};
use futures::TryStreamExt;

use super::run::{Course, Run};
use crate::batches::Metrics;

impl Run {
    /// Compares the platform's figures with what was sent, where it gives any: legacy CSV and batches without rows have none.
    pub(super) async fn prove(&self, course: &Course) -> Result<()> {
        let mut differences = Vec::new();
        let mut rows = Some(0);
        let batches = self.upload.ingest.batches();
        for report in self
            .batches
            .iter()
            .filter(|batch| batch.status.is_success())
        {
            let Some(batch) = batches.look(&report.id).await? else {
                continue;
            };
            let metrics = batch.metrics;
            let mut compare = |what: &str, sent: u64, found: Option<u64>| {
                if let Some(found) = found.filter(|found| *found != sent) {
                    differences.push(format!(
                        "batch {}: {sent} {what} were sent, the platform has read {found}",
                        batch.id
                    ));
                }
            };
            compare("files", report.files, metrics.input_files);
            compare("bytes", report.bytes, metrics.input_bytes);
            rows = rows
                .zip(metrics.records_read)
                .map(|(rows, read)| rows + read);
            if let Some(difference) = self.stored(&batch.id, metrics).await? {
                differences.push(difference);
            }
        }
        let all = self.batches.iter().all(|batch| batch.status.is_success());
        if let (true, Some(sent), Some(read)) = (all, course.rows, rows)
            && sent != read
        {
            differences.push(format!(
                "{sent} rows were sent, the platform has read {read}"
            ));
        }
        if differences.is_empty() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Conflict, "prove what landed: the figures differ")
            .with("run", self.id)
            .because(differences.join("\n"))
            .hint("`aep batch files` and `aep batch get` show what the platform has; `aep batch revert` takes the data out again"))
    }

    /// Whether Data Access lists the files that Catalog has counted.
    async fn stored(&self, id: &BatchId, metrics: Metrics) -> Result<Option<String>> {
        let Some(counted) = metrics.output_files else {
            return Ok(None);
        };
        let ids = self.upload.ingest.batches().file_ids(id);
        let listed = ids.try_fold(0_u64, async |count, _| Ok(count + 1)).await?;
        Ok((listed != counted).then(|| {
            format!("batch {id}: Catalog counts {counted} files in the dataset, Data Access lists {listed}")
        }))
    }
}
