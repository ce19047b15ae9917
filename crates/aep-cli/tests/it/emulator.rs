//! `aep emulator`: the server, its faults, its clock.

use crate::errors::Server;
use crate::support::{Home, MEMBERS};

#[test]
fn local_commands_use_the_server_that_runs_on_the_same_state() {
    let home = Home::new();
    home.members("members.json", 1);
    let server = Server::start(&home);
    let status = home.run(["emulator", "status", "-o", "json"]).ok().json();
    assert_eq!(
        (&status["running"], status["url"].as_str()),
        (&true.into(), Some(server.url.as_str()))
    );
    home.local(["ingest", "members.json", "--dataset", MEMBERS])
        .ok();
    home.run(["emulator", "stop"]).ok();
    drop(server);
    // The state outlives the server.
    assert_eq!(
        home.local(["batch", "list", "-o", "id"])
            .ok()
            .stdout
            .lines()
            .count(),
        1
    );
    let status = home.run(["emulator", "status", "-o", "json"]).ok().json();
    assert_eq!(status["running"], false);
    home.run(["emulator", "stop"]).exits(3);
}

#[test]
fn faults_are_added_listed_obeyed_and_removed() {
    let home = Home::new();
    home.members("members.json", 1);
    let rule = home
        .run([
            "emulator",
            "faults",
            "add",
            "uploadSmallFile",
            "--status",
            "503",
            "--first",
            "2",
            "-o",
            "json",
        ])
        .ok()
        .json();
    assert_eq!(rule["operation"], "uploadSmallFile");
    home.local(["ingest", "members.json", "--dataset", MEMBERS])
        .ok();
    let rules = home
        .run(["emulator", "faults", "list", "-o", "json"])
        .ok()
        .json();
    assert_eq!(rules[0]["hits"], 2);
    let id = rules[0]["id"].to_string();
    home.run(["emulator", "faults", "remove", &id]).ok();
    home.run([
        "emulator",
        "faults",
        "add",
        "*",
        "--throttle",
        "--retry-after",
        "0",
    ])
    .ok();
    let error = home
        .local(["dataset", "list", "--retries", "0", "-o", "json"])
        .exits(5)
        .error();
    assert_eq!(error["status"], 429);
    home.run(["emulator", "faults", "clear"]).ok();
    home.local(["dataset", "list"]).ok();
    home.run(["emulator", "faults", "add", "createBach", "--silence"])
        .exits(2);
    home.run(["emulator", "faults", "add", "createBatch"])
        .exits(2);
}

#[test]
fn a_reset_asks_and_begins_again() {
    let home = Home::new();
    home.members("members.json", 1);
    home.local(["ingest", "members.json", "--dataset", MEMBERS])
        .ok();
    let ran = home.run(["emulator", "reset"]).exits(2);
    assert!(ran.stderr.contains("--yes"), "{}", ran.stderr);
    home.run(["emulator", "reset", "--yes"]).ok();
    assert_eq!(home.local(["batch", "list", "-o", "id"]).ok().stdout, "");
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
fn the_clock_is_moved() {
    let home = Home::new();
    let now = |ran: crate::support::Ran| ran.ok().json()["nowMs"].as_i64().unwrap();
    let before = now(home.run(["emulator", "clock", "-o", "json"]));
    let after = now(home.run(["emulator", "clock", "--advance", "25h", "-o", "json"]));
    assert!(after - before >= 25 * 3_600_000, "{before} {after}");
    home.local(["dataset", "list"]).ok();
    let back = now(home.run(["emulator", "clock", "--real", "-o", "json"]));
    assert!(back < after);
}

#[test]
fn the_clock_takes_a_word() {
    let home = Home::new();
    let clock = |args: &[&str]| {
        let ran = home.run(
            ["emulator", "clock"]
                .iter()
                .chain(args)
                .chain(&["-o", "json"]),
        );
        ran.ok().json()["offsetMs"].as_i64().unwrap()
    };
    assert_eq!(clock(&["+3h"]), 3 * 3_600_000);
    assert_eq!(clock(&["-1h"]), 2 * 3_600_000);
    assert_eq!(clock(&["show"]), 2 * 3_600_000);
    assert!(clock(&["2999-01-01T00:00:00Z"]) > 900 * 365 * 86_400_000);
    assert_eq!(clock(&["reset"]), 0);
    for wrong in ["soon", "+", "3h"] {
        let ran = home.run(["emulator", "clock", wrong]).exits(2);
        assert!(ran.stderr.contains("+3h"), "{}", ran.stderr);
    }
    let ran = home.run(["emulator", "clock", "+1h", "--dry-run"]).ok();
    assert!(ran.stderr.contains("dry run"), "{}", ran.stderr);
    assert_eq!(clock(&[]), 0);
}

#[test]
fn the_clock_of_a_server_that_is_named_by_its_address() {
    let home = Home::new();
    let server = Server::start(&home);
    let elsewhere = Home::new();
    let clock = |args: &[&str]| {
        let mut command = elsewhere.command();
        command.env("AEP_BASE_URL", &server.url);
        let output = command
            .args(["emulator", "clock", "-o", "json"])
            .args(args)
            .output();
        crate::support::Ran::of(output.unwrap()).ok().json()["offsetMs"].clone()
    };
    assert_eq!(clock(&["+1h"]), 3_600_000);
    let seen = home.run(["emulator", "clock", "-o", "json"]).ok().json();
    assert_eq!(seen["offsetMs"], 3_600_000);
}

#[test]
fn an_azurite_that_is_not_there_is_named() {
    let home = Home::new();
    let ran = home
        .run([
            "emulator",
            "start",
            "--zone",
            "azure",
            "--azurite",
            "nowhere",
        ])
        .exits(3);
    assert!(ran.stderr.contains("npm install azurite"), "{}", ran.stderr);
    home.run(["emulator", "start", "--azurite", "nowhere"])
        .exits(2);
}

#[test]
fn a_seed_file_makes_schemas_and_datasets() {
    let home = Home::new();
    let document = serde_json::json!({
        "schemas": [{"type": "object", "title": "Visits", "description": "", "allOf": [{"$ref": "https://ns.adobe.com/xdm/context/profile"}]}],
        "datasets": [{"name": "Visits 2026", "schema": "Visits"}],
    });
    home.write("seed.json", &document.to_string());
    let made = home
        .run(["emulator", "seed", "seed.json", "-o", "json"])
        .ok()
        .json();
    assert_eq!(made["datasets"].as_array().unwrap().len(), 1);
    home.local(["dataset", "get", "Visits 2026"]).ok();
    home.write("wrong.json", "{\"datasetz\": []}");
    let ran = home.run(["emulator", "seed", "wrong.json"]).exits(2);
    assert!(ran.stderr.contains("datasetz"), "{}", ran.stderr);
}
