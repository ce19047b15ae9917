//! Files that are damaged, hostile, or something else: always an answer, never a panic.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;

use aep_core::{ErrorKind, Result};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterVersion};

use super::parquet::{Data, flat, write};
use super::random::Random;
use super::support::{check, members};
use crate::validate::{Findings, Format, Options, Rule, Watch, file};

const FORMATS: [Format; 4] = [Format::NdJson, Format::Json, Format::Csv, Format::Parquet];

fn options() -> Options {
    Options {
        max_row_bytes: 1 << 20,
        max_depth: 64,
        ..Options::default()
    }
}

fn attempt(bytes: &[u8], format: Format) -> Result<Findings> {
    let mut temporary = tempfile::NamedTempFile::new().unwrap();
    temporary.write_all(bytes).unwrap();
    file(temporary.path(), format, &members(), &options())
}

/// Whether the file was refused, one way or the other.
fn refused(bytes: &[u8], format: Format) -> bool {
    match attempt(bytes, format) {
        Ok(findings) => {
            for finding in &findings.findings {
                assert!(finding.to_string().len() < 3000);
            }
            assert_eq!(findings.is_ok(), findings.to_error().is_none());
            !findings.is_ok()
        }
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Rejected, "{}", error.report());
            true
        }
    }
}

#[test]
fn text_that_is_none() {
    let long = "x".repeat(3 << 20);
    let deep = |open: &str, close: &str| {
        format!(
            "{{\"_id\":{}1{}}}",
            open.repeat(200_000),
            close.repeat(200_000)
        )
    };
    let mut many = String::new();
    for key in 0..20_000 {
        let _ = write!(many, "\"k{key}\":\"v\",");
    }
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("deep arrays", deep("[", "]").into()),
        ("deep objects", deep("{\"a\":", "}").into()),
        ("deep, never closed", "{\"_id\":".repeat(300_000).into()),
        ("brackets only", "[".repeat(2 << 20).into()),
        ("closing brackets only", "]".repeat(1000).into()),
        ("a long string", format!("{{\"_id\":\"{long}\"}}").into()),
        ("a long string, never closed", format!("{{\"_id\":\"{long}").into()),
        ("a long line of nothing", format!("{{\"_id\":{}", " ".repeat(3 << 20)).into()),
        ("a long number", format!("{{\"_id\":{}}}", "9".repeat(3 << 20)).into()),
        ("a huge exponent", b"{\"_id\":\"1\",\"_local\":{\"memberId\":\"M00000001\",\"points\":1e999999999999}}".to_vec()),
        ("a tiny exponent", b"{\"_id\":\"1\",\"_local\":{\"memberId\":\"M00000001\",\"points\":1e-999999999999}}".to_vec()),
        ("too many properties", format!("{{\"_id\":\"1\",\"_local\":{{\"memberId\":\"M00000001\",\"preferences\":{{{many}\"z\":\"\"}}}}}}").into()),
        ("zero bytes", vec![0; 4096]),
        ("a zero byte in a string", b"{\"_id\":\"a\0\"}".to_vec()),
        ("a zero byte after the row", b"{\"_id\":\"a\"}\0".to_vec()),
        ("not UTF-8 in a key", b"{\"_\xffid\":1}".to_vec()),
        ("not UTF-8 outside", b"{\"_id\":\"1\"}\xff\n".to_vec()),
        ("cut inside a character", b"{\"_id\":\"\xe6\xbc".to_vec()),
        ("overlong UTF-8", b"{\"_id\":\"\xc0\xaf\"}".to_vec()),
        ("surrogates in UTF-8", b"{\"_id\":\"\xed\xa0\x80\"}".to_vec()),
        ("half a pair", br#"{"_id":"\ud800"}"#.to_vec()),
        ("halves the wrong way", br#"{"_id":"\udc00\ud800"}"#.to_vec()),
        ("an unknown escape", br#"{"_id":"\x41"}"#.to_vec()),
        ("a cut escape", br#"{"_id":"\u00"#.to_vec()),
        ("no colon", br#"{"_id" "1"}"#.to_vec()),
        ("no comma", br#"{"_id":"1" "_local":{}}"#.to_vec()),
        ("two commas", br#"{"_id":"1",,"_local":null}"#.to_vec()),
        ("a trailing comma", br#"{"_id":"1",}"#.to_vec()),
        ("a comment", b"{\"_id\":\"1\"} // one".to_vec()),
        ("single quotes", b"{'_id':'1'}".to_vec()),
        ("no quotes", b"{_id:1}".to_vec()),
        ("NaN", b"{\"_id\":NaN}".to_vec()),
        ("infinity", b"{\"_id\":-Infinity}".to_vec()),
        ("a plus", b"{\"_id\":+1}".to_vec()),
        ("a leading zero", b"{\"_id\":01}".to_vec()),
        ("a bare point", b"{\"_id\":.5}".to_vec()),
        ("words", b"{\"_id\":True}".to_vec()),
        ("a cut word", b"{\"_id\":tru".to_vec()),
        ("the wrong bracket", b"{\"_id\":[1}".to_vec()),
        ("one bracket too many", b"{\"_id\":\"1\"}}".to_vec()),
        ("a key twice", b"{\"_id\":\"1\",\"_id\":\"2\"}".to_vec()),
        ("a key twice, once escaped", br#"{"_id":"1","\u005fid":"2"}"#.to_vec()),
        ("a carriage return in a string", b"{\"_id\":\"a\rb\"}".to_vec()),
        ("UTF-16", "{\"_id\":\"1\"}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("two rows in a line", b"{\"_id\":\"1\"}{\"_id\":\"2\"}".to_vec()),
        ("HTML", b"<!DOCTYPE html><p>404".to_vec()),
    ];
    for (name, bytes) in &cases {
        for format in FORMATS {
            assert!(refused(bytes, format), "{name} as {format}");
        }
        // In an array, and as the second row.
        let rows = |before: &[u8], between: &[u8], after: &[u8]| {
            [before, bytes.as_slice(), between, after].concat()
        };
        assert!(
            refused(&rows(b"[{\"_id\":\"0\"},\n", b"", b"]"), Format::Json),
            "{name} in an array"
        );
        assert!(
            refused(
                &rows(b"{\"_id\":\"0\"}\n", b"\n", b"{\"_id\":\"9\"}\n"),
                Format::NdJson
            ),
            "{name} as a line"
        );
        assert!(
            refused(
                &rows(b"_id,person.birthDate\n0,", b"\n", b"9,"),
                Format::Csv
            ),
            "{name} as a cell"
        );
    }
}

#[test]
fn csv_that_is_none() {
    let wide = "a,".repeat(20_000);
    for (name, bytes) in [
        ("a quote that never closes", b"_id\n\"1\n2\n3\n".to_vec()),
        ("text behind a quote", b"_id\n\"1\"2\n".to_vec()),
        ("too few fields", b"_id,_local.memberId\n1\n".to_vec()),
        ("too many fields", b"_id\n1,2\n".to_vec()),
        ("no header", b"\n1,2\n".to_vec()),
        ("too many columns", wide.into_bytes()),
        (
            "a long field",
            format!("_id,_local.tier\n1,{}\n", "x".repeat(3 << 20)).into_bytes(),
        ),
        (
            "a long quoted field",
            format!("_id,_local.tier\n1,\"{}\"\n", "x\n".repeat(2 << 20)).into_bytes(),
        ),
        ("a zero byte", b"_id\na\0b\n".to_vec()),
        ("not UTF-8", b"_id\na\xffb\n".to_vec()),
        ("not UTF-8 in the header", b"_i\xffd\nab\n".to_vec()),
        ("a semicolon", b"_id;_local.memberId\n1;2\n".to_vec()),
        (
            "line breaks of old Macs",
            b"_id,_local.memberId\r1,M00000001\r".to_vec(),
        ),
        (
            "UTF-16",
            "_id\n1\n"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect(),
        ),
        ("a lone quote", b"_id\n\"".to_vec()),
        ("a header in quotes, never closed", b"\"_id\n1\n".to_vec()),
    ] {
        assert!(refused(&bytes, Format::Csv), "{name}");
    }
}

#[test]
fn lines_are_named_behind_what_was_dropped() {
    let long = format!("{{\"_id\":\"{}\"}}", "x".repeat(3 << 20));
    let text = format!("{{\"_id\":\"1\"}}\n{long}\n{{\"_id\":true}}\n");
    let findings = check(text.as_bytes(), Format::NdJson, &members(), &options());
    let places: Vec<_> = findings
        .findings
        .iter()
        .map(|f| (f.line, f.row, f.rule))
        .collect();
    assert_eq!(
        places,
        [(Some(2), 2, Rule::RowLength), (Some(3), 3, Rule::Type)]
    );
    let spread = long.replace("{\"_id\":", "{\n\"_id\":\n");
    let text = format!("[{{\"_id\":\"1\"}},\n{spread},\n{{\"_id\":true}}]\n");
    let findings = check(text.as_bytes(), Format::Json, &members(), &options());
    let places: Vec<_> = findings
        .findings
        .iter()
        .map(|f| (f.line, f.row, f.rule))
        .collect();
    assert_eq!(
        places,
        [(Some(2), 2, Rule::RowLength), (Some(5), 3, Rule::Type)]
    );
    assert_eq!(findings.rows, 3);
}

fn sample(version: WriterVersion, compression: Compression) -> Vec<u8> {
    let message = "message m { REQUIRED BYTE_ARRAY _id (UTF8); OPTIONAL GROUP _local {
        REQUIRED BYTE_ARRAY memberId (UTF8); OPTIONAL INT32 points;
        OPTIONAL GROUP favouriteStores (LIST) { REPEATED GROUP list { OPTIONAL BYTE_ARRAY element (UTF8); } } } }";
    let rows = 50_usize;
    let columns = || {
        vec![
            flat(Data::Text(vec!["some text"; rows])),
            (Data::Text(vec!["M00000001"; rows]), vec![1; rows], vec![]),
            (Data::I32((0..rows as i32).collect()), vec![2; rows], vec![]),
            // Two elements a row.
            (
                Data::Text(vec!["a"; 2 * rows]),
                vec![4; 2 * rows],
                (0..2 * rows).map(|n| i16::from(n % 2 == 1)).collect(),
            ),
        ]
    };
    let properties = WriterProperties::builder()
        .set_writer_version(version)
        .set_compression(compression)
        .build();
    write(message, vec![columns(), columns()], properties)
}

#[test]
fn parquet_that_is_cut() {
    let whole = sample(WriterVersion::PARQUET_1_0, Compression::UNCOMPRESSED);
    assert!(!refused(&whole, Format::Parquet));
    for length in (4..whole.len() - 4).step_by(37) {
        assert!(refused(&whole[..length], Format::Parquet), "{length}");
        // The beginning is missing, the end is there: columns lie elsewhere than the footer says.
        let mut tail = b"PAR1".to_vec();
        tail.extend_from_slice(&whole[whole.len() - length..]);
        assert!(refused(&tail, Format::Parquet), "tail of {length}");
    }
}

#[test]
fn parquet_with_other_bytes() {
    let random = &mut Random(7);
    for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
        for compression in [
            Compression::UNCOMPRESSED,
            Compression::SNAPPY,
            Compression::ZSTD(ZstdLevel::default()),
        ] {
            let whole = sample(version, compression);
            for _ in 0..150 {
                let mut bytes = whole.clone();
                for _ in 0..=random.below(3) {
                    let at = random.below(bytes.len() as u64) as usize;
                    bytes[at] = match random.below(3) {
                        0 => 0xFF,
                        1 => 0,
                        _ => random.next() as u8,
                    };
                }
                // Any answer will do: some bytes don't matter.
                refused(&bytes, Format::Parquet);
            }
        }
    }
}

#[test]
fn parquet_with_an_absurd_footer() {
    let whole = sample(WriterVersion::PARQUET_1_0, Compression::UNCOMPRESSED);
    let random = &mut Random(3);
    let length =
        u32::from_le_bytes(whole[whole.len() - 8..whole.len() - 4].try_into().unwrap()) as usize;
    let footer = whole.len() - 8 - length;
    for round in 0..400 {
        let mut bytes = whole.clone();
        // Runs of large varints where counts, sizes and offsets stand.
        let at = footer + random.below(length as u64 - 5) as usize;
        let run: &[u8] = if round % 2 == 0 {
            &[0xFF, 0xFF, 0xFF, 0xFF, 0x0F]
        } else {
            &[0xFC, 0xFF, 0xFF, 0xFF]
        };
        bytes[at..at + run.len()].copy_from_slice(run);
        refused(&bytes, Format::Parquet);
    }
    for said in [0, 1, 7, u32::MAX, length as u32 + 1, length as u32 - 1] {
        let mut bytes = whole.clone();
        let at = bytes.len() - 8;
        bytes[at..at + 4].copy_from_slice(&said.to_le_bytes());
        assert!(refused(&bytes, Format::Parquet), "{said}");
    }
}

#[test]
fn random_bytes_in_every_format() {
    let random = &mut Random(11);
    for length in [1, 2, 3, 4, 7, 8, 11, 12, 13, 100, 1000, 10_000] {
        for begin in [
            &b""[..],
            b"{",
            b"[",
            b"PAR1",
            b"_id\n",
            b"\xEF\xBB\xBF",
            b"[{\"_id\":\"",
        ] {
            let mut bytes = begin.to_vec();
            bytes.extend((0..length).map(|_| random.next() as u8));
            for format in FORMATS {
                let _ = attempt(&bytes, format);
            }
            let mut temporary = tempfile::NamedTempFile::new().unwrap();
            temporary.write_all(&bytes).unwrap();
            let _ = crate::validate::sniff(temporary.path());
        }
    }
}

#[test]
fn a_check_can_be_watched_and_stopped() {
    let text = "{\"_id\":\"1\"}\n".repeat(400_000);
    let mut temporary = tempfile::NamedTempFile::new().unwrap();
    temporary.write_all(text.as_bytes()).unwrap();
    for threads in [1, 2] {
        let watch = Arc::new(Watch::default());
        let options = Options {
            watch: Some(Arc::clone(&watch)),
            threads,
            ..Options::default()
        };
        let findings = file(temporary.path(), Format::NdJson, &members(), &options).unwrap();
        assert_eq!((findings.rows, watch.bytes()), (400_000, text.len() as u64));
        watch.stop();
        let error = file(temporary.path(), Format::NdJson, &members(), &options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
    }
}
