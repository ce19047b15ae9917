//! Credentials in the formats of others.

use std::path::PathBuf;

use aep_core::config::{ConfigStore, Key, import};
use aep_core::{Credentials, Env, ErrorKind, Overrides, resolve};
use import::Format;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/import")
        .join(name)
}

#[test]
fn every_format_gives_a_profile_that_works() {
    for (file, format, secret, sandbox, scopes, name) in [
        (
            "aepp.json",
            Format::Aepp,
            "p8e-fixture-secret-of-aepp",
            Some("prod"),
            5,
            None,
        ),
        (
            "console.json",
            Format::DeveloperConsole,
            "p8e-fixture-secret-of-console",
            None,
            3,
            Some("acme-loyalty-production"),
        ),
        (
            "credential.json",
            Format::Json,
            "p8e-fixture-secret-of-download",
            None,
            2,
            None,
        ),
        (
            "postman.json",
            Format::Postman,
            "p8e-fixture-secret-of-postman",
            Some("dev"),
            2,
            Some("experience-platform-dev"),
        ),
        (
            "aio.json",
            Format::Aio,
            "p8e-fixture-secret-of-aio",
            None,
            2,
            None,
        ),
        (
            "dotenv.env",
            Format::DotEnv,
            "p8e-fixture-secret-of-dotenv",
            Some("dev"),
            2,
            None,
        ),
    ] {
        let imported = import::file(&fixture(file)).unwrap();
        assert_eq!(
            (imported.format, imported.name.as_deref()),
            (format, name),
            "{file}"
        );
        assert!(!format!("{imported:?}").contains("p8e"), "{file}");
        assert_eq!(imported.get(Key::ClientSecret), None, "{file}");

        let directory = tempfile::tempdir().unwrap();
        let mut store = ConfigStore::at(directory.path(), None).unwrap();
        store.add("it", &imported, false).unwrap();
        store.save().unwrap();
        let store = ConfigStore::at(directory.path(), None).unwrap();
        let settings = resolve(&Overrides::default(), &Env::default(), &store).unwrap();
        assert_eq!(settings.org.as_str(), "0A1B2C3D@AdobeOrg", "{file}");
        assert_eq!(settings.client_id, "3f1c0d5e7a9b4c2d", "{file}");
        assert_eq!(
            settings.base_url.as_str(),
            "https://platform.adobe.io/",
            "{file}"
        );
        assert_eq!(
            settings.sandbox.as_ref().map(AsRef::as_ref),
            sandbox,
            "{file}"
        );
        let Credentials::ClientSecret {
            secret: found,
            scopes: list,
        } = settings.credentials
        else {
            panic!("{file}: no client secret");
        };
        assert_eq!(
            (found.expose().as_str(), list.len()),
            (secret, scopes),
            "{file}"
        );
        assert!(
            !std::fs::read_to_string(store.config_file())
                .unwrap()
                .contains("p8e"),
            "{file}"
        );
    }
}

#[test]
fn what_is_left_out_is_told() {
    let imported = import::file(&fixture("postman.json")).unwrap();
    let notes = imported.notes.join("\n");
    assert!(
        notes.contains("the token in the file was left out"),
        "{notes}"
    );
    assert!(notes.contains("not used: IMS, TENANT_ID"), "{notes}");
    assert!(
        import::file(&fixture("console.json"))
            .unwrap()
            .notes
            .iter()
            .any(|note| note.contains("no sandbox"))
    );
}

#[test]
fn the_retired_credential_is_explained() {
    for file in ["aepp-jwt.json", "console-jwt.json", "postman-jwt.json"] {
        let error = import::file(&fixture(file)).unwrap_err();
        let report = error.report().to_string();
        assert_eq!(error.kind(), ErrorKind::Config, "{file}");
        assert!(
            report.contains("JWT") && report.contains("OAuth Server-to-Server"),
            "{file}: {report}"
        );
        assert!(
            !report.contains("p8e") && !report.contains("fixture-private-key"),
            "{file}: {report}"
        );
    }
}

#[test]
fn what_is_none_of_them_is_refused_without_showing_it() {
    for (text, says) in [
        ("", "none of the formats"),
        ("hello", "none of the formats"),
        ("[]", "none of the formats"),
        ("{}", "none of the formats"),
        (r#"{"a":1}"#, "none of the formats"),
        (r#"{"secret":"p8e-x","#, "EOF"),
        ("PATH=/bin\nHOME=/root", "none of the formats"),
        ("CLIENT_SECRET=\"p8e-x", "not closed"),
        ("CLIENT_SECRET=p8e-x\np8e-y", "none of the formats"),
        (
            r#"{"org_id":"A@AdobeOrg","secret":"p8e-x"}"#,
            "no client_id",
        ),
        (
            r#"{"org_id":"A@AdobeOrg","client_id":"c"}"#,
            "no client_secret",
        ),
        (
            r#"{"org_id":"<orgID>","client_id":"c","secret":"p8e-x"}"#,
            "no org_id",
        ),
        (
            r#"{"org_id":"A","client_id":"c","secret":"p8e-x"}"#,
            "@AdobeOrg",
        ),
        (
            r#"{"org_id":"A@AdobeOrg","client_id":"c","secret":"p8e-x","sandbox-name":"My Box"}"#,
            "lower-case",
        ),
        (
            r#"{"project":{"workspace":{"details":{"credentials":[]}}}}"#,
            "no OAuth Server-to-Server",
        ),
        (r#"{"project":{"name":"p8e-x"}}"#, "none of the formats"),
        (
            r#"{"values":[{"key":"OTHER","value":"p8e-x"}]}"#,
            "no org_id",
        ),
    ] {
        let error = import::parse(text).expect_err(text);
        let shown = format!("{} {error:?}", error.report());
        assert!(shown.contains(says), "{text}: {shown}");
        assert!(!shown.contains("p8e"), "{text}: {shown}");
    }
    assert_eq!(
        import::file(&fixture("missing.json")).unwrap_err().kind(),
        ErrorKind::NotFound
    );
}

#[test]
fn a_profile_is_replaced_only_when_asked() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = ConfigStore::at(directory.path(), None).unwrap();
    let aepp = import::file(&fixture("aepp.json")).unwrap();
    store.add("it", &aepp, false).unwrap();
    assert_eq!(
        store.add("it", &aepp, false).unwrap_err().kind(),
        ErrorKind::Conflict
    );
    store
        .add("it", &import::file(&fixture("dotenv.env")).unwrap(), true)
        .unwrap();
    assert_eq!(store.get("it", Key::Sandbox).as_deref(), Some("dev"));
    for name in ["", "a b", "a/b", "ü", "a]"] {
        assert_eq!(
            store.add(name, &aepp, false).unwrap_err().kind(),
            ErrorKind::Usage,
            "{name}"
        );
    }
}
