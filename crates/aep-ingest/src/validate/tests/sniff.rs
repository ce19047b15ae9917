//! What a file is.

use std::io::Write;
use std::path::Path;

use aep_core::ErrorKind;

use super::support::members;
use crate::validate::{Format, Options, file, sniff};

fn tell(name: &str, bytes: &[u8]) -> Result<(Format, bool, Option<Format>), (ErrorKind, String)> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::File::create(&path)
        .unwrap()
        .write_all(bytes)
        .unwrap();
    match sniff(&path) {
        Ok(found) => {
            assert_eq!(found.size, bytes.len() as u64);
            assert_eq!(found.disagreement().is_some(), found.named.is_some());
            Ok((found.format, found.multi_line_json, found.named))
        }
        Err(error) => Err((error.kind(), error.report().to_string())),
    }
}

#[test]
fn formats_are_told_by_content() {
    let long = format!("{{\"a\":\"{}\"}}\n{{}}\n", "x".repeat(200_000));
    let spread = format!("{{\"a\":\n\"{}\"}}\n", "x".repeat(200_000));
    for (bytes, format) in [
        (&b"{\"a\":1}\n{\"a\":2}\n"[..], Format::NdJson),
        (b"{\"a\":1}", Format::NdJson),
        (b"\n\n  {\"a\":\"}\"}\n", Format::NdJson),
        (b"\xEF\xBB\xBF{\"a\":1}\n", Format::NdJson),
        (b"{\"a\":[1,{\"b\":\"\\\"\"}]} \r\n{}", Format::NdJson),
        (long.as_bytes(), Format::NdJson),
        (b"{\n\"a\":1}\n", Format::Json),
        (b"{\"a\":[\n1]}\n", Format::Json),
        (spread.as_bytes(), Format::Json),
        (b"[]", Format::Json),
        (b" \n[{\"a\":1},\n{}]", Format::Json),
        (b"\xEF\xBB\xBF[{}]", Format::Json),
        (b"a,b\n1,2\n", Format::Csv),
        (b"\"a\",\"b\"\n1,2\n", Format::Csv),
        (b"\xEF\xBB\xBFa,b\n1,2\n", Format::Csv),
        (b"_id\n1\n", Format::Csv),
        (b"ORC,x\n1,2\n", Format::Csv),
        ("n\u{e9}\n1\n".as_bytes(), Format::Csv),
    ] {
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
        assert_eq!(
            tell("data", bytes),
            Ok((format, format == Format::Json, None)),
            "{text}"
        );
    }
}

#[test]
fn names_that_promise_something_else_are_reported() {
    for (name, bytes, named) in [
        ("a.parquet", &b"{\"a\":1}\n"[..], Some(Format::Parquet)),
        ("a.csv", b"[{}]", Some(Format::Csv)),
        ("a.json", b"a,b\n1,2\n", Some(Format::Json)),
        ("a.ndjson", b"[{}]", Some(Format::NdJson)),
        ("a.JSON", b"[{}]", None),
        ("a.json", b"{\"a\":1}\n{\"a\":1}\n", None),
        ("a.txt", b"a,b\n", None),
    ] {
        assert_eq!(tell(name, bytes).unwrap().2, named, "{name}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    std::fs::write(&path, "{}").unwrap();
    let text = sniff(&path).unwrap().disagreement().unwrap();
    assert_eq!(text, "named as parquet, but its content is ndjson");
}

#[test]
fn other_formats_are_named() {
    for (bytes, part) in [
        (&b"\x1f\x8b\x08\0\0\0"[..], "gzip"),
        (b"PK\x03\x04....", "ZIP"),
        (b"BZh91AY&SY\x01\x02", "bzip2"),
        (b"\xFD7zXZ\0\0", "xz"),
        (b"\x28\xB5\x2F\xFD\0", "Zstandard"),
        (b"7z\xBC\xAF\x27\x1C", "7z"),
        (b"PAREabcdefgh", "encrypted"),
        (b"Obj\x01\x02", "Avro"),
        (b"ORC\x01\x02\x03", "ORC"),
        (b"ARROW1\0\0", "Arrow"),
        (b"\xD0\xCF\x11\xE0\xA1", "Office"),
        (b"SQLite format 3\0", "SQLite"),
        (b"%PDF-1.7", "PDF"),
        (b"<?xml version='1.0'?>", "XML"),
        (b"\xFF\xFEa\0b\0", "UTF-16"),
        (b"\xFE\xFF\0a\0b", "UTF-16"),
        (b"{\0\"\0a\0\"\0:\x001\0}\0", "UTF-16"),
        (b"\0{\0\"\0a\0\"", "UTF-16"),
        (b"a,b\n1,\xFF\n", "line 2, column 3"),
        (b"a,b\n1,\0\n", "zero byte in line 2"),
        (b"12.5", "neither an object nor an array"),
        (b"true\n", "neither an object nor an array"),
        (b"  \n\t\n", "blanks"),
        (b"", "empty"),
        (b"PAR1", "ends after 4 bytes"),
        (b"PAR1aaaabbbbcccc", "expected `PAR1` as its last bytes"),
        (b"PAR1\xFF\xFF\xFF\x00PAR1", "footer"),
    ] {
        let (kind, text) = tell("data", bytes).unwrap_err();
        assert_eq!(kind, ErrorKind::Rejected, "{text}");
        assert!(text.contains(part), "{part}: {text}");
        assert!(text.contains("data`"), "{text}");
    }
}

#[test]
fn what_is_no_file_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let error = sniff(folder.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.report().to_string().contains("directory"));
    let error = sniff(&folder.path().join("gone")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    if Path::new("/dev/null").exists() {
        assert_eq!(
            sniff(Path::new("/dev/null")).unwrap_err().kind(),
            ErrorKind::Usage
        );
    }
}

#[test]
fn a_file_is_not_read_as_what_it_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    for (bytes, format, ok) in [
        (&b"{\"_id\":\"1\"}\n"[..], Format::NdJson, true),
        (b"{\"_id\":\"1\"}\n", Format::Json, true),
        (b"{\"_id\":\"1\"}\n", Format::Parquet, false),
        (b"[{\"_id\":\"1\"}]\n", Format::NdJson, false),
        (b"{\n\"_id\":\"1\"}\n", Format::NdJson, false),
        (b"_id\n1\n", Format::Parquet, false),
        (b"PAR1aaaabbbbcccc", Format::Csv, false),
        (b"\x1f\x8b\x08\0", Format::Csv, false),
        (b"", Format::Csv, false),
    ] {
        std::fs::write(&path, bytes).unwrap();
        match file(&path, format, &members(), &Options::default()) {
            Ok(findings) => assert!(ok && findings.is_ok(), "{format}: {findings:?}"),
            Err(error) => {
                assert!(!ok, "{}", error.report());
                assert_eq!(error.kind(), ErrorKind::Rejected);
            }
        }
    }
}

#[test]
fn names_of_formats() {
    for format in [Format::Parquet, Format::Json, Format::NdJson, Format::Csv] {
        assert_eq!(format.to_string().parse::<Format>().unwrap(), format);
        assert_eq!(serde_json::to_value(format).unwrap(), format.name());
    }
    assert_eq!(
        "avro".parse::<Format>().unwrap_err().kind(),
        ErrorKind::Usage
    );
}
