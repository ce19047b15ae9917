//! The program: a run reads what is new, and is finished by the next one if it was stopped.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use aep_core::{BatchId, Error, ErrorKind, Result};
use aep_ingest::batches::Replay;
use aep_ingest::read::to_json;
use aep_ingest::validate::{self, Options};
use aep_ingest::{
    Batch, BatchFilter, BatchStatus, Dataset, Format, Ingest, NewBatch, Position, Positions,
    Source, WaitOptions,
};
use futures::{StreamExt, TryStreamExt};

use super::rows::{Row, file, is_complete, key, line, local, transformed, unite};

/// Tag of an output batch: how many rows were deferred in the same run.
const DEFERRED: &str = "etlDeferred";

/// Batches that one run reads at most.
const BATCHES: usize = 100;

/// What the program works with.
pub(crate) struct Etl {
    /// The way to the platform.
    pub(crate) ingest: Ingest,
    /// Name of the program: of its position and its batches.
    pub(crate) name: String,
    /// Where rows come from.
    pub(crate) source: Dataset,
    /// Where complete rows go.
    pub(crate) output: Dataset,
    /// Where incomplete rows wait; of the same schema as the source.
    pub(crate) deferred: Dataset,
    /// Where positions are kept.
    pub(crate) positions: Positions,
}

/// What a run did.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Done {
    /// Rows in the output that were not there before.
    pub(crate) written: u64,
    /// Rows that wait for the rest of them.
    pub(crate) deferred: u64,
}

impl Etl {
    /// One run. None if there was nothing new.
    pub(crate) async fn run(&self) -> Result<Option<Done>> {
        let client = self.ingest.client();
        let mut saved = self.positions.open(client, &self.source.id, &self.name)?;
        let from = saved.position().cloned().unwrap_or_default();
        // what a run before this one was interrupted in comes first
        let to = if let Some(to) = saved.announced() {
            to.clone()
        } else {
            let batches = self.ingest.batches();
            batches.require_finished(&self.output.id).await?;
            let Some(to) = self.next(&from).await? else {
                return Ok(None);
            };
            saved.announce(to.clone())?;
            to
        };
        let done = self.step(&from, &to).await?;
        saved.save(to)?;
        Ok(Some(done))
    }

    /// Up to where the next run reads.
    async fn next(&self, from: &Position) -> Result<Option<Position>> {
        let mut reader = self
            .ingest
            .datasets()
            .read_since(&self.source.id, from.clone());
        let mut count = 0;
        while count < BATCHES
            && let Some(batch) = reader.next().await?
        {
            reader.done(&batch);
            count += 1;
        }
        Ok((count > 0).then(|| reader.position()))
    }

    /// Reads what lies between two positions, and writes what comes of it, unless that was done before.
    async fn step(&self, from: &Position, to: &Position) -> Result<Done> {
        let id = |what| format!("{}-{what}-{}", self.name, to.digest());
        let output = self.find(&id("out")).await?;
        let put_aside = self.find(&id("deferred")).await?;
        let known = match &output {
            Found::Landed(batch) => deferred_rows(batch),
            Found::Free(_) => None,
        };
        if let (Found::Landed(batch), Some(deferred)) = (&output, known)
            && (deferred == 0 || matches!(put_aside, Found::Landed(_)))
        {
            if deferred == 0 {
                self.forget_deferred().await?;
            }
            return Ok(Done {
                written: batch.metrics.records_landed.unwrap_or(0),
                deferred,
            });
        }
        let before = self
            .ingest
            .batches()
            .last_successful(&self.deferred.id)
            .await?;
        let place = tempfile::tempdir().map_err(|error| local(error, "make a directory"))?;
        let complete = place.path().join("complete.ndjson");
        let incomplete = place.path().join("incomplete.ndjson");
        let (rows, waiting) = self
            .transform(from, to, before.as_ref(), &complete, &incomplete)
            .await?;
        if let Found::Free(external_id) = output
            && rows > 0
        {
            self.validate(&self.output, &complete).await?;
            let mut new = NewBatch::new(self.output.id.clone(), Format::NdJson);
            new.external_id = Some(external_id);
            new.tags.insert(DEFERRED.into(), vec![waiting.to_string()]);
            self.write(new, &complete).await?;
        }
        match put_aside {
            Found::Landed(_) => {}
            Found::Free(_) if waiting == 0 => self.forget_deferred().await?,
            Found::Free(external_id) => {
                let mut new = NewBatch::new(self.deferred.id.clone(), Format::NdJson);
                new.external_id = Some(external_id);
                new.replay = before.map(|batch| Replay {
                    predecessors: vec![batch.id],
                    ..Replay::default()
                });
                self.write(new, &incomplete).await?;
            }
        }
        Ok(Done {
            written: rows,
            deferred: waiting,
        })
    }

    /// Writes complete rows into one file and the others into a second one; answers how many there are of each. In memory
    /// are the incomplete rows only.
    async fn transform(
        &self,
        from: &Position,
        to: &Position,
        before: Option<&Batch>,
        complete: &Path,
        incomplete: &Path,
    ) -> Result<(u64, u64)> {
        let datasets = self.ingest.datasets();
        let mut waiting: BTreeMap<String, Row> = BTreeMap::new();
        if let Some(batch) = before {
            let reader = datasets.read_since(&self.deferred.id, Position::beginning());
            let rows = reader.rows(batch).await?.ok_or_else(|| undone(batch))?;
            let mut rows = rows.map(|rows| to_json(&rows?));
            while let Some(rows) = rows.try_next().await? {
                waiting.extend(rows.into_iter().map(|row| (key(&row), row)));
            }
        }
        let mut out = file(complete)?;
        let mut count = 0;
        let mut reader = datasets
            .read_since(&self.source.id, from.clone())
            .up_to(to.clone());
        while let Some(batch) = reader.next().await? {
            let Some(rows) = reader.rows(&batch).await? else {
                continue; // undone meanwhile
            };
            let mut rows = rows.map(|rows| to_json(&rows?));
            while let Some(rows) = rows.try_next().await? {
                for row in rows {
                    let key = key(&row);
                    let mut whole = waiting.remove(&key).unwrap_or_default();
                    unite(&mut whole, row);
                    if is_complete(&whole) {
                        line(&mut out, &transformed(whole))?;
                        count += 1;
                    } else {
                        waiting.insert(key, whole);
                    }
                }
            }
        }
        out.flush().map_err(|error| local(error, "write rows"))?;
        let mut aside = file(incomplete)?;
        for row in waiting.values() {
            line(&mut aside, row)?;
        }
        aside.flush().map_err(|error| local(error, "write rows"))?;
        Ok((count, waiting.len() as u64))
    }

    /// Nothing is sent that the platform would refuse.
    async fn validate(&self, dataset: &Dataset, rows: &Path) -> Result<()> {
        let Some(schema) = &dataset.schema else {
            return Ok(());
        };
        let schema = self.ingest.schemas().resolved(schema).await?;
        let rows = rows.to_owned();
        let checked = tokio::task::spawn_blocking(move || {
            validate::file(
                &rows,
                validate::Format::NdJson,
                &schema,
                &Options::default(),
            )
        });
        let findings = checked.await.map_err(|stopped| {
            Error::new(ErrorKind::Other, "validate the rows").because(stopped)
        })??;
        findings.to_error().map_or(Ok(()), Err)
    }

    /// Writes one batch, and waits until it has landed.
    async fn write(&self, new: NewBatch, rows: &Path) -> Result<()> {
        let batches = self.ingest.batches();
        let dataset = new.dataset.clone();
        let id = batches.create(new).await?.id;
        let source = Source::file(rows)?;
        batches.put(&id, &dataset, "rows.ndjson", source).await?;
        batches.complete(&id).await?;
        let batch = batches.wait(&id, WaitOptions::default()).await?;
        if batch.status.is_success() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Rejected, "write the rows")
            .with("batch", &id)
            .because(format!("the batch is {}", batch.status))
            .hint(format!("`aep batch explain {id}` says why")))
    }

    /// What has become of the batch with this external id. One that failed gets a successor, with the next number.
    async fn find(&self, external_id: &str) -> Result<Found> {
        let batches = self.ingest.batches();
        for number in 1.. {
            let numbered = format!("{external_id}-{number}");
            let filter = BatchFilter {
                external_id: Some(numbered.clone()),
                ..BatchFilter::default()
            };
            let Some(batch) = batches.list(filter).boxed().try_next().await? else {
                return Ok(Found::Free(numbered));
            };
            let batch = match &batch.status {
                BatchStatus::Loading => {
                    batches.abort(&batch.id).await?;
                    continue;
                }
                status if status.is_terminal() => batch,
                _ => batches.wait(&batch.id, WaitOptions::default()).await?,
            };
            if batch.status.is_success() {
                return Ok(Found::Landed(Box::new(batch)));
            }
        }
        Ok(Found::Free(external_id.to_owned()))
    }

    /// Nothing is deferred any more: a batch can't be empty, so the last one is taken back.
    async fn forget_deferred(&self) -> Result<()> {
        let batches = self.ingest.batches();
        match batches.last_successful(&self.deferred.id).await? {
            Some(batch) => batches.revert(&batch.id).await,
            None => Ok(()),
        }
    }
}

/// A batch that a run before this one may have written.
enum Found {
    Landed(Box<Batch>),
    /// It has not landed; this external id is free.
    Free(String),
}

fn deferred_rows(batch: &Batch) -> Option<u64> {
    batch.raw().get("tags")?[DEFERRED][0].as_str()?.parse().ok()
}

fn undone(batch: &Batch) -> Error {
    let id: &BatchId = &batch.id;
    Error::new(ErrorKind::Conflict, "read the deferred rows")
        .with("batch", id)
        .because("somebody has undone it")
}
