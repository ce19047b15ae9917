//! A planted secret shows up nowhere, however talkative the command is.

use crate::errors::Server;
use crate::support::{Home, MEMBERS, Ran};

const TOKEN: &str = "planted-token-5cf1d8e2";
const SECRET: &str = "p8e-planted-secret-77aa";

#[test]
fn no_output_shows_credentials() {
    let home = Home::new();
    home.members("members.json", 1);
    let server = Server::start(&home);
    let run = |with: (&str, &str), args: &[&str]| {
        Ran::of(
            home.command()
                .env("AEP_BASE_URL", &server.url)
                .env("AEP_ORG_ID", "LOCAL@AdobeOrg")
                .env("AEP_CLIENT_ID", "local-client")
                .env("AEP_SANDBOX", "dev")
                .env("AEP_LOG", "trace")
                .env(with.0, with.1)
                .args(args)
                .output()
                .unwrap(),
        )
    };
    for args in [
        &["-vv", "dataset", "list", "--retries", "0"][..],
        &["-vv", "dataset", "list", "-o", "json", "--retries", "0"],
        &["dataset", "list", "--retries", "0"],
        &[
            "-vv",
            "ingest",
            "members.json",
            "--dataset",
            MEMBERS,
            "--dry-run",
            "--retries",
            "0",
        ],
        &["-vv", "auth", "status"],
        &["-vv", "doctor", "--retries", "0"],
        &["-vv", "profile", "show"],
        &[
            "-vv",
            "api",
            "GET",
            "/data/foundation/catalog/batches",
            "--include",
            "--retries",
            "0",
        ],
    ] {
        for with in [("AEP_CLIENT_SECRET", SECRET), ("AEP_ACCESS_TOKEN", TOKEN)] {
            let shown = run(with, args).shown();
            assert!(
                !shown.contains(with.1),
                "{args:?} shows {}: {shown}",
                with.0
            );
        }
    }
}

#[test]
fn a_working_token_is_shown_only_on_request() {
    let home = Home::new();
    let token = home.local(["auth", "token"]).ok().stdout.trim().to_owned();
    assert!(token.len() > 20 && !token.contains(char::is_whitespace));
    for args in [
        &["-vv", "dataset", "list"][..],
        &["-vv", "auth", "status"],
        &["-vv", "doctor"],
        &[
            "-vv",
            "api",
            "GET",
            "/data/foundation/catalog/batches",
            "--include",
        ],
    ] {
        let shown = home.local(args).shown();
        assert!(
            !shown.contains("Bearer ey") && !shown.contains("local-secret"),
            "{args:?}: {shown}"
        );
        assert!(!shown.contains(&token), "{args:?}: {shown}");
    }
}
