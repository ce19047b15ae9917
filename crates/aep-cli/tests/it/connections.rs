//! Connections from the shell, and the secrets that they hold.

use crate::support::{Home, MEMBERS, Ran, stable};

const SECRET: &str = "wJalrXUtnFEMIplantedbPxRfiCYEXAMPLEKEY01";

/// A run with the secret in a variable, against the emulator of this home.
fn run(home: &Home, args: &[&str]) -> Ran {
    Ran::of(
        home.command()
            .arg("--local")
            .env("S3_SECRET", SECRET)
            .args(args)
            .output()
            .unwrap(),
    )
}

const CREATE: [&str; 12] = [
    "connection",
    "create",
    "--name",
    "bucket",
    "--spec",
    "Amazon S3",
    "--role",
    "source",
    "--param",
    "s3AccessKey=AKIAIOSFODNN7EXAMPLE",
    "--secret",
    "s3SecretKey=env:S3_SECRET",
];

#[test]
fn a_connection_lives() {
    let home = Home::new();
    let ran = run(&home, &CREATE).ok();
    stable(|| insta::assert_snapshot!("connection_create", ran.shown()));
    let ran = home.local(["connection", "list"]).ok();
    stable(|| insta::assert_snapshot!("connection_list", ran.shown()));
    let ran = home
        .local(["connection", "test", "bucket", "-o", "json"])
        .ok();
    assert_eq!(ran.json()["result"], true);
    home.local(["connection", "explore", "bucket"]).ok();
    for (verb, state) in [("disable", "disabled"), ("enable", "enabled")] {
        let ran = home
            .local(["connection", verb, "bucket", "-o", "json"])
            .ok();
        assert_eq!(ran.json()["state"], state);
    }
    let ran = home
        .local([
            "connection",
            "update",
            "bucket",
            "--add",
            "/description=raw files",
            "-o",
            "json",
        ])
        .ok();
    assert_eq!(ran.json()["description"], "raw files");
    home.local([
        "connection",
        "update",
        "bucket",
        "--set",
        "/name=x",
        "--etag",
        "\"0\"",
    ])
    .exits(7);
    home.local(["connection", "delete", "bucket"]).exits(2);
    home.local(["connection", "delete", "bucket", "--yes"]).ok();
    home.local(["connection", "get", "bucket"]).exits(3);
}

#[test]
fn a_secret_is_shown_nowhere() {
    let home = Home::new();
    let shown = |args: &[&str]| {
        let ran = run(&home, args);
        assert!(!ran.shown().contains(SECRET), "{args:?}: {}", ran.shown());
        ran
    };
    let dry: Vec<&str> = CREATE.into_iter().chain(["--dry-run"]).collect();
    let ran = shown(&dry).ok();
    assert!(
        ran.stdout.contains("\"s3SecretKey\": \"[redacted]\""),
        "{}",
        ran.stdout
    );
    shown(&[&["-vv"][..], &CREATE].concat()).ok();
    for format in ["table", "json", "ndjson", "csv", "yaml", "id"] {
        shown(&["connection", "get", "bucket", "-o", format]).ok();
    }
    // New credentials are given as a whole.
    let ran = shown(&[
        "connection",
        "update",
        "bucket",
        "--secret",
        "s3SecretKey=env:S3_SECRET",
    ])
    .exits(2);
    assert!(ran.stderr.contains("s3AccessKey"), "{}", ran.stderr);
    let update = [
        "connection",
        "update",
        "bucket",
        "--param",
        "s3AccessKey=AKIAIOSFODNN7EXAMPLE",
        "--secret",
        "s3SecretKey=env:S3_SECRET",
    ];
    shown(&[&update[..], &["--dry-run"]].concat()).ok();
    shown(&update).ok();
    // On the command line it is refused, and not repeated.
    for args in [
        vec!["connection", "update", "bucket", "--set"],
        vec![
            "connection",
            "create",
            "--name",
            "a",
            "--spec",
            "Amazon S3",
            "--role",
            "source",
            "--secret",
        ],
        vec![
            "connection",
            "create",
            "--name",
            "a",
            "--spec",
            "Amazon S3",
            "--role",
            "source",
            "--param",
        ],
    ] {
        let value = match args.last() {
            Some(&"--set") => format!("/auth/params/s3SecretKey={SECRET}"),
            _ => format!("s3SecretKey={SECRET}"),
        };
        let ran = shown(&[&args[..], &[value.as_str()]].concat()).exits(2);
        assert!(ran.stderr.contains("--secret"), "{}", ran.stderr);
    }
}

#[test]
fn secrets_come_from_files_too() {
    let home = Home::new();
    home.write("key", &format!("{SECRET}\n"));
    let mut args = CREATE;
    args[11] = "s3SecretKey=@key";
    home.local(args).ok();
    args[11] = "s3SecretKey=@missing";
    assert_ne!(home.local(args).code, 0);
    args[11] = "s3SecretKey";
    let ran = home.local(args).exits(2);
    assert!(ran.stderr.contains("no terminal"), "{}", ran.stderr);
}

#[test]
fn names_with_twins_list_them() {
    let home = Home::new();
    let ran = home
        .local(["spec", "connections", "find", "Amazon S3"])
        .ok();
    stable(|| insta::assert_snapshot!("spec_find", ran.stdout));
    let ran = home
        .local(["spec", "connections", "get", "Amazon S3"])
        .exits(2);
    assert!(
        ran.stderr.contains("(source)") && ran.stderr.contains("(target)"),
        "{}",
        ran.stderr
    );
    let ran = home
        .local([
            "spec",
            "connections",
            "get",
            "Amazon S3",
            "--role",
            "source",
        ])
        .ok();
    assert!(
        ran.stdout.contains("--secret s3SecretKey"),
        "{}",
        ran.stdout
    );
    // Capital letters do not matter where only one is meant.
    let ran = home
        .local([
            "spec",
            "connections",
            "get",
            "amazon s3",
            "--role",
            "source",
            "-o",
            "json",
        ])
        .ok();
    assert_eq!(ran.json()["id"], "ecadc60c-7455-4d87-84dc-2a0e293d997b");
    let ran = home
        .local([
            "spec",
            "flows",
            "find",
            "CloudStorageToAEP",
            "--source",
            "landing-zone",
            "--target",
            "datalake",
            "-o",
            "id",
        ])
        .ok();
    assert_eq!(ran.stdout, "9753525b-82c7-4dce-8a9b-5ccfce2b9876\n");
    let flows = home
        .local(["spec", "flows", "list", "--limit", "all", "-o", "json"])
        .ok()
        .json();
    assert!(flows.as_array().unwrap().len() > 5);
}

#[test]
fn a_mapping_set_is_made_and_used() {
    let home = Home::new();
    let made = home
        .local([
            "mapping",
            "create",
            "--schema",
            MEMBERS,
            "--name",
            "members",
            "--copy",
            "id=_id",
            "--constant",
            "gold=_local.tier",
            "-o",
            "json",
        ])
        .ok()
        .json();
    let id = made["id"].as_str().unwrap();
    let ran = home.local(["mapping", "get", id]).ok();
    stable(|| insta::assert_snapshot!("mapping_get", ran.stdout));
    assert_eq!(
        home.local(["mapping", "list", "-o", "id"])
            .ok()
            .stdout
            .trim(),
        id
    );
    home.local([
        "flow",
        "create",
        "--from-zone",
        "in/",
        "--dataset",
        MEMBERS,
        "--name",
        "mapped",
        "--start",
        "+1d",
        "--mapping",
        id,
    ])
    .ok();
    let found = home
        .local(["flow", "list", "--mapping", id, "-o", "json"])
        .ok()
        .json();
    assert_eq!(found[0]["transformations"][0]["params"]["mappingId"], id);
    home.local(["flow", "update", "mapped", "--mapping", "latest"])
        .ok();
    let described = home.local(["flow", "describe", "mapped"]).ok().stdout;
    assert!(described.contains("2 rules"), "{described}");
    home.local([
        "mapping", "create", "--schema", MEMBERS, "--copy", "nothing",
    ])
    .exits(2);
}
