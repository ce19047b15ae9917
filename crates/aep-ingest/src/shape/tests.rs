#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::Format;
use crate::source::content::{Assembly, Segment};
use crate::source::tests::sent;
use crate::source::{Content, Identity};

/// A file that was found.
pub(super) fn found(directory: &Path, name: &str, format: Format, bytes: &[u8]) -> Candidate {
    let path = directory.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    let identity = Identity::of(&std::fs::metadata(&path).unwrap());
    Candidate {
        name: name.into(),
        format,
        content: Content::file(path, identity),
    }
}

/// The same bytes as segments of a file that has others between them, as those of a file without its bad rows are.
fn sifted(directory: &Path, name: &str, format: Format, bytes: &[u8], step: usize) -> Candidate {
    let (mut file, mut segments) = (Vec::new(), Vec::new());
    for (number, piece) in bytes.chunks(step).enumerate() {
        if let ([byte], 1) = (piece, number % 2)
            && byte.is_ascii()
        {
            segments.push(Segment::Text(char::from(*byte).to_string().into()));
            continue;
        }
        segments.push(Segment::Range {
            origin: 0,
            start: file.len() as u64,
            len: piece.len() as u64,
        });
        file.extend(piece);
        file.extend(b"\"],\n{");
    }
    let mut found = found(directory, name, format, &file);
    let assembly = Assembly::new(found.content.origins().to_vec(), segments).unwrap();
    found.content = Content::Assembly(Box::new(assembly));
    found
}

pub(super) fn limits(bytes: u64) -> Limits {
    Limits {
        single_put_bytes: bytes,
        pack_bytes: bytes,
        ..Limits::default()
    }
}

pub(super) fn shaped(
    files: Vec<Candidate>,
    large_files: LargeFiles,
    pack: bool,
    bytes: u64,
) -> Result<Shaped> {
    shape(
        files,
        &Shaping {
            large_files,
            pack,
            limits: limits(bytes),
            spool: None,
            cancel: &CancellationToken::new(),
        },
    )
}

/// Rows in one of the text formats.
fn written(format: Format, rows: &[Value], spread: bool) -> Vec<u8> {
    let mut text = Vec::new();
    match format {
        Format::NdJson => {
            for row in rows {
                text.extend(serde_json::to_vec(row).unwrap());
                text.extend(if spread { "\r\n\n" } else { "\n" }.as_bytes());
            }
            if !spread {
                text.pop();
            }
        }
        Format::Json if spread => text = serde_json::to_vec_pretty(rows).unwrap(),
        Format::Json => text = serde_json::to_vec(rows).unwrap(),
        Format::Csv => {
            let mut writer = csv::WriterBuilder::new()
                .terminator(if spread {
                    csv::Terminator::CRLF
                } else {
                    csv::Terminator::Any(b'\n')
                })
                .from_writer(text);
            writer.write_record(["n", "t"]).unwrap();
            for row in rows {
                writer
                    .write_record([row["n"].to_string(), row["t"].as_str().unwrap().to_owned()])
                    .unwrap();
            }
            text = writer.into_inner().unwrap();
        }
        Format::Parquet => panic!("text only"),
    }
    text
}

/// The rows in a file.
fn rows(format: Format, bytes: &[u8]) -> Vec<Value> {
    match format {
        Format::NdJson => std::str::from_utf8(bytes)
            .unwrap()
            .split('\n')
            .filter(|line| !line.trim().is_empty())
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
        Format::Json => serde_json::from_slice(bytes).unwrap(),
        Format::Csv => {
            let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
            assert_eq!(reader.headers().unwrap(), &["n", "t"][..]);
            reader
                .records()
                .map(|record| {
                    let record = record.unwrap();
                    json!({"n": record[0].parse::<u64>().unwrap(), "t": record[1]})
                })
                .collect()
        }
        Format::Parquet => panic!("text only"),
    }
}

fn texts() -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec("[a\",é\\n\\[\\]{} ]{0,30}", 1..40).prop_map(|texts| {
        let row = |(number, text)| json!({"n": number, "t": text});
        texts.into_iter().enumerate().map(row).collect()
    })
}

fn formats() -> impl Strategy<Value = Format> {
    prop_oneof![Just(Format::NdJson), Just(Format::Json), Just(Format::Csv)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 3))]

    #[test]
    fn pieces_are_the_same_rows(format in formats(), given in texts(), spread in any::<bool>(), limit in 20_u64..400, step in proptest::option::of(1_usize..90)) {
        let directory = TempDir::new().unwrap();
        let text = written(format, &given, spread);
        let file = match step {
            Some(step) => sifted(directory.path(), "a.txt", format, &text, step),
            None => found(directory.path(), "a.txt", format, &text),
        };
        let large = text.len() as u64 > limit;
        match shaped(vec![file.clone()], LargeFiles::Split, false, limit) {
            Ok(shaped) => {
                let mut all = Vec::new();
                for (index, piece) in shaped.files.iter().enumerate() {
                    prop_assert!(piece.content.len() <= limit, "{} > {limit}", piece.content.len());
                    let these = rows(format, &sent(&piece.content).unwrap());
                    prop_assert!(!these.is_empty());
                    all.extend(these);
                    if large {
                        prop_assert_eq!(&*piece.name, format!("a-{:04}.txt", index + 1));
                    }
                }
                prop_assert_eq!(all, given);
                prop_assert_eq!(shaped.notes.len(), usize::from(large));
            }
            Err(error) => {
                // only a row that does not fit at all is a reason
                prop_assert!(error.report().to_string().contains("a request takes"), "{}", error.report());
                let header = if format == Format::Csv { 5 } else { 0 };
                let longest = given.iter().map(|row| written(format, std::slice::from_ref(row), spread).len() as u64).max();
                prop_assert!(longest.unwrap_or(0) + header >= limit.saturating_sub(8));
                // chunks take it all the same
                let auto = shaped(vec![file.clone()], LargeFiles::Auto, false, limit).unwrap();
                prop_assert_eq!(&auto.files, &vec![file]);
                prop_assert!(auto.notes[0].contains("in chunks"), "{:?}", auto.notes);
            }
        }
    }

    #[test]
    fn packed_files_are_the_same_rows(format in formats(), files in proptest::collection::vec((texts(), any::<bool>(), 0_usize..3, proptest::option::of(1_usize..90)), 1..12), target in 50_u64..3000) {
        let directory = TempDir::new().unwrap();
        let mut expected: Vec<Vec<Value>> = vec![Vec::new(); 3];
        let mut given = Vec::new();
        for (number, (rows, spread, place, step)) in files.iter().enumerate() {
            let mut text = written(format, rows, *spread);
            if *spread {
                text.splice(0..0, *b"\xEF\xBB\xBF");
            }
            let name = format!("day={place}/{number:02}.txt");
            given.push(match step {
                Some(step) => sifted(directory.path(), &name, format, &text, *step),
                None => found(directory.path(), &name, format, &text),
            });
            expected[*place].extend(rows.clone());
        }
        let shaped = shaped(given.clone(), LargeFiles::Chunk, true, target).unwrap();
        let mut all: Vec<Vec<Value>> = vec![Vec::new(); 3];
        for file in &shaped.files {
            prop_assert!(file.content.len() <= target || given.contains(file));
            let place: usize = file.name[4..5].parse().unwrap();
            let bytes = sent(&file.content).unwrap();
            all[place].extend(rows(format, bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes)));
        }
        for (all, expected) in all.iter_mut().zip(&mut expected) {
            // a file that stays alone may change places with a packed one
            let key = |row: &Value| row.to_string();
            all.sort_by_key(key);
            expected.sort_by_key(key);
        }
        prop_assert_eq!(all, expected);
        prop_assert!(shaped.files.len() <= given.len());
    }
}

#[test]
fn small_files_become_few() {
    let directory = TempDir::new().unwrap();
    let files = (0..100)
        .map(|number| {
            let row = format!("{{\"n\":{number}}}\n");
            let name = format!("day={}/{number:03}.ndjson", number / 50);
            found(directory.path(), &name, Format::NdJson, row.as_bytes())
        })
        .collect();
    let shaped = shaped(files, LargeFiles::Auto, true, 10_000).unwrap();
    let names: Vec<&str> = shaped.files.iter().map(|file| &*file.name).collect();
    assert_eq!(
        names,
        ["day=0/packed-0001.ndjson", "day=1/packed-0001.ndjson"]
    );
    assert_eq!(shaped.notes, ["100 of 100 files are sent packed into 2"]);
}

#[test]
fn what_differs_is_not_packed_together() {
    let directory = TempDir::new().unwrap();
    let file = |name: &str, text: &str| {
        let format = Format::of_extension(Path::new(name)).unwrap();
        found(directory.path(), name, format, text.as_bytes())
    };
    let files = vec![
        file("a.csv", "x,y\n1,2\n"),
        file("b.csv", "y,x\n1,2\n"),
        file("c.csv", "x,y\r\n3,4"),
        file("d.csv", "x,y\n\"5,6\n"),
        file("e.csv", "x,y\n"),
        file("f.json", "{\"a\":1}"),
        file("g.json", "[{\"a\":2}]"),
    ];
    let shaped = shaped(files, LargeFiles::Auto, true, 10_000).unwrap();
    let texts: Vec<(String, String)> = shaped
        .files
        .iter()
        .map(|file| {
            let bytes = sent(&file.content).unwrap();
            (file.name.to_string(), String::from_utf8(bytes).unwrap())
        })
        .collect();
    let packed = texts.iter().find(|(name, _)| name == "packed-0001.csv");
    assert_eq!(packed.unwrap().1, "x,y\n1,2\n3,4\n");
    assert_eq!(texts.len(), 6, "{texts:?}");
    assert!(shaped.notes[0].contains("2 of 7"), "{:?}", shaped.notes);
    assert!(
        shaped
            .notes
            .iter()
            .any(|note| note.contains("d.csv") && note.contains("inside quotes")),
        "{:?}",
        shaped.notes
    );
}

#[test]
fn a_cut_is_exactly_behind_the_last_row_that_fits() {
    let directory = TempDir::new().unwrap();
    for (limit, sizes) in [
        (12, vec![12, 6]),
        (11, vec![6, 6, 6]),
        (17, vec![12, 6]),
        (6, vec![6, 6, 6]),
    ] {
        let file = found(
            directory.path(),
            "a.ndjson",
            Format::NdJson,
            b"[1,2]\n[3,4]\n[5,6]\n",
        );
        let shaped = shaped(vec![file], LargeFiles::Auto, false, limit).unwrap();
        let found: Vec<u64> = shaped.files.iter().map(|file| file.content.len()).collect();
        assert_eq!(found, sizes, "limit {limit}");
    }
}

#[test]
fn a_file_that_changes_is_not_cut() {
    let directory = TempDir::new().unwrap();
    let file = found(directory.path(), "a.csv", Format::Csv, b"x\n1\n2\n3\n");
    std::fs::write(file.content.path(), "x\n1\n2\n3\n4\n").unwrap();
    let error = shaped(vec![file], LargeFiles::Auto, false, 4).unwrap_err();
    assert!(
        error.report().to_string().contains("changed"),
        "{}",
        error.report()
    );
}
