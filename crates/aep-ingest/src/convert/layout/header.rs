//! The header of a CSV file.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use aep_core::{Error, ErrorKind, Result};

use crate::convert::Options;
use crate::convert::mapping::Mapping;
use crate::validate::Stop;
use crate::validate::blocks::{Block, Cut};
use crate::validate::csv::cut::Records;
use crate::validate::csv::record::Reader as Record;
use crate::validate::json::without_mark;

/// The names in the first record of a file.
pub(super) fn header(path: &Path, mapping: &Mapping, options: &Options) -> Result<Vec<String>> {
    let unusable = |why: String| {
        Error::new(ErrorKind::Rejected, "read the header")
            .with("file", path.display())
            .because(why)
    };
    let read = || -> Result<Vec<u8>, Stop> {
        let file = File::open(path)?;
        let mut block = Block {
            first: true,
            ..Block::default()
        };
        let reader = BufReader::new(file.take(options.check.max_row_bytes as u64));
        Records::new(reader, mapping.csv(), options.check.max_row_bytes).next(&mut block)?;
        Ok(without_mark(&block).to_vec())
    };
    let bytes = read().map_err(|stop| match stop {
        Stop::Read(error) => Error::new(ErrorKind::Io, "read the file")
            .with("file", path.display())
            .because(error),
        Stop::Failed(error) => *error,
        Stop::Cancelled => Error::new(ErrorKind::Cancelled, "read the header"),
    })?;
    let mut cells = Vec::new();
    let Some((record, bad)) = Record::new(&bytes, mapping.csv()).next(&mut cells) else {
        return Err(unusable("there is none".to_owned()));
    };
    if let Some(bad) = bad {
        return Err(unusable(format!("expected {}", bad.expected)));
    }
    let text = std::str::from_utf8(bytes.get(..record.end).unwrap_or_default())
        .map_err(|_| unusable("it is not UTF-8".to_owned()))?;
    let mut scratch = String::new();
    let names: Vec<String> = cells
        .iter()
        .map(|cell| cell.value(text, mapping.csv(), &mut scratch).to_owned())
        .collect();
    if names.len() as u64 > aep_core::limits::ROW_PROPERTIES {
        return Err(unusable(format!(
            "{} columns, at most 10000 are taken",
            names.len()
        )));
    }
    if let Some(number) = names.iter().position(|name| name.trim().is_empty()) {
        return Err(unusable(format!("column {} has no name", number + 1)));
    }
    Ok(names)
}
