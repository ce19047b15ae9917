//! What tests of the lake share: a schema with every kind of column, and a way to land bytes.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use arrow::array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use serde_json::{Value, json};

use super::column::{Column, Kind, Rules};
use super::diagnose::{Diagnostics, Tally};
use super::fault::Fault;
use super::format::{CsvOptions, InputFormat};
use super::preview;
use super::promote::{self, Plan};
use crate::state::{DirLock, Store};

pub(super) const LINES: InputFormat = InputFormat::Json { multi_line: false };
pub(super) const ARRAY: InputFormat = InputFormat::Json { multi_line: true };

pub(super) fn csv() -> InputFormat {
    InputFormat::Csv(CsvOptions::default())
}

pub(super) fn column(name: &str, kind: Kind) -> Column {
    Column {
        name: name.to_owned(),
        kind,
        required: false,
        rules: Rules::default(),
    }
}

/// `id` is required; `s d l i h b f day at` are scalars, `tags cards prefs place` are not.
pub(super) fn columns() -> Vec<Column> {
    let object = Kind::Object(vec![column("n", Kind::Integer), column("t", Kind::String)]);
    let mut all = vec![
        column("id", Kind::String),
        column("s", Kind::String),
        column("d", Kind::Double),
        column("l", Kind::Long),
        column("i", Kind::Integer),
        column("h", Kind::Short),
        column("b", Kind::Byte),
        column("f", Kind::Boolean),
        column("day", Kind::Date),
        column("at", Kind::DateTime),
        column(
            "tags",
            Kind::Array(Box::new(column("element", Kind::String))),
        ),
        column(
            "cards",
            Kind::Array(Box::new(column("element", object.clone()))),
        ),
        column("prefs", Kind::Map(Box::new(column("value", Kind::String)))),
        column("place", object),
        column("nothing", Kind::Object(Vec::new())),
    ];
    all[0].required = true;
    all
}

/// A row with a value in each column of [`columns`].
pub(super) fn full_row() -> Value {
    json!({
        "id": "1", "s": "é😀\u{0}", "d": 1.5, "l": 9_007_199_254_740_991_i64, "i": -7, "h": 300, "b": -128, "f": true,
        "day": "2020-02-29", "at": "2020-02-29T12:00:00.123Z", "tags": ["a", "", null], "cards": [{"n": 1}, {}, null],
        "prefs": {"k": "v", "": null}, "place": {"n": 0, "t": "x"},
    })
}

/// What became of a file.
#[derive(Debug, PartialEq)]
pub(super) struct Landed {
    pub(super) read: u64,
    pub(super) failed: u64,
    pub(super) rows: Vec<Value>,
}

/// Lands bytes in a lake of their own.
pub(super) fn land(format: &InputFormat, bytes: &[u8]) -> Result<Landed, Fault> {
    land_in(&columns(), format, bytes)
}

pub(super) fn land_in(
    columns: &[Column],
    format: &InputFormat,
    bytes: &[u8],
) -> Result<Landed, Fault> {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(
        dir.path(),
        DirLock::try_take(dir.path()).unwrap().unwrap(),
        None,
    )
    .unwrap();
    let input = dir.path().join("input");
    std::fs::write(&input, bytes).unwrap();
    let plan = Plan {
        mapper: None,
        columns,
        format,
        patterns: false,
    };
    let mut tally = Tally::default();
    let mut diagnostics = Diagnostics::new(store.files());
    let promoted = promote::file(
        store.files(),
        &input,
        "input",
        &plan,
        &mut tally,
        Some(&mut diagnostics),
        &|| true,
    )?;
    let (meta, failed) = diagnostics.finish()?;
    let described: u64 = meta
        .iter()
        .chain(&failed)
        .filter(|file| {
            !file.name.starts_with("row_errors_sample") && !file.name.starts_with("input_files")
        })
        .map(|file| file.records)
        .sum();
    assert_eq!(
        described,
        tally.rows_failed(),
        "every failed row is described once"
    );
    let rows = match promoted {
        None => Vec::new(),
        Some(done) => preview::stored(&store.files().path(&done.blob), usize::MAX)?,
    };
    assert_eq!(rows.len() as u64, tally.rows_read() - tally.rows_failed());
    Ok(Landed {
        read: tally.rows_read(),
        failed: tally.rows_failed(),
        rows,
    })
}

/// A Parquet file of one record batch.
pub(super) fn parquet(batch: &RecordBatch, codec: Compression) -> Vec<u8> {
    let properties = WriterProperties::builder().set_compression(codec).build();
    let mut bytes = Vec::new();
    let mut writer =
        ArrowWriter::try_new(&mut bytes, Arc::clone(batch.schema_ref()), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// A Parquet file as the lake writes it, of rows that fit [`columns`].
pub(super) fn stored(rows: &[Value]) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.parquet");
    let columns = columns();
    let mut sink =
        super::write::ParquetSink::new(std::fs::File::create(&path).unwrap(), &columns).unwrap();
    let converter = super::convert::Converter::new(&columns, false);
    let cells: Vec<_> = rows
        .iter()
        .map(|row| {
            match converter.row(&super::read::json::parse(row.to_string().as_bytes()).unwrap()) {
                super::convert::Outcome::Cells(cells) => cells,
                super::convert::Outcome::Refused(row, errors) => unreachable!("{row} {errors:?}"),
            }
        })
        .collect();
    sink.write(&cells).unwrap();
    sink.finish().unwrap();
    std::fs::read(path).unwrap()
}
