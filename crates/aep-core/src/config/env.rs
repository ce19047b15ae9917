//! The environment: the only file that reads it, and the only one that names its variables.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use super::Key;
use crate::Secret;

/// A variable of the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// The key of a profile that it overrides, if it does.
    pub key: Option<Key>,
    /// What it is, in one sentence.
    pub help: &'static str,
}

macro_rules! variables {
    ($($constant:ident = $name:literal, $key:expr, $help:literal;)*) => {
        impl Env {
            $(#[doc = $help] pub const $constant: &'static str = $name;)*
        }

        /// Every variable that is read, with what it means.
        pub const VARIABLES: &[Variable] = &[$(Variable { name: $name, key: $key, help: $help }),*];
    };
}

variables! {
    PROFILE = "AEP_PROFILE", None, "The profile to use.";
    ENVIRONMENT = "AEP_ENVIRONMENT", Some(Key::Environment), "Adobe's environment: `prod` or `stage`.";
    BASE_URL = "AEP_BASE_URL", Some(Key::BaseUrl), "The gateway's address; enough by itself if it is not Adobe's (an emulator).";
    IMS_URL = "AEP_IMS_URL", Some(Key::ImsUrl), "The address of IMS, which gives tokens.";
    STREAMING_URL = "AEP_STREAMING_URL", Some(Key::StreamingUrl), "The address of the streaming collection.";
    ORG_ID = "AEP_ORG_ID", Some(Key::OrgId), "The organisation, `…@AdobeOrg`.";
    CLIENT_ID = "AEP_CLIENT_ID", Some(Key::ClientId), "The client id (API key).";
    CLIENT_SECRET = "AEP_CLIENT_SECRET", Some(Key::ClientSecret), "The client secret.";
    SCOPES = "AEP_SCOPES", Some(Key::Scopes), "The scopes to ask for, with commas between them.";
    ACCESS_TOKEN = "AEP_ACCESS_TOKEN", Some(Key::AccessToken), "A token to use instead of a client secret; it is not renewed.";
    SANDBOX = "AEP_SANDBOX", Some(Key::Sandbox), "The sandbox.";
    RETRIES = "AEP_RETRIES", Some(Key::Retries), "How often a failed request is sent again at most.";
    CA_FILE = "AEP_CA_FILE", Some(Key::CaFile), "A PEM file with certificates to trust besides the system's.";
    STORAGE_URL = "AEP_STORAGE_URL", None, "The address of the landing zone's S3, if it is neither Amazon's nor the gateway's.";
    STORAGE_REGION = "AEP_STORAGE_REGION", None, "The region of the landing zone's S3; looked up if it is not set.";
    FORMAT = "AEP_FORMAT", None, "The output format of the command.";
    LOG = "AEP_LOG", None, "What to log, as a filter of tracing: `debug`, `aep_core=trace`.";
    CONFIG_DIR = "AEP_CONFIG_DIR", None, "The directory of config.toml and credentials.toml.";
    STATE_DIR = "AEP_STATE_DIR", None, "The directory of the journals.";
    EMULATOR_DIR = "AEP_EMULATOR_DIR", None, "The directory of the emulator's state.";
}

/// Variables of the system that name a proxy for https, the first that is set wins.
const PROXIES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// The home of who has none. Never the current directory: the files of a stranger's repository must not pass for the
/// user's own.
fn nowhere() -> PathBuf {
    PathBuf::from("/nonexistent")
}

/// The variables that concern this project, and the directories that follow from the environment.
///
/// `Debug` shows which variables are set, not their values.
#[derive(Clone, Default)]
pub struct Env {
    values: BTreeMap<String, String>,
    /// Whether variables of any name may be looked up in the process.
    process: bool,
    config: PathBuf,
    state: PathBuf,
    data: PathBuf,
    current: Option<PathBuf>,
}

impl Env {
    /// Reads the environment of this process, once.
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    pub fn from_process() -> Self {
        let all = std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
        let values = all
            .filter(|(key, _)| key.starts_with("AEP_") || PROXIES.contains(&key.as_str()))
            .collect();
        let base = etcetera::choose_base_strategy().ok();
        Self {
            values,
            process: true,
            config: base
                .as_ref()
                .map_or_else(nowhere, etcetera::BaseStrategy::config_dir),
            state: base.as_ref().map_or_else(nowhere, |base| {
                base.state_dir().unwrap_or_else(|| base.data_dir())
            }),
            data: base
                .as_ref()
                .map_or_else(nowhere, etcetera::BaseStrategy::data_dir),
            current: std::env::current_dir().ok(),
        }
    }

    /// An environment of these variables and no others. `HOME` and the `XDG_…_HOME` are taken from the map too; `PWD` is
    /// the current directory.
    pub fn from_map<K: Into<String>, V: Into<String>>(
        values: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let values: BTreeMap<String, String> = values
            .into_iter()
            .map(|(key, value)| (key.into(), value.into()))
            .collect();
        let path = |name: &str| {
            values
                .get(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        // The XDG specification has relative ones ignored.
        let xdg = |name: &str| path(name).filter(|path| path.is_absolute());
        let home = path("HOME").unwrap_or_else(nowhere);
        Self {
            config: xdg("XDG_CONFIG_HOME").unwrap_or_else(|| home.join(".config")),
            state: xdg("XDG_STATE_HOME").unwrap_or_else(|| home.join(".local/state")),
            data: xdg("XDG_DATA_HOME").unwrap_or_else(|| home.join(".local/share")),
            current: path("PWD"),
            process: false,
            values,
        }
    }

    /// A variable, if it is set and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// The value of a variable that somebody named as the home of a secret (`env:NAME`), if it is set and not empty.
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    pub fn secret(&self, name: &str) -> Option<Secret<String>> {
        if let Some(value) = self.get(name) {
            return Some(Secret::new(value.to_owned()));
        }
        // The standard library panics at names that no variable can have.
        if !self.process || name.is_empty() || name.contains(['=', '\0']) {
            return None;
        }
        std::env::var(name)
            .ok()
            .filter(|value| !value.is_empty())
            .map(Secret::new)
    }

    /// The value of a key, and the variable that it came from.
    pub(crate) fn key(&self, key: Key) -> Option<(&str, &'static str)> {
        let variable = VARIABLES
            .iter()
            .find(|variable| variable.key == Some(key))?;
        self.get(variable.name).map(|value| (value, variable.name))
    }

    /// The variable that names a proxy for requests to Adobe, if one is set. The value may hold a password: do not show it.
    pub fn proxy(&self) -> Option<&'static str> {
        PROXIES.into_iter().find(|name| self.get(name).is_some())
    }

    /// Variables that begin like ours and are none of them: probably misspelt.
    pub fn unknown(&self) -> Vec<&str> {
        let known = |name: &str| VARIABLES.iter().any(|variable| variable.name == name);
        self.values
            .keys()
            .map(String::as_str)
            .filter(|name| name.starts_with("AEP_") && !known(name))
            .collect()
    }

    /// The directory of `config.toml` and `credentials.toml`: `AEP_CONFIG_DIR`, else `$XDG_CONFIG_HOME/aep`.
    pub fn config_dir(&self) -> PathBuf {
        self.directory(Self::CONFIG_DIR, || self.config.join("aep"))
    }

    /// The directory of the journals: `AEP_STATE_DIR`, else `$XDG_STATE_HOME/aep`.
    pub fn state_dir(&self) -> PathBuf {
        self.directory(Self::STATE_DIR, || self.state.join("aep"))
    }

    /// The directory of the emulator's state: `AEP_EMULATOR_DIR`, else `$XDG_DATA_HOME/aep/emulator`.
    pub fn emulator_dir(&self) -> PathBuf {
        self.directory(Self::EMULATOR_DIR, || {
            self.data.join("aep").join("emulator")
        })
    }

    /// The directory in which the search for a project's `aep.toml` begins.
    pub fn current_dir(&self) -> Option<&Path> {
        self.current.as_deref()
    }

    fn directory(&self, name: &str, default: impl FnOnce() -> PathBuf) -> PathBuf {
        self.get(name).map_or_else(default, PathBuf::from)
    }
}

impl std::fmt::Debug for Env {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Env")
            .field(&self.values.keys().collect::<Vec<_>>())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_follow_the_variables() {
        let env = Env::from_map([
            ("HOME", "/h"),
            ("XDG_STATE_HOME", "/s"),
            ("AEP_EMULATOR_DIR", "/e"),
        ]);
        assert_eq!(env.config_dir(), Path::new("/h/.config/aep"));
        assert_eq!(env.state_dir(), Path::new("/s/aep"));
        assert_eq!(env.emulator_dir(), Path::new("/e"));
        assert_eq!(
            Env::from_map([("HOME", "/h")]).emulator_dir(),
            Path::new("/h/.local/share/aep/emulator")
        );
    }

    #[test]
    fn without_a_home_nothing_is_read_from_the_current_directory() {
        let env = Env::from_map([("PWD", "/work")]);
        for directory in [env.config_dir(), env.state_dir(), env.emulator_dir()] {
            assert!(
                directory.is_absolute() && !directory.starts_with("/work"),
                "{}",
                directory.display()
            );
        }
    }

    #[test]
    fn empty_is_unset_and_strangers_are_named() {
        let env = Env::from_map([
            ("AEP_SANDBOX", ""),
            ("AEP_SANDBOX_NAME", "dev"),
            ("PATH", "/bin"),
        ]);
        assert_eq!(env.get(Env::SANDBOX), None);
        assert_eq!(env.unknown(), ["AEP_SANDBOX_NAME"]);
    }

    #[test]
    fn a_secret_comes_from_any_variable_that_is_set() {
        let env = Env::from_map([("S3_KEY", "abc"), ("EMPTY", "")]);
        assert_eq!(env.secret("S3_KEY"), Some(Secret::new("abc".to_owned())));
        assert_eq!((env.secret("EMPTY"), env.secret("PATH")), (None, None));
        let process = Env::from_process();
        assert!(process.secret("PATH").is_some());
        assert_eq!((process.secret("A=B"), process.secret("")), (None, None));
    }

    #[test]
    fn every_variable_is_there_once() {
        for (n, variable) in VARIABLES.iter().enumerate() {
            assert!(variable.name.starts_with("AEP_") && !variable.help.is_empty());
            assert!(
                VARIABLES[n + 1..]
                    .iter()
                    .all(|other| other.name != variable.name
                        && (variable.key.is_none() || other.key != variable.key))
            );
        }
    }
}
