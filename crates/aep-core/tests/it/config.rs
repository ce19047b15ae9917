//! Files, layers, and what keeps secrets where they belong.

use std::path::Path;

use aep_core::config::{ConfigStore, Key, Origin, VARIABLES, explain};
use aep_core::{Credentials, Env, ErrorKind, Overrides, Result, Settings, Writes, resolve};

/// A directory with files, and an environment that points at it.
struct Home(tempfile::TempDir);

impl Home {
    fn new(config: &str, credentials: &str) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        home.write("config/config.toml", config);
        home.write("config/credentials.toml", credentials);
        home.mode("config/credentials.toml", 0o600);
        home
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    #[cfg(unix)]
    fn mode(&self, name: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    #[cfg(not(unix))]
    fn mode(&self, _name: &str, _mode: u32) {}

    fn env(&self, more: &[(&str, &str)]) -> Env {
        let config = self.path("config").display().to_string();
        let work = self.path("work").display().to_string();
        let own = [("AEP_CONFIG_DIR", config.as_str()), ("PWD", work.as_str())];
        Env::from_map(own.into_iter().chain(more.iter().copied()))
    }

    fn resolve(&self, overrides: &Overrides, more: &[(&str, &str)]) -> Result<Settings> {
        let env = self.env(more);
        resolve(overrides, &env, &ConfigStore::open(&env)?)
    }

    fn settings(&self, more: &[(&str, &str)]) -> Result<Settings> {
        self.resolve(&Overrides::default(), more)
    }
}

const CONFIG: &str = r#"# my profiles
default_profile = "acme-dev"

[profile.acme-dev] # the small one
org_id = "ACME@AdobeOrg"
client_id = "client-dev"
sandbox = "dev" # not prod
retries = 7
scopes = ["openid", "session"]

[profile.acme-prod]
org_id = "ACME@AdobeOrg"
client_id = "client-prod"
writes = "production"
environment = "stage"
idle_timeout = "2m"
"#;

const CREDENTIALS: &str = r#"[profile.acme-dev]
client_secret = "p8e-dev"

[profile.acme-prod]
access_token = "token-prod"
"#;

fn secret(settings: &Settings) -> &str {
    match &settings.credentials {
        Credentials::ClientSecret { secret, .. } | Credentials::Token(secret) => secret.expose(),
    }
}

#[test]
fn the_default_profile_is_used() {
    let settings = Home::new(CONFIG, CREDENTIALS).settings(&[]).unwrap();
    assert_eq!(settings.profile.as_deref(), Some("acme-dev"));
    assert_eq!(settings.base_url.as_str(), "https://platform.adobe.io/");
    assert_eq!(settings.ims_url.as_str(), "https://ims-na1.adobelogin.com/");
    assert_eq!(settings.streaming_url.as_str(), "https://dcs.adobedc.net/");
    assert_eq!(settings.sandbox.as_ref().unwrap().as_str(), "dev");
    assert_eq!(
        (settings.retries, settings.writes),
        (7, Writes::DevelopmentOnly)
    );
    let Credentials::ClientSecret { secret, scopes } = &settings.credentials else {
        panic!()
    };
    assert_eq!((secret.expose().as_str(), scopes.len()), ("p8e-dev", 2));
}

#[test]
fn flag_then_environment_then_project_then_user() {
    let home = Home::new(CONFIG, CREDENTIALS);
    let sandbox = |overrides: &Overrides, more: &[(&str, &str)]| {
        home.resolve(overrides, more)
            .unwrap()
            .sandbox
            .unwrap()
            .to_string()
    };
    let flag = Overrides {
        sandbox: Some("flag".parse().unwrap()),
        ..Overrides::default()
    };
    assert_eq!(sandbox(&Overrides::default(), &[]), "dev");
    home.write("work/aep.toml", "sandbox = \"project\"");
    assert_eq!(sandbox(&Overrides::default(), &[]), "project");
    assert_eq!(
        sandbox(&Overrides::default(), &[("AEP_SANDBOX", "env")]),
        "env"
    );
    assert_eq!(sandbox(&flag, &[("AEP_SANDBOX", "env")]), "flag");

    let profile = |overrides: &Overrides, more: &[(&str, &str)]| {
        home.resolve(overrides, more).unwrap().profile.unwrap()
    };
    home.write("work/aep.toml", "profile = \"acme-prod\"\nsandbox = \"p\"");
    assert_eq!(profile(&Overrides::default(), &[]), "acme-prod");
    assert_eq!(
        profile(&Overrides::default(), &[("AEP_PROFILE", "acme-dev")]),
        "acme-dev"
    );
    let flag = Overrides {
        profile: Some("acme-prod".into()),
        writes: Some(Writes::Production),
        ..Overrides::default()
    };
    assert_eq!(profile(&flag, &[("AEP_PROFILE", "acme-dev")]), "acme-prod");
}

#[test]
fn the_other_profile_has_its_own_everything() {
    let home = Home::new(CONFIG, CREDENTIALS);
    let settings = home.settings(&[("AEP_PROFILE", "acme-prod")]).unwrap();
    assert_eq!(
        settings.base_url.as_str(),
        "https://platform-stage.adobe.io/"
    );
    assert_eq!(
        settings.ims_url.as_str(),
        "https://ims-na1-stg1.adobelogin.com/"
    );
    assert_eq!(
        (settings.writes, settings.timeouts.idle.as_secs()),
        (Writes::Production, 120)
    );
    assert!(settings.sandbox.is_none(), "there is no default sandbox");
    assert!(matches!(settings.credentials, Credentials::Token(_)));
    assert_eq!(secret(&settings), "token-prod");
}

#[test]
fn a_higher_token_wins_over_a_lower_secret_and_the_reverse() {
    let home = Home::new(CONFIG, CREDENTIALS);
    assert_eq!(
        secret(&home.settings(&[("AEP_ACCESS_TOKEN", "env-token")]).unwrap()),
        "env-token"
    );
    let more = [
        ("AEP_PROFILE", "acme-prod"),
        ("AEP_CLIENT_SECRET", "env-secret"),
    ];
    assert_eq!(secret(&home.settings(&more).unwrap()), "env-secret");
    let both = [
        ("AEP_ACCESS_TOKEN", "env-token"),
        ("AEP_CLIENT_SECRET", "env-secret"),
    ];
    assert_eq!(secret(&home.settings(&both).unwrap()), "env-token");
}

#[test]
fn one_address_is_enough_for_an_emulator() {
    let home = Home::new("", "");
    let settings = home
        .settings(&[("AEP_BASE_URL", "http://127.0.0.1:8080")])
        .unwrap();
    for url in [
        &settings.base_url,
        &settings.ims_url,
        &settings.streaming_url,
    ] {
        assert_eq!(url.as_str(), "http://127.0.0.1:8080/");
    }
    assert_eq!(settings.org.as_str(), Settings::LOCAL_ORG);
    assert_eq!(
        (settings.client_id.as_str(), secret(&settings)),
        ("local-client", "local-secret")
    );
    assert_eq!(settings.sandbox.unwrap().as_str(), "dev");

    let more = [
        ("AEP_BASE_URL", "http://127.0.0.1:8080"),
        ("AEP_IMS_URL", "http://127.0.0.1:9"),
        ("AEP_SANDBOX", "prod"),
    ];
    let settings = home.settings(&more).unwrap();
    assert_eq!(
        (settings.ims_url.port(), settings.sandbox.unwrap().as_str()),
        (Some(9), "prod")
    );

    let error = home
        .settings(&[("AEP_BASE_URL", "https://platform.adobe.io")])
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let error = home
        .settings(&[("AEP_BASE_URL", "http://platform.adobe.io")])
        .unwrap_err();
    assert!(
        error.report().to_string().contains("plain http"),
        "{}",
        error.report()
    );
}

#[test]
fn a_default_profiles_secret_is_not_sent_to_another_server() {
    let home = Home::new(CONFIG, CREDENTIALS);
    let settings = home
        .settings(&[("AEP_BASE_URL", "https://emulator.example")])
        .unwrap();
    assert_eq!(
        (settings.profile.as_deref(), secret(&settings)),
        (None, "local-secret")
    );
    // Who names the profile means it.
    let more = [
        ("AEP_BASE_URL", "https://proxy.example"),
        ("AEP_PROFILE", "acme-dev"),
    ];
    let settings = home.settings(&more).unwrap();
    assert_eq!(
        (settings.profile.as_deref(), secret(&settings)),
        (Some("acme-dev"), "p8e-dev")
    );
    // The same server, written out.
    let settings = home
        .settings(&[("AEP_BASE_URL", "https://platform.adobe.io:443")])
        .unwrap();
    assert_eq!(settings.profile.as_deref(), Some("acme-dev"));
}

#[test]
fn addresses_of_a_lower_layer_do_not_mix_with_a_higher_one() {
    let config = format!(
        "{CONFIG}\n[profile.own]\norg_id='A@AdobeOrg'\nclient_id='c'\nbase_url='https://g.example'\nims_url='https://ims.example'\n"
    );
    let home = Home::new(&config, "[profile.own]\nclient_secret='s'");
    let settings = home.settings(&[("AEP_PROFILE", "own")]).unwrap();
    assert_eq!(settings.ims_url.as_str(), "https://ims.example/");
    assert_eq!(settings.streaming_url.as_str(), "https://g.example/");
    let settings = home
        .settings(&[
            ("AEP_PROFILE", "own"),
            ("AEP_BASE_URL", "http://localhost:1"),
        ])
        .unwrap();
    assert_eq!(settings.ims_url.as_str(), "http://localhost:1/");
}

#[test]
fn a_project_leads_no_secret_elsewhere() {
    let home = Home::new(CONFIG, CREDENTIALS);
    for (text, says) in [
        ("client_secret = 'x'", "holds no secrets"),
        ("access_token = 'x'", "holds no secrets"),
        ("writes = 'production'", "given by the user"),
        ("ca_file = 'x.pem'", "decided by the user"),
        (
            "base_url = 'https://evil.example'",
            "hosts of Adobe's and this machine only",
        ),
        (
            "base_url = 'https://evil.example'\nprofile = 'acme-dev'",
            "hosts of Adobe's and this machine only",
        ),
        ("ims_url = 'https://evil.example'", "hosts of Adobe's"),
        ("streaming_url = 'https://evil.example'", "hosts of Adobe's"),
    ] {
        home.write("work/aep.toml", text);
        let error = home.settings(&[]).expect_err(text);
        assert_eq!(error.kind(), ErrorKind::Config, "{text}");
        assert!(
            error.report().to_string().contains(says),
            "{text}: {}",
            error.report()
        );
    }
    home.write("work/aep.toml", "base_url = 'http://127.0.0.1:5'");
    let settings = home.settings(&[]).unwrap();
    assert_eq!(
        (settings.profile.as_deref(), secret(&settings)),
        (None, "local-secret")
    );
}

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
fn what_is_missing_is_named() {
    for (config, credentials, more, says) in [
        ("", "", vec![], "aep profile import FILE"),
        (CONFIG, "", vec![], "aep auth login --profile acme-dev"),
        (
            "default_profile='a'\n[profile.a]\norg_id='A@AdobeOrg'",
            "",
            vec![],
            "aep profile set a client_id=VALUE",
        ),
        (
            "[profile.a]\norg_id='A@AdobeOrg'",
            "",
            vec![],
            "aep profile use NAME",
        ),
        (
            "",
            "",
            vec![("AEP_ORG_ID", "A@AdobeOrg")],
            "set AEP_CLIENT_ID",
        ),
        (
            "",
            "",
            vec![("AEP_PROFILE", "gone")],
            "there is no such profile",
        ),
        (
            "",
            "",
            vec![("AEP_BASE_URL", "http://[::1]"), ("AEP_CLIENT_ID", "x")],
            "set AEP_CLIENT_SECRET",
        ),
        (
            CONFIG,
            CREDENTIALS,
            vec![("AEP_SANDBOX", "My Box")],
            "from `AEP_SANDBOX`",
        ),
        (
            CONFIG,
            CREDENTIALS,
            vec![("AEP_RETRIES", "many")],
            "`many`: it is not a whole number",
        ),
    ] {
        let error = Home::new(config, credentials)
            .settings(&more)
            .expect_err(says);
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(
            error.report().to_string().contains(says),
            "{}",
            error.report()
        );
    }
}

#[test]
fn the_environment_alone_is_enough() {
    let more = [
        ("AEP_ORG_ID", "A@AdobeOrg"),
        ("AEP_CLIENT_ID", "c"),
        ("AEP_CLIENT_SECRET", "s"),
        ("AEP_SCOPES", "openid session"),
    ];
    let settings = Home::new("", "").settings(&more).unwrap();
    assert_eq!(settings.base_url.as_str(), "https://platform.adobe.io/");
    let Credentials::ClientSecret { scopes, .. } = &settings.credentials else {
        panic!()
    };
    assert_eq!(scopes, &["openid", "session"]);
    assert!(settings.sandbox.is_none());
}

#[cfg(unix)]
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

#[cfg(unix)]
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

#[test]
fn every_value_says_where_it_comes_from() {
    let home = Home::new(CONFIG, CREDENTIALS);
    home.write("work/aep.toml", "idle_timeout = '5s'");
    let env = home.env(&[("AEP_RETRIES", "1")]);
    let store = ConfigStore::open(&env).unwrap();
    let overrides = Overrides {
        sandbox: Some("flag".parse().unwrap()),
        ..Overrides::default()
    };
    let all = explain(&overrides, &env, &store).unwrap();
    let find = |key: &str| {
        let found = all.iter().find(|explained| explained.key == key).unwrap();
        (found.value.as_deref(), &found.origin)
    };
    let user = Origin::User(store.config_file().to_owned());
    assert_eq!(find("profile"), (Some("acme-dev"), &user));
    assert_eq!(find("sandbox"), (Some("flag"), &Origin::Flag));
    assert_eq!(find("retries"), (Some("1"), &Origin::Env("AEP_RETRIES")));
    assert_eq!(
        find("idle_timeout"),
        (Some("5s"), &Origin::Project(home.path("work/aep.toml")))
    );
    assert_eq!(find("org_id"), (Some("ACME@AdobeOrg"), &user));
    assert_eq!(
        find("client_secret"),
        (
            Some("[redacted]"),
            &Origin::User(store.credentials_file().to_owned())
        )
    );
    assert_eq!(
        find("base_url"),
        (Some("https://platform.adobe.io/"), &Origin::Default)
    );
    assert_eq!(find("connect_timeout"), (Some("10s"), &Origin::Default));
    assert!(!format!("{all:?} {store:?} {}", serde_json::to_string(&all).unwrap()).contains("p8e"));
}

#[test]
fn every_key_with_a_variable_is_read_from_it() {
    let values = [
        ("AEP_ENVIRONMENT", "stage"),
        ("AEP_BASE_URL", "https://a.example"),
        ("AEP_IMS_URL", "https://b.example"),
        ("AEP_STREAMING_URL", "https://c.example"),
        ("AEP_ORG_ID", "E@AdobeOrg"),
        ("AEP_CLIENT_ID", "client-env"),
        ("AEP_CLIENT_SECRET", "secret-env"),
        ("AEP_SCOPES", "s"),
        ("AEP_ACCESS_TOKEN", "token-env"),
        ("AEP_SANDBOX", "box"),
        ("AEP_RETRIES", "9"),
        ("AEP_CA_FILE", "/ca.pem"),
    ];
    assert_eq!(
        VARIABLES
            .iter()
            .filter(|variable| variable.key.is_some())
            .count(),
        values.len()
    );
    let settings = Home::new("", "").settings(&values).unwrap();
    assert_eq!(settings.base_url.host_str(), Some("a.example"));
    assert_eq!(settings.ims_url.host_str(), Some("b.example"));
    assert_eq!(settings.streaming_url.host_str(), Some("c.example"));
    assert_eq!(
        (settings.org.as_str(), settings.client_id.as_str()),
        ("E@AdobeOrg", "client-env")
    );
    assert_eq!((secret(&settings), settings.retries), ("token-env", 9));
    assert_eq!(settings.ca_file.as_deref(), Some(Path::new("/ca.pem")));
    let stage = Home::new(CONFIG, CREDENTIALS)
        .settings(&[("AEP_ENVIRONMENT", "stage")])
        .unwrap();
    assert_eq!(stage.base_url.host_str(), Some("platform-stage.adobe.io"));
}
