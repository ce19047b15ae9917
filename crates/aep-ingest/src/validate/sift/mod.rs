//! Takes the bad rows out of a file, and says of what the rest is made.
//!
//! The good rows of a text format are runs of bytes of the file itself, so nothing is copied as long as there are few
//! runs; those of Parquet are written anew, and so are they when a file has bad rows everywhere.

mod aside;
mod good;
mod locate;
mod only;
mod text;

use std::path::Path;
use std::sync::Arc;

use aep_core::Result;

pub(crate) use self::aside::Aside;
pub(super) use self::good::spooled;
pub(crate) use self::good::{Good, Piece};
pub(crate) use self::locate::{Located, locate};
pub(crate) use self::only::Only;
use super::{Findings, Format, Options, json, parquet, sniff, tally};
use crate::rejects::Rejects;
use crate::xdm::Schema;

/// What came of a file.
#[derive(Debug)]
pub(crate) struct Sifted {
    /// What was found, in all rows that were looked at.
    pub(crate) findings: Findings,
    /// The rows that are left.
    pub(crate) good: Good,
    /// How many they are.
    pub(crate) rows: u64,
}

/// How a file is sifted.
#[derive(Debug)]
pub(crate) struct Sift<'a> {
    /// What the file is called in findings.
    pub(crate) name: Arc<str>,
    /// A directory for rows that have to be written anew.
    pub(crate) spool: &'a Path,
    /// The rows that are meant, if not all are; the others are passed over in silence.
    pub(crate) only: Option<&'a Only>,
}

/// As [`super::file`]; bad rows go to `rejects`, the others are in the answer. Blocks.
///
/// When something is wrong with the file as a whole, all of it is set aside.
pub(crate) fn sift(
    path: &Path,
    format: Format,
    schema: &Schema,
    options: &Options,
    sift: &Sift<'_>,
    rejects: &mut Rejects,
) -> Result<Sifted> {
    sniff::confirm(path, format)?;
    let mark = rejects.mark()?;
    let mut tally = tally::Tally::new(options).each();
    let open = || std::fs::File::open(path).map_err(|error| sniff::unreadable(path, error));
    let sifted = if format == Format::Parquet {
        let mut sieve = parquet::Sieve::new(path, sift, rejects);
        parquet::columns(path, schema, options, &mut tally, Some(&mut sieve))
            .and_then(|()| sieve.finish())
    } else {
        let mut sieve = text::Sieve::new(path, format, sift, rejects)
            .map_err(|error| sniff::unreadable(path, error))?;
        match format {
            Format::NdJson => json::lines(open()?, schema, options, &mut tally, Some(&mut sieve)),
            Format::Csv => super::csv::rows(open()?, schema, options, &mut tally, Some(&mut sieve)),
            Format::Json | Format::Parquet => {
                json::document(open()?, schema, options, &mut tally, Some(&mut sieve))
            }
        }
        .and_then(|()| sieve.finish())
    };
    let (good, rows) = match sifted {
        Ok(sifted) => sifted,
        Err(stop) => return Err(stop.into_error("validate the file", &sift.name)),
    };
    let whole = tally.is_whole();
    let findings = tally.finish(&sift.name, format);
    if whole {
        rejects.back(&mark)?;
        rejects.whole(&findings)?;
        return Ok(Sifted {
            findings,
            good: Good::None,
            rows: 0,
        });
    }
    Ok(Sifted {
        findings,
        good,
        rows,
    })
}
