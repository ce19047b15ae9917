//! Configuration.

mod files;
mod layers;

use aep_core::{ConfigStore, Credentials, Env, Overrides, Result, Settings, resolve};

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
