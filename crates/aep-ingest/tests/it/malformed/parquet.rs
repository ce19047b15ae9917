//! Parquet files that are cut, patched, or made by hand to lie.

use std::sync::Arc;

use aep_ingest::validate::Format;
use parquet::basic::{Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type};
use parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, ParquetMetaDataBuilder, ParquetMetaDataWriter,
    RowGroupMetaData,
};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::SchemaDescriptor;

use super::Case;

const FLAT: &str = "message m { REQUIRED BYTE_ARRAY _id (UTF8); }";
const LISTS: &str = "message m { REQUIRED BYTE_ARRAY _id (UTF8); OPTIONAL GROUP _local {
    OPTIONAL GROUP favouriteStores (LIST) { REPEATED GROUP list { OPTIONAL BYTE_ARRAY element (UTF8); } } } }";
const NESTED: &str = "message m { REQUIRED BYTE_ARRAY _id (UTF8); OPTIONAL GROUP _local {
    REQUIRED BYTE_ARRAY memberId (UTF8); OPTIONAL INT32 points; } }";

/// A good file with two row groups.
fn sample(properties: WriterProperties) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(NESTED).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    let rows = 50_i32;
    for _ in 0..2 {
        let mut group = writer.next_row_group().unwrap();
        let text = |text: &str| vec![ByteArray::from(text); 50];
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<ByteArrayType>()
            .write_batch(&text("some text"), None, None)
            .unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<ByteArrayType>()
            .write_batch(&text("M00000001"), Some(&[1; 50]), None)
            .unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let points: Vec<i32> = (0..rows).collect();
        column
            .typed::<Int32Type>()
            .write_batch(&points, Some(&[2; 50]), None)
            .unwrap();
        column.close().unwrap();
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

/// One text of many bytes, in a page of its own.
fn bomb(compression: Compression, dictionary: bool) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(FLAT).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .set_dictionary_enabled(dictionary)
        .set_dictionary_page_size_limit(1 << 30)
        .set_data_page_size_limit(1 << 30)
        .build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let value = ByteArray::from(vec![b'z'; 40 << 20]);
    column
        .typed::<ByteArrayType>()
        .write_batch(&[value], None, None)
        .unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.into_inner().unwrap()
}

/// One row with a list of very many texts, or of very many nulls, in next to no bytes.
fn endless(values: usize, nulls: bool) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(LISTS).unwrap());
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY);
    let properties = Arc::new(properties.build());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column
        .typed::<ByteArrayType>()
        .write_batch(&[ByteArray::from("a")], None, None)
        .unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let mut reps = vec![1; values];
    reps[0] = 0;
    let texts = vec![ByteArray::from("Bern"); if nulls { 0 } else { values }];
    let defs = vec![if nulls { 3 } else { 4 }; values];
    column
        .typed::<ByteArrayType>()
        .write_batch(&texts, Some(&defs), Some(&reps))
        .unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.into_inner().unwrap()
}

/// A page by hand, in a file whose footer is in order.
struct Page {
    kind: i32,
    uncompressed: i32,
    compressed: Option<i32>,
    values: i32,
    encoding: i32,
    data: Vec<u8>,
    codec: Compression,
    rows: i64,
}

impl Page {
    /// Two rows, `a` and `b`.
    fn good() -> Self {
        let data = b"\x01\0\0\0a\x01\0\0\0b".to_vec();
        Self {
            kind: 0,
            uncompressed: 10,
            compressed: None,
            values: 2,
            encoding: 0,
            data,
            codec: Compression::UNCOMPRESSED,
            rows: 2,
        }
    }

    fn with(change: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut page = Self::good();
        change(&mut page);
        page.file()
    }

    /// Of this encoding.
    fn encoded(encoding: i32, data: impl Into<Vec<u8>>) -> Vec<u8> {
        Self::with(|page| {
            page.data = data.into();
            page.uncompressed = i32::try_from(page.data.len()).unwrap();
            page.encoding = encoding;
        })
    }

    fn file(&self) -> Vec<u8> {
        let mut header = Vec::new();
        let length = i32::try_from(self.data.len()).unwrap();
        for number in [
            self.kind,
            self.uncompressed,
            self.compressed.unwrap_or(length),
        ] {
            header.push(0x15);
            zigzag(&mut header, number);
        }
        header.push(0x2C);
        for number in [self.values, self.encoding, 3, 3] {
            header.push(0x15);
            zigzag(&mut header, number);
        }
        header.extend([0, 0]);
        around(&header, &self.data, self.codec, self.rows)
    }
}

/// A file of one column with these bytes.
fn around(header: &[u8], data: &[u8], codec: Compression, rows: i64) -> Vec<u8> {
    let mut bytes = b"PAR1".to_vec();
    bytes.extend_from_slice(header);
    bytes.extend_from_slice(data);
    let schema = Arc::new(SchemaDescriptor::new(Arc::new(
        parse_message_type(FLAT).unwrap(),
    )));
    let size = i64::try_from(bytes.len() - 4).unwrap();
    let column = ColumnChunkMetaData::builder(schema.column(0))
        .set_encodings(vec![Encoding::PLAIN])
        .set_compression(codec)
        .set_num_values(rows)
        .set_total_compressed_size(size)
        .set_total_uncompressed_size(size)
        .set_data_page_offset(4)
        .build()
        .unwrap();
    let group = RowGroupMetaData::builder(Arc::clone(&schema))
        .set_num_rows(rows)
        .set_total_byte_size(size)
        .add_column_metadata(column)
        .build()
        .unwrap();
    let file = FileMetaData::new(1, rows, None, None, schema, None);
    let metadata = ParquetMetaDataBuilder::new(file)
        .add_row_group(group)
        .build();
    ParquetMetaDataWriter::new(&mut bytes, &metadata)
        .finish()
        .unwrap();
    bytes
}

fn zigzag(bytes: &mut Vec<u8>, number: i32) {
    varint(
        bytes,
        u64::from(((number << 1) ^ (number >> 31)).cast_unsigned()),
    );
}

fn varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value > 0x7F {
        bytes.push(0x80 | (value & 0x7F) as u8);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// The beginning of numbers in deltas: block size, miniblocks, count, first value.
fn deltas(block: u64, minis: u64, count: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in [block, minis, count, 0] {
        varint(&mut bytes, number);
    }
    bytes
}

const DELTA_LENGTH: i32 = 6;
const DELTA: i32 = 7;

fn crafted() -> Vec<(&'static str, Vec<u8>)> {
    let huge = |codec| {
        Page::with(|page| {
            page.uncompressed = 1 << 30;
            page.codec = codec;
        })
    };
    let raw = |header: &[u8]| around(header, b"", Compression::UNCOMPRESSED, 2);
    vec![
        (
            "a page that says a gigabyte",
            huge(Compression::UNCOMPRESSED),
        ),
        (
            "a page that says a gigabyte, Snappy",
            huge(Compression::SNAPPY),
        ),
        (
            "a page that says a gigabyte, gzip",
            huge(Compression::GZIP(GzipLevel::default())),
        ),
        (
            "a page that says a gigabyte, Zstandard",
            huge(Compression::ZSTD(ZstdLevel::default())),
        ),
        (
            "a page that says a gigabyte, LZ4",
            huge(Compression::LZ4_RAW),
        ),
        (
            "a page of negative size",
            Page::with(|page| page.uncompressed = -1),
        ),
        (
            "a page of negative length",
            Page::with(|page| page.compressed = Some(-5)),
        ),
        (
            "a page that ends elsewhere",
            Page::with(|page| page.compressed = Some(1 << 20)),
        ),
        (
            "a page compressed otherwise",
            Page::with(|page| page.codec = Compression::SNAPPY),
        ),
        (
            "a page with too many values",
            Page::with(|page| page.values = i32::MAX),
        ),
        ("a page without values", Page::with(|page| page.values = 0)),
        (
            "a page with fewer values",
            Page::with(|page| page.values = 1),
        ),
        (
            "a page with a negative number of values",
            Page::with(|page| page.values = -2),
        ),
        (
            "a page of an unknown encoding",
            Page::with(|page| page.encoding = 99),
        ),
        (
            "a page of a dictionary that is not there",
            Page::with(|page| page.encoding = 8),
        ),
        (
            "a page of runs for text",
            Page::with(|page| page.encoding = 3),
        ),
        (
            "a page of an unknown kind",
            Page::with(|page| page.kind = 9),
        ),
        ("a page that is an index", Page::with(|page| page.kind = 1)),
        (
            "a dictionary without its header",
            Page::with(|page| page.kind = 2),
        ),
        (
            "a page of the second version without its header",
            Page::with(|page| page.kind = 3),
        ),
        ("more rows than values", Page::with(|page| page.rows = 3)),
        (
            "a text that says four gigabytes",
            Page::encoded(0, b"\xff\xff\xff\xffa\x01\0\0\0b"),
        ),
        (
            "a text that ends elsewhere",
            Page::encoded(0, b"\x01\0\0\0a\x09\0\0\0b"),
        ),
        ("a text that is cut", Page::encoded(0, b"\x01\0\0\0a\x01\0")),
        (
            "text that is not UTF-8",
            Page::encoded(0, b"\x01\0\0\0\xff\x01\0\0\0b"),
        ),
        (
            "lengths without end",
            Page::encoded(DELTA_LENGTH, deltas(128, 4, 1 << 31)),
        ),
        (
            "lengths beyond counting",
            Page::encoded(DELTA_LENGTH, deltas(128, 4, 1 << 60)),
        ),
        (
            "lengths in blocks of nothing",
            Page::encoded(DELTA_LENGTH, deltas(0, 4, 2)),
        ),
        (
            "lengths in no blocks",
            Page::encoded(DELTA_LENGTH, deltas(128, 0, 2)),
        ),
        (
            "lengths in blocks too large",
            Page::encoded(DELTA_LENGTH, deltas(1 << 40, 4, 2)),
        ),
        ("lengths that are cut", Page::encoded(DELTA_LENGTH, b"\x80")),
        (
            "prefixes without end",
            Page::encoded(DELTA, deltas(128, 4, 1 << 31)),
        ),
        (
            "suffixes without end",
            Page::encoded(DELTA, [deltas(128, 4, 1), deltas(128, 4, 1 << 31)].concat()),
        ),
        (
            "prefixes that are cut",
            Page::encoded(DELTA, b"\x80\x01\x04"),
        ),
        ("no bytes in the page", Page::encoded(0, b"")),
        ("a page header without end", raw(&[0xFF; 64])),
        ("a page header of structures", raw(&[0x1C; 4000])),
        (
            "a page header of lists",
            raw(&[0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]),
        ),
        (
            "a page header with a text of two gigabytes",
            raw(&[0x18, 0xFF, 0xFF, 0xFF, 0xFF, 0x07]),
        ),
        ("a page header of nothing", raw(&[0])),
        ("no page header", raw(&[])),
    ]
}

/// Another schema than the dataset's.
fn of_schema(message: &str) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(message).unwrap());
    let writer = SerializedFileWriter::new(Vec::new(), schema, Arc::default()).unwrap();
    writer.into_inner().unwrap()
}

/// A small generator (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % end as u64).unwrap()
    }
}

pub(super) fn cases() -> Vec<Case> {
    let mut all = Vec::new();
    let mut bad = |name: String, bytes: Vec<u8>| all.push(Case::bad(name, Format::Parquet, bytes));
    let whole = sample(WriterProperties::builder().build());
    let end = whole.len();
    let length = u32::from_le_bytes(whole[end - 8..end - 4].try_into().unwrap()) as usize;
    let footer = end - 8 - length;
    for part in 1..16 {
        let cut = end * part / 16;
        bad(format!("the first {part} of 16"), whole[..cut].to_vec());
        bad(
            format!("the last {part} of 16"),
            [b"PAR1", &whole[end - cut..]].concat(),
        );
    }
    for (name, said) in [
        ("nothing", 0_u32),
        ("one byte", 1),
        ("a byte less", length as u32 - 1),
        ("a byte more", length as u32 + 1),
        ("all of the file", end as u32),
        ("two gigabytes", 1 << 31),
        ("four gigabytes", u32::MAX),
    ] {
        let mut bytes = whole.clone();
        bytes[end - 8..end - 4].copy_from_slice(&said.to_le_bytes());
        bad(format!("a footer that says {name}"), bytes);
    }
    let patched = |at: usize, with: &[u8]| {
        let mut bytes = whole.clone();
        bytes[at..at + with.len()].copy_from_slice(with);
        bytes
    };
    bad(
        "the wrong magic at the end".to_owned(),
        patched(end - 4, b"PAR2"),
    );
    bad("an encrypted footer".to_owned(), patched(end - 4, b"PARE"));
    bad(
        "a footer of zeros".to_owned(),
        patched(footer, &vec![0; length]),
    );
    bad(
        "a footer of ones".to_owned(),
        patched(footer, &vec![0xFF; length]),
    );
    bad(
        "a footer of structures".to_owned(),
        patched(footer, &vec![0x1C; length]),
    );
    bad(
        "a footer of lists".to_owned(),
        patched(footer, &vec![0x19; length]),
    );
    bad("only the magic".to_owned(), b"PAR1".to_vec());
    bad("the magic twice".to_owned(), b"PAR1PAR1".to_vec());
    bad("the magic three times".to_owned(), b"PAR1PAR1PAR1".to_vec());
    for (name, bytes) in crafted() {
        bad(name.to_owned(), bytes);
    }
    bad(
        "a bomb, Zstandard".to_owned(),
        bomb(Compression::ZSTD(ZstdLevel::default()), false),
    );
    bad(
        "a bomb, gzip".to_owned(),
        bomb(Compression::GZIP(GzipLevel::default()), false),
    );
    bad(
        "a bomb in a dictionary".to_owned(),
        bomb(Compression::ZSTD(ZstdLevel::default()), true),
    );
    bad(
        "a row of twenty million nulls".to_owned(),
        endless(20 << 20, true),
    );
    bad(
        "a row of two million texts".to_owned(),
        endless(2 << 20, false),
    );
    for (name, message) in [
        (
            "an unknown column",
            "message m { REQUIRED BYTE_ARRAY _id (UTF8); OPTIONAL INT32 surprise; }",
        ),
        (
            "no required column",
            "message m { OPTIONAL GROUP person { OPTIONAL INT32 birthDate (DATE); } }",
        ),
        (
            "a column of bytes",
            "message m { REQUIRED BYTE_ARRAY _id; }",
        ),
        (
            "a column of booleans for text",
            "message m { REQUIRED BOOLEAN _id; }",
        ),
        (
            "a group for text",
            "message m { REQUIRED GROUP _id { OPTIONAL INT32 a; } }",
        ),
        (
            "a list for text",
            "message m { REQUIRED GROUP _id (LIST) { REPEATED GROUP list { OPTIONAL BYTE_ARRAY element (UTF8); } } }",
        ),
        (
            "text for an object",
            "message m { REQUIRED BYTE_ARRAY _id (UTF8); OPTIONAL BYTE_ARRAY _local (UTF8); }",
        ),
        (
            "a column twice",
            "message m { REQUIRED BYTE_ARRAY _id (UTF8); OPTIONAL BYTE_ARRAY _id (UTF8); }",
        ),
        (
            "a number for a date",
            "message m { REQUIRED BYTE_ARRAY _id (UTF8); OPTIONAL GROUP person { OPTIONAL DOUBLE birthDate; } }",
        ),
        (
            "a decimal for a number",
            "message m { REQUIRED BYTE_ARRAY _id (UTF8); OPTIONAL GROUP _local { REQUIRED BYTE_ARRAY memberId (UTF8); OPTIONAL INT64 points (DECIMAL(18,2)); } }",
        ),
    ] {
        bad(format!("a schema with {name}"), of_schema(message));
    }
    let random = &mut Random(5);
    for round in 0..40 {
        // Of bytes here and there some don't matter.
        let mut bytes = whole.clone();
        let (from, room) = if round % 2 == 0 {
            (footer, length)
        } else {
            (4, footer - 4)
        };
        for _ in 0..3 {
            bytes[from + random.below(room)] = random.below(256) as u8;
        }
        all.push(Case::any(
            format!("other bytes {round}"),
            Format::Parquet,
            bytes,
        ));
    }
    all
}
