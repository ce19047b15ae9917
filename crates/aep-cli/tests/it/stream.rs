//! `aep stream send`.

use std::time::Duration;

use serde_json::Value;

use crate::errors::Server;
use crate::support::{Home, MEMBERS, member};

/// The inlet of a streaming flow into the members.
fn inlet(home: &Home) -> String {
    let create = [
        "flow",
        "create",
        "--stream",
        "--dataset",
        MEMBERS,
        "--name",
        "live",
    ];
    home.local(create).ok();
    let id = home.local(["flow", "stream", "live", "-o", "id"]).ok();
    id.stdout.trim().to_owned()
}

fn rows(numbers: impl IntoIterator<Item = usize>) -> String {
    let line = |n| format!("{}\n", member(n));
    numbers.into_iter().map(line).collect()
}

/// Waits until so many rows of members have landed.
fn landed(home: &Home, count: u64) {
    let list = [
        "batch",
        "list",
        "--dataset",
        MEMBERS,
        "--status",
        "success",
        "-o",
        "json",
    ];
    for _ in 0..600 {
        let batches = home.local(list).ok().json();
        let batches = batches.as_array().unwrap();
        let rows = batches.iter().filter_map(|batch| {
            let count = &batch["metrics"]["outputRecordCount"];
            count.as_u64().or_else(|| count.as_str()?.parse().ok())
        });
        let rows: u64 = rows.sum();
        assert!(rows <= count, "{batches:?}");
        if rows == count {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{count} rows never landed");
}

#[test]
fn rows_are_sent_and_land() {
    let home = Home::new();
    let _server = Server::start(&home);
    let inlet = inlet(&home);
    let send = [
        "stream",
        "send",
        "--inlet",
        &inlet,
        "--dataset",
        MEMBERS,
        "--flow",
        "live",
    ];
    let input = rows(1..=2500);
    let ran = home
        .local_with_input(&input, send.iter().chain(&["-o", "json"]))
        .ok();
    let report = ran.json();
    assert_eq!(
        (&report["messages"], &report["accepted"], &report["refused"]),
        (&2500.into(), &2500.into(), &0.into())
    );
    home.write("more.ndjson", &rows(2501..=2510));
    let ran = home.local(send.iter().chain(&["more.ndjson"])).ok();
    assert!(
        ran.stdout.contains("10 of 10 messages accepted"),
        "{}",
        ran.shown()
    );
    landed(&home, 2510);
}

#[test]
fn records_of_csv_are_rows_of_the_schema() {
    let home = Home::new();
    let _server = Server::start(&home);
    let inlet = inlet(&home);
    let text = "_id,_local.memberId,_local.points,_local.active,_local.joinedOn\n\
                1,M00000001,5,true,2024-01-31\n2,M00000002,few,,\n\"3\",M00000003,,,\n";
    home.write("rows.csv", text);
    let send = |file: &str, format: &[&str]| {
        let args = [
            "stream",
            "send",
            file,
            "--inlet",
            &inlet,
            "--dataset",
            MEMBERS,
            "--flow",
            "live",
        ];
        let more = ["--rejects", "again.ndjson", "-o", "json"];
        let all = args.iter().chain(&more).chain(format);
        home.local_with_input(text, all).exits(6).json()
    };
    let report = send("rows.csv", &[]);
    assert_eq!(
        (&report["accepted"], &report["refused"]),
        (&2.into(), &1.into())
    );
    let why = report["refusals"][0]["message"].as_str().unwrap();
    assert!(why.contains("`_local.points`: expected int"), "{why}");
    let again = std::fs::read_to_string(home.path().join("again.ndjson")).unwrap();
    home.write("again.ndjson", &again.replace("\"few\"", "7"));
    let args = [
        "stream",
        "send",
        "again.ndjson",
        "--inlet",
        &inlet,
        "--dataset",
        MEMBERS,
    ];
    home.local(args.iter().chain(&["--flow", "live"])).ok();
    assert_eq!(send("-", &["--input-format", "csv"])["accepted"], 2);
    landed(&home, 5);
}

#[test]
fn what_is_not_accepted_is_kept_to_be_sent_again() {
    let home = Home::new();
    let _server = Server::start(&home);
    let inlet = inlet(&home);
    let mut wrong = member(3);
    wrong["_local"]["points"] = "many".into();
    let text = format!("{}{{broken\n{wrong}\n", rows(1..=2));
    home.write("rows.ndjson", &text);
    let send = [
        "stream",
        "send",
        "rows.ndjson",
        "--inlet",
        &inlet,
        "--dataset",
        MEMBERS,
        "--rejects",
        "again.ndjson",
        "--sync-validation",
        "-o",
        "json",
    ];
    let ran = home.local(send).exits(6);
    let report = ran.json();
    assert_eq!(
        (&report["accepted"], &report["refused"]),
        (&2.into(), &2.into())
    );
    let numbers: Vec<&Value> = report["refusals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|refusal| &refusal["number"])
        .collect();
    assert_eq!(numbers, [&3, &4]);
    assert_eq!(ran.error()["kind"], "rejected");
    let rejects = std::fs::read_to_string(home.path().join("again.ndjson")).unwrap();
    assert_eq!(rejects, format!("{{broken\n{wrong}\n"));
    landed(&home, 2);
    // they are what they were, so they are refused again, and nothing lands twice
    let again = [
        "stream",
        "send",
        "again.ndjson",
        "--inlet",
        &inlet,
        "--dataset",
        MEMBERS,
    ];
    home.local(again.iter().chain(&["--sync-validation"]))
        .exits(6);
    landed(&home, 2);
}

#[test]
fn an_array_is_sent_element_by_element() {
    let home = Home::new();
    let _server = Server::start(&home);
    let inlet = inlet(&home);
    let array = serde_json::to_string_pretty(&(1..=3).map(member).collect::<Vec<_>>()).unwrap();
    let send = [
        "stream",
        "send",
        "--inlet",
        &inlet,
        "--dataset",
        MEMBERS,
        "-o",
        "json",
    ];
    let report = home.local_with_input(&array, send).ok().json();
    assert_eq!(
        (&report["messages"], &report["accepted"]),
        (&3.into(), &3.into())
    );
    landed(&home, 3);
    let mut large = member(4);
    large["_local"]["favouriteStores"] = vec!["x".repeat(6_000); 2].into();
    let ran = home.local_with_input(&format!("[{large}]"), send).ok();
    assert_eq!(ran.json()["large"], 1);
    assert!(ran.stderr.contains("10000 bytes"), "{}", ran.shown());
    home.local_with_input("[{}", send).exits(2);
}

#[test]
fn whole_messages_are_sent_as_they_are() {
    let home = Home::new();
    let inlet = inlet(&home);
    home.write("messages.ndjson", "{\"header\":{},\"body\":{}}\n");
    let send = [
        "stream",
        "send",
        "messages.ndjson",
        "--inlet",
        &inlet,
        "-o",
        "json",
    ];
    let report = home.local(send).exits(6).json();
    assert_eq!(report["refused"], 1);
    assert_eq!(report["refusals"][0]["status"], 400);
}

#[test]
fn what_cannot_work_is_said_before_anything_is_sent() {
    let home = Home::new();
    home.write("rows.ndjson", &rows(1..=1));
    let send = |args: &[&str]| home.local(["stream", "send"].iter().chain(args));
    send(&["rows.ndjson"]).exits(2);
    send(&["none.ndjson", "--inlet", "x"]).exits(3);
    send(&["rows.ndjson", "--inlet", "x", "--schema", "Loyalty"]).exits(2);
    send(&["rows.ndjson", "--inlet", "x", "--dataset", "nobody"]).exits(3);
    send(&["rows.ndjson", "--inlet", "x", "--flow", "nobody"]).exits(3);
    send(&["rows.ndjson", "--inlet", "x", "--rejects", "rows.ndjson"]).exits(2);
    assert_eq!(
        std::fs::read_to_string(home.path().join("rows.ndjson")).unwrap(),
        rows(1..=1)
    );
    let ran = send(&["rows.ndjson", "--inlet", "x", "--rejects", "all.ndjson"]).exits(3);
    assert!(
        ran.stdout.contains("0 of 1 messages accepted"),
        "{}",
        ran.shown()
    );
    let rejects = std::fs::read_to_string(home.path().join("all.ndjson")).unwrap();
    assert_eq!(rejects, rows(1..=1));
}

#[test]
fn a_dry_run_shows_the_requests() {
    let home = Home::new();
    let inlet = inlet(&home);
    home.write("rows.ndjson", &rows(1..=2));
    let ran = home
        .local([
            "stream",
            "send",
            "rows.ndjson",
            "--inlet",
            &inlet,
            "--dry-run",
            "--rejects",
            "no.ndjson",
        ])
        .ok();
    let path = format!("/collection/batch/{inlet}");
    assert!(ran.stdout.contains(&path), "{}", ran.shown());
    assert!(!home.path().join("no.ndjson").exists());
}
