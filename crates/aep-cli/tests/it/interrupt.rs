//! Ctrl-C: the first ends cleanly, the second at once.
#![cfg(unix)]

use std::process::{Child, Command};
use std::time::Duration;

use crate::errors::Server;
use crate::support::{Home, MEMBERS, Ran};

fn signal(child: &Child) {
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(sent.success());
}

/// An ingestion that hangs in its upload, because the emulator answers late.
fn hanging(home: &Home, server: &Server) -> Child {
    home.members("members.json", 1);
    home.run([
        "emulator",
        "faults",
        "add",
        "uploadSmallFile",
        "--delay",
        "60s",
    ])
    .ok();
    let child = home.spawn(["--local", "ingest", "members.json", "--dataset", MEMBERS]);
    until(
        || !statuses(home).is_empty(),
        "a batch is open",
        &server.url,
    );
    child
}

fn statuses(home: &Home) -> Vec<String> {
    let ran = home
        .local(["batch", "list", "-o", "json", "--jq", ".[].status"])
        .ok();
    ran.stdout.lines().map(str::to_owned).collect()
}

fn until(condition: impl Fn() -> bool, what: &str, place: &str) {
    for _ in 0..300 {
        if condition() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("never: {what} at {place}");
}

#[test]
fn the_first_aborts_the_batch_and_says_so() {
    let home = Home::new();
    let server = Server::start(&home);
    let child = hanging(&home, &server);
    signal(&child);
    let ran = Ran::of(child.wait_with_output().unwrap()).exits(130);
    assert!(ran.stderr.contains("aborting"), "{}", ran.stderr);
    assert!(ran.stderr.contains("aborted"), "{}", ran.stderr);
    assert_eq!(statuses(&home), ["aborted"]);
}

#[test]
fn the_second_ends_at_once_and_says_what_remains() {
    let home = Home::new();
    let server = Server::start(&home);
    home.run(["emulator", "faults", "add", "abortBatch", "--delay", "60s"])
        .ok();
    let child = hanging(&home, &server);
    signal(&child);
    until(
        || {
            let rules = home
                .run(["emulator", "faults", "list", "-o", "json"])
                .ok()
                .json();
            rules[0]["calls"] != 0
        },
        "the abort is asked for",
        &server.url,
    );
    signal(&child);
    let ran = Ran::of(child.wait_with_output().unwrap()).exits(130);
    assert!(
        ran.stderr.contains("left open on the server"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("aep batch abort"), "{}", ran.stderr);
}

#[test]
fn a_command_that_only_looks_ends_at_the_first() {
    let home = Home::new();
    let server = Server::start(&home);
    let id = home
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
    let child = home.spawn(["--local", "batch", "wait", id.stdout.trim()]);
    let calls = || {
        home.run(["emulator", "faults", "list", "-o", "json"])
            .ok()
            .json()[0]["calls"]
            != 0
    };
    home.run([
        "emulator",
        "faults",
        "add",
        "retrieveBatch",
        "--delay",
        "0s",
    ])
    .ok();
    until(calls, "it waits", &server.url);
    signal(&child);
    let ran = Ran::of(child.wait_with_output().unwrap()).exits(130);
    assert!(ran.stderr.contains("aep batch wait"), "{}", ran.stderr);
}
