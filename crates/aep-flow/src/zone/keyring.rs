//! The credentials of a zone, renewed in time, for all who work in it at once.

use std::sync::Arc;
use std::time::Duration;

use aep_core::{Client, Result};
use jiff::Timestamp;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::{ZoneCredentials, ZoneType, wire};

/// So long before the end new ones are asked for.
const EARLY: Duration = Duration::from_mins(5);
/// Where new ones are due but the platform still hands out the old ones, it is not asked more often than this.
const PATIENCE: Duration = Duration::from_mins(1);

/// See the module. One request at a time; who waits gets its answer.
pub(crate) struct Keyring {
    client: Client,
    zone: ZoneType,
    held: Mutex<Option<Held>>,
}

/// Credentials with the number of their generation.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) credentials: Arc<ZoneCredentials>,
    pub(crate) generation: u64,
    asked: Instant,
}

impl Keyring {
    pub(super) fn new(client: Client, zone: ZoneType) -> Self {
        Self {
            client,
            zone,
            held: Mutex::new(None),
        }
    }

    /// The credentials to use now.
    pub(crate) async fn current(&self) -> Result<Held> {
        let mut held = self.held.lock().await;
        match &*held {
            Some(present) if !due(present) => return Ok(present.clone()),
            Some(present) if present.asked.elapsed() < PATIENCE => return Ok(present.clone()),
            _ => {}
        }
        match self.fetch().await {
            Ok(credentials) => Ok(put(&mut held, credentials)),
            // Renewing early may fail without harm.
            Err(error) => match &mut *held {
                Some(present) if !expired(present) => {
                    tracing::debug!(%error, "new credentials of the landing zone are due and did not come");
                    present.asked = Instant::now();
                    Ok(present.clone())
                }
                _ => Err(error),
            },
        }
    }

    /// The store has refused this generation: asks for others. Whether there are any.
    pub(crate) async fn renew(&self, refused: u64) -> Result<bool> {
        let mut held = self.held.lock().await;
        if held
            .as_ref()
            .is_some_and(|present| present.generation != refused)
        {
            return Ok(true);
        }
        tracing::debug!("the store refuses the credentials: they are asked for again");
        let credentials = self.fetch().await?;
        Ok(put(&mut held, credentials).generation != refused)
    }

    pub(super) async fn replace(&self, credentials: ZoneCredentials) {
        put(&mut *self.held.lock().await, credentials);
    }

    async fn fetch(&self) -> Result<ZoneCredentials> {
        ZoneCredentials::read(&wire::credentials(&self.client, self.zone).await?)
    }
}

fn put(held: &mut Option<Held>, credentials: ZoneCredentials) -> Held {
    let before = held.take();
    let generation = match &before {
        Some(before) if before.credentials.same(&credentials) => before.generation,
        Some(before) => before.generation + 1,
        None => 0,
    };
    let now = Held {
        credentials: Arc::new(credentials),
        generation,
        asked: Instant::now(),
    };
    *held = Some(now.clone());
    now
}

fn left(held: &Held) -> Option<jiff::SignedDuration> {
    Some(held.credentials.expires()?.duration_since(Timestamp::now()))
}

fn due(held: &Held) -> bool {
    left(held).is_some_and(|left| left.as_secs() < EARLY.as_secs().cast_signed())
}

fn expired(held: &Held) -> bool {
    left(held).is_some_and(|left| left.is_negative())
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keyring")
            .field("zone", &self.zone)
            .finish_non_exhaustive()
    }
}
