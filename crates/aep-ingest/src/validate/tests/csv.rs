//! CSV.

use serde_json::json;

use super::support::{brief, check, members, object, string, typed};
use crate::validate::{CsvOptions, Findings, Format, OnUnknown, Options};
use crate::xdm::Schema;

fn rows(text: &str) -> Findings {
    check(
        text.as_bytes(),
        Format::Csv,
        &members(),
        &Options::default(),
    )
}

#[test]
fn good_rows_pass() {
    let text = "\u{feff}_id,_local.memberId,_local.visits,_local.points,_local.joinedOn,_local.preferences.colour,\"person.name.firstName\"\r\n\
        1,M00000001,12.0,5,2020-01-01,\"gr\"\"ün\",\"a,\nb\"\r\n\
        2,M00000002,,,1531180800000,,\r\n\
        \r\n\
        3,M00000003,-7,-0,2020-02-29,x,é";
    let findings = rows(text);
    assert_eq!(brief(&findings), []);
    assert_eq!((findings.rows, findings.failed_rows), (3, 0));
}

#[test]
fn rows_have_places() {
    let findings = rows(
        "_id,_local.memberId\n\"1\n1\",M00000001\n2,bad\n3\n4,\"M00000001\"x\n\n,M00000001\n6,M\n",
    );
    assert_eq!(
        brief(&findings),
        [
            ("_local.memberId", "pattern"),
            ("", "columns"),
            ("", "syntax"),
            ("_id", "required"),
            ("_local.memberId", "pattern")
        ]
    );
    let lines: Vec<_> = findings.findings.iter().map(|f| f.line.unwrap()).collect();
    assert_eq!(lines, [4, 5, 6, 8, 9]);
    assert_eq!(findings.findings[2].column, Some(14));
    assert_eq!((findings.rows, findings.failed_rows), (6, 5));
}

#[test]
fn headers_are_checked_once() {
    for (header, path, rule) in [
        ("_id,nope", "nope", "unknownField"),
        ("_id,person.nope", "person.nope", "unknownField"),
        ("_id,_id.x", "_id.x", "unknownField"),
        ("_id,person", "person", "type"),
        ("_id,_local.active", "_local.active", "type"),
        ("_id,_local.cards", "_local.cards", "type"),
        ("_id,_local.cards.number", "_local.cards.number", "type"),
        ("_id,_id", "_id", "duplicateKey"),
        ("_id,", "", "columns"),
    ] {
        let findings = rows(&format!("{header}\n1,\n2,\n"));
        assert_eq!(brief(&findings), [(path, rule)], "{header}");
        assert_eq!(
            (findings.findings[0].line, findings.findings[0].row),
            (Some(1), 0)
        );
        assert_eq!((findings.rows, findings.failed_rows), (2, 2), "{header}");
    }
    for (text, rule) in [
        (",,\n1,2,3\n", "columns"),
        ("\n1\n", "columns"),
        ("\"a\n1,2\n", "syntax"),
    ] {
        let findings = rows(text);
        assert_eq!(brief(&findings), [("", rule)], "{text}");
        assert!(!findings.is_ok());
    }
    let hint = &rows("_id,_local.memberid\n1,2\n").findings[0]
        .expected
        .clone();
    assert!(hint.contains("`memberId`?"), "{hint}");
    let options = Options {
        unknown: OnUnknown::Warn,
        ..Options::default()
    };
    let findings = check(b"_id,nope\n1,2\n", Format::Csv, &members(), &options);
    assert!(findings.is_ok());
    assert_eq!(findings.warnings(), 1);
}

#[test]
fn required_follows_the_object_around_it() {
    let findings = rows("_id,_local.tier\n1,\n2,gold\n");
    assert_eq!(brief(&findings), [("_local.memberId", "required")]);
    assert_eq!(findings.findings[0].line, Some(3));
    let findings = rows("_local.memberId\nM00000001\n");
    assert_eq!(brief(&findings), [("_id", "required")]);
    assert_eq!(findings.findings[0].found, "no such column");
}

#[test]
fn other_separators() {
    let options = Options {
        csv: CsvOptions {
            delimiter: b'\t',
            quote: b'\'',
            escape: None,
            null_marker: "NULL".into(),
        },
        ..Options::default()
    };
    let text = "_id\t_local.memberId\t_local.points\n'a\tb'\tM00000001\tNULL\nNULL\tM00000001\t\n";
    let findings = check(text.as_bytes(), Format::Csv, &members(), &options);
    assert_eq!(brief(&findings), [("_id", "required")]);
}

#[test]
fn large_files_are_cut_where_records_end() {
    let schema = Schema::compile(&object(json!({"a": string(), "n": typed("int")}))).unwrap();
    let mut text = "a,n\n".to_owned();
    let mut bad = 0;
    for row in 0..80_000 {
        match row % 1000 {
            0 => {
                bad += 1;
                text += "\"line\n,\"\"break\"\"\n\",x\n";
            }
            1 => text += "\"back\\\"slash\\\\\",5\n",
            _ => text += &format!("a plain row with some text that takes room,{row}\n"),
        }
    }
    let check = |threads| {
        let options = Options {
            threads,
            ..Options::default()
        };
        let findings = check(text.as_bytes(), Format::Csv, &schema, &options);
        let places: Vec<_> = findings
            .findings
            .iter()
            .map(|f| (f.line, f.row, f.rule))
            .collect();
        (findings.rows, findings.failed_rows, places)
    };
    let alone = check(1);
    assert_eq!((alone.0, alone.1), (80_000, bad));
    assert_eq!(alone.2[1].0, Some(2 + 1002));
    assert_eq!(alone, check(3));
}

#[test]
fn a_row_that_is_too_long_is_dropped_and_the_next_is_read() {
    let schema = Schema::compile(&object(json!({"a": string(), "n": typed("int")}))).unwrap();
    let options = Options {
        max_row_bytes: 1000,
        ..Options::default()
    };
    let long = "\"\"x\ny\"\"".repeat(300_000);
    let text = format!("a,n\nx,1\n\"{long}\",2\ny,z\n");
    let findings = check(text.as_bytes(), Format::Csv, &schema, &options);
    assert_eq!(brief(&findings)[0], ("", "rowLength"));
    let last = findings.findings.last().unwrap();
    assert_eq!((last.path.as_str(), last.row), ("n", 3));
    assert_eq!(last.line, Some(text.lines().count() as u64));
}
