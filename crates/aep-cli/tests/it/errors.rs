//! Errors for people and for programs, each with its exit code.

use crate::support::{Home, MEMBERS, Ran, stable};

#[test]
fn without_a_profile_the_way_in_is_shown() {
    let home = Home::new();
    let ran = home.run(["dataset", "list"]).exits(2);
    assert!(
        ran.stderr.contains("--local") && ran.stderr.contains("aep auth login"),
        "{}",
        ran.stderr
    );
    stable(|| insta::assert_snapshot!("no_profile", ran.shown()));
    let error = home.run(["dataset", "list", "-o", "json"]).exits(2).error();
    assert_eq!(error["kind"], "config");
}

#[test]
fn a_thing_that_is_not_there_is_3() {
    let home = Home::new();
    let ran = home
        .local(["batch", "get", "01HZZZZZZZZZZZZZZZZZZZZZZZ"])
        .exits(3);
    stable(|| insta::assert_snapshot!("not_found", ran.shown()));
    let error = home
        .local(["batch", "get", "01HZZZZZZZZZZZZZZZZZZZZZZZ", "-o", "json"])
        .exits(3)
        .error();
    for key in [
        "code",
        "status",
        "title",
        "detail",
        "requestId",
        "hint",
        "retryable",
    ] {
        assert!(error.get(key).is_some(), "{key}: {error}");
    }
}

#[test]
fn refused_credentials_are_4() {
    let home = Home::new();
    let mut server = Server::start(&home);
    let url = server.url.clone();
    let run = |secret: &str, args: &[&str]| {
        Ran::of(
            home.command()
                .env("AEP_BASE_URL", &url)
                .env("AEP_ORG_ID", "LOCAL@AdobeOrg")
                .env("AEP_CLIENT_ID", "local-client")
                .env("AEP_CLIENT_SECRET", secret)
                .env("AEP_SANDBOX", "dev")
                .args(args)
                .output()
                .unwrap(),
        )
    };
    run("local-secret", &["dataset", "list"]).ok();
    let error = run("wrong", &["dataset", "list", "-o", "json"])
        .exits(4)
        .error();
    assert_eq!(
        (&error["kind"], &error["retryable"]),
        (&"unauthorized".into(), &false.into())
    );
    server.stop();
    let error = run(
        "local-secret",
        &["dataset", "list", "-o", "json", "--retries", "0"],
    )
    .exits(5)
    .error();
    assert_eq!(error["retryable"], true, "{error}");
}

#[test]
fn rejected_rows_are_6_with_the_place() {
    let home = Home::new();
    let mut row = crate::support::member(1);
    row["_local"]["tier"] = "diamond".into();
    home.write(
        "bad.ndjson",
        &format!("{}\n{row}\n", crate::support::member(2)),
    );
    let ran = home
        .local(["ingest", "bad.ndjson", "--dataset", MEMBERS])
        .exits(6);
    assert!(
        ran.stderr.contains("bad.ndjson:2") && ran.stderr.contains("_local.tier"),
        "{}",
        ran.stderr
    );
    assert_eq!(
        home.local(["batch", "list", "-o", "json"]).ok().json(),
        serde_json::json!([])
    );
}

#[test]
fn a_failed_batch_is_6_and_explained() {
    let home = Home::new();
    let mut row = crate::support::member(1);
    row["_local"]["points"] = "many".into();
    home.write(
        "bad.ndjson",
        &format!("{}\n{row}\n", crate::support::member(2)),
    );
    let ran = home
        .local([
            "ingest",
            "bad.ndjson",
            "--dataset",
            MEMBERS,
            "--validate",
            "off",
            "--diagnostics",
            "-o",
            "json",
        ])
        .exits(6);
    let report = ran.json();
    assert_eq!(report["status"], "failure");
    assert_eq!(report["batches"][0]["recordsLanded"], 0);
    assert_eq!(ran.error()["kind"], "rejected");
    let id = report["batches"][0]["id"].as_str().unwrap();
    assert!(
        ran.error()["hint"]
            .as_str()
            .unwrap()
            .contains(&format!("aep batch explain {id}"))
    );
    let explained = home.local(["batch", "explain", id]).ok();
    assert!(explained.stdout.contains("INGEST-"), "{}", explained.stdout);
    home.local(["batch", "errors", id, "--to", "errors"]).ok();
    assert!(home.path().join("errors").exists());

    // Half of the rows may be bad: the good one lands, and the exit code still says that not all did.
    let ran = home
        .local([
            "ingest",
            "bad.ndjson",
            "--dataset",
            MEMBERS,
            "--partial",
            "50",
            "--validate",
            "off",
            "-o",
            "json",
        ])
        .exits(6);
    let batch = ran.json()["batches"][0].clone();
    assert_eq!(
        (
            ran.json()["status"].as_str(),
            &batch["recordsLanded"],
            &batch["recordsFailed"]
        ),
        (Some("partial"), &1.into(), &1.into())
    );
}

#[test]
fn a_state_that_stands_against_it_is_7() {
    let home = Home::new();
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
    let id = id.stdout.trim();
    home.local(["batch", "abort", id]).ok();
    let ran = home.local(["batch", "complete", id]).exits(7);
    stable(|| insta::assert_snapshot!("conflict", ran.shown()));
    assert_eq!(
        home.local(["batch", "complete", id, "-o", "json"])
            .exits(7)
            .error()["code"],
        "ERR-BI-104"
    );
}

#[test]
fn waiting_too_long_is_124() {
    let home = Home::new();
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
    let ran = home
        .local(["batch", "wait", id.stdout.trim(), "--timeout", "0s"])
        .exits(124);
    assert!(ran.stderr.contains("aep batch wait"), "{}", ran.stderr);
}

#[test]
fn wrong_command_lines_are_2() {
    let home = Home::new();
    for args in [
        &["ingest"][..],
        &["ingest", "x.json"],
        &["nonsense"],
        &["dataset", "lst"],
        &["batch", "get", "a/b"],
        &["batch", "get", ".."],
        &["--local", "-p", "x", "dataset", "list"],
        &["api", "TRACE", "/"],
        &["limits", "--timeout", "soon"],
    ] {
        let ran = home.run(args).exits(2);
        assert!(
            ran.stderr.starts_with("error:") && ran.stdout.is_empty(),
            "{args:?}: {}",
            ran.shown()
        );
        let error = home
            .run(args.iter().chain(&["-o", "json"]))
            .exits(2)
            .error();
        assert_eq!(error["exitCode"], 2, "{args:?}");
    }
    let ran = home.run(["dataset", "lst"]);
    assert!(ran.stderr.contains("list"), "did you mean: {}", ran.stderr);
}

/// A server in another process, on the home's own state.
pub(crate) struct Server {
    child: std::process::Child,
    pub(crate) url: String,
}

impl Server {
    pub(crate) fn start(home: &Home) -> Self {
        let port_file = home.path().join("port");
        let mut child = home.spawn([
            "emulator".as_ref(),
            "start".as_ref(),
            "--port-file".as_ref(),
            port_file.as_os_str(),
        ]);
        for _ in 0..600 {
            if let Ok(port) = std::fs::read_to_string(&port_file) {
                return Self {
                    child,
                    url: format!("http://127.0.0.1:{}", port.trim()),
                };
            }
            assert!(child.try_wait().unwrap().is_none(), "the server ended");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("no port file");
    }

    pub(crate) fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}
