//! `aep schema validate`.

use crate::support::{Home, MEMBERS, member, stable};

#[test]
fn good_rows_are_quiet() {
    let home = Home::new();
    home.members("good.json", 3);
    let ran = home
        .local(["schema", "validate", "good.json", "--schema", MEMBERS])
        .ok();
    assert_eq!(
        (ran.stdout.as_str(), ran.stderr.as_str()),
        ("", "3 rows, all fit the schema\n")
    );
}

#[test]
fn findings_have_place_rule_expected_and_found() {
    let home = Home::new();
    let mut row = member(1);
    row["_local"]["tier"] = "diamond".into();
    row["_local"]["points"] = (-1).into();
    row["surprise"] = true.into();
    home.write("bad.ndjson", &format!("{}\n{row}\n{{\n", member(2)));
    let ran = home
        .local(["schema", "validate", "bad.ndjson", "--schema", MEMBERS])
        .exits(6);
    stable(|| insta::assert_snapshot!("findings", ran.shown()));
    let ran = home
        .local([
            "schema",
            "validate",
            "bad.ndjson",
            "--schema",
            MEMBERS,
            "-o",
            "json",
        ])
        .exits(6);
    let first = &ran.json()[0];
    assert_eq!(first["failedRows"], 2);
    for key in ["file", "line", "row", "path", "rule", "expected", "found"] {
        assert!(first["findings"][0].get(key).is_some(), "{key}: {first:#}");
    }
    let ran = home
        .local([
            "schema",
            "validate",
            "bad.ndjson",
            "--schema",
            MEMBERS,
            "-o",
            "csv",
        ])
        .exits(6);
    assert!(
        ran.stdout
            .starts_with("file,line,row,group,path,rule,expected,found\n"),
        "{}",
        ran.stdout
    );
}

#[test]
fn files_that_are_none_are_refused() {
    let home = Home::new();
    home.write("empty.json", "");
    home.local(["schema", "validate", "empty.json", "--schema", MEMBERS])
        .exits(6);
    let ran = home.local(["schema", "validate", "missing.json", "--schema", MEMBERS]);
    assert!([1, 3].contains(&ran.code), "{}", ran.shown());
    home.write("text.parquet", "PAR0 not parquet");
    home.local([
        "schema",
        "validate",
        "text.parquet",
        "--input-format",
        "parquet",
        "--schema",
        MEMBERS,
    ])
    .exits(6);
}
