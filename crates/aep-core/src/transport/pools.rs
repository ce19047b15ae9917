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

/// From this length on a body goes over HTTP/1.1, each on a connection of its own, in bytes. HTTP/2 would send all of
/// them over one, each held back by the window that the server grants a stream (64 KiB if it grants nothing more).
const BULK: u64 = 1024 * 1024;

/// The clients, by what sets them apart.
pub(crate) struct Pools {
    connect: Duration,
    certificates: Vec<reqwest::Certificate>,
    clients: [OnceLock<reqwest::Client>; Kind::COUNT],
}

#[derive(Debug, Clone, Copy)]
struct Kind {
    plain: bool,
    near: bool,
    way: Way,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Usual,
    Bulk,
    Verbatim,
}

impl Kind {
    const COUNT: usize = 12;

    fn index(self) -> usize {
        (self.way as usize) << 2 | usize::from(self.plain) << 1 | usize::from(self.near)
    }
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
            clients: Default::default(),
        })
    }

    /// The client for a request to this address with a body of this length, or one that is sent as it is.
    pub(crate) fn of(
        &self,
        url: &Url,
        length: u64,
        verbatim: bool,
    ) -> Result<&reqwest::Client, Broken> {
        let plain = url.scheme() == "http";
        let kind = Kind {
            plain,
            near: address::is_loopback(url),
            way: match verbatim {
                true => Way::Verbatim,
                false if !plain && length >= BULK => Way::Bulk,
                false => Way::Usual,
            },
        };
        let place = &self.clients[kind.index()];
        if let Some(client) = place.get() {
            return Ok(client);
        }
        let client = self.build(kind).map_err(Broken::from_reqwest)?;
        Ok(place.get_or_init(|| client))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is where HTTP clients are built"
    )]
    fn build(&self, kind: Kind) -> reqwest::Result<reqwest::Client> {
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(self.connect)
            .https_only(!kind.plain);
        // The system would cut off a connection on which the other side takes nothing for 30 s; how long to bear that is
        // for the timeouts of the request to say.
        #[cfg(any(target_os = "android", target_os = "linux"))]
        {
            builder = builder.tcp_user_timeout(None);
        }
        if kind.near {
            builder = builder.no_proxy();
        }
        if kind.way != Way::Usual {
            builder = builder.http1_only();
        }
        if kind.way == Way::Verbatim {
            // What a store keeps compressed is to arrive as it is.
            builder = builder.no_gzip();
        }
        builder = if kind.plain {
            builder.tls_certs_only([])
        } else {
            builder.tls_certs_merge(self.certificates.iter().cloned())
        };
        builder.build()
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
