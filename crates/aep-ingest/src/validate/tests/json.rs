//! JSON Lines and multi-line JSON.

use super::support::{brief, check, members};
use crate::validate::{Format, OnUnknown, Options, Rule};

fn lines(text: &str) -> crate::validate::Findings {
    check(
        text.as_bytes(),
        Format::NdJson,
        &members(),
        &Options::default(),
    )
}

#[test]
fn good_rows_pass() {
    let text = r#"{"_id":"1","_local":{"memberId":"M00000001","tier":"gold","points":5,"lifetimeValue":1.5,"joinedOn":"2020-02-29","lastActivity":"2020-01-01T00:00:00Z","active":true,"preferences":{"colour":"grün","x":null},"favouriteStores":["a",null],"cards":[{"number":"1","issuedOn":"2020-01-01","points":9007199254740991}],"visits":-32768,"level":127},"identityMap":{"Email":[{"id":"a","authenticatedState":"ambiguous","primary":true}]}}

{"_local":{"memberId":"M00000002","joinedOn":1531180800000,"points":"12"},"_id":2,"person":null}
"#;
    let findings = lines(text);
    assert_eq!(brief(&findings), []);
    assert_eq!((findings.rows, findings.failed_rows), (2, 0));
    assert!(findings.is_ok());
}

#[test]
fn a_finding_is_one_line_that_says_all() {
    let findings = lines(
        "{\"_id\":\"1\"}\n{\"_id\":\"2\",\"_local\":{\"memberId\":\"M00000001\",\"tier\":\"diamond\"}}\n",
    );
    let finding = &findings.findings[0];
    assert_eq!(
        (finding.line, finding.row, finding.rule),
        (Some(2), 2, Rule::Enum)
    );
    let text = finding.to_string();
    assert!(
        text.ends_with(":2: `_local.tier`: expected one of bronze, silver, gold, platinum, found \"diamond\" (enum)"),
        "{text}"
    );
    assert_eq!(findings.failed_rows, 1);
    let json = serde_json::to_value(&findings).unwrap();
    assert_eq!(json["failedRows"], 1);
    assert_eq!(json["findings"][0]["rule"], "enum");
    assert_eq!(json["findings"][0]["line"], 2);
    assert_eq!(json["counts"][0]["path"], "_local.tier");
    assert_eq!(json["format"], "ndjson");
}

#[test]
fn every_kind_of_finding() {
    for (row, path, rule) in [
        (r#"{"_local":{"memberId":"M00000001"}}"#, "_id", "required"),
        (r#"{"_id":null}"#, "_id", "required"),
        (r#"{"_id":"1","_local":{}}"#, "_local.memberId", "required"),
        (
            r#"{"_id":"1","_local":{"memberId":"x"}}"#,
            "_local.memberId",
            "pattern",
        ),
        (
            r#"{"_id":"1","nonsense":{"a":[1]}}"#,
            "nonsense",
            "unknownField",
        ),
        (
            r#"{"_id":"1","person":{"Name":1}}"#,
            "person.Name",
            "unknownField",
        ),
        (r#"{"_id":true}"#, "_id", "type"),
        (r#"{"_id":["1"]}"#, "_id", "type"),
        (r#"{"_id":"1","person":[]}"#, "person", "type"),
        (r#"{"_id":"1","person":"x"}"#, "person", "type"),
        (
            r#"{"_id":"1","identityMap":{"Email":{}}}"#,
            "identityMap.Email",
            "type",
        ),
        (
            r#"{"_id":"1","identityMap":{"Email":[{"id":"1"},{"primary":"true"}]}}"#,
            "identityMap.Email[1].primary",
            "type",
        ),
        (
            r#"{"_id":"1","identityMap":{"E":[],"E":[]}}"#,
            "identityMap.E",
            "duplicateKey",
        ),
        (r#"{"_id":"1","_id":"2"}"#, "_id", "duplicateKey"),
        (
            r#"{"_id":"1","_local":{"memberId":"M00000001","points":-1}}"#,
            "_local.points",
            "minimum",
        ),
        (
            r#"{"_id":"1","_local":{"memberId":"M00000001","points":2147483648}}"#,
            "_local.points",
            "range",
        ),
        (
            r#"{"_id":"1","_local":{"memberId":"M00000001","points":1.5}}"#,
            "_local.points",
            "type",
        ),
        (
            r#"{"_id":"1","_local":{"memberId":"M00000001","level":128}}"#,
            "_local.level",
            "range",
        ),
        (
            r#"{"_id":"1","_local":{"memberId":"M00000001","lifetimeValue":1e400}}"#,
            "_local.lifetimeValue",
            "range",
        ),
        (
            r#"{"_id":"1","_local":{"memberId":"M00000001","joinedOn":"2020-02-30"}}"#,
            "_local.joinedOn",
            "format",
        ),
        (
            r#"{"_id":"1","_local":{"memberId":"M00000001","joinedOn":1.5}}"#,
            "_local.joinedOn",
            "type",
        ),
        (
            r#"{"_id":"1","_local":{"memberId":"M00000001","joinedOn":1531263959000}}"#,
            "_local.joinedOn",
            "format",
        ),
        (
            r#"{"_id":"1","_local":{"memberId":"M00000001","lastActivity":253402300800000}}"#,
            "_local.lastActivity",
            "range",
        ),
        (
            r#"{"_id":"1","_local":{"memberId":"M00000001","lifetimeValue":9007199254740993}}"#,
            "_local.lifetimeValue",
            "range",
        ),
        (
            r#"{"_id":"1","_local":{"memberId":"M00000001","lastActivity":"2020-01-01 00:00:00Z"}}"#,
            "_local.lastActivity",
            "format",
        ),
        ("7", "", "type"),
        ("[]", "", "type"),
        ("null", "", "type"),
        (r#"{"_id":"1"} {}"#, "", "syntax"),
        (r#"{"_id":"1""#, "", "syntax"),
        (r#"{"_id":"1",}"#, "", "syntax"),
        (r#"{"_id":"\ud800"}"#, "", "syntax"),
        ("{\"_id\":\"a\0b\"}", "", "syntax"),
        ("{'_id':1}", "", "syntax"),
        ("{\"_id\":NaN}", "", "syntax"),
        ("{\"_id\":01}", "", "syntax"),
    ] {
        let findings = lines(&format!("{{\"_id\":\"0\"}}\n{row}\n"));
        assert_eq!(brief(&findings), [(path, rule)], "{row}");
        assert_eq!(findings.findings[0].line, Some(2), "{row}");
        assert_eq!((findings.rows, findings.failed_rows), (2, 1), "{row}");
    }
}

#[test]
fn unknown_fields_can_be_warnings() {
    let options = Options {
        unknown: OnUnknown::Warn,
        ..Options::default()
    };
    let findings = check(
        b"{\"_id\":\"1\",\"x\":1}",
        Format::NdJson,
        &members(),
        &options,
    );
    assert_eq!(brief(&findings), [("x", "unknownField")]);
    assert!(findings.is_ok());
    assert_eq!((findings.failed_rows, findings.warnings()), (0, 1));
    assert!(findings.findings[0].to_string().contains(": warning: `x`"));
}

#[test]
fn examples_are_few_and_counts_are_all() {
    let text = "{\"_id\":\"1\",\"x\":1}\n".repeat(1000);
    let options = Options {
        max_examples: 3,
        ..Options::default()
    };
    let findings = check(text.as_bytes(), Format::NdJson, &members(), &options);
    assert_eq!(findings.findings.len(), 3);
    assert_eq!(findings.counts[0].count, 1000);
    assert_eq!(findings.failed_rows, 1000);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let mut text = String::new();
    for row in 0..60_000 {
        let tier = if row % 997 == 0 { "wood" } else { "gold" };
        text += &format!(
            "{{\"_id\":\"{row}\",\"_local\":{{\"memberId\":\"M{row:08}\",\"tier\":\"{tier}\"}}}}\n"
        );
        if row % 5000 == 0 {
            text += "\n{broken\n";
        }
    }
    let check = |threads| {
        let options = Options {
            threads,
            max_examples: 1000,
            ..Options::default()
        };
        let mut findings = check(text.as_bytes(), Format::NdJson, &members(), &options);
        for finding in &mut findings.findings {
            finding.file = "x".into();
        }
        (
            findings.rows,
            findings.failed_rows,
            findings.counts.clone(),
            findings.findings,
        )
    };
    let alone = check(1);
    assert_eq!(alone.0, 60_012);
    assert_eq!(alone, check(2));
    assert_eq!(alone, check(7));
    let array = format!(
        "[{}]",
        text.replace("\n\n{broken", "")
            .trim_end()
            .replace('\n', ",\n")
    );
    let options = Options {
        threads: 3,
        ..Options::default()
    };
    let findings = super::support::check(array.as_bytes(), Format::Json, &members(), &options);
    assert_eq!((findings.rows, findings.failed_rows), (60_000, 61));
}

#[test]
fn an_array_is_read_row_by_row() {
    let text =
        "[\n  {\"_id\": \"1\"},\n  {\n    \"_id\": true\n  },\n  {\"_id\": \"3\" \"x\"}\n]\n";
    let findings = check(
        text.as_bytes(),
        Format::Json,
        &members(),
        &Options::default(),
    );
    assert_eq!(brief(&findings), [("_id", "type"), ("", "syntax")]);
    assert_eq!(
        (findings.findings[0].line, findings.findings[0].row),
        (Some(3), 2)
    );
    assert_eq!(
        (findings.findings[1].line, findings.findings[1].column),
        (Some(6), Some(15))
    );
    assert_eq!((findings.rows, findings.failed_rows), (3, 2));
}

#[test]
fn text_that_is_not_utf8_is_placed() {
    let findings = check(
        b"{\"_id\":\"1\"}\n{\"_id\":\"\xc3\xa9\xff\"}\n",
        Format::NdJson,
        &members(),
        &Options::default(),
    );
    assert_eq!(brief(&findings), [("", "encoding")]);
    let finding = &findings.findings[0];
    assert_eq!(
        (finding.line, finding.column, finding.found.as_str()),
        (Some(2), Some(10), "the bytes FF")
    );
}
