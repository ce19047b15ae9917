//! The landing zone by command, killed and continued.

use std::process::Command;
use std::time::Duration;

use aep_emulator::{Emulator, Fault, FaultRule};
use serde_json::json;

use crate::support::{Home, Ran};

const PART: usize = 5 * 1024 * 1024;

/// The binary in this home, against this emulator.
fn at(home: &Home, emulator: &Emulator) -> Command {
    let mut command = home.command();
    command.env("AEP_BASE_URL", emulator.url());
    command
}

fn content(size: usize) -> Vec<u8> {
    (0..size)
        .map(|place| u8::try_from((place * 7 + place / 253) % 256).unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_put_that_was_killed_sends_only_the_missing_parts() {
    let emulator = Emulator::builder().start().await.unwrap();
    let home = Home::new();
    let bytes = content(8 * PART);
    std::fs::write(home.path().join("big.bin"), &bytes).unwrap();
    // slow enough to be killed in the middle
    let slow = FaultRule::new("uploadPart", Fault::delay(Duration::from_millis(300)));
    emulator.faults().add(slow).unwrap();
    let put = || {
        let mut command = at(&home, &emulator);
        command.args([
            "dlz",
            "put",
            "big.bin",
            "in/",
            "--concurrency",
            "2",
            "-o",
            "json",
        ]);
        command
    };
    let arrived = |emulator: &Emulator| {
        let all = emulator.requests().all();
        all.iter()
            .filter(|seen| seen.operation == Some("uploadPart") && seen.status == Some(200))
            .count()
    };
    let mut child = put().spawn().unwrap();
    while arrived(&emulator) < 3 {
        assert!(child.try_wait().unwrap().is_none(), "it ended too early");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    emulator.faults().clear();
    // what was in flight may still arrive
    tokio::time::sleep(Duration::from_millis(700)).await;
    let before = arrived(&emulator);
    let journal = std::fs::read_dir(home.path().join(".local/state/aep/dlz"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let text = std::fs::read_to_string(journal.path()).unwrap();
    let recorded = text
        .lines()
        .filter(|line| line.contains(r#""event":"part""#) && line.ends_with('}'))
        .count();
    assert!(recorded >= 1, "{text}");

    let ran = tokio::task::spawn_blocking({
        let mut command = put();
        move || Ran::of(command.output().unwrap())
    })
    .await
    .unwrap()
    .ok();
    let report = ran.json();
    assert_eq!(report["files"][0]["bytesKept"], json!(recorded * PART));
    assert_eq!(arrived(&emulator) - before, 8 - recorded);
    assert_eq!(emulator.requests().count("createMultipartUpload"), 1);
    assert!(!journal.path().exists());

    let got = tokio::task::spawn_blocking({
        let mut command = at(&home, &emulator);
        command.args(["dlz", "get", "in/big.bin", "copy.bin", "-q"]);
        move || Ran::of(command.output().unwrap())
    });
    got.await.unwrap().ok();
    assert!(std::fs::read(home.path().join("copy.bin")).unwrap() == bytes);
}

#[test]
fn every_verb() {
    let home = Home::new();
    home.write("data/a.csv", "id,name\n1,Zoë\n");
    home.write("data/b/c.json", "{}\n");
    let info = home.local(["dlz", "info", "-o", "json"]).ok().json();
    assert_eq!(
        (&info["type"], &info["provider"]),
        (&json!("user_drop_zone"), &json!("s3"))
    );
    let hidden = home.local(["dlz", "credentials", "-o", "json"]).ok();
    assert_eq!(
        hidden.json()["credentials"]["awsSecretAccessKey"],
        "[redacted]"
    );
    let shown = home
        .local(["dlz", "credentials", "--show-secrets", "-o", "json"])
        .ok();
    assert_ne!(
        shown.json()["credentials"]["awsSecretAccessKey"],
        "[redacted]"
    );
    home.local(["dlz", "put", "data", "in/"]).ok();
    home.local_with_input("from a pipe", ["dlz", "put", "-", "in/pipe.txt"])
        .ok();
    let keys = home.local(["dlz", "ls", "-o", "id"]).ok().stdout;
    assert_eq!(keys, "in/a.csv\nin/b/c.json\nin/pipe.txt\n");
    assert_eq!(
        home.local(["dlz", "cat", "in/pipe.txt"]).ok().stdout,
        "from a pipe"
    );
    assert_eq!(
        home.local(["dlz", "get", "in/a.csv", "-"]).ok().stdout,
        "id,name\n1,Zoë\n"
    );
    home.local(["dlz", "get", "in/a.csv"]).ok();
    home.local(["dlz", "get", "in/a.csv"]).exits(7);
    let entries = home
        .local(["dlz", "ls", "--explore", "-o", "json"])
        .ok()
        .json();
    let folder = entries[0]["path"].as_str().unwrap();
    let preview = home
        .local(["dlz", "preview", &format!("{folder}a.csv"), "-o", "json"])
        .ok();
    assert_eq!(preview.json()["data"][0]["name"], "Zoë");
    let dry = home
        .local([
            "--dry-run",
            "dlz",
            "sync",
            "data",
            "dlz:in/",
            "--delete",
            "-o",
            "json",
        ])
        .ok();
    let deleted = dry.json()["deleted"].clone();
    assert_eq!(deleted, 1, "{}", dry.stdout);
    assert_eq!(home.local(["dlz", "ls", "-o", "id"]).ok().stdout, keys);
    home.local(["dlz", "sync", "dlz:in/", "copy"]).ok();
    assert_eq!(
        std::fs::read_to_string(home.path().join("copy/pipe.txt")).unwrap(),
        "from a pipe"
    );
    home.local(["dlz", "rm", "in/pipe.txt"]).exits(2);
    home.local(["dlz", "rm", "in/pipe.txt", "--yes"]).ok();
    home.local(["dlz", "rm", "in/pipe.txt", "--yes"]).exits(3);
    home.local(["dlz", "rm", "in/", "-r", "--yes"]).ok();
    assert_eq!(home.local(["dlz", "ls", "-o", "id"]).ok().stdout, "");
    let refreshed = home.local(["dlz", "refresh", "--yes"]).ok();
    assert!(refreshed.stderr.contains("warning"), "{}", refreshed.stderr);
}

#[test]
fn other_tools() {
    let home = Home::new();
    for (tool, word) in [
        ("azcopy", "AWS_SESSION_TOKEN"),
        ("rclone", "RCLONE_CONFIG_DLZ_TYPE"),
        ("spark", "spark.hadoop.fs.s3a.access.key"),
        ("duckdb", "CREATE OR REPLACE SECRET"),
    ] {
        let ran = home.local(["dlz", "env", "--format", tool]).ok();
        assert!(ran.stdout.contains(word), "{}", ran.stdout);
        assert!(ran.stderr.contains("credentials"), "{}", ran.stderr);
    }
    home.local(["dlz", "env", "--format", "json"]).exits(2);
    home.local(["dataset", "list", "--format", "rclone"])
        .exits(2);
}

#[test]
fn what_is_wrong_is_said_before_anything_happens() {
    let home = Home::new();
    home.write("f", "x");
    for (args, code) in [
        (&["put", "f", "CON"][..], 2),
        (&["put", "f", "a/../b"], 2),
        (&["put", "missing"], 3),
        (&["put", "-"], 2),
        (&["cat", "missing"], 3),
        (&["sync", "a", "b"], 2),
        (&["info", "--type", "drop"], 2),
        (&["preview", "x", "--type", "dlz_destination"], 2),
        (&["rm", "folder/", "--yes"], 2),
    ] {
        let mut all = vec!["dlz"];
        all.extend(args);
        home.local(&all).exits(code);
    }
}
