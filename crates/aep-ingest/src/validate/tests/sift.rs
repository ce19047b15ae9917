//! Bad rows taken out: what is left and what was taken are the whole, and each is what it should be.

use std::fmt::Write as _;
use std::path::Path;

use parquet::file::properties::WriterProperties;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::SerializedFileReader;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::parquet::{Data, flat, write};
use super::support::members;
use crate::rejects::Rejects;
use crate::validate::sift::{Good, Only, Piece, Sift, Sifted, locate, sift};
use crate::validate::{Format, Options, file};

struct Bench {
    folder: tempfile::TempDir,
}

/// What came of a file: the rows left, as bytes, and those that were rejected.
struct Parts {
    sifted: Sifted,
    left: Vec<u8>,
    rejected: String,
    reasons: Vec<Value>,
}

impl Bench {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn run(&self, bytes: &[u8], format: Format, only: Option<&Only>) -> Parts {
        let path = self.folder.path().join("input");
        std::fs::write(&path, bytes).unwrap();
        let to = self.folder.path().join("rejects");
        let mut rejects = Rejects::new(&to).unwrap();
        let settings = Sift {
            name: "input".into(),
            spool: self.folder.path(),
            only,
        };
        let options = Options {
            max_row_bytes: 1 << 20,
            ..Options::default()
        };
        let sifted = sift(&path, format, &members(), &options, &settings, &mut rejects).unwrap();
        let rejected = rejects.keep().unwrap();
        let read = |path: &Path| std::fs::read_to_string(path).unwrap();
        let text = rejected
            .files
            .first()
            .map(|file| read(&file.path))
            .unwrap_or_default();
        let reasons = rejected.reasons.as_deref().map(read).unwrap_or_default();
        rejected.remove();
        let left = match &sifted.good {
            Good::All => bytes.to_vec(),
            Good::None => Vec::new(),
            Good::File(path) => std::fs::read(path).unwrap(),
            Good::Pieces(pieces) => {
                let mut left = Vec::new();
                for piece in pieces {
                    match piece {
                        Piece::Text(text) => left.extend(text.as_bytes()),
                        Piece::Range { start, len } => {
                            left.extend(&bytes[*start as usize..(*start + *len) as usize]);
                        }
                    }
                }
                left
            }
        };
        let parts = Parts {
            sifted,
            left,
            rejected: text,
            reasons: reasons
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect(),
        };
        self.consistent(&parts, format);
        parts
    }

    /// Nothing that is left would be refused, and it is as much as was said.
    fn consistent(&self, parts: &Parts, format: Format) {
        if parts.left.is_empty() {
            assert_eq!(parts.sifted.rows, 0);
            return;
        }
        let path = self.folder.path().join("left");
        std::fs::write(&path, &parts.left).unwrap();
        let again = file(&path, format, &members(), &Options::default()).unwrap();
        assert!(
            again.is_ok(),
            "{again:?}\n{}",
            String::from_utf8_lossy(&parts.left)
        );
        assert_eq!(again.rows, parts.sifted.rows);
    }
}

fn row(number: usize, good: bool) -> String {
    let tier = if good { "gold" } else { "wood" };
    format!(
        "{{\"_id\":\"{number}\",\"_local\":{{\"memberId\":\"M00000001\",\"tier\":\"{tier}\"}}}}"
    )
}

fn ids(text: &str) -> Vec<usize> {
    text.split("\"_id\":\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().parse().unwrap())
        .collect()
}

fn numbers(rows: &[bool], good: bool) -> Vec<usize> {
    (0..rows.len()).filter(|at| rows[*at] == good).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_go_one_way_or_the_other(
        rows in proptest::collection::vec(proptest::bool::weighted(0.7), 1..30),
        mark in any::<bool>(), blank in any::<bool>(), windows in any::<bool>(), end in any::<bool>(),
    ) {
        let bench = Bench::new();
        let newline = if windows { "\r\n" } else { "\n" };
        let between = if blank { newline.repeat(2) } else { newline.to_owned() };
        let mark = if mark { "\u{feff}" } else { "" };
        let tail = if end { newline } else { "" };
        let all: Vec<String> = rows.iter().enumerate().map(|(at, good)| row(at, *good)).collect();
        let (good, bad) = (numbers(&rows, true), numbers(&rows, false));

        let text = format!("{mark}{}{tail}", all.join(&between));
        let parts = bench.run(text.as_bytes(), Format::NdJson, None);
        prop_assert_eq!(ids(&String::from_utf8_lossy(&parts.left)), good.clone());
        prop_assert_eq!(ids(&parts.rejected), bad.clone());
        prop_assert_eq!(parts.rejected.lines().count(), bad.len());
        prop_assert_eq!(parts.reasons.len(), bad.len());
        for (reason, at) in parts.reasons.iter().zip(&bad) {
            prop_assert_eq!(&reason["row"], &json!(at + 1));
            prop_assert_eq!(&reason["line"], &json!(1 + at * between.matches('\n').count()));
        }

        let text = format!("{mark}[{newline}{}{newline}]{tail}", all.join(&format!(" ,{between}")));
        let parts = bench.run(text.as_bytes(), Format::Json, None);
        prop_assert_eq!(ids(&String::from_utf8_lossy(&parts.left)), good.clone());
        prop_assert_eq!(ids(&parts.rejected), bad.clone());

        let mut text = format!("{mark}_id,_local.memberId,_local.tier{newline}");
        let records: Vec<String> = rows.iter().enumerate().map(|(at, good)| {
            format!("\"{at}\",M00000001,{}", if *good { "gold" } else { "\"wo\nod\"" })
        }).collect();
        text.push_str(&records.join(newline));
        text.push_str(tail);
        let parts = bench.run(text.as_bytes(), Format::Csv, None);
        prop_assert_eq!(parts.sifted.rows as usize, good.len());
        let header = format!("{mark}_id,_local.memberId,_local.tier{newline}");
        let mut expected = if bad.is_empty() { String::new() } else { header };
        for at in &bad {
            let _ = writeln!(expected, "{}", records[*at]);
        }
        prop_assert_eq!(parts.rejected, expected);
    }
}

#[test]
fn large_files_are_sifted_block_by_block() {
    let bench = Bench::new();
    let rows: Vec<bool> = (0..60_000).map(|at| at % 1000 != 7).collect();
    let all: Vec<String> = rows
        .iter()
        .enumerate()
        .map(|(at, good)| row(at, *good))
        .collect();
    for (text, format) in [
        (all.join("\n"), Format::NdJson),
        (format!("[{}]", all.join(",\n")), Format::Json),
    ] {
        assert!(text.len() > 3 << 20);
        let parts = bench.run(text.as_bytes(), format, None);
        assert_eq!(ids(&parts.rejected), numbers(&rows, false));
        assert_eq!(
            ids(&String::from_utf8_lossy(&parts.left)),
            numbers(&rows, true)
        );
        assert!(matches!(parts.sifted.good, Good::Pieces(_)));
        assert_eq!(parts.reasons[1]["line"], 1008);
    }
    // Bad rows everywhere: written anew.
    let all: Vec<String> = (0..3000).map(|at| row(at, at % 2 == 0)).collect();
    let parts = bench.run(all.join("\n").as_bytes(), Format::NdJson, None);
    assert!(matches!(parts.sifted.good, Good::File(_)));
    assert_eq!((parts.sifted.rows, parts.reasons.len()), (1500, 1500));
}

#[test]
fn rows_that_are_too_long_or_cut_are_given_back_whole() {
    let bench = Bench::new();
    let long = format!("{{\"_id\":\"{}\"}}", "x".repeat(3 << 20));
    let text = format!("{}\n{long}\n{}\n", row(0, true), row(2, true));
    let parts = bench.run(text.as_bytes(), Format::NdJson, None);
    assert_eq!(parts.sifted.rows, 2);
    assert_eq!(parts.rejected.len(), long.len() + 1);
    let text = format!("[{},\n{long},\n{}]", row(0, true), row(2, true));
    let parts = bench.run(text.as_bytes(), Format::Json, None);
    assert_eq!(
        (parts.sifted.rows, parts.rejected.len()),
        (2, long.len() + 1)
    );
    let text = format!("_id\n1\n\"{}\"\n3\n", "y\n".repeat(3 << 19));
    let parts = bench.run(text.as_bytes(), Format::Csv, None);
    assert_eq!(
        (parts.sifted.rows, parts.rejected.len()),
        (2, 4 + (3 << 20) + 3)
    );
    // The rest of a broken document is kept.
    let text = format!("[{},{{\"_id\":[}},{}]", row(0, true), row(2, true));
    let parts = bench.run(text.as_bytes(), Format::Json, None);
    assert_eq!(parts.sifted.rows, 1);
    assert_eq!(parts.rejected, format!("{{\"_id\":[}},{}]\n", row(2, true)));
}

#[test]
fn what_concerns_the_whole_file_sets_it_aside() {
    let bench = Bench::new();
    let junk = format!("[{},{}] junk", row(0, false), row(1, true));
    for (text, format) in [
        (junk.as_bytes(), Format::Json),
        (b"_id,surprise\n1,2\n", Format::Csv),
        (b"{\n\"_id\":\"1\"}\n{}", Format::Json),
    ] {
        let parts = bench.run(text, format, None);
        assert_eq!(parts.sifted.good, Good::None);
        assert_eq!(parts.rejected, "");
        assert!(
            parts.reasons.iter().all(|reason| reason["row"] == 0),
            "{:?}",
            parts.reasons
        );
        assert!(!parts.reasons.is_empty());
    }
}

const MESSAGE: &str = "message m { REQUIRED BYTE_ARRAY _id (UTF8); OPTIONAL GROUP _local {
    REQUIRED BYTE_ARRAY memberId (UTF8); OPTIONAL INT32 points; OPTIONAL INT64 lastActivity (TIMESTAMP_MILLIS);
    OPTIONAL GROUP favouriteStores (LIST) { REPEATED GROUP list { OPTIONAL BYTE_ARRAY element (UTF8); } } } }";

/// Groups of four rows; the points are given, each row has its number of stores.
fn groups(points: &[[i32; 4]]) -> Vec<u8> {
    let group = |points: &[i32; 4]| {
        vec![
            flat(Data::Text(vec!["a", "b", "c", "d"])),
            (Data::Text(vec!["M00000001"; 4]), vec![1; 4], vec![]),
            (Data::I32(points.to_vec()), vec![2; 4], vec![]),
            (Data::I64(vec![1000, 2000]), vec![2, 1, 2, 1], vec![]),
            // none, one, two, a null list
            (
                Data::Text(vec!["x", "y", "z"]),
                vec![2, 4, 4, 4, 1],
                vec![0, 0, 0, 1, 0],
            ),
        ]
    };
    write(
        MESSAGE,
        points.iter().map(group).collect(),
        WriterProperties::builder().build(),
    )
}

fn stored(bytes: &[u8]) -> Vec<String> {
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(bytes)).unwrap();
    reader
        .get_row_iter(None)
        .unwrap()
        .map(|row| row.unwrap().to_string())
        .collect()
}

#[test]
fn parquet_loses_its_bad_rows_and_nothing_else() {
    let bench = Bench::new();
    let bytes = groups(&[[1, 2, 3, 4], [5, -6, 7, -8], [-1, -1, -1, -1], [9, 9, 9, 9]]);
    let parts = bench.run(&bytes, Format::Parquet, None);
    assert_eq!(parts.sifted.rows, 10);
    let all = stored(&bytes);
    let expected: Vec<String> = all
        .iter()
        .enumerate()
        .filter(|(at, _)| ![5, 7, 8, 9, 10, 11].contains(at))
        .map(|(_, row)| row.clone())
        .collect();
    assert_eq!(stored(&parts.left), expected);
    let rejected: Vec<Value> = parts
        .rejected
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(rejected.len(), 6);
    assert_eq!(rejected[0]["_local"]["points"], -6);
    assert_eq!(rejected[0]["_local"]["favouriteStores"], json!(["x"]));
    assert_eq!(
        rejected[2]["_local"]["lastActivity"],
        "1970-01-01T00:00:01.000Z"
    );
    assert_eq!(
        (&parts.reasons[0]["rowGroup"], &parts.reasons[0]["row"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(parts.reasons[5]["rejectsRow"], 6);
    assert_eq!(parts.reasons[5]["path"], "_local.points");
    // Mended, they are rows that can be sent.
    let mended = parts
        .rejected
        .replace('-', "")
        .replace("19700101", "1970-01-01");
    let path = bench.folder.path().join("mended");
    std::fs::write(&path, mended).unwrap();
    let found = file(&path, Format::NdJson, &members(), &Options::default()).unwrap();
    assert!(found.is_ok(), "{found:?}");

    let parts = bench.run(&groups(&[[1; 4], [2; 4]]), Format::Parquet, None);
    assert_eq!((parts.sifted.good, parts.sifted.rows), (Good::All, 8));
    let parts = bench.run(&groups(&[[-1; 4], [-2; 4]]), Format::Parquet, None);
    assert_eq!((parts.sifted.good, parts.reasons.len()), (Good::None, 8));
}

#[test]
fn rows_are_picked_by_number() {
    let bench = Bench::new();
    let only = Only::new(vec![(2, 3), (9, 9), (30, 40)]);
    let all: Vec<String> = (1..=10).map(|at| row(at, at != 3 && at != 5)).collect();
    let records: Vec<String> = (1..=10)
        .map(|at| {
            format!(
                "{at},M00000001,{}",
                if at == 3 || at == 5 { "wood" } else { "gold" }
            )
        })
        .collect();
    for (text, format) in [
        (all.join("\n"), Format::NdJson),
        (format!("[{}]", all.join(",")), Format::Json),
        (
            format!("_id,_local.memberId,_local.tier\n{}", records.join("\n")),
            Format::Csv,
        ),
    ] {
        let parts = bench.run(text.as_bytes(), format, Some(&only));
        assert_eq!((parts.sifted.rows, parts.reasons.len()), (2, 1), "{format}");
        assert_eq!(parts.reasons[0]["row"], 3);
    }
    let bytes = groups(&[[1, -2, -3, 4], [5, -6, 7, 8], [9; 4]]);
    let parts = bench.run(&bytes, Format::Parquet, Some(&only));
    assert_eq!((parts.sifted.rows, parts.rejected.lines().count()), (1, 2));
    assert_eq!(stored(&parts.left), stored(&bytes)[8..9]);
}

#[test]
fn rows_are_found_by_number() {
    let bench = Bench::new();
    let path = bench.folder.path().join("input");
    let look = |bytes: &[u8], format| {
        std::fs::write(&path, bytes).unwrap();
        let only = Only::new(vec![(2, 2), (6, 6)]);
        locate(
            &path,
            format,
            &members(),
            &Options::default(),
            &"input".into(),
            &only,
        )
        .unwrap()
    };
    let all: Vec<String> = (1..=7).map(|at| row(at, at != 6)).collect();
    let (found, rows) = look(all.join("\n\n").as_bytes(), Format::NdJson);
    assert_eq!((rows, found.len()), (7, 2));
    assert_eq!(
        (found[1].row, found[1].line, found[1].findings.len()),
        (6, Some(11), 1)
    );
    assert_eq!(found[1].text, row(6, false));
    let (found, _) = look(format!("[\n{}]", all.join(",\n")).as_bytes(), Format::Json);
    assert_eq!(
        (found[1].line, found[0].text.clone()),
        (Some(7), row(2, true))
    );
    let (found, rows) = look(&groups(&[[1; 4], [1, -2, 3, 4]]), Format::Parquet);
    assert_eq!((rows, found[1].row, found[1].findings[0].row), (8, 6, 2));
    assert!(found[1].text.contains("\"points\":-2"), "{}", found[1].text);
}
