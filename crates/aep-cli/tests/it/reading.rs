//! Reading back: lists, snapshots, incremental downloads.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Home, MEMBERS};

fn ingest(home: &Home, rows: usize) -> String {
    let name = format!("rows-{rows}.json");
    home.members(&name, rows);
    let ran = home
        .local(["ingest", &name, "--dataset", MEMBERS, "-o", "json"])
        .ok();
    ran.json()["batches"][0]["id"].as_str().unwrap().to_owned()
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

#[test]
fn only_what_is_new_is_downloaded() {
    let home = Home::new();
    let to = home.path().join("new");
    let download = |more: &[&str]| {
        let args = ["dataset", "download", MEMBERS, "--to", "new"];
        home.local(args.iter().chain(more))
    };
    let first = ingest(&home, 1);
    // a dry run says what there is, writes nothing, and does not move the position
    let dry = ["dataset", "download", MEMBERS, "--to", "dry", "--dry-run"];
    let sums = ["--since-last", "etl", "--manifest", "sums"];
    let ran = home.local(dry.iter().chain(&sums)).ok();
    assert!(ran.stdout.contains(&first), "{}", ran.shown());
    for left in ["dry", "sums"] {
        assert!(!home.path().join(left).exists(), "{left}");
    }
    let report = download(&["--since-last", "etl", "-o", "json"]).ok().json();
    assert_eq!(report["files"][0]["batchId"], first.as_str());
    assert_eq!(report["files"][0]["how"], "fetched");

    let ran = download(&["--since-last", "etl"]).ok();
    assert!(
        ran.stderr.contains("no batch has come since"),
        "{}",
        ran.shown()
    );

    // one that is still in progress is not passed
    let late = home
        .local([
            "batch",
            "create",
            "--dataset",
            MEMBERS,
            "--input-format",
            "json",
            "-o",
            "id",
        ])
        .ok();
    let late = late.stdout.trim().to_owned();
    home.members("late.json", 3);
    home.local(["batch", "put", &late, "late.json"]).ok();
    let second = ingest(&home, 2);
    let ran = download(&["--since-last", "etl", "-o", "json"]).ok();
    let report = ran.json();
    assert_eq!(report["files"].as_array().unwrap().len(), 1);
    assert_eq!(report["files"][0]["batchId"], second.as_str());
    assert_eq!(report["waiting"][0]["id"], late.as_str());

    home.local(["batch", "complete", &late, "--wait"]).ok();
    let report = download(&["--since-last", "etl", "-o", "json"]).ok().json();
    assert_eq!(report["files"].as_array().unwrap().len(), 1);
    assert_eq!(report["files"][0]["batchId"], late.as_str());
    assert_eq!(entries(&to).len(), 3);

    // another name has read nothing yet
    let other = [
        "--since-last",
        "other",
        "--since-batch",
        &first,
        "-o",
        "json",
    ];
    let again = home
        .local(
            ["dataset", "download", MEMBERS, "--to", "other"]
                .iter()
                .chain(&other),
        )
        .ok()
        .json();
    assert_eq!(again["files"].as_array().unwrap().len(), 2);
    download(&["--since-last", "etl", "--since", "1h"]).exits(2);
    download(&["--since-last", "../etl"]).exits(2);
    download(&["--since-last", "etl", "--snapshot"]).exits(2);
}

#[test]
fn a_snapshot_is_the_last_batch_and_its_checksums_are_right() {
    let home = Home::new();
    ingest(&home, 1);
    let last = ingest(&home, 2);
    let listed = home
        .local([
            "batch",
            "list",
            "--dataset",
            MEMBERS,
            "--last-successful",
            "-o",
            "id",
        ])
        .ok();
    assert_eq!(listed.stdout.trim(), last);
    let all = home
        .local(["batch", "list", "--last-successful", "-o", "id"])
        .ok();
    assert_eq!(all.stdout.trim(), last);
    let report = home
        .local([
            "dataset",
            "download",
            MEMBERS,
            "--to",
            "snap",
            "--snapshot",
            "--manifest",
            "sums",
            "-o",
            "json",
        ])
        .ok()
        .json();
    assert_eq!(report["files"].as_array().unwrap().len(), 1);
    assert_eq!(report["files"][0]["batchId"], last.as_str());
    let checked = Command::new("sha256sum")
        .args(["-c", "../sums"])
        .current_dir(home.path().join("snap"))
        .output()
        .unwrap();
    assert!(checked.status.success(), "{checked:?}");
    let wait = home
        .local(["batch", "wait", "--dataset", MEMBERS, "-o", "id"])
        .ok();
    assert_eq!(wait.stdout.trim(), last);
}

#[test]
fn a_dataset_says_what_was_seen_in_it() {
    let home = Home::new();
    let none = home
        .local(["dataset", "schema", MEMBERS, "--observable"])
        .ok();
    assert!(
        none.stderr.contains("no data has landed"),
        "{}",
        none.shown()
    );
    let id = ingest(&home, 2);
    let seen = home
        .local(["dataset", "schema", MEMBERS, "--observable"])
        .ok();
    assert!(seen.stdout.contains("_local.memberId"), "{}", seen.stdout);
    assert!(!seen.stdout.contains("createdByBatchID"), "{}", seen.stdout);
    let files = home
        .local(["dataset", "files", MEMBERS, "--view", "-o", "json"])
        .ok()
        .json();
    assert_eq!(files[0]["id"], format!("{id}-1"));
    assert_eq!(files[0]["batchId"], id.as_str());
}

#[test]
fn rows_are_printed_as_they_can_be_sent_again() {
    let home = Home::new();
    ingest(&home, 2);
    let rows = [
        "dataset",
        "rows",
        MEMBERS,
        "--since-last",
        "etl",
        "-o",
        "ndjson",
    ];
    let ran = home.local(rows).ok();
    assert_eq!(ran.stdout.lines().count(), 2, "{}", ran.shown());
    assert_eq!(home.local(rows).ok().stdout, "");
    let args = [
        "ingest",
        "-",
        "--input-format",
        "ndjson",
        "--dataset",
        MEMBERS,
    ];
    home.local_with_input(&ran.stdout.replace("member-", "other-"), args)
        .ok();
    let again = home.local(rows).ok();
    assert_eq!(again.stdout.lines().count(), 2);
    assert!(again.stdout.lines().all(|line| line.contains("other-")));
    let snapshot = [
        "dataset",
        "rows",
        MEMBERS,
        "--snapshot",
        "-o",
        "json",
        "--jq",
        "length",
    ];
    assert_eq!(home.local(snapshot).ok().stdout, "2\n");
    let all = ["dataset", "rows", MEMBERS, "-o", "json", "--jq", "length"];
    assert_eq!(home.local(all).ok().stdout, "4\n");
}
