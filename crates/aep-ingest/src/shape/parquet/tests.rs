#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::io::Cursor;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, Encoding};
use parquet::file::metadata::{
    KeyValue, PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader, ParquetMetaDataWriter,
};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder, WriterVersion};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::Format;
use crate::plan::Candidate;
use crate::shape::tests::{found, shaped};
use crate::source::tests::sent;
use crate::upload::LargeFiles;

fn schema() -> Arc<Schema> {
    let text = |name| Field::new(name, DataType::Utf8, true);
    let person = vec![text("first"), Field::new("age", DataType::Int32, true)];
    let item = Field::new("item", DataType::Struct(person.into()), true);
    Arc::new(Schema::new(vec![
        Field::new("id", DataType::Int64, false),
        text("name"),
        Field::new("tags", DataType::List(Arc::new(text("item"))), true),
        Field::new("people", DataType::List(Arc::new(item)), true),
        Field::new("score", DataType::Float64, true),
        Field::new("member", DataType::Boolean, true),
    ]))
}

/// Rows with everything in them that makes pages hard to cut.
fn rows(from: usize, count: usize) -> RecordBatch {
    let mut text = String::new();
    for id in from..from + count {
        let tags: Vec<String> = (0..id % 4)
            .map(|tag| format!("tag {tag} of {id}"))
            .collect();
        let people: Vec<_> = (0..id % 3)
            .map(
                |age| serde_json::json!({"first": (age > 0).then(|| format!("p{id}")), "age": age}),
            )
            .collect();
        let row = serde_json::json!({
            "id": id,
            "name": (id % 5 != 0).then(|| format!("name {}", id.wrapping_mul(2_654_435_761) % 100_000)),
            "tags": if id % 7 == 0 { serde_json::Value::Null } else { tags.into() },
            "people": people,
            "score": f64::from(u32::try_from(id).unwrap()) / 3.0,
            "member": id % 2 == 0,
        });
        text.push_str(&row.to_string());
        text.push('\n');
    }
    arrow::json::ReaderBuilder::new(schema())
        .with_batch_size(count)
        .build(Cursor::new(text))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
}

fn written(batch: &RecordBatch, group: usize, properties: WriterPropertiesBuilder) -> Vec<u8> {
    let properties = properties
        .set_max_row_group_row_count(Some(group))
        .set_key_value_metadata(Some(vec![KeyValue::new(
            "of".to_owned(),
            "a test".to_owned(),
        )]))
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn read(bytes: Vec<u8>) -> RecordBatch {
    let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes)).unwrap();
    let schema = Arc::clone(builder.schema());
    let batches: Vec<RecordBatch> = builder.build().unwrap().map(Result::unwrap).collect();
    arrow::compute::concat_batches(&schema, &batches).unwrap()
}

/// The rows of some files, put together.
fn together(files: &[Candidate]) -> RecordBatch {
    let batches: Vec<RecordBatch> = files
        .iter()
        .map(|file| read(sent(&file.content).unwrap()))
        .collect();
    arrow::compute::concat_batches(&schema(), &batches).unwrap()
}

fn metadata(bytes: Vec<u8>) -> ParquetMetaData {
    ParquetMetaDataReader::new()
        .with_page_index_policy(PageIndexPolicy::Optional)
        .parse_and_finish(&Bytes::from(bytes))
        .unwrap()
}

fn properties() -> impl Strategy<Value = WriterPropertiesBuilder> {
    let codec = prop_oneof![
        Just(Compression::UNCOMPRESSED),
        Just(Compression::SNAPPY),
        Just(Compression::GZIP(parquet::basic::GzipLevel::default())),
        Just(Compression::BROTLI(parquet::basic::BrotliLevel::default())),
        Just(Compression::ZSTD(parquet::basic::ZstdLevel::default())),
        Just(Compression::LZ4_RAW),
    ];
    (codec, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(codec, new, bloom, dictionary)| {
            let properties = WriterProperties::builder()
                .set_compression(codec)
                .set_bloom_filter_enabled(bloom)
                .set_dictionary_enabled(dictionary)
                .set_data_page_row_count_limit(50)
                .set_write_batch_size(10);
            if new {
                properties
                    .set_writer_version(WriterVersion::PARQUET_2_0)
                    .set_column_encoding("id".into(), Encoding::DELTA_BINARY_PACKED)
                    .set_column_dictionary_enabled("id".into(), false)
            } else {
                properties
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 10))]

    #[test]
    fn pieces_are_the_same_rows(count in 40_usize..600, group in 15_usize..120, properties in properties(), parts in 2_u64..6) {
        let directory = TempDir::new().unwrap();
        let batch = rows(0, count);
        let bytes = written(&batch, group, properties);
        // no row group is larger than that
        let limit = (bytes.len() as u64 / parts).max(16_000);
        let file = found(directory.path(), "a.parquet", Format::Parquet, &bytes);
        let shaped = shaped(vec![file], LargeFiles::Split, false, limit).unwrap();
        for piece in &shaped.files {
            prop_assert!(piece.content.len() <= limit);
            let metadata = metadata(sent(&piece.content).unwrap());
            prop_assert_eq!(metadata.file_metadata().num_rows(), metadata.row_groups().iter().map(parquet::file::metadata::RowGroupMetaData::num_rows).sum::<i64>());
            if bytes.len() as u64 <= limit {
                continue;
            }
            for column in metadata.row_groups().iter().flat_map(parquet::file::metadata::RowGroupMetaData::columns) {
                prop_assert!(column.bloom_filter_offset().is_none());
                prop_assert!(column.column_index_offset().is_none() && column.offset_index_offset().is_none());
            }
            let pairs = metadata.file_metadata().key_value_metadata().unwrap();
            prop_assert!(pairs.iter().any(|pair| pair.key == "of"));
        }
        prop_assert_eq!(together(&shaped.files), batch);
    }

    #[test]
    fn a_row_group_that_is_too_large_is_written_anew(count in 300_usize..900, properties in properties()) {
        let directory = TempDir::new().unwrap();
        let batch = rows(7, count);
        let bytes = written(&batch, count, properties);
        let limit = (bytes.len() as u64 / 3).max(9000);
        let file = found(directory.path(), "a.parquet", Format::Parquet, &bytes);
        let cut = crate::shape::parquet::split(file.content.whole().unwrap(), limit, super::Encode(Some(directory.path())), &tokio_util::sync::CancellationToken::new()).unwrap();
        let crate::shape::Cut::Pieces(pieces) = cut else { panic!("{cut:?}") };
        let pieces: Vec<Candidate> = pieces.into_iter().map(|content| Candidate { name: "".into(), format: Format::Parquet, content }).collect();
        prop_assert!(pieces.iter().all(|piece| piece.content.len() <= limit));
        prop_assert_eq!(together(&pieces), batch);
    }

    #[test]
    fn packed_files_are_the_same_rows(counts in proptest::collection::vec(1_usize..60, 2..8), properties in properties(), target in 8_000_u64..200_000) {
        let directory = TempDir::new().unwrap();
        let mut from = 0;
        let mut files = Vec::new();
        for (number, count) in counts.into_iter().enumerate() {
            let bytes = written(&rows(from, count), 25, properties.clone());
            files.push(found(directory.path(), &format!("{number}.parquet"), Format::Parquet, &bytes));
            from += count;
        }
        let many = files.len();
        let small = files.iter().filter(|file| file.content.len() < target).count();
        let mut shaped = shaped(files, LargeFiles::Chunk, true, target).unwrap();
        prop_assert!(shaped.files.len() <= many);
        for file in &shaped.files {
            prop_assert!(file.content.len() <= target || file.content.whole().is_some());
        }
        if small == many {
            // packed in the order of their names, so the rows are, too
            shaped.files.sort_by_key(first_id);
            prop_assert_eq!(together(&shaped.files), rows(0, from));
        }
    }
}

fn first_id(file: &Candidate) -> i64 {
    let batch = read(sent(&file.content).unwrap());
    let ids = batch.column(0).as_any();
    ids.downcast_ref::<arrow::array::Int64Array>()
        .unwrap()
        .value(0)
}

#[test]
fn another_schema_stays_apart() {
    let directory = TempDir::new().unwrap();
    let batch = rows(0, 10);
    let narrow = batch.project(&[0, 1]).unwrap();
    let properties = WriterProperties::builder;
    let files = [(&batch, "a"), (&narrow, "b"), (&batch, "c"), (&narrow, "d")]
        .map(|(batch, name)| {
            let bytes = written(batch, 10, properties());
            found(
                directory.path(),
                &format!("{name}.parquet"),
                Format::Parquet,
                &bytes,
            )
        })
        .to_vec();
    let shaped = shaped(files, LargeFiles::Auto, true, 1_000_000).unwrap();
    assert_eq!(shaped.files.len(), 2);
    let columns: Vec<usize> = shaped
        .files
        .iter()
        .map(|file| read(sent(&file.content).unwrap()).num_columns())
        .collect();
    assert_eq!(columns, [6, 2]);
}

/// Why a file is not split.
fn refusal(bytes: &[u8]) -> String {
    let directory = TempDir::new().unwrap();
    let file = found(directory.path(), "a.parquet", Format::Parquet, bytes);
    let limit = bytes.len() as u64 / 2;
    let auto = shaped(vec![file.clone()], LargeFiles::Auto, false, limit).unwrap();
    assert_eq!(auto.files, std::slice::from_ref(&file));
    let error = shaped(vec![file], LargeFiles::Split, false, limit).unwrap_err();
    assert_eq!(error.kind(), aep_core::ErrorKind::Limit);
    auto.notes.concat()
}

#[test]
fn odd_files_are_refused_with_words() {
    let bytes = written(&rows(0, 200), 50, WriterProperties::builder());
    let footer = u32::from_le_bytes(bytes[bytes.len() - 8..][..4].try_into().unwrap());
    let start = bytes.len() - 8 - footer as usize;

    // field 8 of the footer, behind the last one that the writer knows
    let mut encrypted = bytes[..bytes.len() - 9].to_vec();
    encrypted.extend([0x1C, 0x1C, 0, 0, 0]);
    encrypted.extend((footer + 4).to_le_bytes());
    encrypted.extend(b"PAR1");
    assert!(refusal(&encrypted).contains("encrypted"));

    let mut groups = metadata(bytes.clone()).row_groups().to_vec();
    groups.swap(0, 1);
    let swapped = ParquetMetaData::new(metadata(bytes.clone()).file_metadata().clone(), groups);
    let mut odd = bytes[..start].to_vec();
    ParquetMetaDataWriter::new(&mut odd, &swapped)
        .finish()
        .unwrap();
    assert!(refusal(&odd).contains("is not behind the one before it"));

    let mut damaged = bytes;
    damaged[start..start + 20].fill(0xFF);
    assert!(refusal(&damaged).contains("damaged"));
}

#[test]
fn a_file_that_changes_is_not_sent() {
    let directory = TempDir::new().unwrap();
    let bytes = written(&rows(0, 400), 50, WriterProperties::builder());
    let file = found(directory.path(), "a.parquet", Format::Parquet, &bytes);
    let path = file.content.path().to_owned();
    let limit = bytes.len() as u64 / 2;
    let shaped = shaped(vec![file], LargeFiles::Auto, false, limit).unwrap();
    assert!(sent(&shaped.files[0].content).is_ok());
    std::fs::write(
        path,
        written(&rows(1, 400), 50, WriterProperties::builder()),
    )
    .unwrap();
    let error = sent(&shaped.files[0].content).unwrap_err();
    assert!(error.to_string().contains("changed"), "{error}");
}
