//! `--progress json`: what a scheduler reads.

use serde_json::Value;

use crate::support::{Home, MEMBERS};

fn events(stderr: &str) -> Vec<Value> {
    let line = |line: &str| -> Value {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
    };
    stderr.lines().map(line).collect()
}

fn named<'e>(events: &'e [Value], name: &str) -> Vec<&'e Value> {
    events
        .iter()
        .filter(|event| event["event"] == name)
        .collect()
}

#[test]
fn a_scheduler_is_told_what_happens() {
    let home = Home::new();
    home.members("in/a.json", 2);
    home.members("in/b.json", 3);
    let fault = [
        "emulator",
        "faults",
        "add",
        "uploadSmallFile",
        "--reset-after",
        "--first",
        "1",
    ];
    home.local(fault).ok();
    let ran = home
        .local([
            "ingest",
            "in",
            "--dataset",
            MEMBERS,
            "--progress",
            "json",
            "-o",
            "json",
        ])
        .ok();
    let report = ran.json();
    let run = &report["runId"];
    let batch = &report["batches"][0]["id"];
    let all = events(&ran.stderr);
    for event in &all {
        let told = event["event"].as_str().unwrap();
        assert!(told == "progress" || event["run"] == *run, "{event}");
        assert!(
            told == "progress" || event["time"].as_str().unwrap().ends_with('Z'),
            "{event}"
        );
    }
    assert_eq!(all[0]["event"], "start");
    let phases: Vec<&str> = named(&all, "phase")
        .iter()
        .map(|event| event["phase"].as_str().unwrap())
        .collect();
    assert_eq!(
        phases,
        ["validating", "uploading", "completing", "waiting", "done"]
    );
    let statuses = named(&all, "batch");
    assert_eq!(statuses[0]["status"], "loading");
    assert_eq!(statuses.last().unwrap()["status"], "success");
    assert!(statuses.iter().all(|event| event["batch"] == *batch));
    let mut files: Vec<&str> = named(&all, "file")
        .iter()
        .map(|event| event["file"].as_str().unwrap())
        .collect();
    files.sort_unstable();
    assert_eq!(files, ["a.json", "b.json"]);
    assert_eq!(named(&all, "retry").len(), 1);
    assert!(!named(&all, "progress").is_empty());
    let done = all.last().unwrap();
    assert_eq!(
        (&done["event"], &done["status"]),
        (&"done".into(), &"success".into())
    );
    assert_eq!((&done["exitCode"], &done["batches"][0]), (&0.into(), batch));
}

#[test]
fn a_failure_is_an_event_and_an_error_in_json() {
    let home = Home::new();
    home.members("a.json", 1);
    let fault = [
        "emulator",
        "faults",
        "add",
        "uploadSmallFile",
        "--status",
        "403",
    ];
    home.local(fault).ok();
    let ran = home
        .local([
            "ingest",
            "a.json",
            "--dataset",
            MEMBERS,
            "--progress",
            "json",
        ])
        .exits(4);
    let all = events(&ran.stderr);
    let done = named(&all, "done")[0];
    assert_eq!(
        (&done["status"], &done["exitCode"]),
        (&"aborted".into(), &4.into())
    );
    assert!(
        done["error"].as_str().unwrap().contains("could not"),
        "{done}"
    );
    // the last line is the error itself, no event
    assert!(all.last().unwrap()["event"].is_null());
}
