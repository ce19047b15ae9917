//! Every format of standard output, the filters, and colours.

use crate::support::{Home, MEMBERS, Ran, stable};

fn datasets(home: &Home, more: &[&str]) -> Ran {
    home.local(
        ["dataset", "list", "--columns", "name,schemaRef.contentType"]
            .iter()
            .chain(more),
    )
    .ok()
}

#[test]
fn a_list_in_every_format() {
    let home = Home::new();
    for format in ["table", "json", "ndjson", "csv", "yaml"] {
        let ran = datasets(&home, &["-o", format]);
        stable(|| insta::assert_snapshot!(format!("list_{format}"), ran.shown()));
    }
    let ran = home.local(["dataset", "list", "-o", "id"]).ok();
    stable(|| insta::assert_snapshot!("list_id", ran.shown()));
}

#[test]
fn one_object_in_every_format() {
    let home = Home::new();
    for format in ["table", "json", "ndjson", "csv", "yaml", "id"] {
        let ran = home
            .local([
                "sandbox",
                "show",
                "dev",
                "--columns",
                "name,type,state",
                "-o",
                format,
            ])
            .ok();
        stable(|| insta::assert_snapshot!(format!("one_{format}"), ran.shown()));
    }
}

#[test]
fn a_full_list_says_that_there_is_more() {
    let home = Home::new();
    let ran = home
        .local(["dataset", "list", "--limit", "1", "-o", "id"])
        .ok();
    assert_eq!(ran.stdout.lines().count(), 1);
    assert!(ran.stderr.contains("--limit all"), "{}", ran.stderr);
    let ran = home
        .local(["dataset", "list", "--limit", "all", "-o", "id"])
        .ok();
    assert_eq!((ran.stdout.lines().count(), ran.stderr.as_str()), (2, ""));
    let ran = home.local(["dataset", "list", "--limit", "0"]).exits(2);
    assert!(ran.stderr.contains("--limit"), "{}", ran.stderr);
}

#[test]
fn jq_filters_the_document() {
    let home = Home::new();
    let ran = home
        .local(["dataset", "list", "--jq", "map(.name) | sort | .[]"])
        .ok();
    assert_eq!(ran.stdout, "Loyalty Members\nLoyalty Purchases\n");
    let ran = home
        .local(["dataset", "list", "-o", "ndjson", "--jq", "{name}"])
        .ok();
    assert_eq!(ran.stdout.lines().count(), 2);
    let ran = home
        .local(["dataset", "list", "--jq", ".[] | length ]"])
        .exits(2);
    assert!(
        ran.stderr.contains("--jq") && ran.stderr.contains("expected"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_format_of_the_environment_gives_way_to_the_flag() {
    let home = Home::new();
    let run = |args: &[&str]| {
        Ran::of(
            home.command()
                .env("AEP_FORMAT", "json")
                .args(args)
                .output()
                .unwrap(),
        )
    };
    assert!(run(&["limits"]).ok().json().is_array());
    assert!(
        run(&["limits", "-o", "csv"])
            .ok()
            .stdout
            .starts_with("name,value,")
    );
    assert_eq!(run(&["nonsense"]).exits(2).error()["exitCode"], 2);
}

#[test]
fn no_colour_off_a_terminal_unless_asked() {
    let home = Home::new();
    home.members("members.json", 1);
    for args in [
        ["limits", "--quiet"],
        ["--local", "doctor"],
        ["batch", "nonsense"],
        ["--help", "--quiet"],
    ] {
        let ran = home.run(args);
        assert!(
            !ran.stdout.contains('\u{1b}') && !ran.stderr.contains('\u{1b}'),
            "{args:?}: {}",
            ran.shown()
        );
    }
    let ran = home
        .local(["ingest", "members.json", "--dataset", MEMBERS])
        .ok();
    assert!(!ran.shown().contains('\u{1b}'));
    let forced = home.run(["limits", "--color", "always"]).ok();
    assert!(forced.stdout.contains('\u{1b}'));
    let forced = Ran::of(
        home.command()
            .env("CLICOLOR_FORCE", "1")
            .arg("limits")
            .output()
            .unwrap(),
    );
    assert!(forced.stdout.contains('\u{1b}'));
    let plain = Ran::of(
        home.command()
            .env("CLICOLOR_FORCE", "1")
            .args(["limits", "--color", "never"])
            .output()
            .unwrap(),
    );
    assert!(!plain.stdout.contains('\u{1b}'));
}

#[test]
fn progress_is_lines_events_or_nothing() {
    let home = Home::new();
    home.members("members.json", 1);
    let ingest = |how: &str| {
        home.local([
            "ingest",
            "members.json",
            "--allow-duplicate",
            "--dataset",
            MEMBERS,
            "--progress",
            how,
        ])
        .ok()
        .stderr
    };
    assert!(
        ingest("plain")
            .lines()
            .any(|line| line.starts_with("uploading") || line.starts_with("processing")),
        "{}",
        ingest("plain")
    );
    let events = ingest("json");
    assert!(events.lines().all(|line| line.starts_with('{')), "{events}");
    assert!(events.contains("\"event\":\"progress\""), "{events}");
    assert_eq!(ingest("none"), "");
}
