//! Where a value comes from.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;
use url::Url;

use super::{ConfigStore, Env, Key, Writes, hosts, key, resolve};
use crate::transport::address;
use crate::{Error, ErrorKind, Result, SandboxName, Secret};

/// What flags say; the highest layer.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// The profile to use.
    pub profile: Option<String>,
    /// The sandbox.
    pub sandbox: Option<SandboxName>,
    /// The number of retries.
    pub retries: Option<u32>,
    /// The gateway's address.
    pub base_url: Option<Url>,
    /// Which sandboxes may be written to.
    pub writes: Option<Writes>,
}

impl Overrides {
    fn get(&self, key: Key) -> Option<String> {
        match key {
            Key::Sandbox => self.sandbox.as_ref().map(ToString::to_string),
            Key::Retries => self.retries.map(|retries| retries.to_string()),
            Key::BaseUrl => self.base_url.as_ref().map(ToString::to_string),
            Key::Writes => self.writes.map(|writes| writes.name().to_owned()),
            _ => None,
        }
    }
}

/// Where a value comes from, highest first.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// A flag of the command.
    Flag,
    /// This variable of the environment.
    Env(&'static str),
    /// The project's file.
    Project(PathBuf),
    /// The user's file.
    User(PathBuf),
    /// Nothing was set.
    Default,
}

impl Origin {
    /// The layer: a smaller number wins.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Flag => 0,
            Self::Env(_) => 1,
            Self::Project(_) => 2,
            Self::User(_) => 3,
            Self::Default => 4,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Env(name) => f.write_str(name),
            Self::Project(path) | Self::User(path) => write!(f, "{}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A setting with its origin, for `aep profile show`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explained {
    /// The key.
    pub key: &'static str,
    /// The value; `[redacted]` for a secret, `None` if there is none.
    pub value: Option<String>,
    /// Where it comes from.
    #[serde(serialize_with = "shown")]
    pub origin: Origin,
}

fn shown<S: serde::Serializer>(origin: &Origin, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(origin)
}

/// Every key with its value and where that comes from, `profile` first. Unlike [`resolve`](crate::resolve) it does not
/// mind what is missing.
///
/// # Errors
///
/// [`ErrorKind::Config`] if the profile that is named does not exist.
pub fn explain(overrides: &Overrides, env: &Env, store: &ConfigStore) -> Result<Vec<Explained>> {
    let layers = Layers::new(overrides, env, store)?;
    let profile = Explained {
        key: "profile",
        value: layers.profile.clone(),
        origin: layers.profile_origin.clone(),
    };
    // What follows from other settings is shown as it will be used.
    let resolved = resolve(overrides, env, store).ok();
    let derived = |key: Key| {
        let settings = resolved.as_ref()?;
        Some(match key {
            Key::BaseUrl => settings.base_url.to_string(),
            Key::ImsUrl => settings.ims_url.to_string(),
            Key::StreamingUrl => settings.streaming_url.to_string(),
            Key::OrgId => settings.org.to_string(),
            Key::ClientId => settings.client_id.clone(),
            Key::Sandbox => settings.sandbox.as_ref()?.to_string(),
            Key::Writes => settings.writes.name().to_owned(),
            Key::Retries => settings.retries.to_string(),
            Key::ConnectTimeout => format!("{}s", settings.timeouts.connect.as_secs_f64()),
            Key::FirstByteTimeout => format!("{}s", settings.timeouts.first_byte.as_secs_f64()),
            Key::IdleTimeout => format!("{}s", settings.timeouts.idle.as_secs_f64()),
            Key::RetryTimeout => format!("{}s", settings.timeouts.retry.as_secs_f64()),
            _ => return None,
        })
    };
    let keys = Key::ALL.into_iter().map(|key| match layers.find(key) {
        Some(found) => {
            let value = if key.is_secret() {
                "[redacted]".to_owned()
            } else {
                found.value.expose().clone()
            };
            Explained {
                key: key.name(),
                value: Some(value),
                origin: found.origin,
            }
        }
        None => Explained {
            key: key.name(),
            value: derived(key),
            origin: Origin::Default,
        },
    });
    Ok(std::iter::once(profile).chain(keys).collect())
}

/// A value and where it was found.
pub(super) struct Found {
    pub(super) value: Secret<String>,
    pub(super) origin: Origin,
}

impl Found {
    /// Reads the value; an error says where it stands.
    pub(super) fn read<T>(&self, key: Key, read: impl FnOnce(&str) -> Result<T>) -> Result<T> {
        read(self.value.expose()).map_err(|error| self.error(key).because(resolve::reason(&error)))
    }

    pub(super) fn error(&self, key: Key) -> Error {
        let kind = if self.origin == Origin::Flag {
            ErrorKind::Usage
        } else {
            ErrorKind::Config
        };
        Error::new(kind, "use the setting")
            .with("key", key.name())
            .with("from", &self.origin)
    }
}

/// All layers, with the profile that is in use.
pub(super) struct Layers<'a> {
    overrides: &'a Overrides,
    env: &'a Env,
    pub(super) store: &'a ConfigStore,
    pub(super) profile: Option<String>,
    profile_origin: Origin,
}

impl<'a> Layers<'a> {
    pub(super) fn new(
        overrides: &'a Overrides,
        env: &'a Env,
        store: &'a ConfigStore,
    ) -> Result<Self> {
        let project = || {
            let path = store.project_file()?.to_owned();
            Some((store.project_profile()?.to_owned(), Origin::Project(path)))
        };
        let named = overrides
            .profile
            .clone()
            .map(|name| (name, Origin::Flag))
            .or_else(|| {
                env.get(Env::PROFILE)
                    .map(|name| (name.to_owned(), Origin::Env(Env::PROFILE)))
            })
            .or_else(project);
        let explicit = named.is_some();
        let default = || {
            let name = store.default_profile()?.to_owned();
            Some((name, Origin::User(store.config_file().to_owned())))
        };
        let (profile, profile_origin) = match named.or_else(default) {
            Some((name, origin)) => {
                store.require(&name)?;
                (Some(name), origin)
            }
            None => (None, Origin::Default),
        };
        let mut layers = Self {
            overrides,
            env,
            store,
            profile,
            profile_origin,
        };
        if !explicit && layers.leads_elsewhere() {
            layers.profile = None;
            layers.profile_origin = Origin::Default;
        }
        Ok(layers)
    }

    /// Whether a layer above the user's file chose another server than the profile's.
    fn leads_elsewhere(&self) -> bool {
        let Some(profile) = &self.profile else {
            return false;
        };
        let Some(above) = self
            .find(Key::BaseUrl)
            .filter(|found| !matches!(found.origin, Origin::User(_)))
        else {
            return false;
        };
        let own = self.store.get(profile, Key::BaseUrl).unwrap_or_else(|| {
            let environment = self.store.get(profile, Key::Environment);
            hosts::of(environment.as_deref().unwrap_or(hosts::PROD)).0
        });
        match (key::url(above.value.expose()), key::url(&own)) {
            (Ok(above), Ok(own)) => !address::same_origin(&above, &own),
            _ => true,
        }
    }

    /// The value of the highest layer that has one.
    pub(super) fn find(&self, key: Key) -> Option<Found> {
        let flag = || {
            Some(Found {
                value: Secret::new(self.overrides.get(key)?),
                origin: Origin::Flag,
            })
        };
        let env = || {
            let (value, name) = self.env.key(key)?;
            Some(Found {
                value: Secret::new(value.to_owned()),
                origin: Origin::Env(name),
            })
        };
        let project = || {
            let (value, path) = self.store.of_project(key)?;
            Some(Found {
                value,
                origin: Origin::Project(path.to_owned()),
            })
        };
        let user = || {
            let (value, path) = self.store.of_profile(self.profile.as_deref()?, key)?;
            Some(Found {
                value,
                origin: Origin::User(path.to_owned()),
            })
        };
        flag().or_else(env).or_else(project).or_else(user)
    }

    /// Whether nothing says whom to talk to.
    pub(super) fn is_empty(&self) -> bool {
        let who = [
            Key::OrgId,
            Key::ClientId,
            Key::ClientSecret,
            Key::AccessToken,
        ];
        self.profile.is_none() && who.into_iter().all(|key| self.find(key).is_none())
    }

    /// The error for a key that is needed and not set.
    pub(super) fn missing(&self, key: Key) -> Error {
        let variable = super::env::VARIABLES
            .iter()
            .find(|variable| variable.key == Some(key));
        let variable = variable.map_or("", |variable| variable.name);
        let error =
            Error::new(ErrorKind::Config, "put the settings together").with("missing", key.name());
        match &self.profile {
            Some(profile) if key.is_secret() => error
                .with("profile", profile)
                .because("the profile has neither a client secret nor a token")
                .hint(format!(
                    "sign in with `aep auth login --profile {profile}`, or set {variable}"
                )),
            Some(profile) => error
                .with("profile", profile)
                .because("the profile does not say it")
                .hint(format!(
                    "run `aep profile set {} VALUE --profile {profile}`, or set {variable}",
                    key.name()
                )),
            None => error
                .because("there is no profile, and the environment does not say it")
                .hint(format!(
                    "set {variable}, or make a profile with `aep profile import FILE`"
                )),
        }
    }
}
