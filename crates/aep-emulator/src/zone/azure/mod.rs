//! The Azure kind: a real Azurite beside the emulator, and what the platform does to it.
//!
//! A sandbox has a storage account of its own with a container per type of zone. Tokens are signed for a stored access
//! policy of the container; taking the policy away ends them.

mod accounts;
mod blobs;
mod client;
mod process;
mod sign;
mod tokens;
mod xml;

use std::path::Path;
use std::sync::Arc;

pub use process::AzuriteError;

use super::ZoneError;
use crate::clock::Clock;
use crate::state::Store;
use accounts::{Account, Accounts};
use client::Client;
use process::Process;

/// A running Azurite. Cheap to clone; it ends with the last clone.
#[derive(Debug, Clone)]
pub(crate) struct Azure(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    process: Process,
    client: Client,
    accounts: Accounts,
    store: Store,
    clock: Clock,
}

impl Azure {
    /// Starts Azurite with its files in `dir`.
    pub(crate) async fn start(
        azurite: Option<&Path>,
        dir: &Path,
        store: Store,
        clock: Clock,
    ) -> Result<Self, AzuriteError> {
        let accounts = Accounts::load(&store).await?;
        let process = Process::start(azurite, dir, &accounts.environment()).await?;
        let client = Client::new(process.addr());
        Ok(Self(Arc::new(Inner {
            process,
            client,
            accounts,
            store,
            clock,
        })))
    }

    /// Ends Azurite and waits until its files are on disk, for a few seconds.
    pub(crate) async fn stop(&self) {
        self.0.process.stop().await;
    }

    async fn account(&self, sandbox: &str) -> Result<Account, ZoneError> {
        self.0.accounts.of(sandbox, &self.0.store).await
    }
}
