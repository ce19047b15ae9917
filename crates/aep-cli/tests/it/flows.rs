//! Flows from the shell: made, looked at, changed, written down, made again, deleted.

use serde_json::Value;

use crate::support::{Home, MEMBERS, Ran, stable};

pub(crate) fn nightly(home: &Home) -> Ran {
    home.local([
        "flow",
        "create",
        "--from-zone",
        "in/",
        "--dataset",
        MEMBERS,
        "--name",
        "nightly",
        "--every",
        "15m",
        "--start",
        "2099-01-01T00:00:00Z",
    ])
    .ok()
}

#[test]
fn a_pipeline_is_made_in_one_call_and_described() {
    let home = Home::new();
    stable(|| insta::assert_snapshot!("flow_create", nightly(&home).shown()));
    let ran = home.local(["flow", "list"]).ok();
    stable(|| insta::assert_snapshot!("flow_list", ran.shown()));
    let ran = home.local(["flow", "describe", "nightly"]).ok();
    stable(|| insta::assert_snapshot!("flow_describe", ran.shown()));
    let summary = home
        .local(["flow", "describe", "nightly", "-o", "json"])
        .ok()
        .json();
    assert_eq!(summary["schema"]["name"], MEMBERS);
    for noun in ["source", "target"] {
        let one = home
            .local([noun, "get", &format!("nightly {noun}"), "-o", "json"])
            .ok()
            .json();
        assert!(one["connectionSpec"]["id"].is_string(), "{one}");
        let listed = home.local([noun, "list", "-o", "id"]).ok().stdout;
        assert_eq!(listed.trim(), one["id"]);
    }
}

#[test]
fn every_format_shows_the_flow() {
    let home = Home::new();
    let made = home
        .local([
            "flow",
            "create",
            "--from-zone",
            "in/",
            "--dataset",
            MEMBERS,
            "--name",
            "a",
            "--start",
            "+1d",
            "-o",
            "json",
        ])
        .ok()
        .json();
    let id = made["flow"].as_str().unwrap();
    assert_eq!(made["steps"].as_array().unwrap().len(), 3);
    let list = |format: &str| home.local(["flow", "list", "-o", format]).ok().stdout;
    assert_eq!(list("id"), format!("{id}\n"));
    assert!(list("csv").starts_with("id,name,status,"));
    assert!(list("ndjson").starts_with('{') && list("yaml").contains("scheduleParams:"));
    let flows: Value = serde_json::from_str(&list("json")).unwrap();
    assert_eq!(flows[0]["scheduleParams"]["frequency"], "once");
    // What only people see is in no document.
    assert!(flows[0].get("specName").is_none());
    let ran = home
        .local(["flow", "get", "a", "--jq", ".flowSpec.id"])
        .ok();
    assert_eq!(ran.stdout, "9753525b-82c7-4dce-8a9b-5ccfce2b9876\n");
    let ran = home.local(["flow", "list", "--count"]).ok();
    assert_eq!(ran.stdout, "1\n");
    let ran = home
        .local(["flow", "list", "--property", "name==b", "-o", "json"])
        .ok();
    assert_eq!(ran.json(), serde_json::json!([]));
    home.local(["flow", "list", "--property", "name~a"])
        .exits(2);
}

#[test]
fn what_is_not_there_is_3() {
    let home = Home::new();
    for args in [
        &["flow", "get", "no such"][..],
        &["flow", "describe", "no such"],
        &["flow", "export", "no such"],
        &["flow", "delete", "no such", "--yes"],
        &["source", "get", "00000000-0000-4000-8000-000000000000"],
        &["target", "get", "no such"],
        &["connection", "get", "no such"],
        &["run", "get", "00000000-0000-4000-8000-000000000000"],
        &["run", "watch", "00000000-0000-4000-8000-000000000000"],
        &["spec", "flows", "get", "no such"],
        &["spec", "connections", "get", "no such"],
        &["mapping", "get", "0000"],
        &[
            "flow",
            "create",
            "--from-zone",
            "in/",
            "--dataset",
            "no such",
        ],
    ] {
        let ran = home.local(args).exits(3);
        assert!(
            ran.stderr.starts_with("error: could not"),
            "{}",
            ran.shown()
        );
    }
}

#[test]
fn what_is_said_wrongly_is_2_and_makes_nothing() {
    let home = Home::new();
    for args in [
        &["flow", "create"][..],
        &["flow", "create", "--from-zone", "in/"],
        &[
            "flow",
            "create",
            "--from-zone",
            "in/",
            "--stream",
            "--dataset",
            "x",
        ],
        &[
            "flow",
            "create",
            "--stream",
            "--dataset",
            "x",
            "--every",
            "1d",
        ],
        &[
            "flow",
            "create",
            "--from-zone",
            "in/",
            "--dataset",
            MEMBERS,
            "--every",
            "5m",
        ],
        &[
            "flow",
            "create",
            "--from-zone",
            "in/",
            "--dataset",
            MEMBERS,
            "--start",
            "2020-01-01T00:00:00Z",
        ],
        &[
            "flow",
            "create",
            "--export-dataset",
            MEMBERS,
            "--to-zone",
            "out",
            "--every",
            "5h",
        ],
        &[
            "flow",
            "create",
            "--export-dataset",
            MEMBERS,
            "--to-zone",
            "out",
            "--no-backfill",
        ],
        &[
            "flow",
            "create",
            "--name",
            "a",
            "--spec",
            "CloudStorageToAEP",
        ],
        &["flow", "update", "nightly"],
        &["run", "watch"],
        &["connection", "create", "--name", "a"],
    ] {
        let ran = home.local(args).exits(2);
        assert!(!ran.stderr.is_empty(), "{args:?}");
    }
    assert_eq!(home.local(["source", "list", "-o", "id"]).ok().stdout, "");
}

#[test]
fn a_flow_is_changed_by_the_version_that_was_read() {
    let home = Home::new();
    nightly(&home);
    let changed = home
        .local([
            "flow",
            "update",
            "nightly",
            "--set",
            "/name=hourly",
            "--add",
            "/description=members, every hour",
            "--set",
            "/scheduleParams/frequency=hour",
            "--set",
            "/scheduleParams/interval=3",
            "-o",
            "json",
        ])
        .ok()
        .json();
    assert_eq!(changed["name"], "hourly");
    assert_eq!(changed["scheduleParams"]["interval"], 3);
    let ran = home
        .local([
            "flow",
            "update",
            "hourly",
            "--set",
            "/name=x",
            "--etag",
            "\"1700d77b-0000-0200-0000-5e3b41a10000\"",
        ])
        .exits(7);
    stable(|| insta::assert_snapshot!("flow_conflict", ran.shown()));
    home.write(
        "ops.yaml",
        "- op: replace\n  path: /name\n  value: from a file\n",
    );
    home.local(["flow", "update", "hourly", "-f", "ops.yaml"])
        .ok();
    home.local(["flow", "get", "from a file"]).ok();
    let ran = home
        .local([
            "flow",
            "policies",
            "from a file",
            "--add",
            "/dulepolicy/marketingActions/a",
            "-o",
            "id",
        ])
        .ok();
    assert_eq!(ran.stdout, "/dulepolicy/marketingActions/a\n");
    for (verb, state) in [("disable", "disabled"), ("enable", "enabled")] {
        let flow = home.local(["flow", verb, "from a file", "-o", "json"]).ok();
        assert_eq!(flow.json()["state"], state);
    }
    home.local(["flow", "enable", "from a file"])
        .exits_with_refusal();
    home.local(["flow", "delete", "from a file"]).exits(2);
    let ran = home.local(["flow", "delete", "from a file", "--yes"]).ok();
    assert!(
        ran.stdout.starts_with("deleted from a file ("),
        "{}",
        ran.stdout
    );
    home.local(["flow", "get", "from a file"]).exits(3);
    // The connections stay, and can go now.
    home.local(["source", "delete", "nightly source", "--yes"])
        .ok();
    home.local(["target", "delete", "nightly target", "--yes"])
        .ok();
}

#[test]
fn requests_of_a_dry_run_are_whole_and_nothing_is_made() {
    let home = Home::new();
    let ran = home
        .local([
            "flow",
            "create",
            "--from-zone",
            "in/",
            "--dataset",
            MEMBERS,
            "--name",
            "dry",
            "--every",
            "1d",
            "--start",
            "2099-01-01T00:00:00Z",
            "--no-backfill",
            "--dry-run",
        ])
        .ok();
    stable(|| insta::assert_snapshot!("flow_dry_run", ran.shown()));
    for noun in ["source", "target", "flow", "connection"] {
        assert_eq!(
            home.local([noun, "list", "-o", "id"]).ok().stdout,
            "",
            "{noun}"
        );
    }
}

#[test]
fn a_streaming_flow_tells_its_inlet() {
    let home = Home::new();
    let made = home
        .local([
            "flow",
            "create",
            "--stream",
            "--dataset",
            MEMBERS,
            "--name",
            "live",
            "-o",
            "json",
        ])
        .ok()
        .json();
    let url = made["inletUrl"].as_str().unwrap();
    let inlet = home
        .local(["flow", "stream", "live", "-o", "id"])
        .ok()
        .stdout;
    assert!(url.ends_with(inlet.trim()), "{url} {inlet}");
    nightly(&home);
    home.local(["flow", "stream", "nightly"]).exits(2);
}
