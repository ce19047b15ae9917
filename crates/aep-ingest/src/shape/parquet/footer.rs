//! A footer over row groups of other files.

use std::io;

use bytes::Bytes;
use parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, KeyValue, ParquetMetaData, ParquetMetaDataWriter,
    RowGroupMetaData,
};

use super::file::File;
use crate::source::content::{Groups, Origin, Run};
use crate::source::{Layout, Stretch};

/// What a Parquet file begins and ends with.
const MAGIC: &[u8] = b"PAR1";

/// Row groups of some files, with a footer of their own.
pub(in crate::shape) struct Assembled {
    /// Bytes of each run, in the file that it is of.
    pub(in crate::shape) ranges: Vec<(u64, u64)>,
    pub(in crate::shape) footer: Vec<u8>,
    pub(in crate::shape) len: u64,
}

/// Puts runs of row groups together. All files have to have the schema of the first.
pub(in crate::shape) fn assemble(runs: &[(&File, usize, usize)]) -> Result<Assembled, String> {
    let gone = || "its row groups are not those that were planned".to_owned();
    let (first, ..) = runs.first().ok_or_else(gone)?;
    let mut groups = Vec::new();
    let mut ranges = Vec::with_capacity(runs.len());
    let mut at = MAGIC.len() as u64;
    for (file, from, count) in runs {
        let (start, end) = file.span(*from, *count).ok_or_else(gone)?;
        let old = file.groups().get(*from..*from + *count).ok_or_else(gone)?;
        let trusted = file.metadata.file_metadata().column_orders().is_some();
        for group in old {
            groups.push(moved(group, (start, at), groups.len(), trusted, first)?);
        }
        ranges.push((start, end));
        at += end - start;
    }
    let old = first.metadata.file_metadata();
    let metadata = FileMetaData::new(
        old.version(),
        groups.iter().map(RowGroupMetaData::num_rows).sum(),
        old.created_by().map(str::to_owned),
        common(runs),
        old.schema_descr_ptr(),
        old.column_orders().cloned(),
    );
    let mut footer = Vec::new();
    ParquetMetaDataWriter::new(&mut footer, &ParquetMetaData::new(metadata, groups))
        .finish()
        .map_err(|error| error.to_string())?;
    let len = at + footer.len() as u64;
    Ok(Assembled {
        ranges,
        footer,
        len,
    })
}

/// Key-value metadata that all files have.
fn common(runs: &[(&File, usize, usize)]) -> Option<Vec<KeyValue>> {
    let of = |file: &File| file.metadata.file_metadata().key_value_metadata().cloned();
    let mut files = runs.iter().map(|(file, ..)| *file);
    let mut kept = of(files.next()?)?;
    for file in files {
        let others = of(file).unwrap_or_default();
        kept.retain(|pair| others.contains(pair));
    }
    Some(kept)
}

/// The description of a row group that begins somewhere else now: what was at `from` is at `to`.
fn moved(
    group: &RowGroupMetaData,
    (from, to): (u64, u64),
    number: usize,
    trusted: bool,
    first: &File,
) -> Result<RowGroupMetaData, String> {
    let schema = first.metadata.file_metadata().schema_descr_ptr();
    let failed = |error: parquet::errors::ParquetError| error.to_string();
    let shift = |offset: i64| -> Result<i64, String> {
        u64::try_from(offset)
            .ok()
            .and_then(|offset| offset.checked_sub(from)?.checked_add(to))
            .and_then(|offset| i64::try_from(offset).ok())
            .ok_or_else(|| format!("an offset of row group {number} is outside of it"))
    };
    let mut builder = RowGroupMetaData::builder(schema.clone())
        .set_num_rows(group.num_rows())
        .set_sorting_columns(group.sorting_columns().cloned())
        .set_total_byte_size(group.total_byte_size());
    if let Ok(ordinal) = i32::try_from(number)
        && ordinal <= i32::from(i16::MAX)
    {
        builder = builder.set_ordinal(ordinal);
    }
    let mut begin = None;
    for (index, old) in group.columns().iter().enumerate() {
        let data = shift(old.data_page_offset())?;
        let dictionary = old
            .dictionary_page_offset()
            .filter(|offset| *offset > 0)
            .map(shift)
            .transpose()?;
        if index == 0 {
            begin = Some(dictionary.unwrap_or(data).min(data));
        }
        let mut new = ColumnChunkMetaData::builder(schema.column(index))
            .set_encodings_mask(*old.encodings_mask())
            .set_num_values(old.num_values())
            .set_compression_codec(old.compression_codec())
            .set_total_compressed_size(old.compressed_size())
            .set_total_uncompressed_size(old.uncompressed_size())
            .set_data_page_offset(data)
            .set_dictionary_page_offset(dictionary)
            .set_unencoded_byte_array_data_bytes(old.unencoded_byte_array_data_bytes())
            .set_repetition_level_histogram(old.repetition_level_histogram().cloned())
            .set_definition_level_histogram(old.definition_level_histogram().cloned());
        // without a declared order nobody may rely on the least and the greatest value
        if let Some(statistics) = old.statistics().filter(|_| trusted) {
            new = new.set_statistics(statistics.clone());
        }
        if let Some(statistics) = old.geo_statistics() {
            new = new.set_geo_statistics(Box::new(statistics.clone()));
        }
        builder = builder.add_column_metadata(new.build().map_err(failed)?);
    }
    if let Some(begin) = begin {
        builder = builder.set_file_offset(begin);
    }
    builder.build().map_err(failed)
}

/// For each run the file that it is of, the rows before it there, and its own. Reads the footers, so blocks.
pub(crate) fn rows(groups: &Groups) -> io::Result<Vec<(Origin, u64, u64)>> {
    let mut runs = Vec::with_capacity(groups.runs().len());
    let at = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    for run in groups.runs() {
        let Some(origin) = groups.origins().get(at(run.origin)) else {
            continue;
        };
        let file =
            File::read(origin)?.map_err(|what| io::Error::new(io::ErrorKind::InvalidData, what))?;
        let mut counts = file
            .groups()
            .iter()
            .map(|group| u64::try_from(group.num_rows()).unwrap_or(0));
        let before = counts.by_ref().take(at(run.first)).sum();
        runs.push((origin.clone(), before, counts.take(at(run.count)).sum()));
    }
    Ok(runs)
}

/// Where the bytes of row groups are. Reads the footers of the originals, so blocks.
///
/// # Errors
/// Those of the files; an original whose footer is not what it was when the groups were chosen.
pub(crate) fn layout(groups: &Groups) -> io::Result<Layout> {
    let odd = |what: String| io::Error::new(io::ErrorKind::InvalidData, what);
    let mut files = Vec::with_capacity(groups.origins().len());
    for origin in groups.origins() {
        files.push(
            File::read(origin)?
                .map_err(|what| odd(format!("{}: {what}", origin.path.display())))?,
        );
    }
    let place = |run: &Run| {
        let file = files.get(usize::try_from(run.origin).ok()?)?;
        Some((
            file,
            usize::try_from(run.first).ok()?,
            usize::try_from(run.count).ok()?,
        ))
    };
    let runs: Vec<_> = groups.runs().iter().filter_map(place).collect();
    let Assembled {
        ranges,
        footer,
        len,
    } = assemble(&runs).map_err(odd)?;
    if len != groups.len() || runs.len() != groups.runs().len() {
        return Err(odd(format!(
            "row groups and their footer have {len} bytes, {} were planned",
            groups.len()
        )));
    }
    let mut segments = Vec::with_capacity(ranges.len() + 2);
    segments.push(Stretch::Bytes(Bytes::from_static(MAGIC)));
    for (run, (start, end)) in groups.runs().iter().zip(ranges) {
        segments.push(Stretch::Range {
            origin: run.origin,
            start,
            len: end - start,
        });
    }
    segments.push(Stretch::Bytes(footer.into()));
    Ok(Layout {
        origins: groups.origins().into(),
        segments: segments.into(),
    })
}
