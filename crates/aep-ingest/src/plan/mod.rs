//! Which files go into which batches, and in which requests: pure, no I/O.
//!
//! The rules, in the order in which they are applied:
//!
//! 1. every file gets a name inside its batch, see [`names`]; a name that is taken already gets a number, in input order;
//! 2. files of different formats never share a batch, because a batch declares one format: one batch per format,
//!    in the order Parquet, JSON, NDJSON, CSV;
//! 3. within a format the order of the names decides, so that the same inputs always give the same plan;
//! 4. a batch is closed when the next file would take it over the number of files or of bytes;
//! 5. a file up to the size of a single PUT is one request, a larger one is opened, sent in chunks and closed.
//!
//! Large files are split and small ones packed before that, where it is asked for, see [`LargeFiles`](crate::LargeFiles).
//!
//! What can never be sent (empty files, files over a limit, addresses that are too long) is refused as a whole, with
//! every reason, before anything is asked of the server.

mod advice;
pub mod names;
mod parts;
mod refusal;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::path::Path;

use aep_core::limits;
use serde::{Deserialize, Serialize};

pub(crate) use self::advice::advice;
pub use self::parts::{Part, Parts, RangeForm};
pub use self::refusal::{Reason, Refusal, Refused};
use crate::format::{Format, rank};
use crate::source::Content;

/// The bounds that a plan keeps. The defaults are the platform's, from [`aep_core::limits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Limits {
    /// Files in one batch, at most.
    pub batch_files: usize,
    /// Bytes in one batch, at most.
    pub batch_bytes: u64,
    /// Largest file, in bytes, that is sent with a single PUT.
    pub single_put_bytes: u64,
    /// Size, in bytes, of the chunks of a larger file.
    pub chunk_bytes: u64,
    /// Bytes up to which small files are packed together; never more than a single PUT takes.
    pub pack_bytes: u64,
    /// Batches that are made in a minute, at most.
    pub batches_per_minute: u32,
    /// Batches that are made in an hour, at most. Adobe names no number.
    pub batches_per_hour: Option<u32>,
    /// Batches that are made in a day, at most. Into datasets with profiles it is [`limits::PROFILE_BATCHES_PER_DAY`] unless
    /// another number is set, and only such batches count.
    pub batches_per_day: Option<u32>,
    /// Longest address, in characters.
    pub url_chars: usize,
}

/// Chunks are this large unless told otherwise: small enough that sending one again is cheap, large enough that the
/// largest batch (100 GB) is 1490 of them. The platform takes up to [`limits::CHUNK_BYTES`].
pub const DEFAULT_CHUNK_BYTES: u64 = 64 * 1024 * 1024;

impl Default for Limits {
    fn default() -> Self {
        Self {
            batch_files: usize::try_from(limits::BATCH_FILES).unwrap_or(usize::MAX),
            batch_bytes: limits::BATCH_BYTES,
            single_put_bytes: limits::SINGLE_PUT_BYTES,
            chunk_bytes: DEFAULT_CHUNK_BYTES,
            pack_bytes: limits::BATCH_BYTES_RECOMMENDED,
            batches_per_minute: limits::BATCHES_PER_MINUTE_LEAST,
            batches_per_hour: None,
            batches_per_day: None,
            url_chars: usize::try_from(limits::URL_CHARS).unwrap_or(usize::MAX),
        }
    }
}

impl Limits {
    /// The same limits, none of them zero and none above what the platform takes.
    #[must_use]
    pub fn clamped(self) -> Self {
        let top = Self::default();
        Self {
            batch_files: self.batch_files.clamp(1, top.batch_files),
            batch_bytes: self.batch_bytes.clamp(1, top.batch_bytes),
            single_put_bytes: self.single_put_bytes.min(top.single_put_bytes),
            chunk_bytes: self.chunk_bytes.clamp(1, limits::CHUNK_BYTES),
            pack_bytes: self.pack_bytes.min(limits::SINGLE_PUT_BYTES),
            batches_per_minute: self.batches_per_minute.max(1),
            batches_per_hour: self.batches_per_hour.map(|most| most.max(1)),
            batches_per_day: self.batches_per_day.map(|most| most.max(1)),
            url_chars: self.url_chars.min(top.url_chars),
        }
    }
}

/// A file that could be sent: the input of the planner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Name it would like to have in the batch, segments joined by `/`.
    pub name: Box<str>,
    /// What its rows are written in.
    pub format: Format,
    /// Where its bytes are, and what they were when it was found.
    pub content: Content,
}

/// What an upload will do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The batches, in the order in which they are made.
    pub batches: Vec<PlannedBatch>,
    /// What a person should know: skipped entries, followed links, changed names.
    pub notes: Vec<String>,
    /// The bounds that were kept.
    pub limits: Limits,
}

/// One batch of a [`Plan`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedBatch {
    /// The format that the batch declares.
    pub format: Format,
    /// Its files, by name.
    pub files: Vec<PlannedFile>,
    /// Sum of the sizes of the files, in bytes.
    pub bytes: u64,
}

/// One file of a [`PlannedBatch`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedFile {
    /// Name in the batch, unique there.
    pub name: Box<str>,
    /// Where its bytes are, and what they were when it was planned; a file that differs later is not sent.
    pub content: Content,
}

impl PlannedFile {
    /// Size in bytes.
    pub fn size(&self) -> u64 {
        self.content.len()
    }

    /// The requests that carry the file.
    pub fn parts(&self, limits: &Limits) -> Parts {
        Parts::of(self.size(), limits)
    }
}

impl Plan {
    /// Number of files in all batches.
    pub fn files(&self) -> usize {
        self.batches.iter().map(|batch| batch.files.len()).sum()
    }

    /// Number of files on this machine that the files are made of.
    pub fn originals(&self) -> usize {
        let files = self.batches.iter().flat_map(|batch| &batch.files);
        let paths = files.flat_map(|file| file.content.origins());
        paths
            .map(|origin| &*origin.path)
            .collect::<HashSet<_>>()
            .len()
    }

    /// Number of bytes in all batches.
    pub fn bytes(&self) -> u64 {
        self.batches.iter().map(|batch| batch.bytes).sum()
    }
}

/// Says what can't be sent, and makes no plan. A file may have up to `most` bytes, which is more than a batch takes if
/// files are split.
///
/// # Errors
/// Every file that can't be sent, with its reason; an empty list of candidates.
pub fn check(
    candidates: &[Candidate],
    limits: &Limits,
    url_base: usize,
    most: u64,
) -> Result<(), Refused> {
    let limits = limits.clamped();
    let mut refused: Vec<Refusal> = Vec::new();
    for candidate in candidates {
        if let Err(reason) = refusal(candidate, &limits, url_base, most) {
            refused.push(Refusal {
                path: candidate.content.path().into(),
                reason,
            });
        }
    }
    if candidates.is_empty() {
        refused.push(Refusal {
            path: Path::new("").into(),
            reason: Reason::NoFiles,
        });
    }
    if refused.is_empty() {
        Ok(())
    } else {
        Err(Refused(refused))
    }
}

/// Makes the plan.
///
/// `url_base` is the number of characters of the address before the file's name, with a batch id of the usual length
/// and room for `?action=INITIALIZE`.
///
/// # Errors
/// Every file that can't be sent, with its reason; an empty list of candidates.
pub fn plan(candidates: Vec<Candidate>, limits: &Limits, url_base: usize) -> Result<Plan, Refused> {
    check(&candidates, limits, url_base, limits.clamped().batch_bytes)?;
    let limits = limits.clamped();
    let (mut files, notes) = names::distinct(candidates);
    if let Some(long) = files
        .iter()
        .find(|file| url_base + names::encoded_len(&file.name) > limits.url_chars)
    {
        let chars = url_base + names::encoded_len(&long.name);
        return Err(Refused(vec![Refusal {
            path: long.content.path().into(),
            reason: Reason::LongAddress {
                chars,
                limit: limits.url_chars,
            },
        }]));
    }
    files.sort_by(|a, b| (rank(a.format), &a.name).cmp(&(rank(b.format), &b.name)));

    let mut plan = Plan {
        batches: Vec::new(),
        notes,
        limits,
    };
    for file in files {
        let size = file.content.len();
        let fits = plan.batches.last().is_some_and(|open| {
            open.format == file.format
                && open.files.len() < limits.batch_files
                && open.bytes.saturating_add(size) <= limits.batch_bytes
        });
        let planned = PlannedFile {
            name: file.name,
            content: file.content,
        };
        match plan.batches.last_mut() {
            Some(open) if fits => {
                open.files.push(planned);
                open.bytes += size;
            }
            _ => plan.batches.push(PlannedBatch {
                format: file.format,
                files: vec![planned],
                bytes: size,
            }),
        }
    }
    Ok(plan)
}

fn refusal(
    candidate: &Candidate,
    limits: &Limits,
    url_base: usize,
    most: u64,
) -> Result<(), Reason> {
    let size = candidate.content.len();
    if size == 0 {
        return Err(Reason::Empty);
    }
    if size > most {
        return Err(Reason::TooLarge {
            bytes: size,
            limit: most,
        });
    }
    names::check(&candidate.name)?;
    let chars = url_base + names::encoded_len(&candidate.name);
    if chars > limits.url_chars {
        return Err(Reason::LongAddress {
            chars,
            limit: limits.url_chars,
        });
    }
    Ok(())
}
