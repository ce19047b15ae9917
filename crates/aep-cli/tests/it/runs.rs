//! Runs from the shell: started, watched to their end, which the exit code tells.

use crate::support::{Home, MEMBERS, Ran, member, stable};

fn create(home: &Home, args: &[&str]) -> Ran {
    let all = ["flow", "create", "--name", "f"].iter().chain(args);
    home.local(all).ok()
}

#[test]
fn an_export_runs_on_demand() {
    let home = Home::new();
    home.members("members.json", 3);
    home.local(["ingest", "members.json", "--dataset", MEMBERS])
        .ok();
    let listed = home
        .local([
            "dataset",
            "exportable",
            "-o",
            "json",
            "--jq",
            "map(.name) | sort",
        ])
        .ok();
    assert_eq!(
        listed.stdout,
        "[\"Loyalty Members\",\"Loyalty Purchases\"]\n"
    );
    create(
        &home,
        &[
            "--export-dataset",
            MEMBERS,
            "--to-zone",
            "exports/members",
            "--every",
            "1d",
            "--start",
            "+1d",
        ],
    );
    // The platform is not ready in the first ten minutes of a flow.
    home.local(["run", "start", "f"]).exits(124);
    home.run(["emulator", "clock", "+11m"]).ok();
    let ran = home
        .local([
            "run",
            "start",
            "f",
            "--wait",
            "--columns",
            "status,rows in,rows landed,rows failed,files out",
        ])
        .ok();
    stable(|| insta::assert_snapshot!("run_start", ran.stdout));
    let runs = home
        .local([
            "run", "list", "--flow", "f", "--state", "success", "-o", "json",
        ])
        .ok()
        .json();
    assert_eq!(runs[0]["metrics"]["recordSummary"]["outputRecordCount"], 3);
    let id = runs[0]["id"].as_str().unwrap();
    let one = home.local(["run", "get", id, "-o", "json"]).ok().json();
    assert_eq!(one["id"], id);
    let watched = home
        .local(["run", "watch", "--flow", "f", "-o", "json"])
        .ok();
    assert_eq!(watched.json()["id"], id);
    assert_eq!(watched.stderr, "");
    let described = home.local(["flow", "describe", "f"]).ok().stdout;
    assert!(described.contains("3 rows in, 3 landed"), "{described}");
}

#[test]
fn a_flow_that_is_scheduled_once_runs_on_demand_and_others_do_not() {
    let home = Home::new();
    create(
        &home,
        &["--from-zone", "in/", "--dataset", MEMBERS, "--start", "+1d"],
    );
    let ran = home
        .local(["run", "start", "f", "--wait", "--progress", "json"])
        .ok();
    assert!(
        ran.stderr
            .lines()
            .all(|line| line.starts_with('{') || line.starts_with("the ")),
        "{}",
        ran.stderr
    );
    let ran = home.local(["run", "start", "f", "--dry-run"]).ok();
    assert!(
        ran.stdout.starts_with("POST ") && ran.stdout.contains("flowId"),
        "{}",
        ran.stdout
    );
    home.local(["flow", "disable", "f"]).ok();
    home.local(["run", "start", "f"]).exits_with_refusal();
    let other = Home::new();
    create(
        &other,
        &[
            "--from-zone",
            "in/",
            "--dataset",
            MEMBERS,
            "--start",
            "+1d",
            "--every",
            "1d",
        ],
    );
    let ran = other.local(["run", "start", "f"]).exits_with_refusal();
    assert!(ran.stderr.contains("1386"), "{}", ran.stderr);
}

#[test]
fn rows_that_do_not_fit_fail_the_run_with_6() {
    let home = Home::new();
    let mut row = member(1);
    row["_local"]["points"] = "many".into();
    home.write("bad.ndjson", &format!("{}\n{row}\n", member(2)));
    home.write("good.ndjson", &format!("{}\n{}\n", member(3), member(4)));
    create(
        &home,
        &[
            "--from-zone",
            "in/",
            "--dataset",
            MEMBERS,
            "--start",
            "+1d",
            "--input-format",
            "json",
        ],
    );
    home.local(["dlz", "put", "good.ndjson", "in/"]).ok();
    let good = home
        .local(["run", "start", "f", "--wait", "-o", "json"])
        .ok()
        .json();
    assert_eq!(good["metrics"]["recordSummary"]["outputRecordCount"], 2);
    home.local(["dlz", "put", "bad.ndjson", "in/"]).ok();
    let ran = home.local(["run", "start", "f", "--wait"]).exits(6);
    assert!(
        ran.stderr.contains("CONNECTOR-") && ran.stderr.contains("aep batch explain"),
        "{}",
        ran.stderr
    );
    let failed = home
        .local(["run", "list", "--state", "failed", "-o", "id"])
        .ok()
        .stdout;
    home.local(["run", "watch", failed.trim(), "-q"]).exits(6);
    // The same files again fail again, and the exit code says so.
    home.local(["run", "retry", failed.trim(), "--wait"])
        .exits(6);
    let rows = home
        .local([
            "dataset", "preview", MEMBERS, "-o", "json", "--jq", "length",
        ])
        .ok();
    assert_eq!(rows.stdout, "2\n");
}

#[test]
fn times_that_do_not_fit_are_usage() {
    let home = Home::new();
    create(
        &home,
        &["--from-zone", "in/", "--dataset", MEMBERS, "--start", "+1d"],
    );
    home.local([
        "run",
        "start",
        "f",
        "--from",
        "2026-01-02",
        "--to",
        "2026-01-01",
    ])
    .exits(2);
    home.local(["run", "start", "f", "--to", "2026-01-01"])
        .exits(2);
    home.local(["run", "watch", "--flow", "f"]).exits(3);
}
