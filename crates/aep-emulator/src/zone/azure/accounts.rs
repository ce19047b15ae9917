//! Storage accounts: a fixed number, made before Azurite starts, given to sandboxes as they need one.

use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::RngExt as _;
use serde::{Deserialize, Serialize};

use crate::state::{StateError, Store};
use crate::zone::ZoneError;

/// Azurite learns of accounts only when it starts.
const ACCOUNTS: usize = 64;

/// Where they are remembered.
const META: &str = "azurite";

/// An account. Its key signs everything.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Account {
    pub(super) name: String,
    /// Base64.
    pub(super) key: String,
    sandbox: Option<String>,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// All of them.
#[derive(Debug)]
pub(super) struct Accounts(Mutex<Vec<Account>>);

impl Accounts {
    /// Those of the data directory, or new ones.
    pub(super) async fn load(store: &Store) -> Result<Self, StateError> {
        let accounts = store
            .write(|tx| -> Result<_, StateError> {
                if let Some(text) = tx.meta(META)? {
                    return Ok(serde_json::from_str(&text)?);
                }
                let accounts: Vec<Account> = (0..ACCOUNTS).map(Account::new).collect();
                tx.set_meta(META, &serde_json::to_string(&accounts)?)?;
                Ok(accounts)
            })
            .await?;
        Ok(Self(Mutex::new(accounts)))
    }

    fn all(&self) -> Vec<Account> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The value of `AZURITE_ACCOUNTS`.
    pub(super) fn environment(&self) -> String {
        self.all().iter().fold(String::new(), |mut text, account| {
            let _ = write!(text, "{}:{};", account.name, account.key);
            text
        })
    }

    /// Those that sandboxes have.
    pub(super) fn given(&self) -> Vec<Account> {
        let mut all = self.all();
        all.retain(|account| account.sandbox.is_some());
        all
    }

    /// The account of a sandbox.
    pub(super) async fn of(&self, sandbox: &str, store: &Store) -> Result<Account, ZoneError> {
        let (account, is_new) = self.give(sandbox)?;
        if is_new {
            self.save(store).await?;
        }
        Ok(account)
    }

    fn give(&self, sandbox: &str) -> Result<(Account, bool), ZoneError> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |account: &&mut Account| account.sandbox.as_deref() == Some(sandbox);
        if let Some(account) = all.iter_mut().find(known) {
            return Ok((account.clone(), false));
        }
        let free = all.iter_mut().find(|account| account.sandbox.is_none());
        let account = free.ok_or_else(|| {
            ZoneError::Azure(format!(
                "the emulator has storage accounts for {ACCOUNTS} sandboxes only"
            ))
        })?;
        account.sandbox = Some(sandbox.to_owned());
        Ok((account.clone(), true))
    }

    /// Remembers who has which.
    pub(super) async fn save(&self, store: &Store) -> Result<(), StateError> {
        let text = serde_json::to_string(&self.all())?;
        store.write(move |tx| tx.set_meta(META, &text)).await
    }
}

impl Account {
    /// The sandbox that has it.
    pub(super) fn sandbox(&self) -> Option<&str> {
        self.sandbox.as_deref()
    }

    fn new(number: usize) -> Self {
        let key: [u8; 64] = rand::rng().random();
        Self {
            name: format!("dlzlocal{number:03}"),
            key: STANDARD.encode(key),
            sandbox: None,
        }
    }
}
