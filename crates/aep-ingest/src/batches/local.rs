//! The files on this machine that a batch was made of.

use aep_core::{Error, ErrorKind, Result, items};
use futures::{StreamExt, TryStreamExt};
use serde_json::Value;

use super::{Batch, Batches};
use crate::plan::{PlannedBatch, PlannedFile};
use crate::validate::Format;
use crate::wire::access::{self, BatchList};
use crate::wire::{Object, text};
use crate::{Dataset, Inputs};

/// The directory of the diagnostics that has the names of the files.
const INPUT_FILES: &str = "input_files";

/// Bytes of the list of names that are read.
const NAMES: usize = 16 << 20;

/// A batch's files, in the order in which its rows are numbered: that of their names.
#[derive(Debug)]
pub(crate) struct Local {
    pub(crate) format: Format,
    pub(crate) files: Vec<PlannedFile>,
}

impl Batches {
    /// The inputs as the files of the batch; they must be the same files, by name.
    pub(super) async fn local(
        &self,
        batch: &Batch,
        dataset: &Dataset,
        inputs: &Inputs,
    ) -> Result<Local> {
        let upload = self.ingest.upload(dataset.clone(), inputs.clone());
        let plan = tokio::task::spawn_blocking(move || upload.plan())
            .await
            .map_err(|stopped| {
                Error::new(ErrorKind::Other, "look at the files").because(stopped)
            })??;
        let names = match self.input_names(batch).await {
            Ok(names) => names,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let mut batches = plan.batches;
        let at = batches.iter().position(|planned| same(planned, &names));
        let only = batches.len() == 1;
        let chosen = match at {
            Some(at) => Some(batches.swap_remove(at)),
            // One file may have another name by now; without diagnostics there are no names.
            None => batches.pop().filter(|one| {
                only && (names.is_empty() || (names.len() == 1 && one.files.len() == 1))
            }),
        };
        match chosen {
            Some(PlannedBatch { format, files, .. }) => Ok(Local { format, files }),
            None => Err(
                Error::new(ErrorKind::Usage, "find the batch's rows in these files")
                    .with("batch", &batch.id)
                    .with("files of the batch", listed(&names))
                    .because("these are other files")
                    .hint("name all files of the batch, and no others"),
            ),
        }
    }

    /// What the files of a batch are called; empty when nothing was kept.
    async fn input_names(&self, batch: &Batch) -> Result<Vec<String>> {
        let client = self.client().clone();
        let id = &batch.id;
        let list = BatchList::Meta(INPUT_FILES);
        let entries: Vec<Object> = items(|at| access::batch_list(&client, id, list, at))
            .try_collect()
            .await?;
        let mut names = Vec::new();
        for entry in entries {
            let Some(name) = text(&entry, "name") else {
                continue;
            };
            let path = match name.strip_prefix(INPUT_FILES) {
                Some(_) => name,
                None => format!("{INPUT_FILES}/{name}"),
            };
            let origin = access::Origin::Meta(id.clone());
            let mut stream = access::content(self.client(), &origin, &path, None)
                .await?
                .into_stream();
            let mut bytes = Vec::new();
            while bytes.len() < NAMES
                && let Some(piece) = stream.next().await
            {
                bytes.extend_from_slice(&piece?);
            }
            for line in bytes.split(|byte| *byte == b'\n') {
                let line: Value = serde_json::from_slice(line).unwrap_or_default();
                names.extend(line["path"].as_str().map(str::to_owned));
            }
        }
        names.sort_unstable();
        Ok(names)
    }
}

fn same(planned: &PlannedBatch, names: &[String]) -> bool {
    planned.files.len() == names.len()
        && planned
            .files
            .iter()
            .zip(names)
            .all(|(file, name)| *file.name == **name)
}

fn listed(names: &[String]) -> String {
    let more = names.len().saturating_sub(5);
    let text = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 {
        format!("{text} and {more} more")
    } else {
        text
    }
}
