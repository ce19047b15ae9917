//! Files to Parquet and back.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::format_push_string,
    clippy::format_collect,
    clippy::too_many_lines,
    clippy::type_complexity,
    reason = "tests"
)]

use std::fs::File;
use std::path::Path;

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, Schema};
use arrow::json::LineDelimitedWriter;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Converted, Input, Mapping, Options, explain, file};
use crate::rejects::Rejects;
use crate::validate::tests::support::members;
use crate::validate::{self, Format, Rule};

struct Made {
    dir: TempDir,
    done: Converted,
}

impl Made {
    /// The rows of all files, as JSON.
    fn rows(&self) -> Vec<Value> {
        self.done.files.iter().flat_map(|path| read(path)).collect()
    }

    fn findings(&self) -> Vec<String> {
        let findings = &self.done.findings.findings;
        findings
            .iter()
            .map(|f| format!("{}:{}:{}:{}", f.line.unwrap(), f.path, f.rule, f.found))
            .collect()
    }
}

pub(crate) fn read(path: &Path) -> Vec<Value> {
    let plain = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    // The writer of JSON knows no names of zones.
    let fields = plain
        .schema()
        .fields()
        .iter()
        .map(offset)
        .collect::<Fields>();
    let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
    let file = File::open(path).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options).unwrap();
    let mut rows = Vec::new();
    for batch in reader.build().unwrap() {
        let mut writer = LineDelimitedWriter::new(Vec::new());
        writer.write(&batch.unwrap()).unwrap();
        writer.finish().unwrap();
        let text = String::from_utf8(writer.into_inner()).unwrap();
        rows.extend(
            text.lines()
                .map(|line| serde_json::from_str::<Value>(line).unwrap()),
        );
    }
    rows
}

fn offset(field: &Arc<Field>) -> Arc<Field> {
    let data_type = match field.data_type() {
        DataType::Timestamp(unit, _) => DataType::Timestamp(*unit, Some("+00:00".into())),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(offset).collect()),
        DataType::List(element) => DataType::List(offset(element)),
        DataType::Map(entry, sorted) => DataType::Map(offset(entry), *sorted),
        other => other.clone(),
    };
    Arc::new(field.as_ref().clone().with_data_type(data_type))
}

fn convert_with(
    text: &str,
    format: Format,
    mapping: &str,
    options: &Options,
) -> aep_core::Result<Made> {
    let dir = tempfile::tempdir().unwrap();
    let input = dir.path().join(format!("in.{format}"));
    std::fs::write(&input, text).unwrap();
    let mapping = Mapping::parse(mapping, "map.yaml")?;
    let options = Options {
        check: validate::Options {
            csv: mapping.csv().clone(),
            ..options.check.clone()
        },
        ..options.clone()
    };
    let to = dir.path().join("out");
    let done = file(&input, format, &members(), &mapping, &options, &to, "in")?;
    Ok(Made { dir, done })
}

fn convert(text: &str, format: Format, mapping: &str) -> Made {
    convert_with(text, format, mapping, &Options::default()).unwrap()
}

fn refused(text: &str, mapping: &str) -> String {
    match convert_with(text, Format::Csv, mapping, &Options::default()) {
        Ok(made) => panic!("{:?}", made.done),
        Err(error) => error.report().to_string(),
    }
}

#[test]
fn headers_are_paths() {
    let made = convert(
        "_id,_local.memberId,person.name.firstName,_local.points,_local.lifetimeValue,_local.joinedOn,\
         _local.lastActivity,_local.active,_local.favouriteStores[0],_local.favouriteStores[1],\
         _local.preferences.channel,_local.cards[0].number,_local.cards[0].points,_local.visits,_local.level\n\
         1,M00000001,Zoë,12.0,1.5,2024-02-29,2024-01-31T12:00:00.250+01:00,true,,Genève,email,77,9,300,-128\n\
         2,M00000002,\"a \"\"b\"\", c\",,,,1706702400000,FALSE,Zürich,,,,,,\n",
        Format::Csv,
        "",
    );
    assert_eq!(made.findings(), Vec::<String>::new());
    assert_eq!((made.done.rows, made.done.lost), (2, 0));
    assert_eq!(
        made.rows(),
        [
            json!({
                "_id": "1", "person": {"name": {"firstName": "Zoë"}},
                "_local": {
                    "memberId": "M00000001", "points": 12, "lifetimeValue": 1.5, "joinedOn": "2024-02-29",
                    "lastActivity": "2024-01-31T11:00:00.250Z", "active": true,
                    "favouriteStores": ["Genève"], "preferences": {"channel": "email"},
                    "cards": [{"number": "77", "points": 9}], "visits": 300, "level": -128,
                },
            }),
            json!({
                "_id": "2", "person": {"name": {"firstName": "a \"b\", c"}},
                "_local": {
                    "memberId": "M00000002", "lastActivity": "2024-01-31T12:00:00Z", "active": false,
                    "favouriteStores": ["Zürich"],
                },
            }),
        ]
    );
}

#[test]
fn the_columns_have_the_physical_types_of_xdm() {
    let made = convert(
        "_id,_local.memberId,_local.points,_local.lifetimeValue,_local.joinedOn,_local.lastActivity,_local.active,\
         _local.visits,_local.level,_local.favouriteStores[0],_local.preferences.x\n1,M00000001,1,1,2024-01-01,\
         2024-01-01T00:00:00Z,true,1,1,a,b\n",
        Format::Csv,
        "",
    );
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(File::open(&made.done.files[0]).unwrap()).unwrap();
    let mut schema = Vec::new();
    parquet::schema::printer::print_schema(&mut schema, reader.metadata().file_metadata().schema());
    let schema = String::from_utf8(schema).unwrap();
    for line in [
        "OPTIONAL BYTE_ARRAY _id (STRING);",
        "OPTIONAL INT32 points;",
        "OPTIONAL DOUBLE lifetimeValue;",
        "OPTIONAL INT32 joinedOn (DATE);",
        "OPTIONAL INT64 lastActivity (TIMESTAMP(MILLIS,true));",
        "OPTIONAL BOOLEAN active;",
        "OPTIONAL INT32 visits (INTEGER(16,true));",
        "OPTIONAL INT32 level (INTEGER(8,true));",
        "OPTIONAL group favouriteStores (LIST)",
        "OPTIONAL group preferences (MAP)",
    ] {
        assert!(schema.contains(line), "{line}\n{schema}");
    }
}

#[test]
fn nothing_is_cut_to_fit() {
    let made = convert(
        "_id,_local.memberId,_local.level,_local.points,_local.lifetimeValue,_local.joinedOn,_local.lastActivity,_local.active\n\
         1,M00000001,128,,,,,\n\
         2,M00000002,,1.5,,,,\n\
         3,M00000003,,,9007199254740993,,,\n\
         4,M00000004,,,,2021-02-29,,\n\
         5,M00000005,,,,,2024-01-01T00:00:00.0001Z,\n\
         6,M00000006,,,,,,yes\n\
         7,M00000007,7,7,7,2024-01-01,2024-01-01T00:00:00Z,true\n\
         8,M00000008,,,abc,12/11/2020,2024-01-01 00:00:00,\n\
         9,M00000009\n",
        Format::Csv,
        "",
    );
    assert_eq!(
        made.findings(),
        [
            "2:_local.level:range:128",
            "3:_local.points:type:1.5",
            "4:_local.lifetimeValue:range:9007199254740993",
            "5:_local.joinedOn:format:2021-02-29",
            "6:_local.lastActivity:range:2024-01-01T00:00:00.0001Z",
            "7:_local.active:type:yes",
            "9:_local.lifetimeValue:type:abc",
            "9:_local.joinedOn:format:12/11/2020",
            "9:_local.lastActivity:format:2024-01-01 00:00:00",
            "10::columns:2 fields",
        ]
    );
    assert_eq!((made.done.rows, made.done.lost), (1, 8));
    assert_eq!(made.rows()[0]["_id"], "7");
    let ambiguous = &made.done.findings.findings[7].expected;
    assert!(
        ambiguous.contains("ambiguous: %d/%m/%Y or %m/%d/%Y"),
        "{ambiguous}"
    );
}

#[test]
fn other_rules_are_checked_on_the_way() {
    let text = "_id,_local.memberId,_local.tier,_local.points\n1,M1,gold,1\n2,M00000002,iron,1\n3,M00000003,gold,-1\n\
                4,,gold,1\n5,M00000005,gold,1\n";
    let made = convert(text, Format::Csv, "");
    let wanted = [
        "2:_local.memberId:pattern:M1",
        "3:_local.tier:enum:iron",
        "4:_local.points:minimum:-1",
        "5:_local.memberId:required:null",
    ];
    assert_eq!(made.findings(), wanted);
    // They could be written, and whoever asks decides.
    assert_eq!(
        (
            made.done.rows,
            made.done.lost,
            made.done.findings.failed_rows
        ),
        (5, 0, 4)
    );
    let options = Options {
        drop_bad: true,
        ..Options::default()
    };
    let made = convert_with(text, Format::Csv, "", &options).unwrap();
    assert_eq!((made.done.rows, made.done.lost), (1, 0));
    assert_eq!(made.rows()[0]["_id"], "5");
}

#[test]
fn a_mapping_says_it_all() {
    let mapping = r#"
csv: {delimiter: ";", quote: "'", escape: none}
nulls: ["NULL"]
columns:
  member: _local.memberId
  first name: person.name.firstName
  joined: {to: _local.joinedOn, format: "%d/%m/%Y", type: date}
  seen: {to: _local.lastActivity, format: "%Y-%m-%d %H:%M", zone: "+01:00"}
  spent: {to: _local.lifetimeValue, decimal: ",", nulls: ["-"], default: 0}
  vip: {to: _local.active, true: [yes, Y], false: [no, N]}
  stores: {to: _local.favouriteStores, split: "|", trim: true}
  cards: _local.cards
  note: [_local.preferences.note, {to: '_local.preferences["a.b"]'}]
constants:
  _local.tier: bronze
_id: {from: [member, joined]}
identityMap:
  - {namespace: Email, id: mail, primary: true}
  - {namespace: Email, id: mail2}
ignore: ["tmp_*", secret]
"#;
    let made = convert(
        "member;first name;joined;seen;spent;vip;stores;cards;note;mail;mail2;tmp_1;secret\n\
         M00000001;'O''Neil; Zoë';12/11/2020;2020-11-12 10:00;1234,5;Y;a | b|;'[{\"number\":\"1\",\"points\":2}]';x;a@b;;1;2\n\
         M00000002;NULL;01/01/2021;NULL;-;no;;;;;;;\n",
        Format::Csv,
        mapping,
    );
    assert_eq!(made.findings(), Vec::<String>::new());
    let mut rows = made.rows();
    let ids: Vec<String> = rows
        .iter_mut()
        .map(|row| {
            row.as_object_mut()
                .unwrap()
                .remove("_id")
                .unwrap()
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_ne!(ids[0], ids[1]);
    assert_eq!(ids[0].len(), 36);
    assert_eq!(
        rows,
        [
            json!({
                "person": {"name": {"firstName": "O'Neil; Zoë"}},
                "identityMap": {"Email": [{"id": "a@b", "primary": true}]},
                "_local": {
                    "memberId": "M00000001", "tier": "bronze", "lifetimeValue": 1234.5, "joinedOn": "2020-11-12",
                    "lastActivity": "2020-11-12T09:00:00Z", "active": true, "favouriteStores": ["a", "b"],
                    "cards": [{"number": "1", "points": 2}], "preferences": {"note": "x", "a.b": "x"},
                },
            }),
            json!({
                "_local": {
                    "memberId": "M00000002", "tier": "bronze", "lifetimeValue": 0.0, "joinedOn": "2021-01-01",
                    "active": false,
                },
            }),
        ]
    );
}

#[test]
fn a_mapping_that_does_not_fit_says_where_and_what_would() {
    let text = "member,first\nM00000001,Zoë\n";
    for (mapping, parts) in [
        (
            "columns:\n  member: _local.memberID\n  first: person.name.firstName",
            &["line `2`", "`_local.memberId`"][..],
        ),
        (
            "columns:\n  member: _local.memberId\n  frist: person.name.firstName",
            &["line `3`", "did you mean `first`?"],
        ),
        (
            "columns:\n  member: _local.memberId",
            &["`first`", "person.name.firstName"],
        ),
        ("colums:\n  member: x", &["line `1`", "colums"]),
        (
            "columns:\n  member: {to: _local.memberId, fromat: x}\n",
            &["line `2`", "fromat"],
        ),
        (
            "columns:\n  member: {to: _local.joinedOn, format: dd/MM/yyyy}\nignore: [first]",
            &["line `2`", "strftime"],
        ),
        (
            "columns:\n  member: {to: _local.lastActivity, format: '%Y'}\nignore: [first]",
            &["line `2`", "zone"],
        ),
        (
            "columns:\n  member: {to: _local.memberId, type: long}\nignore: [first]",
            &["of type string, not long"],
        ),
        (
            "columns:\n  member: _local.memberId\n  first: _local.memberId",
            &["line `3`", "already"],
        ),
        (
            "columns:\n  member: _local.cards.number\nignore: [first]",
            &["is an array", "_local.cards[0].number"],
        ),
        ("columns: [", &["line"]),
    ] {
        let said = refused(text, mapping);
        for part in parts {
            assert!(said.contains(part), "{mapping}\n{said}\n{part}");
        }
        assert!(said.contains("map.yaml"), "{said}");
    }
}

#[test]
fn files_without_a_header_and_dry_runs() {
    let mapping = "csv: {names: [id, member]}\ncolumns: {id: _id, member: _local.memberId}";
    let made = convert("1,M00000001\n2,M00000002\n", Format::Csv, mapping);
    assert_eq!(made.done.rows, 2);
    let path = made.dir.path().join("in.csv");
    let lines = explain(
        &path,
        Format::Csv,
        &members(),
        &Mapping::parse(mapping, "").unwrap(),
    )
    .unwrap();
    assert_eq!(
        lines[1].to_string(),
        "`member` → `_local.memberId` (string)"
    );
    let again = file(
        &path,
        Format::Csv,
        &members(),
        &Mapping::parse(mapping, "").unwrap(),
        &Options::default(),
        &made.dir.path().join("out"),
        "in",
    );
    assert_eq!(again.unwrap_err().kind(), aep_core::ErrorKind::Conflict);
}

#[test]
fn json_is_rows_of_the_schema() {
    let rows = [
        json!({"_id": "1", "_local": {"memberId": "M00000001", "cards": [{"number": "1"}, {"points": 5}],
            "preferences": {"a": "b", "c": null}, "favouriteStores": []}}),
        json!({"_id": "2", "person": {}, "identityMap": {"Email": [{"id": "x", "primary": true}]}}),
    ];
    let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
    for (text, format) in [
        (lines, Format::NdJson),
        (json!(rows).to_string(), Format::Json),
    ] {
        let made = convert(&text, format, "");
        assert_eq!(made.findings(), Vec::<String>::new());
        let found = made.rows();
        assert_eq!(
            found[0]["_local"]["cards"],
            json!([{"number": "1"}, {"points": 5}])
        );
        assert_eq!(found[0]["_local"]["favouriteStores"], json!([]));
        assert_eq!(
            found[1],
            json!({"_id": "2", "person": {}, "identityMap": {"Email": [{"id": "x", "primary": true}]}})
        );
    }
}

#[test]
fn broken_rows_of_json_do_not_shift_the_others() {
    let made = convert(
        "{\"_id\":\"1\",\"_local\":{\"memberId\":\"M00000001\",\"favouriteStores\":[\"a\",\"b\"]}}\n\
         {\"_id\":\"2\",\"_local\":{\"memberId\":\"M00000002\",\"favouriteStores\":[\"c\",]}}\n\
         {\"_id\":\"3\",\"_local\":{\"cards\":[{\"number\":\"1\",\"points\":[}]}}\n\
         {\"_id\":\"4\",\"_id\":\"5\",\"x\":1,\"_local\":{\"memberId\":\"M00000004\"}}\n\
         [1]\n\
         {\"_id\":\"6\",\"_local\":{\"memberId\":\"M00000006\",\"favouriteStores\":[\"d\"],\"cards\":[{\"points\":6}]}}\n",
        Format::NdJson,
        "",
    );
    let rows = made.rows();
    assert_eq!(made.done.lost, 4);
    assert_eq!(rows[0]["_local"]["favouriteStores"], json!(["a", "b"]));
    assert_eq!(rows[1]["_local"]["favouriteStores"], json!(["d"]));
    assert_eq!(rows[1]["_local"]["cards"], json!([{"points": 6}]));
    assert_eq!(rows.len(), 2);
}

#[test]
fn json_by_a_mapping() {
    let mapping = "columns:\n  id: _local.memberId\n  customer.name: person.name.firstName\n  n: {to: _local.points}\n\
                   \x20 stores: _local.favouriteStores\n_id: {from: [id], as: text}\nignore: [meta]";
    let made = convert(
        "{\"id\":\"M00000001\",\"customer\":{\"name\":\"Zo\\u00eb\"},\"n\":1.0,\"stores\":[\"a\"],\"meta\":{\"x\":1}}\n\
         {\"id\":\"M00000002\",\"customer\":{\"nick\":\"z\"},\"n\":2}\n\
         {\"id\":\"M00000003\",\"n\":true}\n",
        Format::NdJson,
        mapping,
    );
    assert_eq!(
        made.findings(),
        [
            "2:customer.nick:unknownField:\"z\"",
            "3:_local.points:type:true"
        ]
    );
    assert_eq!(
        made.rows(),
        [
            json!({"_id": "M00000001", "person": {"name": {"firstName": "Zoë"}},
            "_local": {"memberId": "M00000001", "points": 1, "favouriteStores": ["a"]}})
        ]
    );
}

#[test]
fn the_same_file_gives_the_same_bytes_on_any_number_of_threads() {
    let mut text = "_id,_local.memberId,_local.points\n".to_owned();
    for n in 0..60_000 {
        text.push_str(&format!(
            "{n},M{n:08},{}\n",
            if n % 1000 == 999 {
                "x".to_owned()
            } else {
                n.to_string()
            }
        ));
    }
    let mut before: Option<(Vec<u8>, Vec<String>)> = None;
    for threads in [1, 2, 5] {
        let mut options = Options {
            group_bytes: 300_000,
            ..Options::default()
        };
        options.check.threads = threads;
        let made = convert_with(&text, Format::Csv, "", &options).unwrap();
        assert_eq!((made.done.rows, made.done.lost), (59_940, 60));
        assert_eq!(made.done.findings.findings[0].line, Some(1001));
        let now = (std::fs::read(&made.done.files[0]).unwrap(), made.findings());
        if let Some(before) = &before {
            assert!(*before == now);
        } else {
            assert_eq!(made.rows()[2]["_id"], "2");
        }
        before = Some(now);
    }
    let options = Options {
        group_bytes: 300_000,
        file_bytes: 200_000,
        ..Options::default()
    };
    let made = convert_with(&text, Format::Csv, "", &options).unwrap();
    assert!(made.done.files.len() > 1);
    assert!(made.done.files[0].ends_with("in-00001.parquet"));
    let ids: Vec<Value> = made
        .rows()
        .into_iter()
        .map(|row| row["_id"].clone())
        .collect();
    assert_eq!(
        (ids.len(), &ids[0], &ids[59_939]),
        (59_940, &json!("0"), &json!("59998"))
    );
}

#[test]
fn bytes_that_are_no_rows() {
    for text in ["", "\n\n", "a,,b\n1,2,3\n", "\"_id\n"] {
        let done = convert_with(text, Format::Csv, "", &Options::default());
        assert_eq!(
            done.err().map(|error| error.kind()),
            Some(aep_core::ErrorKind::Rejected),
            "{text:?}"
        );
    }
    let made = convert("_id,_local.memberId\n", Format::Csv, "");
    assert!(made.done.files.is_empty());
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.csv");
    std::fs::write(&path, b"\xEF\xBB\xBF_id,_local.memberId\r\n1,M00000001\r\n2,M\xFF\r\n\r\n3,M0000\x003\r\n\"4\",\"M00000004\"\r\n").unwrap();
    let done = file(
        &path,
        Format::Csv,
        &members(),
        &Mapping::default(),
        &Options::default(),
        dir.path(),
        "o",
    )
    .unwrap();
    assert_eq!((done.rows, done.lost), (2, 2));
    let rules: Vec<Rule> = done.findings.findings.iter().map(|f| f.rule).collect();
    assert_eq!(rules, [Rule::Encoding, Rule::Encoding]);
    assert_eq!(read(&done.files[0])[1]["_id"], "4");
}

/// A field of CSV.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\"\""))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_come_back_as_they_were(
        rows in proptest::collection::vec(
            ("[^\\x00\n]{1,12}", proptest::option::of(any::<i32>()), proptest::option::of(-1.0e15..1.0e15_f64),
             proptest::option::of(-700_000..2_900_000_i32), proptest::option::of(-60_000_000_000_000..250_000_000_000_000_i64),
             proptest::option::of(any::<bool>()), proptest::collection::vec("[a-z]{1,4}", 0..3)),
            1..40,
        ),
        group in 100..4000_usize,
    ) {
        let mut text = "_id,_local.memberId,person.name.firstName,_local.cards[0].points,_local.lifetimeValue,_local.joinedOn,_local.lastActivity,\
                        _local.active,_local.favouriteStores\n".to_owned();
        let mut wanted = Vec::new();
        for (n, (name, points, value, day, time, flag, stores)) in rows.iter().enumerate() {
            let date = day.map(|day| {
                jiff::civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(day))
            });
            let cell = |text: Option<String>| text.unwrap_or_default();
            text.push_str(&format!(
                "{n},M{n:08},{},{},{},{},{},{},{}\n",
                quoted(name),
                cell(points.map(|v| v.to_string())),
                cell(value.map(|v| format!("{v:?}"))),
                cell(date.map(|v| v.to_string())),
                cell(time.map(|v| v.to_string())),
                cell(flag.map(|v| v.to_string())),
                quoted(&json!(stores).to_string()),
            ));
            wanted.push((n.to_string(), name, points, value, date.map(|v| v.to_string()), time, flag, stores));
        }
        let options = Options { group_bytes: group, ..Options::default() };
        let made = convert_with(&text, Format::Csv, "", &options).unwrap();
        prop_assert_eq!(made.findings(), Vec::<String>::new());
        let found = made.rows();
        prop_assert_eq!(found.len(), wanted.len());
        for (row, (id, name, points, value, date, time, flag, stores)) in found.iter().zip(wanted) {
            let local = &row["_local"];
            prop_assert_eq!(row["_id"].as_str(), Some(&*id));
            prop_assert_eq!(row["person"]["name"]["firstName"].as_str(), Some(&**name));
            prop_assert_eq!(local["cards"][0]["points"].as_i64(), points.map(i64::from));
            prop_assert_eq!(local["lifetimeValue"].as_f64(), *value);
            prop_assert_eq!(local["joinedOn"].as_str(), date.as_deref());
            let instant = local["lastActivity"].as_str().map(|t| t.parse::<jiff::Timestamp>().unwrap().as_millisecond());
            prop_assert_eq!(instant, *time);
            prop_assert_eq!(local["active"].as_bool(), *flag);
            prop_assert_eq!(&local["favouriteStores"], &json!(stores));
        }
    }

    #[test]
    fn any_text_is_taken_or_refused_without_harm(text in "[a-z_.,\"\\\\\n{}\\[\\]:0-9é]{0,200}", group in 1..100_usize) {
        let options = Options { group_bytes: group, ..Options::default() };
        for format in [Format::Csv, Format::NdJson, Format::Json] {
            let head = if format == Format::Csv { "_id,_local.cards\n" } else { "" };
            for mapping in ["", "columns: {_id: _id}\nignore: ['*']"] {
                if let Ok(made) = convert_with(&format!("{head}{text}"), format, mapping, &options) {
                    prop_assert_eq!(made.rows().len() as u64, made.done.rows);
                    prop_assert!(made.done.rows + made.done.lost >= made.done.findings.rows);
                }
            }
        }
    }
}

/// Rows that are written, and the text of those that are set aside.
fn apart(
    text: &str,
    format: Format,
    threads: usize,
    group: usize,
) -> (Vec<Value>, String, Vec<(u64, u64)>) {
    let dir = tempfile::tempdir().unwrap();
    let (input, out) = (dir.path().join("in"), dir.path().join("bad"));
    std::fs::write(&input, text).unwrap();
    let options = Options {
        check: validate::Options {
            threads,
            ..validate::Options::default()
        },
        group_bytes: group,
        ..Options::default()
    };
    let mut rejects = Rejects::new(&out).unwrap();
    let what = Input {
        path: &input,
        format,
        schema: &members(),
        mapping: &Mapping::default(),
        name: &"in".into(),
    };
    let done = what
        .convert(&options, &dir.path().join("out"), "in", Some(&mut rejects))
        .unwrap();
    let rejected = rejects.keep().unwrap();
    let rows = done.files.iter().flat_map(|path| read(path)).collect();
    let reasons = rejected
        .reasons
        .map_or_else(String::new, |path| std::fs::read_to_string(path).unwrap());
    let places = reasons.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        (
            line["rejectsRow"].as_u64().unwrap(),
            line["line"].as_u64().unwrap(),
        )
    });
    let places = places.collect();
    (
        rows,
        std::fs::read_to_string(&out).unwrap_or_default(),
        places,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 10))]
    #[test]
    fn what_is_set_aside_is_what_is_bad(bad in proptest::collection::vec(any::<bool>(), 1..200), csv in any::<bool>(), group in 50_usize..4000) {
        let row = |(n, bad): (usize, &bool)| {
            let points = if *bad { "\"few\"".to_owned() } else { n.to_string() };
            if csv {
                format!("m-{n},M{n:08},{}\n", points.replace('"', ""))
            } else {
                format!("{{\"_id\":\"m-{n}\",\"_local\":{{\"memberId\":\"M{n:08}\",\"points\":{points}}}}}\n")
            }
        };
        let rows: Vec<String> = bad.iter().enumerate().map(row).collect();
        let header = if csv { "_id,_local.memberId,_local.points\n" } else { "" };
        let text = header.to_owned() + &rows.concat();
        let format = if csv { Format::Csv } else { Format::NdJson };
        let (kept, aside, places) = apart(&text, format, 3, group);
        prop_assert_eq!(kept.len(), bad.iter().filter(|bad| !**bad).count());
        let lost: String = rows.iter().zip(&bad).filter(|(_, bad)| **bad).map(|(row, _)| row.as_str()).collect();
        let expected = if lost.is_empty() { lost } else { header.to_owned() + &lost };
        prop_assert_eq!(&aside, &expected);
        let lines = bad.iter().enumerate().filter(|(_, bad)| **bad).map(|(n, _)| n as u64 + 1 + u64::from(csv));
        let expected: Vec<(u64, u64)> = (1..).zip(lines).collect();
        prop_assert_eq!(places, expected);
    }
}
