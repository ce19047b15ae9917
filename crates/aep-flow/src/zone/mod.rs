//! The Data Landing Zone: a container of the platform's that files are put into for ingestion, or exported to.
//!
//! The platform is asked for the place and for temporary credentials; the bytes go straight to the store, Azure Blob
//! Storage or Amazon S3. A put is cut into parts that are written down as they arrive, so that one which was interrupted
//! goes on where it was. See [`LandingZone`].

mod credentials;
mod delete;
mod env;
mod explore;
mod get;
mod info;
mod keyring;
mod kind;
mod list;
mod names;
mod progress;
mod put;
mod store;
mod sync;
#[cfg(test)]
mod tests;
mod wire;

use std::sync::Arc;

use aep_core::{Client, Result};
use tokio::sync::OnceCell;

use crate::FlowService;

pub use credentials::{AzureCredentials, Refreshed, S3Credentials, ZoneCredentials};
pub use env::EnvFormat;
pub use explore::{FileType, Preview, PreviewOptions, ReadAs, ZoneEntry};
pub use get::{GetOptions, GetReport, GetTarget};
pub use info::{Place, Provider, Ttl, ZoneInfo};
pub use kind::ZoneType;
pub use list::ZoneObject;
pub use progress::{Transfer, TransferProgress};
pub use put::{PendingPut, PutFile, PutOptions, PutReport, PutSource, pending_puts};
pub use sync::{Action, Compare, Direction, Step, SyncOptions, SyncReport};

use keyring::Keyring;
use store::Backend;

/// One landing zone of a sandbox. Cheap to clone; the clones share credentials and connections.
///
/// Keys are relative to the zone: on Amazon's S3 the zone's folder is put in front of them.
#[derive(Clone, Debug)]
pub struct LandingZone(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    service: FlowService,
    zone: ZoneType,
    keyring: Arc<Keyring>,
    plain: OnceCell<Backend>,
    checked: OnceCell<Backend>,
}

impl LandingZone {
    pub(crate) fn new(service: FlowService, zone: ZoneType) -> Self {
        let keyring = Arc::new(Keyring::new(service.client().clone(), zone));
        Self(Arc::new(Inner {
            service,
            zone,
            keyring,
            plain: OnceCell::new(),
            checked: OnceCell::new(),
        }))
    }

    /// Which of the sandbox's zones it is.
    pub fn zone(&self) -> ZoneType {
        self.0.zone
    }

    fn client(&self) -> &Client {
        self.0.service.client()
    }

    /// Fails if the sandbox must not be written to.
    async fn guard(&self) -> Result<()> {
        self.0.service.guard_writes().await
    }

    fn keyring(&self) -> &Keyring {
        &self.0.keyring
    }

    /// The store, connected when it is first needed.
    async fn backend(&self, checksum: bool) -> Result<Backend> {
        let place = if checksum {
            &self.0.checked
        } else {
            &self.0.plain
        };
        place
            .get_or_try_init(|| store::connect(self.client(), &self.0.keyring, checksum))
            .await
            .cloned()
    }
}
