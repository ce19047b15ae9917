//! The HTTP clients: the only place where one is built.
//!
//! Requests to this machine go past the system's proxy, and plain ones need no certificates, so that a machine without any
//! can still use the emulator. Each client is made when it is first needed: reading the system's certificates takes time.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use url::Url;

use super::address;
use super::network::Broken;
use crate::{Error, ErrorKind, Result, Settings};

const USER_AGENT: &str = concat!(
    "aep/",
    env!("CARGO_PKG_VERSION"),
    " (+",
    env!("CARGO_PKG_REPOSITORY"),
    ")"
);

pub(crate) struct Pools {
    connect: Duration,
    certificates: Vec<reqwest::Certificate>,
    plain: OnceLock<reqwest::Client>,
    near: OnceLock<reqwest::Client>,
    far: OnceLock<reqwest::Client>,
}

impl Pools {
    /// Reads the certificate file, if there is one.
    pub(crate) fn new(settings: &Settings) -> Result<Self> {
        let certificates = settings
            .ca_file
            .as_deref()
            .map(certificates)
            .transpose()?
            .unwrap_or_default();
        Ok(Self {
            connect: settings.timeouts.connect,
            certificates,
            plain: OnceLock::new(),
            near: OnceLock::new(),
            far: OnceLock::new(),
        })
    }

    /// The client for this address.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where HTTP clients are built"
    )]
    pub(crate) fn of(&self, url: &Url) -> Result<&reqwest::Client, Broken> {
        let loopback = address::is_loopback(url);
        let plain = url.scheme() == "http";
        let place = match (plain, loopback) {
            (true, _) => &self.plain,
            (false, true) => &self.near,
            (false, false) => &self.far,
        };
        if let Some(client) = place.get() {
            return Ok(client);
        }
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(self.connect)
            .https_only(!plain);
        // The system would cut off a connection on which the other side takes nothing for 30 s; how long to bear that is
        // for the timeouts of the request to say.
        #[cfg(any(target_os = "android", target_os = "linux"))]
        {
            builder = builder.tcp_user_timeout(None);
        }
        if loopback {
            builder = builder.no_proxy();
        }
        builder = if plain {
            builder.tls_certs_only([])
        } else {
            builder.tls_certs_merge(self.certificates.iter().cloned())
        };
        let client = builder.build().map_err(Broken::from_reqwest)?;
        Ok(place.get_or_init(|| client))
    }
}

fn certificates(file: &Path) -> Result<Vec<reqwest::Certificate>> {
    let failed = || {
        Error::new(ErrorKind::Config, "read the certificates to trust")
            .with("file", file.display())
            .hint("ca_file names a PEM file with one or more certificates")
    };
    let text = std::fs::read(file).map_err(|error| failed().because(error))?;
    let certificates = reqwest::Certificate::from_pem_bundle(&text)
        .map_err(|error| failed().because(Broken::from_reqwest(error)))?;
    if certificates.is_empty() {
        return Err(failed().because("there is no certificate in it"));
    }
    Ok(certificates)
}
