//! Files that are damaged, hostile, or something else: always an answer, never a panic.

use std::io::Write as _;
use std::sync::Arc;

use aep_core::{ErrorKind, Result};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterVersion};

use super::parquet::{Data, flat, write};
use super::random::Random;
use super::support::{check, members};
use crate::validate::{Findings, Format, Options, Rule, Watch, file};

#[path = "../../../tests/it/malformed/rows.rs"]
mod rows;

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
    let mut taken = Vec::new();
    for (name, bytes) in rows::rows() {
        for format in FORMATS {
            if !refused(&bytes, format) {
                taken.push(format!("{name} as {format}"));
            }
        }
        // In an array, and as the second row.
        let around = |before: &[u8], between: &[u8], after: &[u8]| {
            [before, bytes.as_slice(), between, after].concat()
        };
        for (what, format, before, between, after) in [
            (
                "in an array",
                Format::Json,
                &b"[{\"_id\":\"0\"},\n"[..],
                &b""[..],
                &b"]"[..],
            ),
            (
                "as a line",
                Format::NdJson,
                b"{\"_id\":\"0\"}\n",
                b"\n",
                b"{\"_id\":\"9\"}\n",
            ),
            (
                "as a cell",
                Format::Csv,
                b"_id,person.birthDate\n0,",
                b"\n",
                b"9,",
            ),
        ] {
            if !refused(&around(before, between, after), format) {
                taken.push(format!("{name} {what}"));
            }
        }
    }
    assert!(taken.is_empty(), "{taken:#?}");
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
