//! How long the rows of a repeated column are, before any of them is in memory.
//!
//! Rows are read as a whole, so a file of a few bytes could ask for room for millions of values: repetition levels that
//! say "and so on" take nothing. The levels are counted here first.

use std::fs::File;
use std::sync::Arc;

use ::parquet::basic::Encoding;
use ::parquet::column::page::{Page, PageReader};
use ::parquet::file::metadata::ColumnChunkMetaData;
use ::parquet::file::serialized_reader::SerializedPageReader;

use super::footer::Compact;

/// Values that a row may have in one column. The platform takes rows of 10,000 properties.
const LONGEST: u64 = 1 << 16;

/// Rows read at a time, unless they are long.
const ROWS: usize = 4096;

/// Values read at a time, but for the row that goes beyond.
const VALUES: u64 = 1 << 16;

const SHORT: &str = "a page that is shorter than its repetition levels";

/// How many rows of a column to read at a time, of a row group with so many; the error says what is wrong with it. Reads
/// all pages of a repeated column, unless it is short as a whole.
pub(super) fn steps(
    file: &Arc<File>,
    chunk: &ColumnChunkMetaData,
    rows: usize,
) -> Result<Steps, String> {
    let most = chunk.column_descr().max_rep_level();
    let all = u64::try_from(chunk.num_values()).unwrap_or(u64::MAX);
    if most == 0 || all <= LONGEST {
        return Ok(Steps::default());
    }
    let pages = SerializedPageReader::new(Arc::clone(file), chunk, rows, None);
    Steps::of(&mut pages.map_err(|error| error.to_string())?, most)
}

/// How many rows to read at a time.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Steps {
    counts: Vec<usize>,
    rows: usize,
    values: u64,
    /// Values of the row at hand.
    row: u64,
}

impl Steps {
    /// Goes over the pages of a column whose repetition levels are at most `most`; the error says what is wrong with them.
    pub(super) fn of(pages: &mut dyn PageReader, most: i16) -> Result<Self, String> {
        let mut steps = Self::default();
        while let Some(page) = pages.get_next_page().map_err(|error| error.to_string())? {
            steps.page(&page, most)?;
        }
        if steps.rows > 0 {
            steps.counts.push(steps.rows);
        }
        Ok(steps)
    }

    /// The next step; many rows where nothing is known of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.counts.iter().copied().chain(std::iter::repeat(ROWS))
    }

    fn page(&mut self, page: &Page, most: i16) -> Result<(), String> {
        let width = u32::from(most.unsigned_abs()).checked_ilog2().unwrap_or(0) + 1;
        match page {
            Page::DataPage {
                buf,
                num_values,
                rep_level_encoding: Encoding::RLE,
                ..
            } => {
                let (length, rest) = buf.split_first_chunk::<4>().ok_or(SHORT)?;
                let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| SHORT)?;
                self.mixed(rest.get(..length).ok_or(SHORT)?, *num_values, width)
            }
            Page::DataPage { num_values: 0, .. } | Page::DictionaryPage { .. } => Ok(()),
            Page::DataPage { .. } => {
                Err("repetition levels in an encoding that is not read".to_owned())
            }
            Page::DataPageV2 {
                buf,
                num_values,
                rep_levels_byte_len,
                ..
            } => {
                let length = usize::try_from(*rep_levels_byte_len).map_err(|_| SHORT)?;
                self.mixed(buf.get(..length).ok_or(SHORT)?, *num_values, width)
            }
        }
    }

    /// Runs of one level, and levels packed into bits.
    fn mixed(&mut self, bytes: &[u8], values: u32, width: u32) -> Result<(), String> {
        let mut left = u64::from(values);
        let mut levels = Compact { bytes };
        while left > 0 {
            let header = levels.varint()?;
            let count = header >> 1;
            if header & 1 == 0 {
                let size = usize::try_from(width.div_ceil(8)).map_err(|_| SHORT)?;
                let (level, rest) = levels.bytes.split_at_checked(size).ok_or(SHORT)?;
                levels.bytes = rest;
                let count = count.min(left);
                if level.iter().all(|byte| *byte == 0) {
                    (0..count).for_each(|_| self.begin());
                } else {
                    self.more(count)?;
                }
                left -= count;
            } else {
                let size = count.checked_mul(u64::from(width)).ok_or(SHORT)?;
                let size = usize::try_from(size).map_err(|_| SHORT)?;
                // the last group need not be whole
                let packed = levels.bytes.get(..size).unwrap_or(levels.bytes);
                let count = count.saturating_mul(8).min(left);
                for at in 0..count {
                    if is_zero(packed, at, width)? {
                        self.begin();
                    } else {
                        self.more(1)?;
                    }
                }
                levels.bytes = levels.bytes.get(size..).unwrap_or_default();
                left -= count;
            }
            if count == 0 && left > 0 {
                return Err(SHORT.to_owned());
            }
        }
        Ok(())
    }

    fn begin(&mut self) {
        if self.rows > 0 && (self.rows >= ROWS || self.values >= VALUES) {
            self.counts.push(self.rows);
            (self.rows, self.values) = (0, 0);
        }
        self.rows += 1;
        self.values += 1;
        self.row = 1;
    }

    fn more(&mut self, values: u64) -> Result<(), String> {
        self.row += values;
        self.values += values;
        if self.row > LONGEST {
            return Err(format!(
                "a row with more than {LONGEST} values in it, which is more than is read"
            ));
        }
        Ok(())
    }
}

/// Whether a level is 0 that is packed, lowest bit first.
fn is_zero(packed: &[u8], at: u64, width: u32) -> Result<bool, &'static str> {
    for bit in at * u64::from(width)..(at + 1) * u64::from(width) {
        let byte = usize::try_from(bit / 8).ok();
        let byte = byte.and_then(|byte| packed.get(byte)).ok_or(SHORT)?;
        if byte >> (bit % 8) & 1 == 1 {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use ::parquet::data_type::Int32Type;
    use ::parquet::file::properties::{WriterProperties, WriterVersion};
    use ::parquet::file::reader::{FileReader, SerializedFileReader};
    use ::parquet::file::writer::SerializedFileWriter;
    use ::parquet::schema::parser::parse_message_type;
    use proptest::prelude::*;

    use super::*;

    /// Lists of these lengths, in lists of two where the schema has lists in lists.
    fn steps(lengths: &[usize], deep: bool, version: WriterVersion) -> Result<Vec<usize>, String> {
        let text = if deep {
            "message m { REPEATED GROUP a { REPEATED INT32 b; } }"
        } else {
            "message m { REPEATED INT32 b; }"
        };
        let schema = Arc::new(parse_message_type(text).unwrap());
        let properties = WriterProperties::builder()
            .set_writer_version(version)
            .set_data_page_row_count_limit(50)
            .set_write_batch_size(64);
        let mut writer =
            SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties.build())).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let most = if deep { 2 } else { 1 };
        let (mut defs, mut reps) = (Vec::new(), Vec::new());
        for length in lengths {
            reps.push(0);
            defs.push(if *length == 0 { 0 } else { most });
            for at in 1..*length {
                reps.push(if deep && at % 2 == 0 { 1 } else { most });
                defs.push(most);
            }
        }
        let values = vec![7; defs.iter().filter(|def| **def == most).count()];
        column
            .typed::<Int32Type>()
            .write_batch(&values, Some(&defs), Some(&reps))
            .unwrap();
        column.close().unwrap();
        group.close().unwrap();
        let bytes = bytes::Bytes::from(writer.into_inner().unwrap());
        let reader = SerializedFileReader::new(bytes).unwrap();
        let group = reader.get_row_group(0).unwrap();
        let steps = Steps::of(&mut *group.get_column_page_reader(0).unwrap(), most)?;
        Ok(steps.counts)
    }

    #[test]
    fn long_rows_come_alone_and_too_long_ones_not_at_all() {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let lengths = [40_000, 40_000, 3, 65_536, 1];
            assert_eq!(steps(&lengths, false, version).unwrap(), [2, 2, 1]);
            let error = steps(&[1, 65_537], true, version).unwrap_err();
            assert!(error.contains("more than 65536 values"), "{error}");
        }
    }

    proptest! {
        #[test]
        fn every_row_is_in_a_step(lengths in proptest::collection::vec(0_usize..40, 1..300), deep in any::<bool>(), second in any::<bool>()) {
            let version = if second { WriterVersion::PARQUET_2_0 } else { WriterVersion::PARQUET_1_0 };
            let steps = steps(&lengths, deep, version).unwrap();
            prop_assert_eq!(steps.iter().sum::<usize>(), lengths.len());
        }
    }
}
