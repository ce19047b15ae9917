//! What landed is read back.

use aep_core::{BatchId, Error};
use aep_emulator::Fault;
use aep_ingest::{BatchFilter, DownloadOptions, Ingest, Inputs};
use futures::TryStreamExt;

use super::{Way, every_fault_on_every_operation};
use crate::support::{MEMBERS, World, member, ndjson, sample};

/// Lists, figures, files, failed rows with their reasons, a preview.
pub(super) struct Read;

pub(super) struct Ready {
    /// A batch with one file.
    good: BatchId,
    /// One of whose rows some failed.
    partial: BatchId,
    /// The bytes of the file.
    bytes: Vec<u8>,
}

impl Way for Read {
    type Ready = Ready;

    async fn prepare(&self, world: &World) -> Ready {
        let put = async |inputs: Inputs, partial: bool| {
            let mut upload = world.ingest.upload(world.members().await, inputs);
            if partial {
                upload = upload.partial(50.0);
            }
            let report = upload.start().join().await.unwrap();
            report.batches[0].id.clone()
        };
        let good = put(Inputs::paths([sample("loyalty-members.parquet")]), false).await;
        let bad = member(9).replace("\"points\":9", "\"points\":\"many\"");
        assert!(bad.contains("many"));
        let rows = world.file("bad.ndjson", ndjson(3) + &bad + "\n");
        let partial = put(Inputs::paths([rows]), true).await;
        let to = world.dir.path().join("truth");
        let batches = world.ingest.batches();
        let report = batches.download(&good, &to, DownloadOptions::default());
        let bytes = std::fs::read(&report.await.unwrap().files[0].path).unwrap();
        Ready {
            good,
            partial,
            bytes,
        }
    }

    async fn go(&self, ingest: Ingest, _: &World, ready: &Ready) -> Result<(), Error> {
        let batches = ingest.batches();
        let to = tempfile::tempdir().unwrap();
        let dataset = ingest.datasets().find(MEMBERS).await?;
        let filter = BatchFilter {
            dataset: Some(dataset.id.clone()),
            ..BatchFilter::default()
        };
        let listed: Vec<_> = batches.list(filter).try_collect().await?;
        assert_eq!(listed.len(), 2);
        let last: Vec<_> = batches.last(&[dataset.id]).try_collect().await?;
        assert_eq!(
            last[0].last_successful_batch_id.as_ref(),
            Some(&ready.partial)
        );
        let batch = batches.get(&ready.good).await?;
        assert_eq!(batch.metrics.records_failed.unwrap_or(0), 0);
        let options = || DownloadOptions {
            range_bytes: 20_000,
            ..DownloadOptions::default()
        };
        let whole = batches.download(&ready.good, to.path(), options()).await?;
        assert!(std::fs::read(&whole.files[0].path).unwrap() == ready.bytes);
        let errors = batches
            .errors(&ready.partial, &to.path().join("errors"), options())
            .await?;
        assert!(!errors.row_errors.is_empty());
        for path in &errors.row_errors {
            let text = std::fs::read_to_string(path).unwrap();
            for line in text.lines() {
                serde_json::from_str::<serde_json::Value>(line).unwrap();
            }
        }
        Ok(())
    }

    async fn check(&self, _: &World, _: &Ready, _: usize, _: &str) {}

    fn is_hopeless(&self, operation: &str, fault: &Fault) -> bool {
        let content = matches!(
            operation,
            "retrieveDatasetFileContent"
                | "retrieveBatchMeta"
                | "retrieveFailedBatch"
                | "retrieveDatasetFile"
        );
        // the platform gives no checksum of its files: wrong bytes of the right number look right
        content && matches!(fault, Fault::Corrupted | Fault::Truncated)
            || operation == "fetchToken" && *fault == Fault::ExpiredToken
    }
}

#[tokio::test]
async fn reading_survives_every_fault_on_every_operation() {
    let scenarios = every_fault_on_every_operation(&Read).await;
    assert!(scenarios >= 80, "{scenarios}");
}
