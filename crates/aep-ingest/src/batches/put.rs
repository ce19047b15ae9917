//! One file into one batch.

use aep_core::{BatchId, DatasetId, Error, ErrorKind, Result};

use super::Batches;
use crate::Source;
use crate::plan::{Limits, names};
use crate::upload::transfer;

impl Batches {
    /// Uploads one file under `path` (segments joined by `/`), in one request or, if it is large, in chunks. A file of
    /// the same name is replaced. Nothing is visible before the batch is [completed](Batches::complete).
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a name that can't be used, [`ErrorKind::Rejected`] for an empty file,
    /// [`ErrorKind::Limit`] for an address that is too long, [`ErrorKind::Io`] if the file can't be read or changes
    /// while it is sent.
    pub async fn put(
        &self,
        batch: &BatchId,
        dataset: &DatasetId,
        path: &str,
        source: Source,
    ) -> Result<()> {
        let refused = |kind, why: String| {
            Error::new(kind, "upload the file")
                .with("file", path)
                .because(why)
        };
        names::check(path).map_err(|reason| refused(reason.kind(), reason.to_string()))?;
        if source.is_empty() {
            return Err(refused(
                ErrorKind::Rejected,
                "it is empty (0 bytes), and the platform fails such a batch".to_owned(),
            ));
        }
        self.ingest.guard().await?;
        transfer::file(
            self.client(),
            batch,
            dataset,
            path,
            &source,
            &Limits::default(),
        )
        .await
    }
}
