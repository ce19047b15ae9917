//! Parquet: first the file's schema against the dataset's, then the values, column by column.
//!
//! A column is read only if something about it isn't settled by its type or its statistics; of the
//! others, the chain of pages is followed. Columns of a row group are checked side by side.
//!
//! The `parquet` crate checks most of what it reads. What would end the process before it notices,
//! a schema nested without end or announcing billions of children, is refused beforehand
//! ([`footer`]), and a panic in a damaged page costs that column.

mod column;
mod footer;
mod input;
mod levels;
mod pages;
mod plan;
mod records;
mod rows;
mod sane;
mod sieve;
mod values;

use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use ::parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};

use super::at::At;
use super::findings::Rule;
use super::tally::{Each, Tally};
use super::{Options, Stop, scalar};
use crate::xdm::Schema;
use plan::Leaf;
use rows::Rows;
pub(super) use sieve::{Sieve, bad};
use values::Check;

/// A row group that was checked.
#[derive(Clone, Copy)]
pub(super) struct RowGroup<'a> {
    metadata: &'a ParquetMetaData,
    pub(super) number: usize,
    bad: &'a Rows,
}

impl RowGroup<'_> {
    pub(super) fn rows(&self) -> u64 {
        self.metadata
            .row_groups()
            .get(self.number)
            .map_or(0, sane::rows)
    }
}

/// Is given the row groups of a file, one after the other.
pub(super) trait Groups {
    /// What is wrong with the rows of a group.
    fn group(
        &mut self,
        group: RowGroup<'_>,
        each: Each,
        tally: &mut Tally,
        options: &Options,
    ) -> Result<(), Stop>;
}

/// Row groups with fewer bytes are checked on the calling thread.
const SMALL: i64 = 1 << 20;

/// The metadata of a file of `size` bytes, looked through before it is believed; the inner error says how it is damaged,
/// or what it has that is not read here.
pub(crate) fn metadata(
    file: &mut File,
    size: u64,
) -> std::io::Result<Result<ParquetMetaData, String>> {
    Ok(footer::read(file, size)?.and_then(|metadata| {
        sane::check(&metadata, size)?;
        Ok(metadata)
    }))
}

pub(super) fn columns(
    path: &Path,
    schema: &Schema,
    options: &Options,
    tally: &mut Tally,
    mut each_group: Option<&mut dyn Groups>,
) -> Result<(), Stop> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let metadata = match footer::read(&mut file, size)? {
        Ok(metadata) => metadata,
        Err(what) => {
            tally.odd(Rule::Damaged, &At::ROW, None, "a Parquet file", &what);
            return Ok(());
        }
    };
    if let Err(what) = sane::check(&metadata, size) {
        tally.odd(Rule::Damaged, &At::ROW, None, "a Parquet file", &what);
        return Ok(());
    }
    let leaves = plan::plan(metadata.file_metadata().schema_descr(), schema, tally);
    for (number, group) in metadata.row_groups().iter().enumerate() {
        let bad = row_group(path, (number, group), &leaves, options, tally)?;
        if let (Some(groups), Some(each)) = (&mut each_group, tally.take_each()) {
            let group = RowGroup {
                metadata: &metadata,
                number,
                bad: &bad,
            };
            groups.group(group, each, tally, options)?;
        }
    }
    Ok(())
}

fn row_group(
    path: &Path,
    (number, group): (usize, &RowGroupMetaData),
    leaves: &[Leaf<'_>],
    options: &Options,
    tally: &mut Tally,
) -> Result<Rows, Stop> {
    let threads = if group.compressed_size() < SMALL {
        1
    } else {
        options.threads.clamp(1, leaves.len().max(1))
    };
    let next = AtomicUsize::new(0);
    let fresh = tally.fresh();
    let work = || -> Result<(Tally, Rows), Stop> {
        let file = File::open(path)?;
        let mut tally = fresh.fresh();
        tally.group = Some(number as u64);
        let mut bad = Rows::default();
        while let Some(leaf) = leaves.get(next.fetch_add(1, Ordering::Relaxed)) {
            column::check(&file, group, leaf, options, &mut tally, &mut bad)?;
        }
        Ok((tally, bad))
    };
    let mut bad = Rows::default();
    let mut merge = |done: Result<(Tally, Rows), Stop>| -> Result<(), Stop> {
        let (mut found, rows) = done?;
        tally.absorb(&mut found, 0);
        bad.add(&rows);
        Ok(())
    };
    if threads == 1 {
        merge(work())?;
    } else {
        let (done, results) = channel();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                let (done, work) = (done.clone(), &work);
                // The receiver lives as long as the scope.
                scope.spawn(move || drop(done.send(work())));
            }
            drop(done);
            results.iter().try_for_each(&mut merge)
        })?;
    }
    tally.rows += sane::rows(group);
    tally.failed += bad.count();
    Ok(bad)
}

/// What a check of values expects, for people.
fn scalar_expected(check: Check<'_>, rule: Rule) -> String {
    match (rule, check.field()) {
        (Rule::Encoding, _) => "text in UTF-8".to_owned(),
        (_, Some(field)) => scalar::expected(field, rule),
        _ => "a field of the schema".to_owned(),
    }
}

/// Rows of the whole file, for messages.
fn total(metadata: &ParquetMetaData) -> u64 {
    metadata.row_groups().iter().map(sane::rows).sum()
}
