//! Conversion to Parquet, and made-up rows.

use crate::support::{Home, MEMBERS, stable};

const CSV: &str = "member,joined,points\nM00000001,12/11/2020,1\nM00000002,13/11/2020,2\n";

const MAPPING: &str = "\
columns:
  member: _local.memberId
  joined: {to: _local.joinedOn, format: '%d/%m/%Y'}
  points: _local.points
_id: {from: [member], as: text}
";

#[test]
fn a_csv_file_lands_by_a_mapping() {
    let home = Home::new();
    home.write("export.csv", CSV);
    home.write("export.yaml", MAPPING);
    let ran = home
        .local([
            "ingest",
            "export.csv",
            "--dataset",
            MEMBERS,
            "--convert",
            "parquet",
            "--mapping",
            "export.yaml",
            "-o",
            "json",
        ])
        .ok();
    let report = ran.json();
    assert_eq!(report["status"], "success");
    assert_eq!(report["batches"][0]["recordsLanded"], 2);
}

#[test]
fn what_does_not_fit_is_said_and_nothing_is_written() {
    let home = Home::new();
    home.write("export.csv", CSV);
    home.write("wrong.yaml", "columns:\n  member: _local.memberID\n");
    home.write("loose.yaml", &MAPPING.replace(", format: '%d/%m/%Y'", ""));
    let convert = |mapping| {
        home.local([
            "schema",
            "convert",
            "export.csv",
            "--schema",
            MEMBERS,
            "--to",
            "out",
            "--mapping",
            mapping,
        ])
    };
    let wrong = convert("wrong.yaml").exits(2);
    let loose = convert("loose.yaml").exits(6);
    stable(|| insta::assert_snapshot!("convert", format!("{}\n{}", wrong.shown(), loose.shown())));
    let left = std::fs::read_dir(home.path().join("out")).map_or(0, Iterator::count);
    assert_eq!(left, 0);
}

#[test]
fn a_dry_run_shows_the_mapping() {
    let home = Home::new();
    home.write("export.csv", CSV);
    home.write("export.yaml", MAPPING);
    let ran = home
        .local([
            "schema",
            "convert",
            "export.csv",
            "--schema",
            MEMBERS,
            "--to",
            "out",
            "--mapping",
            "export.yaml",
            "--dry-run",
        ])
        .ok();
    stable(|| insta::assert_snapshot!("convert-dry-run", ran.shown()));
    assert!(!home.path().join("out").exists());
}

#[test]
fn made_up_rows_are_rows_of_the_schema() {
    let home = Home::new();
    let sample = |args: &[&str]| {
        let mut all = vec!["schema", "sample", MEMBERS, "--rows", "20", "--seed", "3"];
        all.extend(args);
        home.local(all).ok().stdout
    };
    let lines = sample(&[]);
    assert_eq!(lines.lines().count(), 20);
    assert_eq!(lines, sample(&["-o", "ndjson"]));
    home.write("rows.ndjson", &lines);
    home.write("rows.json", &sample(&["-o", "json"]));
    home.write("rows.csv", &sample(&["-o", "csv"]));
    sample(&["--to", "rows.parquet"]);
    for file in ["rows.ndjson", "rows.json", "rows.parquet"] {
        home.local(["schema", "validate", file, "--schema", MEMBERS])
            .ok();
    }
    let ran = home
        .local([
            "ingest",
            "rows.csv",
            "--dataset",
            MEMBERS,
            "--convert",
            "parquet",
            "-o",
            "json",
        ])
        .ok();
    assert_eq!(ran.json()["batches"][0]["recordsLanded"], 20);
}
