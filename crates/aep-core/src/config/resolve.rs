//! The layers, merged.

use url::Url;

use super::{ConfigStore, Env, Settings};
use crate::{Error, ErrorKind, Result, SandboxName};

/// What flags say; the highest layer.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Overrides {
    /// The profile to use.
    pub profile: Option<String>,
    /// The sandbox.
    pub sandbox: Option<SandboxName>,
    /// The number of retries.
    pub retries: Option<u32>,
    /// The gateway's address.
    pub base_url: Option<Url>,
}

/// Merges flags, environment and files into settings.
///
/// # Errors
///
/// [`ErrorKind::Config`] if something that is needed is missing or broken.
pub fn resolve(overrides: &Overrides, env: &Env, _store: &ConfigStore) -> Result<Settings> {
    let address = overrides
        .base_url
        .as_ref()
        .map(Url::as_str)
        .or(env.get(Env::BASE_URL));
    let Some(address) = address else {
        return Err(Error::new(ErrorKind::Config, "find a profile")
            .because("none is set up")
            .hint(
                "make one with `aep profile import FILE`, or try without an account: add `--local`",
            ));
    };
    let url = Url::parse(address)
        .map_err(|error| Error::new(ErrorKind::Config, "read AEP_BASE_URL").because(error))?;
    let mut settings = Settings::local(url);
    if let Some(sandbox) = &overrides.sandbox {
        settings.sandbox = Some(sandbox.clone());
    }
    if let Some(retries) = overrides.retries {
        settings.retries = retries;
    }
    Ok(settings)
}
