//! The files: what they may hold, who may read them, how they are changed.

use std::path::Path;

use aep_core::ErrorKind;
use aep_core::config::{ConfigStore, Key};

use super::{CONFIG, CREDENTIALS, Home};

#[test]
fn a_project_is_found_up_to_the_root_of_the_repository() {
    let home = Home::new(CONFIG, CREDENTIALS);
    home.write("aep.toml", "sandbox = 'outside'");
    home.write("work/.git/HEAD", "");
    home.write("work/a/b/c.txt", "");
    let inner = home.path("work/a/b").display().to_string();
    let sandbox = || {
        home.settings(&[("PWD", inner.as_str())])
            .unwrap()
            .sandbox
            .unwrap()
            .to_string()
    };
    assert_eq!(sandbox(), "dev");
    home.write("work/aep.toml", "sandbox = 'inside'");
    assert_eq!(sandbox(), "inside");
}

#[test]
fn complaints_name_file_line_and_key() {
    for (config, credentials, says) in [
        (
            "[profile.a]\nsandbx = 'x'",
            "",
            "config.toml`, line `2`, key `sandbx`",
        ),
        ("[profile.a]\nsandbx = 'x'", "", "did you mean `sandbox`?"),
        ("\n\nprofil = 1", "", "line `3`, key `profil`"),
        (
            "[profile.a]\nclient_secret = 'p8e-x'",
            "",
            "secrets stand in credentials.toml",
        ),
        ("", "[profile.a]\nsandbox = 'x'", "only secrets stand here"),
        (
            "",
            "[profile.a]\nclient_secret = p8e-x",
            "credentials.toml`, line `2`",
        ),
        (
            "",
            "[profile.a]\nclient_secret = ['p8e-x', 1]",
            "neither a text nor",
        ),
        (
            "[profile.a]\nretries = 'p'",
            "",
            "`p`: it is not a whole number",
        ),
        (
            "[profile.a]\nbase_url = 'http://x.example'",
            "",
            "plain http",
        ),
        ("[profile.a]\nenvironment = 'a/b'", "", "`prod`, `stage`"),
        ("profile = 'a'", "", "it is not a table"),
        ("[profile]\na = 1", "", "write a profile as [profile.NAME]"),
        (
            "default_profile = 'a'\n[profile.b]\nsandbox = 'x'",
            "",
            "did you mean `b`?",
        ),
        ("default_profile = 7", "", "key `default_profile`"),
        ("[profile.a\n", "", "line `1`"),
    ] {
        let error = Home::new(config, credentials)
            .settings(&[])
            .expect_err(config);
        let shown = format!("{} {error:?}", error.report());
        assert_eq!(error.kind(), ErrorKind::Config, "{config}");
        assert!(shown.contains(says), "{config}{credentials}: {shown}");
        assert!(!shown.contains("p8e"), "{shown}");
    }
}

#[test]
fn secrets_that_others_can_read_are_refused_with_the_mending_command() {
    let home = Home::new(CONFIG, CREDENTIALS);
    for mode in [0o644, 0o640, 0o604, 0o666, 0o620] {
        home.mode("config/credentials.toml", mode);
        let error = home.settings(&[]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        let path = home.path("config/credentials.toml");
        assert_eq!(
            error.hint_text().unwrap(),
            format!("run `chmod 600 {}`", path.display())
        );
    }
    home.mode("config/credentials.toml", 0o400);
    home.settings(&[]).unwrap();
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn changes_keep_comments_and_secrets_go_to_their_file() {
    let home = Home::new(CONFIG, CREDENTIALS);
    let mut store = ConfigStore::open(&home.env(&[])).unwrap();
    store.set("acme-dev", Key::Sandbox, "other").unwrap();
    store.set("acme-dev", Key::Retries, "3").unwrap();
    store.set("acme-dev", Key::Scopes, "a, b").unwrap();
    store.set("acme-dev", Key::ClientSecret, "p8e-new").unwrap();
    store.set("new", Key::OrgId, "N@AdobeOrg").unwrap();
    store.use_profile("new").unwrap();
    store.save().unwrap();
    let config = text(store.config_file());
    for line in [
        "# my profiles",
        "default_profile = \"new\"",
        "[profile.acme-dev] # the small one",
        "sandbox = \"other\" # not prod",
        "retries = 3",
        "scopes = [\"a\", \"b\"]",
        "[profile.new]",
    ] {
        assert!(config.contains(line), "{line}: {config}");
    }
    assert!(
        !config.contains("p8e")
            && text(store.credentials_file()).contains("client_secret = \"p8e-new\"")
    );
    let store = ConfigStore::open(&home.env(&[])).unwrap();
    assert_eq!(store.profiles(), ["acme-dev", "acme-prod", "new"]);
    assert_eq!(store.default_profile(), Some("new"));
    assert_eq!(
        store.get("acme-dev", Key::Sandbox).as_deref(),
        Some("other")
    );
    assert_eq!(
        (
            store.get("acme-dev", Key::ClientSecret),
            store.is_set("acme-dev", Key::ClientSecret)
        ),
        (None, true)
    );
}

#[test]
fn new_files_are_private_and_links_are_followed() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;

    let directory = tempfile::tempdir().unwrap();
    let config = directory.path().join("a/b");
    let mut store = ConfigStore::at(&config, None).unwrap();
    store.save().unwrap();
    assert!(!config.exists(), "nothing to write");
    store.set("p", Key::Sandbox, "dev").unwrap();
    store.set("p", Key::ClientSecret, "s").unwrap();
    store.save().unwrap();
    assert_eq!(
        (mode(&config), mode(store.credentials_file())),
        (0o700, 0o600)
    );
    assert_eq!(
        std::fs::read_dir(&config).unwrap().count(),
        2,
        "no leftovers"
    );

    let real = directory.path().join("dotfiles.toml");
    std::fs::rename(store.config_file(), &real).unwrap();
    std::os::unix::fs::symlink(&real, store.config_file()).unwrap();
    store.set("p", Key::Sandbox, "prod").unwrap();
    store.save().unwrap();
    assert!(store.config_file().is_symlink());
    assert!(text(&real).contains("prod"));
}

#[test]
fn what_is_removed_is_gone() {
    let home = Home::new(CONFIG, CREDENTIALS);
    let mut store = ConfigStore::open(&home.env(&[])).unwrap();
    assert!(store.unset("acme-dev", Key::Retries) && !store.unset("acme-dev", Key::Retries));
    assert!(store.forget_secrets("acme-prod") && !store.forget_secrets("acme-prod"));
    store.remove("acme-dev").unwrap();
    assert_eq!(
        store.remove("acme-dev").unwrap_err().kind(),
        ErrorKind::Config
    );
    store.save().unwrap();
    assert_eq!(store.default_profile(), None);
    assert!(!text(store.config_file()).contains("acme-dev"));
    assert!(!text(store.credentials_file()).contains("token-prod"));
    assert!(store.set("gone", Key::ClientSecret, "x").is_err());
    assert!(store.use_profile("gone").is_err());
    assert_eq!(
        store
            .set("acme-prod", Key::Sandbox, "Bad Box")
            .unwrap_err()
            .kind(),
        ErrorKind::Usage
    );
}
