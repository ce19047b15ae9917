//! What a newcomer does on the first day, with no account.

use serde_json::json;

use crate::support::{Home, MEMBERS, member, stable};

#[test]
fn a_file_is_ingested_looked_at_and_downloaded() {
    let home = Home::new();
    home.members("members.json", 3);
    let ran = home
        .local([
            "ingest",
            "members.json",
            "--dataset",
            MEMBERS,
            "--progress",
            "none",
        ])
        .ok();
    stable(|| insta::assert_snapshot!("ingest", ran.shown()));

    let ran = home
        .local([
            "dataset",
            "preview",
            MEMBERS,
            "--columns",
            "_id,person.name.lastName,_local.tier",
        ])
        .ok();
    stable(|| insta::assert_snapshot!("preview", ran.shown()));

    let batches = home.local(["batch", "list", "-o", "json"]).ok().json();
    assert_eq!(batches.as_array().unwrap().len(), 1);
    assert_eq!(batches[0]["status"], "success");
    let id = batches[0]["id"].as_str().unwrap();

    let files = home
        .local(["dataset", "files", MEMBERS, "-o", "json"])
        .ok()
        .json();
    assert!(
        files[0]["name"].as_str().unwrap().ends_with(".parquet"),
        "{files}"
    );

    let shown = home.local(["dataset", "files", MEMBERS]).ok();
    assert!(shown.stdout.contains(id), "{}", shown.stdout);

    home.local(["batch", "download", id, "--to", "out"]).ok();
    let stored: Vec<_> = std::fs::read_dir(home.path().join("out"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert_eq!(stored.len(), 1);
    assert_eq!(std::fs::read(&stored[0]).unwrap()[..4], *b"PAR1");

    home.local(["batch", "download", id, "--to", "out"])
        .exits(7);
    let again = home
        .local([
            "batch",
            "download",
            id,
            "--to",
            "out",
            "--overwrite",
            "-o",
            "id",
        ])
        .ok();
    assert!(again.stdout.ends_with(".parquet\n"), "{}", again.stdout);

    // What was stored can go in again: Parquet, with the same rows.
    let again = home
        .local([
            "ingest",
            stored[0].to_str().unwrap(),
            "--dataset",
            MEMBERS,
            "-o",
            "json",
        ])
        .ok()
        .json();
    assert_eq!(again["batches"][0]["recordsLanded"], 3);
}

#[test]
fn the_report_has_the_fields_that_scripts_know() {
    let home = Home::new();
    home.members("members.json", 2);
    let ran = home
        .local(["ingest", "members.json", "--dataset", MEMBERS, "-o", "json"])
        .ok();
    stable(|| insta::assert_snapshot!("report", ran.shown()));
    let report = ran.json();
    assert_eq!(report["status"], "success");
    assert_eq!(report["dataset"]["name"], MEMBERS);
    for key in [
        "id",
        "status",
        "files",
        "bytes",
        "recordsRead",
        "recordsLanded",
        "recordsFailed",
        "errors",
    ] {
        assert!(report["batches"][0].get(key).is_some(), "{key}");
    }
    assert!(report["runId"].is_string() && report["elapsedMs"].is_number());
}

#[test]
fn directories_patterns_and_standard_input_go_in() {
    let home = Home::new();
    home.members("data/day=1/a.json", 1);
    home.members("data/day=2/b.json", 2);
    let report = home
        .local(["ingest", "data", "--dataset", MEMBERS, "-o", "json"])
        .ok()
        .json();
    assert_eq!(report["batches"][0]["files"], 2);
    assert_eq!(report["batches"][0]["recordsLanded"], 3);

    let report = home
        .local([
            "ingest",
            "data/*/b.json",
            "--allow-duplicate",
            "--dataset",
            MEMBERS,
            "-o",
            "json",
        ])
        .ok()
        .json();
    assert_eq!(report["batches"][0]["recordsLanded"], 2);

    let lines = format!("{}\n{}\n", member(8), member(9));
    let ran = home.local_with_input(
        &lines,
        [
            "ingest",
            "-",
            "--input-format",
            "ndjson",
            "--dataset",
            MEMBERS,
            "-o",
            "json",
        ],
    );
    assert_eq!(ran.ok().json()["batches"][0]["recordsLanded"], 2);

    let ran = home
        .local_with_input(&lines, ["ingest", "-", "--dataset", MEMBERS])
        .exits(2);
    assert!(ran.stderr.contains("--input-format"), "{}", ran.stderr);

    let rows = home
        .local([
            "dataset", "preview", MEMBERS, "-o", "json", "--jq", "length",
        ])
        .ok();
    assert_eq!(rows.stdout, "7\n");
}

#[test]
fn a_dataset_is_named_by_id_or_by_name() {
    let home = Home::new();
    home.members("members.json", 1);
    let id = home
        .local([
            "dataset",
            "list",
            "-o",
            "json",
            "--jq",
            ".[] | select(.name == \"Loyalty Members\") | .id",
        ])
        .ok();
    let report = home
        .local([
            "ingest",
            "members.json",
            "--dataset",
            id.stdout.trim(),
            "-o",
            "json",
        ])
        .ok()
        .json();
    assert_eq!(
        report["dataset"],
        json!({"id": id.stdout.trim(), "name": MEMBERS})
    );

    let ran = home
        .local(["ingest", "members.json", "--dataset", "No Such"])
        .exits(3);
    assert!(ran.stderr.starts_with("error: could not"), "{}", ran.stderr);
}

#[test]
fn without_waiting_the_batch_is_accepted_and_can_be_waited_for() {
    let home = Home::new();
    home.members("members.json", 1);
    let ran = home
        .local([
            "ingest",
            "members.json",
            "--dataset",
            MEMBERS,
            "--no-wait",
            "-o",
            "json",
        ])
        .ok();
    let id = ran.json()["batches"][0]["id"].as_str().unwrap().to_owned();
    let batch = home.local(["batch", "wait", &id, "-o", "json"]).ok().json();
    assert_eq!(batch["status"], "success");
}

#[test]
fn samples_of_the_repository_land() {
    let samples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let home = Home::new();
    for (stem, dataset) in [
        ("loyalty-members", MEMBERS),
        ("purchases/loyalty-purchases", "Loyalty Purchases"),
    ] {
        for extension in ["json", "ndjson", "csv", "parquet"] {
            let file = samples.join(format!("{stem}.{extension}"));
            let report = home
                .local([
                    "ingest",
                    file.to_str().unwrap(),
                    "--dataset",
                    dataset,
                    "-o",
                    "json",
                ])
                .ok()
                .json();
            let batch = &report["batches"][0];
            assert_eq!(
                batch["recordsRead"],
                batch["recordsLanded"],
                "{}",
                file.display()
            );
            assert_ne!(batch["recordsLanded"], 0, "{}", file.display());
        }
    }
}
