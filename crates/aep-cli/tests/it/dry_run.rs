//! `--dry-run` prints every request that would change something, and sends none.

use crate::support::{Home, MEMBERS, stable};

#[test]
fn an_ingestion_is_written_down_whole() {
    let home = Home::new();
    home.members("members.json", 2);
    let ran = home
        .local([
            "ingest",
            "members.json",
            "--dataset",
            MEMBERS,
            "--tag",
            "run=1",
            "--dry-run",
        ])
        .ok();
    stable(|| insta::assert_snapshot!("dry_run_ingest", ran.shown()));
    let requests = home
        .local([
            "ingest",
            "members.json",
            "--dataset",
            MEMBERS,
            "--dry-run",
            "-o",
            "json",
        ])
        .ok()
        .json();
    let methods: Vec<_> = requests
        .as_array()
        .unwrap()
        .iter()
        .map(|request| request["method"].as_str().unwrap())
        .collect();
    assert_eq!(methods, ["POST", "PUT", "POST"]);
    assert!(!requests.to_string().contains("Bearer ey"), "{requests}");
    assert_eq!(
        home.local(["batch", "list", "-o", "json"]).ok().json(),
        serde_json::json!([])
    );
}

#[test]
fn other_changes_too_without_a_question() {
    let home = Home::new();
    for args in [
        &["dataset", "delete", MEMBERS][..],
        &["dataset", "create", "New", "--schema", MEMBERS],
        &[
            "batch",
            "create",
            "--dataset",
            MEMBERS,
            "--input-format",
            "csv",
        ],
        &[
            "api",
            "POST",
            "/data/foundation/import/batches",
            "-f",
            "datasetId=x",
        ],
    ] {
        let ran = home.local(args.iter().chain(&["--dry-run"])).ok();
        assert!(
            ran.stdout.starts_with("POST ") || ran.stdout.starts_with("DELETE "),
            "{args:?}: {}",
            ran.shown()
        );
        assert!(
            ran.stdout.contains("[redacted]"),
            "{args:?}: {}",
            ran.stdout
        );
        assert!(ran.stderr.contains("dry run"), "{args:?}: {}", ran.stderr);
    }
    assert_eq!(
        home.local(["dataset", "list", "-o", "id"])
            .ok()
            .stdout
            .lines()
            .count(),
        2
    );
}

#[test]
fn bad_rows_are_refused_in_a_dry_run_as_well() {
    let home = Home::new();
    home.write("bad.json", "[{\"_id\": 1, \"unknown\": true}]");
    home.local(["ingest", "bad.json", "--dataset", MEMBERS, "--dry-run"])
        .exits(6);
}
