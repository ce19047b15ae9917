//! Parquet from other writers: codecs, layouts of lists, types that the table does not have.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray,
    Float32Array, Int8Array, Int16Array, Int32Array, Int64Array, ListArray, RecordBatch,
    StringArray, StructArray, TimestampMicrosecondArray, TimestampNanosecondArray, UInt64Array,
};
use arrow::datatypes::{DataType, Field, Fields, Int32Type};
use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type as PhysicalInt, Int96, Int96Type};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::{Value, json};

use super::format::InputFormat;
use super::testing::{Landed, full_row, land, parquet, stored};

fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter(columns).unwrap()
}

fn ids(count: usize) -> (&'static str, ArrayRef) {
    (
        "id",
        Arc::new(StringArray::from_iter_values(
            (0..count).map(|n| n.to_string()),
        )),
    )
}

fn rows(columns: Vec<(&str, ArrayRef)>) -> Landed {
    land(
        &InputFormat::Parquet,
        &parquet(&batch(columns), Compression::SNAPPY),
    )
    .unwrap()
}

fn refused(columns: Vec<(&str, ArrayRef)>) -> String {
    let fault = land(
        &InputFormat::Parquet,
        &parquet(&batch(columns), Compression::SNAPPY),
    )
    .unwrap_err();
    assert_eq!(fault.code, "200");
    fault.description
}

#[test]
fn what_the_lake_wrote_it_reads_again() {
    let rows: Vec<Value> = (0..2500).map(|_| full_row()).collect();
    let landed = land(&InputFormat::Parquet, &stored(&rows)).unwrap();
    assert_eq!((landed.read, landed.failed), (2500, 0));
    let mut wanted = full_row();
    wanted["cards"] = json!([{"n": 1}, {}, null]);
    assert_eq!(landed.rows[2499], wanted);
}

#[test]
fn every_codec() {
    for codec in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::BROTLI(BrotliLevel::default()),
        Compression::ZSTD(ZstdLevel::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
    ] {
        let bytes = parquet(&batch(vec![ids(1000)]), codec);
        let landed = land(&InputFormat::Parquet, &bytes).unwrap();
        assert_eq!((landed.read, landed.failed), (1000, 0), "{codec}");
        assert_eq!(landed.rows[999], json!({"id": "999"}), "{codec}");
    }
}

#[test]
fn columns_of_other_types_are_converted_value_by_value() {
    let landed = rows(vec![
        ids(2),
        ("s", Arc::new(Int64Array::from(vec![Some(5), None]))),
        ("d", Arc::new(Float32Array::from(vec![0.5, -1.0]))),
        ("l", Arc::new(UInt64Array::from(vec![7, 8]))),
        ("i", Arc::new(StringArray::from(vec!["12", "-12"]))),
        ("h", Arc::new(Int8Array::from(vec![1, 2]))),
        ("b", Arc::new(Int16Array::from(vec![127, -128]))),
        (
            "day",
            Arc::new(StringArray::from(vec!["1970-01-02", "2020-02-29"])),
        ),
        (
            "at",
            Arc::new(TimestampMicrosecondArray::from(vec![
                1_531_263_959_123_456,
                -1,
            ])),
        ),
    ]);
    assert_eq!(
        landed.rows,
        [
            json!({"id": "0", "s": "5", "d": 0.5, "l": 7, "i": 12, "h": 1, "b": 127, "day": "1970-01-02",
                "at": "2018-07-10T23:05:59.123Z"}),
            json!({"id": "1", "d": -1.0, "l": 8, "i": -12, "h": 2, "b": -128, "day": "2020-02-29",
                "at": "1969-12-31T23:59:59.999Z"}),
        ]
    );
}

#[test]
fn a_value_that_does_not_fit_costs_its_row() {
    let landed = rows(vec![
        ids(3),
        ("b", Arc::new(Int32Array::from(vec![127, 128, -129]))),
    ]);
    assert_eq!((landed.read, landed.failed), (3, 2));
    let landed = rows(vec![
        ids(2),
        ("l", Arc::new(UInt64Array::from(vec![u64::MAX, 1]))),
    ]);
    assert_eq!(landed.failed, 1);
    let landed = rows(vec![(
        "id",
        Arc::new(StringArray::from(vec![Some("1"), None])),
    )]);
    assert_eq!(landed.failed, 1, "required");
    let landed = rows(vec![("s", Arc::new(StringArray::from(vec!["x"])))]);
    assert_eq!(
        landed.failed, 1,
        "a required column that the file does not have"
    );
}

#[test]
fn columns_that_can_not_be_converted_fail_the_file() {
    for (name, column, wanted) in [
        (
            "zz",
            Arc::new(Int32Array::from(vec![1])) as ArrayRef,
            "column zz is not in the dataset's schema",
        ),
        (
            "s",
            Arc::new(BooleanArray::from(vec![true])),
            "column s can't be converted from Boolean to String",
        ),
        (
            "f",
            Arc::new(StringArray::from(vec!["true"])),
            "column f can't be converted from String to Boolean",
        ),
        (
            "i",
            Arc::new(Date32Array::from(vec![1])),
            "column i can't be converted from Date to Integer",
        ),
        (
            "day",
            Arc::new(Int32Array::from(vec![1])),
            "column day can't be converted from Integer to Date",
        ),
        (
            "at",
            Arc::new(Date32Array::from(vec![1])),
            "column at can't be converted from Date to DateTime",
        ),
        (
            "s",
            Arc::new(BinaryArray::from(vec![&b"x"[..]])),
            "column s can't be converted from Binary to String",
        ),
        (
            "d",
            Arc::new(Decimal128Array::from(vec![1])),
            "column d can't be converted from Decimal128",
        ),
        (
            "tags",
            Arc::new(StringArray::from(vec!["x"])),
            "column tags can't be converted from String to Array",
        ),
        (
            "place",
            Arc::new(StringArray::from(vec!["x"])),
            "column place can't be converted from String to Object",
        ),
    ] {
        let description = refused(vec![ids(1), (name, column)]);
        assert!(description.contains(wanted), "{description}");
    }
    let inner = StructArray::from(vec![(
        Arc::new(Field::new("q", DataType::Int32, true)),
        Arc::new(Int32Array::from(vec![1])) as ArrayRef,
    )]);
    assert!(refused(vec![ids(1), ("place", Arc::new(inner))]).contains("column place.q is not in"));
}

#[test]
fn objects_become_maps_and_dictionaries_text() {
    let fields: Fields = vec![
        Field::new("x", DataType::Int32, true),
        Field::new("y", DataType::Utf8, true),
    ]
    .into();
    let object = StructArray::new(
        fields,
        vec![
            Arc::new(Int32Array::from(vec![1])),
            Arc::new(StringArray::from(vec![None::<&str>])),
        ],
        None,
    );
    let words: DictionaryArray<Int32Type> = ["red"].into_iter().collect();
    let tags = ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1), None])]);
    let landed = rows(vec![
        ids(1),
        ("prefs", Arc::new(object)),
        ("s", Arc::new(words)),
        ("tags", Arc::new(tags)),
        (
            "at",
            Arc::new(TimestampNanosecondArray::from(vec![1_999_999])),
        ),
    ]);
    assert_eq!(
        landed.rows,
        [
            json!({"id": "0", "prefs": {"x": "1", "y": null}, "s": "red", "tags": ["1", null],
            "at": "1970-01-01T00:00:00.001Z"})
        ]
    );
}

/// A file by Parquet's own writer, for what Arrow does not write.
fn raw(schema: &str, write: impl FnOnce(&mut SerializedFileWriter<&mut Vec<u8>>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::default()).unwrap();
    write(&mut writer);
    writer.close().unwrap();
    bytes
}

#[test]
fn spark_times_and_lists_of_the_older_layout() {
    let schema = "message spark_schema {
        required binary id (UTF8); optional int96 at; optional group tags (LIST) { repeated binary array (UTF8); }
    }";
    let bytes = raw(schema, |writer| {
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<ByteArrayType>()
            .write_batch(&[ByteArray::from("1")], None, None)
            .unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let mut time = Int96::new();
        // Nanoseconds of the day in two halves, and the Julian day.
        time.set_data(4_138_182_144, 19_361, 2_458_310);
        column
            .typed::<Int96Type>()
            .write_batch(&[time], Some(&[1]), None)
            .unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let words = [ByteArray::from("a"), ByteArray::from("b")];
        column
            .typed::<ByteArrayType>()
            .write_batch(&words, Some(&[2, 2]), Some(&[0, 1]))
            .unwrap();
        column.close().unwrap();
        group.close().unwrap();
    });
    let landed = land(&InputFormat::Parquet, &bytes).unwrap();
    assert_eq!(
        landed.rows,
        [json!({"id": "1", "at": "2018-07-10T23:05:59.000Z", "tags": ["a", "b"]})]
    );
}

#[test]
fn small_integers_by_their_annotation() {
    let schema = "message m { required binary id (UTF8); required int32 b (INT_8); required int32 h (INT_16); }";
    let bytes = raw(schema, |writer| {
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<ByteArrayType>()
            .write_batch(&[ByteArray::from("1")], None, None)
            .unwrap();
        column.close().unwrap();
        for value in [-5, 500] {
            let mut column = group.next_column().unwrap().unwrap();
            column
                .typed::<PhysicalInt>()
                .write_batch(&[value], None, None)
                .unwrap();
            column.close().unwrap();
        }
        group.close().unwrap();
    });
    let landed = land(&InputFormat::Parquet, &bytes).unwrap();
    assert_eq!(landed.rows, [json!({"id": "1", "b": -5, "h": 500})]);
}
