//! Whose files are read.

use crate::ConnectionId;
use crate::cloud::CloudAccount;

/// The account with a storage system that a pipeline reads from.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Account {
    /// One that a base connection is made for; it is deleted again if a later step fails.
    New(CloudAccount),
    /// That of a base connection that exists, by id or name. It is used and stays as it is, whatever happens.
    Existing(String),
}

impl From<CloudAccount> for Account {
    fn from(account: CloudAccount) -> Self {
        Self::New(account)
    }
}

impl From<ConnectionId> for Account {
    fn from(id: ConnectionId) -> Self {
        Self::Existing(id.into())
    }
}
