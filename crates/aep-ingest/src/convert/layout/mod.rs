//! How the rows of a file are laid out, and how a block of them becomes columns.

mod header;
mod rows;

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

use aep_core::{Error, ErrorKind, Result};
use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::filter;
use arrow::datatypes::Fields;

use self::header::header;
use self::rows::each;
use super::Options;
use super::cells::{Cells, Rows};
use super::columns::{self, Sink};
use super::json::{Picker, Reader};
use super::judge::{Judge, Verdicts};
use super::mapping::{Mapping, Plan, resolve};
use super::shape;
use crate::validate::Format;
use crate::validate::blocks::{Block, Cut};
use crate::validate::csv::cut::Records;
use crate::validate::json::array::Elements;
use crate::validate::json::lines::Lines;
use crate::validate::tally::Tally;
use crate::validate::{CsvOptions, Stop};
use crate::xdm::Schema;

/// What a file's rows are and become.
#[derive(Debug)]
pub(crate) struct Layout<'s> {
    rows: Kind<'s>,
    csv: CsvOptions,
    limit: usize,
    depth: usize,
    drop_all: bool,
    /// Rows of JSON are lines, not elements.
    lines: bool,
}

#[derive(Debug)]
enum Kind<'s> {
    /// Records of CSV; whether the first one is a header.
    Csv(Plan<'s>, bool),
    /// JSON rows that are rows of the schema.
    Json(&'s Schema),
    /// JSON rows of which the mapping says what they become.
    Picked(Plan<'s>, Picker<'s>),
}

/// The memory of a thread that makes columns.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    cells: Cells,
}

/// What became of a block.
#[derive(Debug)]
pub(crate) struct Columns {
    pub(crate) arrays: Vec<ArrayRef>,
    pub(crate) rows: usize,
    pub(crate) lost: u64,
    /// Rows that are left out: their numbers, from 1, and where they are in the block.
    pub(crate) left_out: Vec<(u64, Range<usize>)>,
    /// Where the first row begins.
    pub(crate) first: Option<usize>,
}

impl<'s> Layout<'s> {
    /// Reads what has to be known before the first row.
    pub(crate) fn read(
        path: &Path,
        format: Format,
        schema: &'s Schema,
        mapping: &'s Mapping,
        options: &Options,
    ) -> Result<Self> {
        let rows = match format {
            Format::Csv => {
                let (names, header) = match mapping.header() {
                    Some(names) => (names.to_vec(), false),
                    None => (header(path, mapping, options)?, true),
                };
                Kind::Csv(resolve(mapping, names, schema)?, header)
            }
            Format::Json | Format::NdJson if mapping.names_columns() => {
                let names = mapping.sources();
                let picker = Picker::new(&names, mapping, options.check.max_depth)?;
                Kind::Picked(resolve(mapping, names, schema)?, picker)
            }
            Format::Json | Format::NdJson => Kind::Json(schema),
            Format::Parquet => {
                return Err(Error::new(ErrorKind::Usage, "convert the file to Parquet")
                    .with("file", path.display())
                    .because("it is Parquet already"));
            }
        };
        Ok(Self {
            rows,
            csv: mapping.csv().clone(),
            limit: options.check.max_row_bytes,
            depth: options.check.max_depth,
            drop_all: options.drop_bad,
            lines: format == Format::NdJson,
        })
    }

    /// The columns that there will be.
    pub(crate) fn fields(&self) -> Fields {
        match &self.rows {
            Kind::Csv(plan, _) | Kind::Picked(plan, _) => plan.root.columns(),
            Kind::Json(schema) => shape::fields(schema.root()),
        }
    }

    /// What goes where, if a mapping says it.
    pub(crate) fn plan(&self) -> Option<&Plan<'s>> {
        match &self.rows {
            Kind::Csv(plan, _) | Kind::Picked(plan, _) => Some(plan),
            Kind::Json(_) => None,
        }
    }

    /// What cuts the file into blocks.
    pub(crate) fn cut(&self, format: Format, mut file: File) -> Result<Box<dyn Cut>, Stop> {
        file.seek(SeekFrom::Start(0))?;
        Ok(match format {
            Format::Csv => Box::new(Records::new(file, &self.csv, self.limit)),
            Format::NdJson => Box::new(Lines::new(file, self.limit)),
            Format::Json | Format::Parquet => Box::new(Elements::new(file, self.limit)),
        })
    }

    /// Makes columns of a block.
    pub(crate) fn block(
        &self,
        block: &Block,
        memory: &mut Memory,
        tally: &mut Tally,
    ) -> Result<Columns> {
        let mut troubles = Vec::new();
        let whole = std::str::from_utf8(&block.bytes)
            .ok()
            .filter(|text| !text.contains('\0'));
        let cells = &mut memory.cells;
        match &self.rows {
            Kind::Csv(plan, header) => {
                cells.reset(plan.names.len());
                let skip = *header && block.first;
                self.records(block, whole, skip, plan.names.len(), cells, &mut troubles);
            }
            Kind::Json(_) => {
                cells.reset(0);
                each(block, self.lines, |row, text| {
                    self.one(row, text, cells, &mut troubles, |_, _, _| ());
                });
            }
            Kind::Picked(plan, picker) => {
                cells.reset(plan.names.len());
                each(block, self.lines, |row, text| {
                    self.one(row, text, cells, &mut troubles, |text, cells, troubles| {
                        picker.row(text, row.0, cells, troubles);
                    });
                });
            }
        }
        let mut judge = Judge::new(tally, &block.bytes, &cells.rows);
        for trouble in troubles {
            let range = cells.rows.get(trouble.row).cloned().unwrap_or_default();
            let bytes = block.bytes.get(range.clone()).unwrap_or_default();
            trouble.tell(bytes, range.start, || block.column(range.start), &mut judge);
        }
        let arrays = match &self.rows {
            Kind::Csv(plan, _) | Kind::Picked(plan, _) => {
                let rows = Rows {
                    cells,
                    text: whole.unwrap_or_default(),
                };
                columns::build(&plan.root, rows, &mut judge)?
            }
            Kind::Json(schema) => self.rows_of(schema, block, cells, &mut judge)?,
        };
        let Verdicts { lost, keep } = judge.finish(self.drop_all);
        let first = cells.rows.first().map(|range| range.start);
        let rows = cells.len();
        match keep {
            None => Ok(Columns {
                arrays,
                rows,
                lost,
                left_out: Vec::new(),
                first,
            }),
            Some(keep) => {
                let numbered = (1..).zip(&cells.rows).zip(&keep);
                let left_out = numbered.filter(|(_, keep)| !**keep);
                let left_out = left_out.map(|((row, range), _)| (row, range.clone()));
                let left_out = left_out.collect();
                let rows = keep.iter().filter(|keep| **keep).count();
                let keep = BooleanArray::from(keep);
                let arrays = arrays
                    .iter()
                    .map(|array| filter(array, &keep))
                    .collect::<std::result::Result<_, _>>()
                    .map_err(|error| {
                        Error::new(ErrorKind::Other, "leave out the bad rows").because(error)
                    })?;
                Ok(Columns {
                    arrays,
                    rows,
                    lost,
                    left_out,
                    first,
                })
            }
        }
    }

    fn rows_of(
        &self,
        schema: &'s Schema,
        block: &Block,
        cells: &Cells,
        judge: &mut Judge<'_>,
    ) -> Result<Vec<ArrayRef>> {
        let mut sink = Sink::new(schema.row());
        for (row, range) in cells.rows.iter().enumerate() {
            if cells.dead.get(row) == Some(&true) {
                sink.null();
                continue;
            }
            let bytes = block.bytes.get(range.clone()).unwrap_or_default();
            let text = std::str::from_utf8(bytes).unwrap_or_default();
            let column = || block.column(range.start);
            Reader::new(text, self.depth, row, judge).row(text, &mut sink, column);
        }
        let failed = |error| Error::new(ErrorKind::Other, "put the rows in columns").because(error);
        let array: ArrayRef = sink.array().map_err(failed)?;
        let rows: &arrow::array::StructArray = arrow::array::AsArray::as_struct(&array);
        Ok(rows.columns().to_vec())
    }
}
