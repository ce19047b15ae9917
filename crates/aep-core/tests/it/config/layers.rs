//! The layers, and what keeps secrets where they belong.

use std::path::Path;

use aep_core::config::{ConfigStore, Origin, VARIABLES, explain};
use aep_core::{Credentials, ErrorKind, Overrides, Settings, Writes};

use super::{CONFIG, CREDENTIALS, Home, secret};

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
fn what_is_missing_is_named() {
    for (config, credentials, more, says) in [
        ("", "", vec![], "aep profile import FILE"),
        (CONFIG, "", vec![], "aep auth login --profile acme-dev"),
        (
            "default_profile='a'\n[profile.a]\norg_id='A@AdobeOrg'",
            "",
            vec![],
            "aep profile set client_id VALUE --profile a",
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
#[cfg(unix)]
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
    let storage = Home::new("", "")
        .settings(&[
            ("AEP_BASE_URL", "https://a.example"),
            ("AEP_STORAGE_URL", "http://127.0.0.1:9000"),
            ("AEP_STORAGE_REGION", "eu-west-1"),
        ])
        .unwrap();
    assert_eq!(storage.storage_url.unwrap().port(), Some(9000));
    assert_eq!(storage.storage_region.as_deref(), Some("eu-west-1"));
    let stage = Home::new(CONFIG, CREDENTIALS)
        .settings(&[("AEP_ENVIRONMENT", "stage")])
        .unwrap();
    assert_eq!(stage.base_url.host_str(), Some("platform-stage.adobe.io"));
}
