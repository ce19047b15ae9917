//! From inputs to files, and from files to a plan: looks at every file, sends nothing.

use std::path::Path;

use aep_core::{Error, ErrorKind, Result};
use tokio_util::sync::CancellationToken;

use super::{LargeFiles, Upload};
use crate::InputFormat;
use crate::inputs::{Found, Listing};
use crate::plan::{self, Candidate, Plan, Reason, Refusal, Refused};
use crate::shape::{self, Shaping};
use crate::source::content::{Content, Origin};
use crate::validate::{self, Detected, Format};
use crate::wire::import;

/// The files that are meant, as they are on this machine.
pub(super) struct Originals {
    pub(super) files: Vec<Candidate>,
    /// What a person should know about them.
    pub(super) notes: Vec<String>,
}

/// Finds the files and what each is written in. Blocks.
pub(super) fn originals(upload: &Upload) -> Result<Originals> {
    let Upload {
        ingest,
        dataset,
        inputs,
        options,
        ..
    } = upload;
    let Listing {
        files,
        notes,
        mut refused,
    } = inputs.list();
    let mut candidates = Vec::with_capacity(files.len());
    for found in files {
        match format(&found, options.format) {
            Ok(format) => candidates.push(Candidate {
                name: found.name,
                format,
                content: Content::File(Origin {
                    path: found.path,
                    identity: found.identity,
                }),
            }),
            Err(reason) => refused.push(Refusal {
                path: (*found.path).into(),
                reason,
            }),
        }
    }
    if !refused.is_empty() {
        return Err(Refused(refused).into());
    }
    let url_base = import::url_base(ingest.client(), &dataset.id);
    // what is split has no upper limit
    let most = match options.large_files {
        LargeFiles::Chunk => options.limits.clamped().batch_bytes,
        LargeFiles::Auto | LargeFiles::Split => u64::MAX,
    };
    plan::check(&candidates, &options.limits, url_base, most)?;
    Ok(Originals {
        files: candidates,
        notes,
    })
}

/// The plan for what is really sent: large files split, small ones packed. What has to be written for that goes into
/// `spool`, or away again. Blocks.
pub(super) fn plan(
    upload: &Upload,
    files: Vec<Candidate>,
    spool: Option<&Path>,
    cancel: &CancellationToken,
) -> Result<Plan> {
    let Upload {
        ingest,
        dataset,
        options,
        ..
    } = upload;
    let made = match (options.large_files, spool) {
        (LargeFiles::Split, None) => Some(tempfile::tempdir().map_err(|error| {
            Error::new(ErrorKind::Io, "make room for files of the run").because(error)
        })?),
        _ => None,
    };
    let spool = spool.or(made.as_ref().map(tempfile::TempDir::path));
    let shaped = shape::shape(
        files,
        &Shaping {
            large_files: options.large_files,
            pack: options.pack,
            limits: options.limits,
            spool,
            cancel,
        },
    )?;
    let url_base = import::url_base(ingest.client(), &dataset.id);
    let mut plan = plan::plan(shaped.files, &options.limits, url_base)?;
    plan.notes.splice(0..0, shaped.notes);
    let advice = plan::advice(&plan, &dataset.name, dataset.feeds_profiles());
    plan.notes.extend(advice);
    Ok(plan)
}

/// The format of a file: its content decides, and must not contradict what was said.
fn format(found: &Found, wanted: InputFormat) -> Result<Format, Reason> {
    if found.identity.size == 0 {
        return Err(Reason::Empty);
    }
    if let Some(format) = wanted.fixed() {
        confirm(&found.path, format).map(|()| format)
    } else {
        let detected = validate::sniff(&found.path).map_err(|error| reason(&error))?;
        named(&detected)?;
        Ok(detected.format)
    }
}

/// A name that says Parquet over text, or the other way round, is a damaged or mistaken file, not a free choice of names.
fn named(detected: &Detected) -> Result<(), Reason> {
    match detected.named {
        Some(named) if (named == Format::Parquet) != (detected.format == Format::Parquet) => {
            let magic = if named == Format::Parquet {
                ", without the bytes PAR1 of Parquet"
            } else {
                ""
            };
            Err(Reason::WrongContent {
                why: format!(
                    "its name says {named}, its content is {found}{magic}; if that is meant, say --input-format {found}",
                    found = detected.format
                ),
            })
        }
        _ => Ok(()),
    }
}

fn confirm(path: &Path, format: Format) -> Result<(), Reason> {
    let detected = match validate::sniff(path) {
        Ok(detected) => detected.format,
        // what is said is believed where the content does not speak for itself
        Err(error) if error.kind() == aep_core::ErrorKind::Rejected && format == Format::Csv => {
            return Ok(());
        }
        Err(error) => return Err(reason(&error)),
    };
    if (detected == Format::Parquet) == (format == Format::Parquet) {
        return Ok(());
    }
    Err(Reason::WrongContent {
        why: format!("it was said to be {format}, its content is {detected}"),
    })
}

fn reason(error: &aep_core::Error) -> Reason {
    let why =
        std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    match error.kind() {
        aep_core::ErrorKind::Io | aep_core::ErrorKind::NotFound => Reason::Unreadable { why },
        _ => Reason::WrongContent { why },
    }
}
