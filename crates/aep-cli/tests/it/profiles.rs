//! Profiles, credentials, and where settings come from.

use serde_json::{Value, json};

use crate::errors::Server;
use crate::support::{Home, Ran};

const SECRET: &str = "p8e-planted-secret-77aa";

fn aepp() -> Value {
    json!({"org_id": "ACME@AdobeOrg", "client_id": "acme-client", "secret": SECRET, "sandbox-name": "acme-dev",
        "environment": "prod", "scopes": "openid,AdobeID"})
}

fn console() -> Value {
    json!({"project": {"name": "p", "org": {"id": "1", "ims_org_id": "CONSOLE@AdobeOrg"},
        "workspace": {"details": {"credentials": [{"integration_type": "oauth_server_to_server",
            "oauth_server_to_server": {"client_id": "console-client", "client_secrets": [SECRET],
                "scopes": ["openid", "AdobeID"]}}]}}}})
}

fn postman() -> Value {
    let value = |key: &str, value: &str| json!({"key": key, "value": value, "enabled": true});
    json!({"name": "env", "values": [value("CLIENT_SECRET", SECRET), value("API_KEY", "postman-client"),
        value("IMS_ORG", "POSTMAN@AdobeOrg"), value("SCOPES", "openid,AdobeID"), value("SANDBOX_NAME", "dev")]})
}

#[test]
fn every_tools_file_becomes_a_profile() {
    let home = Home::new();
    home.write("aepp.json", &aepp().to_string());
    home.write("console.json", &console().to_string());
    home.write("postman.json", &postman().to_string());
    home.write("dot.env", &format!("ORG_ID=DOTENV@AdobeOrg\nCLIENT_ID=dotenv-client\nCLIENT_SECRET={SECRET}\nSANDBOX_NAME=dev\n"));
    for (file, name, org) in [
        ("aepp.json", "acme", "ACME@AdobeOrg"),
        ("console.json", "console", "CONSOLE@AdobeOrg"),
        ("postman.json", "postman", "POSTMAN@AdobeOrg"),
        ("dot.env", "dotenv", "DOTENV@AdobeOrg"),
    ] {
        let ran = home.run(["profile", "import", file, "-p", name]).ok();
        assert!(!ran.shown().contains(SECRET));
        let shown = home.run(["profile", "show", name, "-o", "json"]).ok();
        assert!(!shown.stdout.contains(SECRET), "{}", shown.stdout);
        assert!(shown.stdout.contains(org), "{}", shown.stdout);
    }
    let profiles = home.run(["profile", "list", "-o", "json"]).ok().json();
    assert_eq!(profiles.as_array().unwrap().len(), 4);
    assert!(
        profiles
            .as_array()
            .unwrap()
            .iter()
            .all(|profile| profile["credentials"] == "client secret"),
        "{profiles:#}"
    );
    assert_eq!(profiles[0]["inUse"], true);

    let config = std::fs::read_to_string(home.path().join(".config/aep/config.toml")).unwrap();
    assert!(!config.contains(SECRET) && config.contains("ACME@AdobeOrg"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(home.path().join(".config/aep/credentials.toml"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    home.run(["profile", "import", "aepp.json", "-p", "acme"])
        .exits(7);
    home.run(["profile", "import", "aepp.json", "-p", "acme", "--replace"])
        .ok();
}

#[test]
fn profiles_are_used_changed_and_removed() {
    let home = Home::new();
    home.write("aepp.json", &aepp().to_string());
    home.run(["profile", "import", "aepp.json", "-p", "a"]).ok();
    home.run(["profile", "import", "aepp.json", "-p", "b"]).ok();
    home.run(["profile", "use", "b"]).ok();
    home.run(["profile", "set", "sandbox", "other"]).ok();
    let profiles = home.run(["profile", "list", "-o", "json"]).ok().json();
    assert_eq!(
        (&profiles[1]["inUse"], &profiles[1]["sandbox"]),
        (&true.into(), &"other".into())
    );
    assert_eq!(profiles[0]["sandbox"], "acme-dev");

    let ran = home
        .run(["profile", "set", "client_secret", "on-the-command-line"])
        .exits(2);
    assert!(
        !ran.stderr.contains("on-the-command-line"),
        "{}",
        ran.stderr
    );
    let ran = home.run(["profile", "set", "sandbx", "x"]).exits(2);
    assert!(ran.stderr.contains("sandbox"), "{}", ran.stderr);
    home.run(["profile", "use", "nobody"]).exits(2);

    home.run(["auth", "logout", "-p", "a"]).ok();
    assert_eq!(
        home.run(["profile", "list", "-o", "json"]).ok().json()[0]["credentials"],
        "none"
    );
    home.run(["profile", "remove", "b"]).exits(2);
    home.run(["profile", "remove", "b", "--yes"]).ok();
    assert_eq!(home.run(["profile", "list", "-o", "id"]).ok().stdout, "a\n");
}

#[test]
fn a_login_checks_what_it_stores() {
    let home = Home::new();
    let server = Server::start(&home);
    let file = |secret: &str| {
        json!({"org_id": "LOCAL@AdobeOrg", "client_id": "local-client", "secret": secret, "sandbox-name": "dev",
            "scopes": "openid,AdobeID"})
    };
    home.write("good.json", &file("local-secret").to_string());
    home.write("bad.json", &file(SECRET).to_string());
    let login = |name: &str, file: &str| {
        Ran::of(
            home.command()
                .env("AEP_BASE_URL", &server.url)
                .args(["auth", "login", "-p", name, "--from", file])
                .output()
                .unwrap(),
        )
    };
    let ran = login("bad", "bad.json").exits(4);
    assert!(!ran.shown().contains(SECRET));
    assert_eq!(
        home.run(["profile", "list", "-o", "id"]).ok().stdout,
        "",
        "a login that failed leaves nothing"
    );
    login("local", "good.json").ok();
    home.run(["profile", "set", "base_url", &server.url]).ok();

    // From here on the profile is enough.
    home.run(["dataset", "list"]).ok();
    let status = home.run(["auth", "status", "-o", "json"]).ok();
    assert_eq!(
        (&status.json()["profile"], &status.json()["token"]),
        (&"local".into(), &"good".into())
    );
    let token = home.run(["auth", "token"]).ok().stdout;
    assert!(!status.stdout.contains(token.trim()));
    home.run(["sandbox", "use", "prod"]).ok();
    assert_eq!(
        home.run(["sandbox", "show", "-o", "id"]).ok().stdout,
        "prod\n"
    );
    home.run(["sandbox", "use", "nowhere"]).exits(3);
}

#[test]
fn a_login_without_a_terminal_takes_the_secret_from_standard_input() {
    let home = Home::new();
    let server = Server::start(&home);
    home.write("secret", "local-secret\n");
    let ran = Ran::of(
        home.command()
            .env("AEP_BASE_URL", &server.url)
            .args([
                "auth",
                "login",
                "--org-id",
                "LOCAL@AdobeOrg",
                "--client-id",
                "local-client",
                "--sandbox",
                "dev",
            ])
            .stdin(std::fs::File::open(home.path().join("secret")).unwrap())
            .output()
            .unwrap(),
    );
    ran.ok();
    assert_eq!(
        home.run(["profile", "list", "-o", "json"]).ok().json()[0]["clientId"],
        "local-client"
    );
    let ran = home.run(["auth", "login"]).exits(2);
    assert!(ran.stderr.contains("--org-id"), "{}", ran.stderr);
}

#[test]
fn flag_environment_project_and_user_in_this_order() {
    let home = Home::new();
    home.write("aepp.json", &aepp().to_string());
    home.run(["profile", "import", "aepp.json", "-p", "a"]).ok();
    let sandbox = |env: Option<&str>, args: &[&str]| {
        let mut command = home.command();
        if let Some(value) = env {
            command.env("AEP_SANDBOX", value);
        }
        let shown = Ran::of(
            command
                .args(["profile", "show", "-o", "json"])
                .args(args)
                .output()
                .unwrap(),
        )
        .ok()
        .json();
        let found = shown
            .as_array()
            .unwrap()
            .iter()
            .find(|setting| setting["key"] == "sandbox")
            .unwrap()
            .clone();
        (
            found["value"].as_str().unwrap().to_owned(),
            found["origin"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(sandbox(None, &[]).0, "acme-dev");
    home.write("aep.toml", "sandbox = \"project\"\n");
    assert_eq!(sandbox(None, &[]).0, "project");
    let (value, origin) = sandbox(Some("variable"), &[]);
    assert_eq!(value, "variable");
    assert!(origin.contains("AEP_SANDBOX"), "{origin}");
    assert_eq!(sandbox(Some("variable"), &["--sandbox", "flag"]).0, "flag");
}
