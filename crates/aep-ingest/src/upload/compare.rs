//! Nothing is sent twice: what is about to be sent is compared with what was sent into the dataset before.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use aep_core::{BatchId, Error, ErrorKind, Result};
use jiff::Timestamp;

use super::batches::number;
use super::run::{Course, Run};
use crate::jobs::ledger::{Claim, Entry, Fingerprint, Ledger};
use crate::jobs::{Line, blocking, of_content};
use crate::plan::{Parts, PlannedFile};
use crate::source::{PIECE, Pool, Source};

/// Files that are named in a message.
const NAMED: usize = 5;

/// A file of the plan whose content was sent before.
struct Hit {
    /// What a person calls the file.
    file: String,
    entry: Entry,
}

impl Run {
    /// Looks for contents that were sent before. Only files whose size is in the ledger are read for it.
    pub(super) async fn compare(&mut self, course: &Course) -> Result<()> {
        let Some(jobs) = &self.upload.jobs else {
            return Ok(());
        };
        let settings = self.upload.ingest.client().settings();
        let mut ledger = Ledger::of(&jobs.ledgers(), settings, &self.upload.dataset.id);
        if self.upload.options.allow_duplicate {
            self.ledger = Some(ledger);
            return Ok(());
        }
        let sizes: HashSet<u64> = files(course).map(|(_, file)| file.size()).collect();
        let run = self.id;
        let (ledger, entries) = blocking(move || {
            let entries = ledger.news(&sizes, run)?;
            Ok((ledger, entries))
        })
        .await?;
        if ledger.damaged() > 0 {
            self.note([format!(
                "{} lines of {} can't be read and were passed over: what they told may be sent again",
                ledger.damaged(),
                ledger.path().display()
            )]);
        }
        self.ledger = Some(ledger);
        if entries.is_empty() {
            return Ok(());
        }
        let hits = self.hits(course, &entries).await?;
        self.refuse(hits).await
    }

    async fn hits(&self, course: &Course, entries: &[Entry]) -> Result<Vec<Hit>> {
        let mut by_size: HashMap<u64, Vec<&Entry>> = HashMap::new();
        for entry in entries {
            by_size.entry(entry.content.size).or_default().push(entry);
        }
        let pool = Pool::new(4 * PIECE as u64);
        let mut hits = Vec::new();
        for (index, file) in files(course) {
            let Some(entries) = by_size.get(&file.size()) else {
                continue;
            };
            // the hash depends on the parts that it was made of
            let mut chunks: Vec<u64> = entries.iter().map(|entry| entry.content.chunk).collect();
            chunks.sort_unstable();
            chunks.dedup();
            let known = self.known(course, number(index), file);
            for chunk in chunks {
                let content = match known.filter(|known| known.chunk == chunk) {
                    Some(known) => known,
                    None => self.or_cancelled(read(file, chunk, &pool)).await?,
                };
                if let Some(entry) = entries.iter().find(|entry| entry.content == content) {
                    hits.push(Hit {
                        file: file.content.path().display().to_string(),
                        entry: (*entry).clone(),
                    });
                    break;
                }
            }
        }
        Ok(hits)
    }

    /// What is known of a file that was sent already.
    fn known(&self, course: &Course, index: u32, file: &PlannedFile) -> Option<Fingerprint> {
        let hash = self.record.as_ref()?.hash(index)?;
        Some(Fingerprint {
            size: file.size(),
            chunk: file.parts(&course.plan.limits).chunk(),
            hash,
        })
    }

    /// Fails if a batch that has one of the contents is in the dataset, or may come to be.
    async fn refuse(&self, hits: Vec<Hit>) -> Result<()> {
        let mut lasting: HashMap<BatchId, Option<String>> = HashMap::new();
        let mut found: Vec<(Hit, String)> = Vec::new();
        let mut more = 0;
        for hit in hits {
            let batch = &hit.entry.batch;
            // what is replaced is not there twice
            if self.upload.options.replaces.contains(batch) {
                continue;
            }
            if !lasting.contains_key(batch) {
                let looked = self.upload.ingest.batches().look(batch).await?;
                let status = looked
                    .filter(|batch| !batch.status.left_nothing())
                    .map(|batch| batch.status.to_string());
                lasting.insert(batch.clone(), status);
            }
            match lasting.get(batch) {
                Some(Some(_)) if found.len() >= NAMED => more += 1,
                Some(Some(status)) => {
                    let status = status.clone();
                    found.push((hit, status));
                }
                _ => {}
            }
        }
        let Some((first, status)) = found.first() else {
            return Ok(());
        };
        let run = first.entry.run;
        let open = status == "loading";
        let mut lines: Vec<String> = found
            .iter()
            .map(|(hit, status)| said(hit, status))
            .collect();
        if more > 0 {
            lines.push(format!("and {more} more files"));
        }
        let hint = if open {
            format!(
                "`aep job resume {run}` goes on with that run; --allow-duplicate sends the files all the same"
            )
        } else {
            "nothing was completed; --allow-duplicate sends them all the same, and their rows are in the dataset twice".to_owned()
        };
        Err(Error::new(ErrorKind::Conflict, "send what was sent before")
            .with("dataset", &self.upload.dataset.name)
            .because(lines.join("\n"))
            .hint(hint))
    }

    /// Writes what is about to be completed into the ledger, unless another run was faster.
    pub(super) async fn claim(&mut self, course: &Course, ids: &[BatchId]) -> Result<()> {
        if course.claimed || self.dry {
            return Ok(());
        }
        let Some(mut ledger) = self.ledger.take() else {
            return Ok(());
        };
        let Some(record) = &self.record else {
            return Ok(());
        };
        let mut claim = Claim {
            plan: Arc::clone(&course.plan),
            ids: ids.to_vec(),
            hashes: record.hashes(),
        };
        self.note(twins(&claim));
        let compare = !self.upload.options.allow_duplicate;
        let run = self.id;
        loop {
            let (faster, now, back) = blocking(move || {
                let faster = ledger.claim(&claim, run, compare)?;
                Ok((faster, ledger, claim))
            })
            .await?;
            (ledger, claim) = (now, back);
            if faster.is_empty() {
                break;
            }
            let hits = faster
                .into_iter()
                .map(|entry| Hit {
                    file: entry.name.to_string(),
                    entry,
                })
                .collect();
            // those that came to nothing are no obstacle, and are not met again
            self.refuse(hits).await?;
        }
        self.append(&Line::Claimed)
    }
}

/// Says which files of a run have the same content.
fn twins(claim: &Claim) -> Vec<String> {
    let mut contents: Vec<(Fingerprint, &str)> = claim.contents().collect();
    contents.sort_unstable();
    let (mut notes, mut more) = (Vec::new(), 0);
    for same in contents.chunk_by(|a, b| a.0 == b.0) {
        let Some(((_, first), others)) = same.split_first() else {
            continue;
        };
        for (_, name) in others {
            if notes.len() < NAMED {
                notes.push(format!(
                    "{name} has the same content as {first}: its rows are sent twice"
                ));
            } else {
                more += 1;
            }
        }
    }
    if more > 0 {
        notes.push(format!("{more} more files have the content of another"));
    }
    notes
}

/// The files of the plan with their numbers.
fn files(course: &Course) -> impl Iterator<Item = (usize, &PlannedFile)> {
    let batches = course.plan.batches.iter();
    batches.flat_map(|batch| &batch.files).enumerate()
}

/// Reads a file for its hash, as if it were sent in parts of this size.
async fn read(file: &PlannedFile, chunk: u64, pool: &Arc<Pool>) -> Result<Fingerprint> {
    let source = Source::from(file.content.clone());
    let size = file.size();
    let parts = if chunk == 0 {
        Parts::Whole(crate::plan::Part {
            start: 0,
            len: size,
        })
    } else {
        Parts::Chunks { total: size, chunk }
    };
    let hash = of_content(&source, &parts, pool).await?;
    Ok(Fingerprint { size, chunk, hash })
}

fn said(hit: &Hit, status: &str) -> String {
    let Hit { file, entry } = hit;
    let when = Timestamp::from_millisecond(entry.at).map_or_else(
        |_| "at an unknown time".to_owned(),
        |at| format!("on {}", at.strftime("%Y-%m-%d %H:%M:%S UTC")),
    );
    format!(
        "{file} was sent {when} as {} in batch {} ({status}) by run {}",
        entry.name, entry.batch, entry.run
    )
}
