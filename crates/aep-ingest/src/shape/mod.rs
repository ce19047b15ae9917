//! From files as they are to files as they are sent: large ones split, small ones packed.
//!
//! Both give the same rows under other names, and neither copies: what comes out is a description
//! ([`Content`](crate::Content)) of where the bytes are. The only bytes that are written are those of a Parquet row
//! group that is too large on its own, and only if splitting was asked for.

mod pack;
mod parquet;
mod scan;
mod split;
#[cfg(test)]
mod tests;

use std::path::Path;

use aep_core::Result;
use tokio_util::sync::CancellationToken;

use self::parquet::Encode;
pub(crate) use self::parquet::{layout, rows};
pub(crate) use self::scan::{Records, Rows};
use self::split::Cut;
use crate::plan::{Candidate, Limits, Reason, Refusal, Refused};
use crate::upload::LargeFiles;

/// Files that are said one by one; the rest is counted.
const NOTED: usize = 10;

/// How files are to be sent.
pub(crate) struct Shaping<'a> {
    pub(crate) large_files: LargeFiles,
    pub(crate) pack: bool,
    pub(crate) limits: Limits,
    /// Where row groups may be written anew.
    pub(crate) spool: Option<&'a Path>,
    pub(crate) cancel: &'a CancellationToken,
}

/// Files as they are sent.
#[derive(Debug)]
pub(crate) struct Shaped {
    pub(crate) files: Vec<Candidate>,
    /// What was done, for people.
    pub(crate) notes: Vec<String>,
}

/// Splits and packs. Reads from the files where that is needed, so blocks.
///
/// # Errors
/// Files that can't be split although that was asked for; those of the files.
pub(crate) fn shape(files: Vec<Candidate>, shaping: &Shaping<'_>) -> Result<Shaped> {
    let limits = shaping.limits.clamped();
    let mut shaped = Shaped {
        files: Vec::with_capacity(files.len()),
        notes: Vec::new(),
    };
    let mut refused = Vec::new();
    let mut cut = Vec::new();
    let mut large = Notes::default();
    for file in files {
        if file.content.len() <= limits.single_put_bytes || shaping.large_files == LargeFiles::Chunk
        {
            shaped.files.push(file);
            continue;
        }
        let encode = match shaping.large_files {
            LargeFiles::Split => Encode(shaping.spool),
            LargeFiles::Auto | LargeFiles::Chunk => Encode(None),
        };
        match split::split(&file, limits.single_put_bytes, encode, shaping.cancel)? {
            Cut::Pieces(pieces) => {
                large.add(|| {
                    format!(
                        "{} is sent as {} files, cut between {}: {} to {}",
                        file.name,
                        pieces.len(),
                        split::between(file.format),
                        split::name(&file.name, 1),
                        split::name(&file.name, pieces.len())
                    )
                });
                let piece = |(index, content)| Candidate {
                    name: split::name(&file.name, index + 1).into(),
                    format: file.format,
                    content,
                };
                cut.extend(pieces.into_iter().enumerate().map(piece));
            }
            Cut::Whole(why) if shaping.large_files == LargeFiles::Auto => {
                large.add(|| {
                    format!(
                        "{} is sent in chunks, because it can't be split: {why}",
                        file.name
                    )
                });
                shaped.files.push(file);
            }
            Cut::Whole(why) => refused.push(Refusal {
                path: file.content.path().into(),
                reason: Reason::Unsplittable { why },
            }),
        }
    }
    if !refused.is_empty() {
        return Err(Refused(refused).into());
    }
    shaped.notes = large.finish("large files were split or are sent in chunks");
    if shaping.pack {
        let target = limits.pack_bytes.min(limits.single_put_bytes);
        let packed = pack::pack(shaped.files, target, shaping.cancel)?;
        shaped.files = packed.files;
        shaped.notes.extend(packed.notes);
    }
    shaped.files.append(&mut cut);
    Ok(shaped)
}

/// Notes of one sort, of which only the first are kept.
#[derive(Default)]
struct Notes {
    kept: Vec<String>,
    more: usize,
}

impl Notes {
    fn add(&mut self, note: impl FnOnce() -> String) {
        if self.kept.len() < NOTED {
            self.kept.push(note());
        } else {
            self.more += 1;
        }
    }

    fn finish(mut self, what: &str) -> Vec<String> {
        if self.more > 0 {
            self.kept.push(format!("{} more {what}", self.more));
        }
        self.kept
    }
}
