//! Parquet: schemas, values, shapes.

use std::sync::Arc;

use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray,
    FixedLenByteArrayType, FloatType, Int32Type, Int64Type, Int96, Int96Type,
};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;
use serde_json::{Value, json};

use super::support::{brief, check, members, object, one, string, typed};
use crate::validate::{Findings, Format, OnUnknown, Options};
use crate::xdm::Schema;

/// The values of a column, without its nulls.
pub(crate) enum Data {
    Bool(Vec<bool>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    I96(usize),
    F32(Vec<f32>),
    F64(Vec<f64>),
    Text(Vec<&'static str>),
    Raw(Vec<Vec<u8>>),
    Fixed(Vec<Vec<u8>>),
}

/// Values, definition levels, repetition levels.
pub(crate) type Column = (Data, Vec<i16>, Vec<i16>);

pub(crate) fn flat(data: Data) -> Column {
    (data, Vec::new(), Vec::new())
}

/// A file of one row group for each item of `groups`.
pub(crate) fn write(
    message: &str,
    groups: Vec<Vec<Column>>,
    properties: WriterProperties,
) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(message).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    for group in groups {
        let mut rows = writer.next_row_group().unwrap();
        for (data, defs, reps) in group {
            let mut column = rows.next_column().unwrap().unwrap();
            let column_ref = &mut column;
            match data {
                Data::Bool(values) => put::<BoolType>(column_ref, &values, &defs, &reps),
                Data::I32(values) => put::<Int32Type>(column_ref, &values, &defs, &reps),
                Data::I64(values) => put::<Int64Type>(column_ref, &values, &defs, &reps),
                Data::I96(count) => {
                    put::<Int96Type>(column_ref, &vec![Int96::new(); count], &defs, &reps);
                }
                Data::F32(values) => put::<FloatType>(column_ref, &values, &defs, &reps),
                Data::F64(values) => put::<DoubleType>(column_ref, &values, &defs, &reps),
                Data::Text(values) => {
                    let values: Vec<ByteArray> = values.into_iter().map(ByteArray::from).collect();
                    put::<ByteArrayType>(column_ref, &values, &defs, &reps);
                }
                Data::Raw(values) => {
                    let values: Vec<ByteArray> = values.into_iter().map(ByteArray::from).collect();
                    put::<ByteArrayType>(column_ref, &values, &defs, &reps);
                }
                Data::Fixed(values) => {
                    let values: Vec<FixedLenByteArray> = values
                        .into_iter()
                        .map(|value| ByteArray::from(value).into())
                        .collect();
                    put::<FixedLenByteArrayType>(column_ref, &values, &defs, &reps);
                }
            }
            column.close().unwrap();
        }
        rows.close().unwrap();
    }
    writer.into_inner().unwrap()
}

fn put<T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    values: &[T::T],
    defs: &[i16],
    reps: &[i16],
) {
    let some =
        |levels: &'static str, slice: &[i16]| (!slice.is_empty()).then(|| (levels, slice.to_vec()));
    let (defs, reps) = (some("def", defs), some("rep", reps));
    column
        .typed::<T>()
        .write_batch(
            values,
            defs.as_ref().map(|(_, l)| l.as_slice()),
            reps.as_ref().map(|(_, l)| l.as_slice()),
        )
        .unwrap();
}

fn plain(message: &str, columns: Vec<Column>) -> Vec<u8> {
    write(message, vec![columns], WriterProperties::builder().build())
}

fn run(bytes: &[u8], schema: &Schema) -> Findings {
    check(bytes, Format::Parquet, schema, &Options::default())
}

fn kinds() -> [&'static str; 9] {
    [
        "string",
        "number",
        "long",
        "int",
        "short",
        "byte",
        "boolean",
        "date",
        "date-time",
    ]
}

#[test]
fn every_cell_of_the_conversion_table() {
    const NUMBERS: &[&str] = &["string", "number", "long", "int", "short", "byte"];
    const LONG: &[&str] = &[
        "string",
        "number",
        "long",
        "int",
        "short",
        "byte",
        "date",
        "date-time",
    ];
    let cases: Vec<(&str, fn() -> Data, &[&str])> = vec![
        ("BYTE_ARRAY v (UTF8)", || Data::Text(vec!["1"]), LONG),
        ("BYTE_ARRAY v (STRING)", || Data::Text(vec!["1"]), LONG),
        ("BYTE_ARRAY v (ENUM)", || Data::Text(vec!["1"]), LONG),
        ("BYTE_ARRAY v (JSON)", || Data::Text(vec!["1"]), LONG),
        ("BYTE_ARRAY v", || Data::Text(vec!["1"]), &[]),
        ("BYTE_ARRAY v (BSON)", || Data::Text(vec!["1"]), &[]),
        ("INT32 v (INT_8)", || Data::I32(vec![1]), NUMBERS),
        ("INT32 v (INTEGER(8,true))", || Data::I32(vec![1]), NUMBERS),
        ("INT32 v (INT_16)", || Data::I32(vec![1]), NUMBERS),
        ("INT32 v (INT_32)", || Data::I32(vec![1]), NUMBERS),
        ("INT32 v", || Data::I32(vec![1]), NUMBERS),
        ("INT32 v (UINT_8)", || Data::I32(vec![1]), NUMBERS),
        (
            "INT32 v (INTEGER(16,false))",
            || Data::I32(vec![1]),
            NUMBERS,
        ),
        ("INT32 v (UINT_32)", || Data::I32(vec![1]), NUMBERS),
        ("INT64 v (UINT_64)", || Data::I64(vec![1]), NUMBERS),
        ("INT64 v", || Data::I64(vec![0]), LONG),
        ("INT64 v (INT_64)", || Data::I64(vec![0]), LONG),
        ("FLOAT v", || Data::F32(vec![1.0]), NUMBERS),
        ("DOUBLE v", || Data::F64(vec![1.0]), NUMBERS),
        ("INT32 v (DATE)", || Data::I32(vec![1]), &["date"]),
        (
            "INT64 v (TIMESTAMP_MILLIS)",
            || Data::I64(vec![1]),
            &["date-time"],
        ),
        (
            "INT64 v (TIMESTAMP_MICROS)",
            || Data::I64(vec![1]),
            &["date-time"],
        ),
        (
            "INT64 v (TIMESTAMP(NANOS,true))",
            || Data::I64(vec![1]),
            &["date-time"],
        ),
        ("INT96 v", || Data::I96(1), &["date-time"]),
        ("BOOLEAN v", || Data::Bool(vec![true]), &["boolean"]),
        ("INT32 v (TIME_MILLIS)", || Data::I32(vec![1]), &[]),
        ("INT64 v (TIME_MICROS)", || Data::I64(vec![1]), &[]),
        ("INT64 v (DECIMAL(10,2))", || Data::I64(vec![1]), &[]),
        (
            "FIXED_LEN_BYTE_ARRAY(16) v (UUID)",
            || Data::Fixed(vec![vec![1; 16]]),
            &[],
        ),
        (
            "FIXED_LEN_BYTE_ARRAY(12) v (INTERVAL)",
            || Data::Fixed(vec![vec![1; 12]]),
            &[],
        ),
    ];
    for (column, data, allowed) in cases {
        let bytes = plain(
            &format!("message m {{ REQUIRED {column}; }}"),
            vec![flat(data())],
        );
        for kind in kinds() {
            let findings = run(&bytes, &one(typed(kind)));
            let expected: &[(&str, &str)] = match (allowed.contains(&kind), kind) {
                (false, _) => &[("v", "type")],
                // The text is a number, and no date.
                (true, "date" | "date-time") if column.starts_with("BYTE_ARRAY") => {
                    &[("v", "format")]
                }
                (true, _) => &[],
            };
            assert_eq!(brief(&findings), expected, "{column} to {kind}");
            assert_eq!(findings.rows, 1);
            assert_eq!(
                findings.failed_rows,
                u64::from(!expected.is_empty()),
                "{column} to {kind}"
            );
        }
        for kind in ["object", "array", "map"] {
            let field = match kind {
                "object" => object(json!({"x": string()})),
                "array" => json!({"type": "array", "items": string()}),
                _ => json!({"type": "object", "additionalProperties": string()}),
            };
            let findings = run(&bytes, &one(field));
            assert_eq!(brief(&findings), [("v", "type")], "{column} to {kind}");
        }
    }
}

#[test]
fn conversions_are_exact() {
    for (column, data, field, bad) in [
        (
            "INT64 v",
            Data::I64(vec![127, -128, 128, -129]),
            typed("byte"),
            2,
        ),
        (
            "INT32 v",
            Data::I32(vec![32767, -32768, 32768]),
            typed("short"),
            1,
        ),
        (
            "INT64 v",
            Data::I64(vec![2_147_483_647, 2_147_483_648]),
            typed("int"),
            1,
        ),
        (
            "INT64 v",
            Data::I64(vec![9_007_199_254_740_991, 9_007_199_254_740_992]),
            typed("long"),
            1,
        ),
        (
            "INT64 v (UINT_64)",
            Data::I64(vec![1, -1]),
            typed("long"),
            1,
        ),
        ("INT32 v (UINT_32)", Data::I32(vec![1, -1]), typed("int"), 1),
        (
            "INT32 v (UINT_32)",
            Data::I32(vec![1, -1]),
            typed("long"),
            0,
        ),
        (
            "DOUBLE v",
            Data::F64(vec![1.0, 1.5, f64::NAN, f64::INFINITY, 1e300, -0.0]),
            typed("long"),
            4,
        ),
        (
            "DOUBLE v",
            Data::F64(vec![1.0, f64::NAN, f64::INFINITY]),
            typed("number"),
            0,
        ),
        (
            "DOUBLE v",
            Data::F64(vec![1.0, f64::NAN, 11.0]),
            json!({"type": "number", "maximum": 10}),
            2,
        ),
        (
            "FLOAT v",
            Data::F32(vec![1.5]),
            json!({"type": "number", "minimum": 2}),
            1,
        ),
        (
            "BYTE_ARRAY v (UTF8)",
            Data::Text(vec!["1", "-2", "3.0", "x", "", "300"]),
            typed("byte"),
            3,
        ),
        (
            "INT64 v",
            Data::I64(vec![86_400_000, 86_400_001, i64::MAX]),
            typed("date"),
            2,
        ),
        (
            "INT64 v",
            Data::I64(vec![86_400_000, 86_400_001, i64::MAX]),
            typed("date-time"),
            1,
        ),
        (
            "INT64 v",
            Data::I64(vec![1 << 53, (1 << 53) + 1]),
            typed("number"),
            1,
        ),
        (
            "INT64 v (UINT_64)",
            Data::I64(vec![-1, i64::MIN, 7]),
            typed("number"),
            1,
        ),
        (
            "BYTE_ARRAY v (UTF8)",
            Data::Text(vec!["1.5", "x", "1e400"]),
            typed("number"),
            2,
        ),
        (
            "BYTE_ARRAY v (UTF8)",
            Data::Text(vec!["2020-01-01", "1577836800000"]),
            typed("date"),
            1,
        ),
        (
            "BYTE_ARRAY v (UTF8)",
            Data::Text(vec!["2020-01-01T00:00:00Z", "2020-01-01"]),
            typed("date-time"),
            1,
        ),
        (
            "BYTE_ARRAY v (UTF8)",
            Data::Text(vec!["a", "b"]),
            json!({"type": "string", "enum": ["a"]}),
            1,
        ),
        (
            "BYTE_ARRAY v (UTF8)",
            Data::Text(vec!["é", "éé"]),
            json!({"type": "string", "maxLength": 1}),
            1,
        ),
        (
            "INT32 v",
            Data::I32(vec![5, 50]),
            json!({"type": "string", "minLength": 2}),
            1,
        ),
        (
            "INT64 v",
            Data::I64(vec![1, 2, 3]),
            json!({"type": "integer", "enum": [1, 3]}),
            1,
        ),
        (
            "INT64 v",
            Data::I64(vec![1, 2, 3]),
            json!({"type": "integer", "minimum": 2, "maximum": 2}),
            2,
        ),
        (
            "INT64 v",
            Data::I64(vec![1, 2, 3]),
            json!({"type": "number", "minimum": 2, "maximum": 2}),
            2,
        ),
        (
            "BOOLEAN v",
            Data::Bool(vec![true, false]),
            json!({"type": "boolean", "enum": [true]}),
            1,
        ),
    ] {
        let rows = match &data {
            Data::I32(v) => v.len(),
            Data::I64(v) => v.len(),
            Data::F32(v) => v.len(),
            Data::F64(v) => v.len(),
            Data::Text(v) => v.len(),
            Data::Bool(v) => v.len(),
            _ => 0,
        };
        let message = format!("message m {{ REQUIRED {column}; }}");
        let findings = run(&plain(&message, vec![flat(data)]), &one(field.clone()));
        assert_eq!(
            (findings.rows, findings.failed_rows),
            (rows as u64, bad),
            "{column} to {field}: {findings:#?}"
        );
    }
}

#[test]
fn text_has_to_be_utf8() {
    let message = "message m { REQUIRED BYTE_ARRAY v (UTF8); }";
    let bytes = plain(
        message,
        vec![flat(Data::Raw(vec![b"a".to_vec(), vec![0xFF, 0xFE]]))],
    );
    let findings = run(&bytes, &one(string()));
    assert_eq!(brief(&findings), [("v", "encoding")]);
    assert_eq!(findings.findings[0].row, 2);
}

#[test]
fn rows_are_counted_in_their_row_group() {
    let message = "message m { OPTIONAL BYTE_ARRAY _id (UTF8); OPTIONAL GROUP _local {
        OPTIONAL BYTE_ARRAY memberId (UTF8); OPTIONAL INT32 points; } }";
    let group = |points: Vec<i32>| {
        vec![
            (Data::Text(vec!["a", "b"]), vec![1, 0, 1], vec![]),
            (Data::Text(vec!["M00000001"]), vec![2, 1, 0], vec![]),
            (Data::I32(points), vec![1, 2, 0], vec![]),
        ]
    };
    let bytes = write(
        message,
        vec![group(vec![1]), group(vec![-1])],
        WriterProperties::builder().build(),
    );
    let findings = run(&bytes, &members());
    let found: Vec<_> = findings
        .findings
        .iter()
        .map(|f| (f.row_group.unwrap(), f.row, f.path.as_str(), f.rule.name()))
        .collect();
    assert_eq!(
        found,
        [
            (0, 2, "_id", "required"),
            (0, 2, "_local.memberId", "required"),
            (1, 2, "_id", "required"),
            (1, 2, "_local.memberId", "required"),
            (1, 2, "_local.points", "minimum"),
        ]
    );
    assert_eq!((findings.rows, findings.failed_rows), (6, 2));
    let line = findings.findings[4].to_string();
    assert!(
        line.contains(
            ", row group 1, row 2: `_local.points`: expected at least 0, found -1 (minimum)"
        ),
        "{line}"
    );
}

#[test]
fn columns_that_are_missing_or_unknown() {
    let message = "message m { OPTIONAL GROUP _local { OPTIONAL BYTE_ARRAY tier (UTF8); } OPTIONAL INT32 nope;
        OPTIONAL GROUP gone { OPTIONAL INT32 a; OPTIONAL INT32 b; } }";
    let none = || (Data::I32(vec![]), vec![0, 0], vec![]);
    let bytes = plain(
        message,
        vec![
            (Data::Text(vec!["gold"]), vec![2, 0], vec![]),
            none(),
            none(),
            none(),
        ],
    );
    let findings = run(&bytes, &members());
    assert_eq!(
        brief(&findings),
        [
            ("nope", "unknownField"),
            ("gone", "unknownField"),
            ("_id", "required"),
            ("_local.memberId", "required")
        ]
    );
    assert_eq!(findings.findings[3].row, 1);
    assert_eq!((findings.rows, findings.failed_rows), (2, 2));
    let options = Options {
        unknown: OnUnknown::Warn,
        ..Options::default()
    };
    let message = "message m { REQUIRED BYTE_ARRAY _id (UTF8); OPTIONAL INT32 nope; }";
    let bytes = plain(
        message,
        vec![
            flat(Data::Text(vec!["1"])),
            (Data::I32(vec![]), vec![0], vec![]),
        ],
    );
    let findings = check(&bytes, Format::Parquet, &members(), &options);
    assert_eq!(
        (findings.is_ok(), findings.warnings(), findings.failed_rows),
        (true, 1, 0)
    );
}

fn cards() -> Schema {
    let mut card = object(json!({"number": string(), "points": typed("byte")}));
    card["required"] = json!(["number"]);
    one(json!({"type": "array", "items": card}))
}

#[test]
fn lists_of_objects() {
    let message =
        "message m { OPTIONAL GROUP v (LIST) { REPEATED GROUP list { OPTIONAL GROUP element {
        OPTIONAL BYTE_ARRAY number (UTF8); OPTIONAL INT32 points; } } } }";
    // Row 1: null. Row 2: empty. Row 3: [{n,1}, null, {null, 200}]. Row 4: [{n, null}]
    let defs = |leaf: [i16; 4]| vec![0, 1, leaf[0], leaf[1], leaf[2], leaf[3]];
    let reps = || vec![0, 0, 0, 1, 1, 0];
    let columns = vec![
        (Data::Text(vec!["a", "b"]), defs([4, 2, 3, 4]), reps()),
        (Data::I32(vec![1, 200]), defs([4, 2, 4, 3]), reps()),
    ];
    let findings = run(&plain(message, columns), &cards());
    assert_eq!(
        brief(&findings),
        [("v[2].number", "required"), ("v[2].points", "range")]
    );
    assert!(findings.findings.iter().all(|f| f.row == 3));
    assert_eq!((findings.rows, findings.failed_rows), (4, 1));
    assert_eq!(findings.counts[0].path, "v[].number");
}

#[test]
fn lists_of_older_writers() {
    let bare = "message m { REPEATED GROUP v { REQUIRED BYTE_ARRAY number (UTF8); } }";
    let two = "message m { OPTIONAL GROUP v (LIST) { REPEATED GROUP array { REQUIRED BYTE_ARRAY number (UTF8); } } }";
    let tuple = "message m { OPTIONAL GROUP v (LIST) { REPEATED GROUP v_tuple { REQUIRED BYTE_ARRAY number (UTF8); } } }";
    for (message, def) in [(bare, 1), (two, 2), (tuple, 2)] {
        let column = (Data::Text(vec!["a", "b"]), vec![def, def, 0], vec![0, 1, 0]);
        let findings = run(&plain(message, vec![column]), &cards());
        assert_eq!(brief(&findings), [], "{message}");
        assert_eq!(findings.rows, 2);
    }
    let scalars = "message m { OPTIONAL GROUP v (LIST) { REPEATED INT32 element; } }";
    let schema = one(json!({"type": "array", "items": typed("byte")}));
    let column = (Data::I32(vec![1, 300, 2]), vec![2, 2, 2], vec![0, 1, 0]);
    let findings = run(&plain(scalars, vec![column]), &schema);
    assert_eq!(brief(&findings), [("v[1]", "range")]);
    // Without the annotation it is an object with one field.
    let plain_group = "message m { OPTIONAL GROUP v { REPEATED INT32 element; } }";
    let column = (Data::I32(vec![1]), vec![2], vec![0]);
    assert_eq!(
        brief(&run(&plain(plain_group, vec![column]), &schema)),
        [("v", "type")]
    );
}

#[test]
fn maps() {
    let message = |value: &str| {
        format!(
            "message m {{ OPTIONAL GROUP v (MAP) {{ REPEATED GROUP key_value {{
                REQUIRED BYTE_ARRAY key (UTF8); OPTIONAL {value} value; }} }} }}"
        )
    };
    let columns = |keys: Vec<&'static str>| {
        vec![
            (Data::Text(keys), vec![2, 2, 0], vec![0, 1, 0]),
            (Data::I32(vec![1, 300]), vec![3, 3, 0], vec![0, 1, 0]),
        ]
    };
    let map = |value: Value| {
        one(json!({"type": "object", "meta:xdmType": "map", "additionalProperties": value}))
    };
    let bytes = plain(&message("INT32"), columns(vec!["a", "b"]));
    assert_eq!(brief(&run(&bytes, &map(typed("int")))), []);
    assert_eq!(brief(&run(&bytes, &map(typed("byte")))), [("v.*", "range")]);
    assert_eq!(
        brief(&run(&bytes, &map(typed("boolean")))),
        [("v.*", "type")]
    );
    // A map becomes an object if its keys are fields of it.
    let fields = |kind: &str| one(object(json!({"a": typed(kind), "c": typed(kind)})));
    let findings = run(&bytes, &fields("int"));
    assert_eq!(brief(&findings), [("v.*", "unknownField")]);
    assert_eq!(findings.findings[0].found, "\"b\"");
    assert_eq!(brief(&run(&bytes, &fields("date"))), [("v", "type")]);
    // Keys have to be text.
    let odd = "message m { OPTIONAL GROUP v (MAP) { REPEATED GROUP key_value { REQUIRED INT32 key; OPTIONAL INT32 value; } } }";
    let column = || (Data::I32(vec![1]), vec![2], vec![0]);
    let value = (Data::I32(vec![]), vec![2], vec![0]);
    assert_eq!(
        brief(&run(&plain(odd, vec![column(), value]), &map(typed("int")))),
        [("v", "type")]
    );
    // A set of keys without values is none.
    let set = "message m { OPTIONAL GROUP v (MAP) { REPEATED GROUP key_value { REQUIRED BYTE_ARRAY key (UTF8); } } }";
    let column = (Data::Text(vec!["a"]), vec![2], vec![0]);
    assert_eq!(
        brief(&run(&plain(set, vec![column]), &map(typed("int")))),
        [("v", "type")]
    );
}

#[test]
fn a_group_can_become_a_map() {
    let message = "message m { OPTIONAL GROUP v { OPTIONAL INT32 a; OPTIONAL INT32 b; } }";
    let columns = || {
        vec![
            (Data::I32(vec![1]), vec![2], vec![]),
            (Data::I32(vec![300]), vec![2], vec![]),
        ]
    };
    let map = one(json!({"type": "object", "additionalProperties": typed("byte")}));
    assert_eq!(
        brief(&run(&plain(message, columns()), &map)),
        [("v.b", "range")]
    );
    let list = one(json!({"type": "array", "items": typed("byte")}));
    assert_eq!(
        brief(&run(&plain(message, columns()), &list)),
        [("v", "type")]
    );
}

#[test]
fn statistics_settle_what_they_can_and_nothing_more() {
    let message = "message m { OPTIONAL INT64 v; }";
    let mut field = object(json!({"v": typed("byte")}));
    field["required"] = json!(["v"]);
    let schema = Schema::compile(&field).unwrap();
    for statistics in [
        EnabledStatistics::None,
        EnabledStatistics::Chunk,
        EnabledStatistics::Page,
    ] {
        for (values, defs, bad) in [
            (vec![1, 2], vec![1, 1], 0),
            (vec![1, 200], vec![1, 1], 1),
            (vec![1], vec![1, 0], 1),
        ] {
            let properties = WriterProperties::builder()
                .set_statistics_enabled(statistics)
                .build();
            let bytes = write(
                message,
                vec![vec![(Data::I64(values), defs, vec![])]],
                properties,
            );
            assert_eq!(run(&bytes, &schema).failed_rows, bad);
        }
    }
}

#[test]
fn many_columns_are_shared_among_threads() {
    let names: Vec<String> = (0..40).map(|n| format!("c{n}")).collect();
    let message = format!(
        "message m {{ {} }}",
        names
            .iter()
            .map(|name| format!("REQUIRED INT64 {name};"))
            .collect::<String>()
    );
    let schema = object(Value::Object(
        names
            .iter()
            .map(|name| (name.clone(), typed("int")))
            .collect(),
    ));
    let schema = Schema::compile(&schema).unwrap();
    let group = |salt: i64| {
        (0..40)
            .map(|column| {
                let value = |row: i64| match row * 40 + column + salt {
                    n if n % 9973 == 0 => i64::MAX,
                    n => n.wrapping_mul(2_654_435_761) % 1_000_000,
                };
                flat(Data::I64((0..10_000).map(value).collect()))
            })
            .collect()
    };
    let properties = || {
        WriterProperties::builder()
            .set_compression(parquet::basic::Compression::SNAPPY)
            .build()
    };
    let bytes = write(&message, vec![group(0), group(7)], properties());
    let run = |threads| {
        let options = Options {
            threads,
            max_examples: 1000,
            ..Options::default()
        };
        let mut findings = check(&bytes, Format::Parquet, &schema, &options);
        findings
            .findings
            .sort_by(|a, b| (a.row_group, a.row, &a.path).cmp(&(b.row_group, b.row, &b.path)));
        let places: Vec<_> = findings
            .findings
            .iter()
            .map(|f| (f.row_group, f.row, f.path.clone()))
            .collect();
        (findings.rows, findings.failed_rows, places)
    };
    let alone = run(1);
    assert_eq!(alone.0, 20_000);
    assert!(alone.1 > 70, "{}", alone.1);
    assert_eq!(alone, run(3));
}
