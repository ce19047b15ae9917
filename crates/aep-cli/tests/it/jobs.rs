//! Runs that are taken up again, by real processes.
#![cfg(unix)]

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::errors::Server;
use crate::support::{Home, MEMBERS, Ran};

const FILES: usize = 12;

/// A home with files, and a server of its own that answers to uploads a little late.
fn slow(home: &Home) -> Server {
    let server = Server::start(home);
    for index in 0..FILES {
        home.members(&format!("in/{index}.json"), index + 1);
    }
    home.run([
        "emulator",
        "faults",
        "add",
        "uploadSmallFile",
        "--delay",
        "60ms",
    ])
    .ok();
    server
}

fn ingesting(home: &Home) -> Child {
    home.spawn([
        "--local",
        "ingest",
        "in",
        "--dataset",
        MEMBERS,
        "--concurrency",
        "2",
    ])
}

fn job(home: &Home) -> Option<Value> {
    let ran = home.run(["job", "list", "-o", "json"]).ok();
    ran.json().as_array().unwrap().first().cloned()
}

fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..600 {
        if condition() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("never: {what}");
}

/// Lines of the only journal, as they are now.
fn journal(home: &Home) -> String {
    let jobs = home.path().join(".local/state/aep/jobs");
    let all = std::fs::read_dir(jobs).into_iter().flatten().flatten();
    all.filter_map(|entry| std::fs::read_to_string(entry.path().join("journal")).ok())
        .collect()
}

fn batches(home: &Home) -> Vec<Value> {
    let ran = home.local(["batch", "list", "-o", "json"]).ok();
    ran.json().as_array().unwrap().clone()
}

#[test]
fn a_killed_run_goes_on_where_it_was() {
    let home = Home::new();
    let _server = slow(&home);
    let mut child = ingesting(&home);
    until("some files are sent", || {
        journal(&home).matches(r#"{"sent""#).count() >= 3
    });
    child.kill().unwrap();
    child.wait().unwrap();
    let before = job(&home).unwrap();
    assert_eq!(before["state"], "interrupted");
    let sent = before["filesSent"].as_u64().unwrap();
    assert!((3..FILES as u64).contains(&sent), "{before}");
    let run = before["runId"].as_str().unwrap();
    let shown = home.run(["job", "show", &run[..8]]).ok();
    assert!(shown.stderr.contains("aep job resume"), "{}", shown.stderr);
    let ran = home.local(["ingest", "--resume", run, "-o", "json"]).ok();
    let report = ran.json();
    assert_eq!(
        (&report["status"], &report["runId"]),
        (&Value::from("success"), &before["runId"])
    );
    assert_eq!(report["batches"][0]["files"], FILES);
    assert_eq!(
        report["batches"][0]["recordsLanded"],
        FILES * (FILES + 1) / 2
    );
    assert_eq!(batches(&home).len(), 1);
    // over: reported again, and nothing more
    let again = home
        .local(["job", "resume", &run[..8], "-o", "json"])
        .ok()
        .json();
    assert_eq!(again["batches"], report["batches"]);
    assert_eq!(job(&home).unwrap()["state"], "success");
    // the same files once more: refused, and said where they are
    let ran = home.local(["ingest", "in", "--dataset", MEMBERS]).exits(7);
    assert!(
        ran.stderr.contains(run) && ran.stderr.contains("--allow-duplicate"),
        "{}",
        ran.stderr
    );
    home.run(["job", "remove", run, "--yes"]).ok();
    assert_eq!(job(&home), None);
}

#[test]
fn a_second_process_is_refused() {
    let home = Home::new();
    let _server = slow(&home);
    let child = ingesting(&home);
    until("it has begun", || journal(&home).contains(r#"{"sent""#));
    let run = job(&home).unwrap();
    assert_eq!(run["state"], "running");
    let run = run["runId"].as_str().unwrap();
    let ran = home.local(["ingest", "--resume", run]).exits(7);
    assert!(
        ran.stderr.contains("another process works on it"),
        "{}",
        ran.stderr
    );
    home.run(["job", "remove", run, "--yes"]).exits(7);
    Ran::of(child.wait_with_output().unwrap()).ok();
    assert_eq!(batches(&home).len(), 1);
}

/// An ingestion whose files may not become longer than 8 KiB, as if the disk were full. The signal that comes with the
/// limit is ignored, so that the write fails.
fn on_a_full_disk(home: &Home, more: usize) -> Ran {
    for index in 0..more {
        home.members(&format!("in/more-{index}.json"), 20 + index);
    }
    let command = home.command();
    let mut limited = Command::new("bash");
    limited
        .args(["-c", r#"trap '' XFSZ; ulimit -f 8; exec "$0" "$@""#])
        .arg(command.get_program())
        .args(["--local", "ingest", "in", "--dataset", MEMBERS])
        .args(["--on-failure", "keep"])
        .env_clear()
        .envs(
            command
                .get_envs()
                .filter_map(|(key, value)| Some((key, value?))),
        )
        .current_dir(home.path())
        .stdin(Stdio::null());
    let ran = Ran::of(limited.output().unwrap()).exits(1);
    assert!(
        ran.stderr.contains("could not keep the journal of the job")
            && ran.stderr.contains("File too large"),
        "{}",
        ran.stderr
    );
    ran
}

#[test]
fn a_plan_that_can_not_be_written_down_is_not_begun() {
    let home = Home::new();
    let _server = slow(&home);
    on_a_full_disk(&home, 60);
    assert_eq!(batches(&home), Vec::<Value>::new());
}

#[test]
fn what_can_not_be_written_down_is_not_sent() {
    let home = Home::new();
    let _server = slow(&home);
    let more = 36;
    let ran = on_a_full_disk(&home, more);
    assert!(ran.stderr.contains("--resume"), "{}", ran.stderr);
    assert_eq!(batches(&home)[0]["status"], "loading");
    let job = job(&home).unwrap();
    let sent = job["filesSent"].as_u64().unwrap();
    assert!(sent > 0 && sent < (FILES + more) as u64, "{job}");
    let run = job["runId"].as_str().unwrap();
    let report = home
        .local(["ingest", "--resume", run, "-o", "json"])
        .ok()
        .json();
    assert_eq!(report["batches"][0]["files"], FILES + more);
    assert_eq!(batches(&home).len(), 1);
}

#[test]
fn removing_a_job_can_give_up_its_batch() {
    let home = Home::new();
    let _server = slow(&home);
    let mut child = ingesting(&home);
    until("some files are sent", || {
        journal(&home).contains(r#"{"sent""#)
    });
    child.kill().unwrap();
    child.wait().unwrap();
    let run = job(&home).unwrap()["runId"].as_str().unwrap().to_owned();
    let ran = home.local(["job", "remove", &run]).exits(2);
    assert!(ran.stderr.contains("--yes"), "{}", ran.stderr);
    let ran = home.local(["job", "remove", &run, "--yes", "--abort"]).ok();
    assert!(ran.stderr.contains("is aborted"), "{}", ran.stderr);
    assert_eq!(batches(&home)[0]["status"], "aborted");
    home.run(["job", "show", &run]).exits(3);
}

#[test]
fn a_dry_run_writes_nothing_down() {
    let home = Home::new();
    home.members("members.json", 1);
    home.local(["--dry-run", "ingest", "members.json", "--dataset", MEMBERS])
        .ok();
    assert!(!home.path().join(".local/state/aep/jobs").exists());
    home.local(["--dry-run", "ingest", "--resume", "abc"])
        .exits(2);
    home.local(["ingest", "--resume", "abc", "members.json"])
        .exits(2);
}
