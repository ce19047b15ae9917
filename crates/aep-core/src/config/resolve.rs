//! The layers, merged: flag, environment, project, user, built-in.
//!
//! Two rules keep secrets where they belong. A profile that was not named is left out if a higher layer chose another
//! server: its secret is for the profile's own. And addresses of IMS and streaming come from no lower layer than the
//! gateway's, for they belong together.

use std::path::PathBuf;

use url::Url;

use super::layers::{Found, Layers};
use super::settings::default_scopes;
use super::{
    ConfigStore, Credentials, Env, Key, Origin, Overrides, Settings, Writes, document, hosts, key,
};
use crate::transport::address;
use crate::{Error, ErrorKind, OrgId, Result, SandboxName, Secret};

/// Merges flags, environment and files into settings.
///
/// # Errors
///
/// [`ErrorKind::Config`] if there is nothing to go by, if the profile does not exist or lacks something, or if a value
/// cannot be used; the error says where the value stands. [`ErrorKind::Usage`] if it is a flag.
pub fn resolve(overrides: &Overrides, env: &Env, store: &ConfigStore) -> Result<Settings> {
    let layers = Layers::new(overrides, env, store)?;
    let (base, base_at) = base_url(&layers)?;
    let adobe = hosts::is_adobe(&base);
    let environment = hosts::environment_of(&base).to_owned();
    let (_, ims, streaming) = hosts::of(&environment);
    let beside = |key: Key, default: &str| -> Result<Url> {
        match layers
            .find(key)
            .filter(|found| found.origin.rank() <= base_at)
        {
            Some(found) => host(key, &found),
            None if adobe => fixed(default),
            None => Ok(base.clone()),
        }
    };

    // Without a profile, an address that is not Adobe's is an emulator's, and the demo organisation will do.
    let demo = layers.profile.is_none() && !adobe;
    let org = layers
        .find(Key::OrgId)
        .map(|found| found.read(Key::OrgId, str::parse::<OrgId>));
    let client_id = layers.find(Key::ClientId);
    let local = demo && org.is_none() && client_id.is_none();
    let org = match org {
        Some(org) => org?,
        None if demo => OrgId::local(),
        None => return Err(layers.missing(Key::OrgId)),
    };
    let client_id = match client_id {
        Some(found) => found.read(Key::ClientId, |text| Ok(text.to_owned()))?,
        None if demo => Settings::LOCAL_CLIENT_ID.to_owned(),
        None => return Err(layers.missing(Key::ClientId)),
    };
    let credentials = credentials(&layers, demo && client_id == Settings::LOCAL_CLIENT_ID)?;

    let mut settings = Settings::new(base.clone(), org, client_id, credentials);
    settings.profile.clone_from(&layers.profile);
    settings.ims_url = beside(Key::ImsUrl, &ims)?;
    settings.streaming_url = beside(Key::StreamingUrl, &streaming)?;
    settings.sandbox = match layers.find(Key::Sandbox) {
        Some(found) => Some(found.read(Key::Sandbox, str::parse)?),
        None => local.then(SandboxName::local),
    };
    if let Some(found) = layers.find(Key::Writes) {
        settings.writes = found.read(Key::Writes, writes)?;
    }
    if let Some(found) = layers.find(Key::Retries) {
        settings.retries = found.read(Key::Retries, key::number)?;
    }
    if let Some(found) = layers.find(Key::CaFile) {
        settings.ca_file = Some(found.read(Key::CaFile, |text| Ok(PathBuf::from(text)))?);
    }
    for (key, time) in [
        (Key::ConnectTimeout, &mut settings.timeouts.connect),
        (Key::FirstByteTimeout, &mut settings.timeouts.first_byte),
        (Key::IdleTimeout, &mut settings.timeouts.idle),
        (Key::RetryTimeout, &mut settings.timeouts.retry),
    ] {
        if let Some(found) = layers.find(key) {
            *time = found.read(key, key::duration)?;
        }
    }
    settings.storage_url = env
        .get(Env::STORAGE_URL)
        .map(|text| {
            key::url(text).map_err(|error| {
                Error::new(ErrorKind::Config, "read the settings")
                    .with("variable", Env::STORAGE_URL)
                    .because(reason(&error))
            })
        })
        .transpose()?;
    settings.storage_region = env.get(Env::STORAGE_REGION).map(str::to_owned);
    Ok(settings)
}

/// The gateway's address, and the rank of the layer that chose it.
fn base_url(layers: &Layers<'_>) -> Result<(Url, u8)> {
    let chosen = layers.find(Key::BaseUrl);
    let environment = layers.find(Key::Environment);
    // An environment of a higher layer wins over an address of a lower one.
    let by_address = match (&chosen, &environment) {
        (Some(address), Some(environment)) => address.origin.rank() <= environment.origin.rank(),
        (address, _) => address.is_some(),
    };
    if let Some(found) = chosen.filter(|_| by_address) {
        let url = host(Key::BaseUrl, &found)?;
        return Ok((url, found.origin.rank()));
    }
    match environment {
        Some(found) => {
            let name = found.read(Key::Environment, |name| {
                hosts::check_environment(name).map(|()| name.to_owned())
            })?;
            Ok((fixed(&hosts::of(&name).0)?, found.origin.rank()))
        }
        None if layers.is_empty() => Err(nothing(layers)),
        None => Ok((fixed(&hosts::of(hosts::PROD).0)?, Origin::Default.rank())),
    }
}

/// An address out of a layer. A project file comes with other people's repositories: it may not send the user's secrets
/// to a host of its choice.
fn host(key: Key, found: &Found) -> Result<Url> {
    let url = found.read(key, key::url)?;
    if !matches!(found.origin, Origin::Project(_))
        || address::is_loopback(&url)
        || hosts::is_adobe(&url)
    {
        return Ok(url);
    }
    Err(found
        .error(key)
        .because("a project may name hosts of Adobe's and this machine only")
        .hint("set it in your own profile, or in the environment, if you trust this host with your credentials"))
}

/// Token or client secret: whichever stands in the higher layer; in the same one, the token.
fn credentials(layers: &Layers<'_>, local: bool) -> Result<Credentials> {
    let token = layers.find(Key::AccessToken);
    let secret = layers.find(Key::ClientSecret);
    let by_token = match (&token, &secret) {
        (Some(token), Some(secret)) => token.origin.rank() <= secret.origin.rank(),
        (token, _) => token.is_some(),
    };
    if let Some(found) = token.filter(|_| by_token) {
        return Ok(Credentials::Token(Secret::new(
            found.value.expose().trim().to_owned(),
        )));
    }
    let scopes = match layers.find(Key::Scopes) {
        Some(found) => document::scopes(found.value.expose())
            .map(str::to_owned)
            .collect(),
        None => default_scopes(),
    };
    let secret = match secret {
        Some(found) => found.value,
        None if local => Secret::new(Settings::LOCAL_CLIENT_SECRET.to_owned()),
        None => return Err(layers.missing(Key::ClientSecret)),
    };
    Ok(Credentials::ClientSecret { secret, scopes })
}

fn writes(text: &str) -> Result<Writes> {
    Key::Writes.check(text)?;
    Ok(if text == Writes::Production.name() {
        Writes::Production
    } else {
        Writes::DevelopmentOnly
    })
}

/// One of our own addresses.
fn fixed(text: &str) -> Result<Url> {
    key::url(text)
}

fn nothing(layers: &Layers<'_>) -> Error {
    let names = layers.store.profiles();
    let error = Error::new(ErrorKind::Config, "find a profile");
    if names.is_empty() {
        return error.because("none is set up").hint(
            "make one with `aep profile import FILE` (a Developer Console or aepp JSON, a Postman environment, a .env) or \
             `aep auth login`; or try without an account: add `--local`",
        );
    }
    error
        .because("none was named, and there is no default")
        .hint(format!(
            "choose one with `aep profile use NAME` or --profile: {}",
            names.join(", ")
        ))
}

/// Why a value was not taken, in one line: for the place that names where the value stands.
pub(super) fn reason(error: &Error) -> String {
    let value = error
        .context()
        .iter()
        .find(|(key, _)| *key == "value" || *key == "address");
    let why = std::error::Error::source(error)
        .map(ToString::to_string)
        .unwrap_or_default();
    match value {
        Some((_, value)) => format!("`{value}`: {why}"),
        None => why,
    }
}
