//! Malformed inputs: each must end as a counted row or as a published code, and never as a panic or a hang.
#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::json;

use super::convert::Converter;
use super::format::InputFormat;
use super::header;
use super::read::{self, Row};
use super::testing::{ARRAY, LINES, columns, csv, full_row, land, stored};

/// What is expected of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Rows that land and rows that don't.
    Rows(u64, u64),
    /// The code with which the file fails.
    Fails(&'static str),
}

use End::{Fails, Rows};

const CORRUPT: End = Fails("INGEST-1401-400");

fn check(format: &InputFormat, cases: &[(&str, Vec<u8>, End)]) {
    for (name, bytes, wanted) in cases {
        let found = match land(format, bytes) {
            Ok(landed) => Rows(landed.read - landed.failed, landed.failed),
            Err(fault) => Fails(fault.code),
        };
        assert_eq!(found, *wanted, "{name}");
    }
}

fn lines(rows: &[&str]) -> Vec<u8> {
    rows.join("\n").into_bytes()
}

const GOOD: &str = r#"{"id":"1"}"#;

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn json_lines() {
    let nested = |n: usize| format!(r#"{{"id":"1","s":{}{}}}"#, "[".repeat(n), "]".repeat(n));
    check(
        &LINES,
        &[
            ("nothing", Vec::new(), Fails("106")),
            ("only blank lines", b"\n \r\n\n".to_vec(), Rows(0, 0)),
            (
                "byte order mark",
                [b"\xef\xbb\xbf", GOOD.as_bytes()].concat(),
                Rows(1, 0),
            ),
            (
                "byte order mark in the middle",
                lines(&[GOOD, "\u{feff}{\"id\":\"2\"}"]),
                Rows(1, 1),
            ),
            ("UTF-16", b"\xff\xfe{\x00\"\x00i\x00".to_vec(), Rows(0, 1)),
            (
                "CRLF",
                lines(&["{\"id\":\"1\"}\r", "{\"id\":\"2\"}\r", ""]),
                Rows(2, 0),
            ),
            (
                "CR alone",
                b"{\"id\":\"1\"}\r{\"id\":\"2\"}".to_vec(),
                Rows(0, 1),
            ),
            (
                "NUL bytes",
                b"\0\0\0\n{\"id\":\"1\"}\n".to_vec(),
                Rows(1, 1),
            ),
            ("NUL in a string", b"{\"id\":\"a\0b\"}".to_vec(), Rows(0, 1)),
            (
                "escaped NUL",
                b"{\"id\":\"a\\u0000b\"}".to_vec(),
                Rows(1, 0),
            ),
            (
                "invalid UTF-8",
                b"{\"id\":\"\xc3\x28\"}".to_vec(),
                Rows(0, 1),
            ),
            (
                "overlong UTF-8",
                b"{\"id\":\"\xc0\xaf\"}".to_vec(),
                Rows(0, 1),
            ),
            ("lone surrogate", lines(&[r#"{"id":"\ud800"}"#]), Rows(0, 1)),
            (
                "duplicate keys",
                lines(&[r#"{"id":"1","id":"2"}"#]),
                Rows(0, 1),
            ),
            (
                "duplicate keys, deep",
                lines(&[r#"{"id":"1","place":{"n":1,"n":2}}"#]),
                Rows(0, 1),
            ),
            ("deep", nested(100).into_bytes(), Rows(0, 1)),
            ("very deep", nested(100_000).into_bytes(), Rows(0, 1)),
            (
                "deep and never closed",
                "{\"a\":".repeat(100_000).into_bytes(),
                Rows(0, 1),
            ),
            (
                "a number beyond floating point",
                lines(&[r#"{"id":"1","d":1e999}"#]),
                Rows(0, 1),
            ),
            (
                "a number beyond 64 bits",
                lines(&[r#"{"id":"1","l":18446744073709551616}"#]),
                Rows(0, 1),
            ),
            (
                "a million digits",
                format!(r#"{{"id":"1","d":{}}}"#, "9".repeat(1_000_000)).into_bytes(),
                Rows(0, 1),
            ),
            (
                "a tiny number",
                lines(&[r#"{"id":"1","d":1e-400}"#]),
                Rows(1, 0),
            ),
            ("NaN", lines(&[r#"{"id":"1","d":NaN}"#]), Rows(0, 1)),
            ("leading zero", lines(&[r#"{"id":"1","i":01}"#]), Rows(0, 1)),
            ("single quotes", lines(&["{'id':'1'}"]), Rows(0, 1)),
            ("trailing comma", lines(&[r#"{"id":"1",}"#]), Rows(0, 1)),
            ("a comment", lines(&[r#"{"id":"1"} // x"#]), Rows(0, 1)),
            ("two on a line", lines(&[&GOOD.repeat(2)]), Rows(0, 1)),
            (
                "cut in the middle",
                lines(&[GOOD, r#"{"id":"2","s":"abc"#]),
                Rows(1, 1),
            ),
            ("an array per line", lines(&["[]", "[{}]"]), Rows(0, 2)),
            (
                "a pretty array",
                b"[\n  {\n    \"id\": \"1\"\n  }\n]".to_vec(),
                Rows(0, 5),
            ),
            ("CSV", b"id,s\n1,2\n".to_vec(), Rows(0, 2)),
            ("Parquet", stored(&[json!({"id": "1"})]), {
                // How many line feeds a Parquet file has is its own affair.
                let feeds = stored(&[json!({"id": "1"})]);
                let rows = feeds
                    .split(|byte| *byte == b'\n')
                    .filter(|line| !line.trim_ascii().is_empty())
                    .count();
                Rows(0, rows as u64)
            }),
            (
                "ten thousand keys too many",
                {
                    let keys: Vec<String> =
                        (0..10_001).map(|n| format!("\"k{n}\":\"v\"")).collect();
                    format!("{{\"id\":\"1\",\"prefs\":{{{}}}}}", keys.join(",")).into_bytes()
                },
                Rows(0, 1),
            ),
        ],
    );
}

#[test]
fn json_arrays() {
    let array = |inner: &str| format!("[{inner}]").into_bytes();
    check(
        &ARRAY,
        &[
            ("nothing", Vec::new(), Fails("106")),
            ("blank", b" \n\t".to_vec(), Fails("106")),
            ("empty", array(""), Rows(0, 0)),
            (
                "byte order mark",
                [b"\xef\xbb\xbf".to_vec(), array(GOOD)].concat(),
                Rows(1, 0),
            ),
            ("UTF-16", b"\xff\xfe[\x00]\x00".to_vec(), CORRUPT),
            ("NUL bytes", b"\0[]".to_vec(), CORRUPT),
            (
                "a corrupt element",
                array(&format!("{GOOD},{{bad}},{GOOD}")),
                Rows(2, 1),
            ),
            (
                "elements that are no objects",
                array("1,null,\"x\",[]"),
                Rows(0, 4),
            ),
            (
                "duplicate keys",
                array(r#"{"id":"1","id":"1"}"#),
                Rows(0, 1),
            ),
            ("invalid UTF-8", b"[{\"id\":\"\xff\"}]".to_vec(), Rows(0, 1)),
            ("cut in the array", b"[{\"id\":\"1\"},".to_vec(), CORRUPT),
            (
                "cut in an element",
                b"[{\"id\":\"1\"},{\"id\":\"2".to_vec(),
                CORRUPT,
            ),
            ("no comma", array(&format!("{GOOD} {GOOD}")), CORRUPT),
            ("trailing comma", array(&format!("{GOOD},")), CORRUPT),
            (
                "text after the end",
                [array(GOOD), b"[]".to_vec()].concat(),
                CORRUPT,
            ),
            ("lines instead", lines(&[GOOD, GOOD]), CORRUPT),
            ("a word", b"null".to_vec(), CORRUPT),
            ("only openings", b"[".repeat(1_000_000), CORRUPT),
            ("only closings", b"]".repeat(1000), CORRUPT),
            (
                "one string without end",
                [b"[\"".to_vec(), b"x".repeat(100_000)].concat(),
                CORRUPT,
            ),
        ],
    );
}

#[test]
fn csv_files() {
    let mut long = b"id,s\n1,\"".to_vec();
    long.resize(40_000_000, b'x');
    check(
        &csv(),
        &[
            ("nothing", Vec::new(), Fails("106")),
            ("only a line feed", b"\n".to_vec(), Fails("118")),
            (
                "only a byte order mark",
                b"\xef\xbb\xbf".to_vec(),
                Fails("106"),
            ),
            ("empty names", b",\n1,2".to_vec(), Fails("118")),
            ("only a header", b"id,s".to_vec(), Rows(0, 0)),
            ("byte order mark", b"\xef\xbb\xbfid\n1".to_vec(), Rows(1, 0)),
            ("CRLF", b"id,s\r\n1,2\r\n".to_vec(), Rows(1, 0)),
            ("CR alone", b"id,s\r1,2\r".to_vec(), Rows(1, 0)),
            ("ragged", b"id,s\n1\n1,2,3\n1,2\n".to_vec(), Rows(1, 2)),
            ("blank lines", b"id,s\n\n1,2\n\n\n".to_vec(), Rows(1, 0)),
            (
                "a quote in the middle",
                b"id,s\n1,a\"b\n".to_vec(),
                Rows(1, 0),
            ),
            (
                "a quote that never closes",
                b"id,s\n1,2\n\"3,4\n5,6\n".to_vec(),
                Rows(1, 1),
            ),
            ("a quote that never closes, long", long, CORRUPT),
            ("NUL", b"id,s\n1,\0\n2,x\n".to_vec(), Rows(1, 1)),
            ("NUL in the header", b"id,\0\n1,2\n".to_vec(), CORRUPT),
            ("invalid UTF-8", b"id,s\n1,\xff\n2,x\n".to_vec(), Rows(1, 1)),
            (
                "invalid UTF-8 in the header",
                b"id,\xff\n1,2\n".to_vec(),
                CORRUPT,
            ),
            ("UTF-16", b"\xff\xfei\0d\0\n\x001\0".to_vec(), CORRUPT),
            ("a repeated column", b"id,id\n1,2\n".to_vec(), Fails("200")),
            (
                "a column and its group",
                b"id,place,place.n\n1,2,3\n".to_vec(),
                Fails("200"),
            ),
            ("an unknown column", b"id,zz\n1,2\n".to_vec(), Fails("200")),
            (
                "a path through an array",
                b"id,cards.n\n1,2\n".to_vec(),
                Fails("200"),
            ),
            (
                "a group as a column",
                b"id,place\n1,2\n".to_vec(),
                Fails("200"),
            ),
            ("spaces in names", b"id, s\n1,2\n".to_vec(), Fails("200")),
            ("another delimiter", b"id;s\n1;2\n".to_vec(), Fails("200")),
            ("JSON", lines(&[GOOD, GOOD]), Fails("200")),
            (
                "a map by its keys",
                b"id,prefs.a,prefs.b\n1,x,\n".to_vec(),
                Rows(1, 0),
            ),
            (
                "required cells left empty",
                b"id,s\n,2\n".to_vec(),
                Rows(0, 1),
            ),
        ],
    );
}

#[test]
fn parquet_files() {
    let good = stored(&[full_row(), json!({"id": "2"})]);
    let size = good.len();
    let with = |at: usize, bytes: &[u8]| {
        let mut changed = good.clone();
        changed[at..at + bytes.len()].copy_from_slice(bytes);
        changed
    };
    check(
        &InputFormat::Parquet,
        &[
            ("nothing", Vec::new(), Fails("106")),
            ("only the magic number", b"PAR1".to_vec(), Fails("200")),
            (
                "magic numbers and nothing between",
                b"PAR1PAR1".to_vec(),
                Fails("200"),
            ),
            (
                "a footer of no length",
                b"PAR1\0\0\0\0PAR1".to_vec(),
                CORRUPT,
            ),
            (
                "a footer longer than the file",
                b"PAR1\xff\xff\xff\x7fPAR1".to_vec(),
                CORRUPT,
            ),
            (
                "a footer of negative length",
                b"PAR1\xff\xff\xff\xffPAR1".to_vec(),
                CORRUPT,
            ),
            ("an encrypted footer", with(size - 4, b"PARE"), Fails("200")),
            ("the tail cut off", good[..size - 4].to_vec(), Fails("200")),
            ("half of it", good[..size / 2].to_vec(), Fails("200")),
            ("the head cut off", good[100..].to_vec(), CORRUPT),
            ("pages of zeros", with(4, &vec![0; 400]), CORRUPT),
            ("JSON", GOOD.as_bytes().to_vec(), Fails("200")),
            ("CSV", b"id,s\n1,2\n".to_vec(), Fails("200")),
            ("whole", good.clone(), Rows(2, 0)),
        ],
    );
}

/// Every cut and a flipped bit in every few bytes: whatever the decoder makes of it, it comes back.
#[test]
fn damaged_parquet_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("damaged.parquet");
    let columns = columns();
    let converter = Converter::new(&columns, false);
    let read = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        let Ok(mut rows) = read::open(&path, &InputFormat::Parquet) else {
            return;
        };
        if header::check(&rows.header(), &columns).is_err() {
            return;
        }
        while let Ok(Some(row)) = rows.next_row() {
            if let Row::Good(datum, _) = row {
                let _ = converter.row(&datum);
            }
        }
    };
    let rows: Vec<_> = (0..50).map(|_| full_row()).collect();
    let good = stored(&rows);
    for cut in (0..good.len()).step_by(good.len() / 100) {
        let mut bytes = good[..cut].to_vec();
        read(&bytes);
        bytes.extend_from_slice(&good[good.len() - 8..]);
        read(&bytes);
    }
    for at in (4..good.len() - 4).step_by(17) {
        for bit in [0x01, 0x10, 0x80] {
            let mut bytes = good.clone();
            bytes[at] ^= bit;
            read(&bytes);
        }
    }
}
