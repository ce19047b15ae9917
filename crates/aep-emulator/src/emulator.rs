//! The handle to a server, and stopping it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::announce::Announced;
use crate::builder::Builder;
use crate::clock::Clock;
use crate::faults::Faults;
use crate::log::RequestLog;
use crate::server;
use crate::zone::Zone;

/// A running emulator, or a handle to one in another process (see [`open_local`](crate::open_local)).
///
/// Dropping it stops the server at once; [`Emulator::stop`] lets requests under way finish. Either way everything that
/// was acknowledged is on disk.
#[derive(Debug)]
pub struct Emulator {
    pub(crate) addr: SocketAddr,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) log: RequestLog,
    pub(crate) here: Option<Here>,
}

/// What runs of a server in this process.
#[derive(Debug)]
pub(crate) struct Here {
    pub(crate) stop: CancellationToken,
    pub(crate) serving: JoinHandle<()>,
    pub(crate) lake: JoinHandle<()>,
    pub(crate) flows: JoinHandle<()>,
    /// Given up before that is waited for: it holds the state.
    pub(crate) zone: Option<Zone>,
    /// Tells when the data directory is free again.
    pub(crate) gone: CancellationToken,
    /// The note for others goes away with it.
    pub(crate) _announced: Option<Announced>,
}

impl Drop for Here {
    fn drop(&mut self) {
        self.stop.cancel();
        self.lake.abort();
        self.flows.abort();
    }
}

impl Emulator {
    /// Settings for a new one.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn elsewhere(addr: SocketAddr) -> Self {
        Self {
            addr,
            clock: Clock::default(),
            faults: Faults::default(),
            log: RequestLog::default(),
            here: None,
        }
    }

    /// Base URL of every service, without a trailing slash: `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        url_of(self.addr)
    }

    /// The address it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Whether the server runs in another process. Then [`faults`](Self::faults), [`requests`](Self::requests) and
    /// [`clock`](Self::clock) say and change nothing; the server's `/__emulator` paths do.
    pub fn is_elsewhere(&self) -> bool {
        self.here.is_none()
    }

    /// The fault rules.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The requests so far.
    pub fn requests(&self) -> &RequestLog {
        &self.log
    }

    /// The emulator's time.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Waits until the server ends by itself, because someone asked its `/__emulator/stop`. Returns at once for a
    /// server in another process.
    pub async fn ended(&mut self) {
        if let Some(here) = &mut self.here {
            let _ = (&mut here.serving).await;
        }
    }

    /// Stops listening, lets requests under way finish (at most five seconds) and closes the state, so that the data
    /// directory can be opened again. A server in another
    /// process is left alone.
    pub async fn stop(mut self) {
        if let Some(here) = &mut self.here {
            here.stop.cancel();
            if !here.serving.is_finished() {
                let _ = (&mut here.serving).await;
            }
            here.lake.abort();
            let _ = (&mut here.lake).await;
            here.flows.abort();
            let _ = (&mut here.flows).await;
            if let Some(zone) = here.zone.take() {
                zone.stop().await;
            }
            // Work that was handed to a blocking thread ends by itself, and holds the state until then.
            let _ = tokio::time::timeout(server::GRACE, here.gone.cancelled()).await;
        }
    }
}

/// Where callers reach a server: one that listens everywhere is reached on loopback.
pub(crate) fn url_of(addr: SocketAddr) -> String {
    let ip = match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, addr.port()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_listens_everywhere_is_reached_on_loopback() {
        assert_eq!(
            url_of(SocketAddr::from(([0, 0, 0, 0], 8080))),
            "http://127.0.0.1:8080"
        );
        assert_eq!(
            url_of(SocketAddr::from(([0_u16; 8], 8080))),
            "http://[::1]:8080"
        );
        assert_eq!(
            url_of(SocketAddr::from(([10, 0, 0, 1], 80))),
            "http://10.0.0.1:80"
        );
    }
}
