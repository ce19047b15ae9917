//! What the emulator remembers: an SQLite database for objects and plain files for bytes.
//!
//! The promise is the one a client relies on: an answer is sent only after the transaction behind it is on disk, so a
//! process killed at any moment opens again with everything it acknowledged and nothing half done. Bytes are written
//! before the row that names them; a file no row names is swept at the next start.

#[cfg(test)]
mod crash;
mod db;
mod files;
mod lock;
mod store;

pub(crate) use db::Tx;
pub(crate) use files::{Files, Pending};
pub(crate) use lock::DirLock;
pub(crate) use store::Store;

/// Why the state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The database refused.
    #[error("the emulator's database failed")]
    Db(#[from] rusqlite::Error),
    /// A file of the data directory could not be read or written.
    #[error("a file of the emulator's data directory failed")]
    Io(#[from] std::io::Error),
    /// A stored document is not the JSON that was written.
    #[error("a stored document could not be read")]
    Json(#[from] serde_json::Error),
    /// The work was cut off, because it panicked or the runtime is shutting down.
    #[error("the emulator's state worker stopped")]
    Stopped,
    /// The database was written by a newer version of this crate.
    #[error("the data directory has layout {found}, this version reads layout {known}")]
    Layout {
        /// Layout number found in the database.
        found: i64,
        /// Layout number this version writes.
        known: i64,
    },
}

/// Names of the object kinds.
pub(crate) mod kind {
    pub(crate) const SANDBOX: &str = "sandbox";
    pub(crate) const CLIENT: &str = "client";
    pub(crate) const TOKEN: &str = "token";
    pub(crate) const SCHEMA: &str = "schema";
    pub(crate) const FIELDGROUP: &str = "fieldgroup";
    pub(crate) const CLASS: &str = "class";
    pub(crate) const DATATYPE: &str = "datatype";
    pub(crate) const BEHAVIOR: &str = "behavior";
    pub(crate) const DESCRIPTOR: &str = "descriptor";
    pub(crate) const DATASET: &str = "dataset";
    /// Its parent is the id of the dataset, which `GET /batches?dataSet=` relies on.
    pub(crate) const BATCH: &str = "batch";
    /// Its parent, as of the kinds below, is the batch id.
    pub(crate) const UPLOAD: &str = "upload";
    pub(crate) const DATASET_FILE: &str = "dataset_file";
    pub(crate) const META_FILE: &str = "meta_file";
    pub(crate) const FAILED_FILE: &str = "failed_file";
    pub(crate) const CONNECTION: &str = "connection";
    /// What a connection's answers leave out; its id is the connection's.
    pub(crate) const CONNECTION_SECRET: &str = "connection_secret";
    pub(crate) const SOURCE_CONNECTION: &str = "source_connection";
    pub(crate) const TARGET_CONNECTION: &str = "target_connection";
    pub(crate) const FLOW: &str = "flow";
    /// Its parent is the id of the flow.
    pub(crate) const RUN: &str = "run";
    /// The newest version of a mapping set.
    pub(crate) const MAPPING_SET: &str = "mapping_set";
    /// A bucket that is no landing zone; belongs to the whole organisation.
    pub(crate) const ZONE_BUCKET: &str = "zone_bucket";
    /// Its sandbox column holds the bucket, in which the id (the object's key) is unique.
    pub(crate) const ZONE_OBJECT: &str = "zone_object";
    /// The same column, and the upload's id.
    pub(crate) const ZONE_UPLOAD: &str = "zone_upload";
    /// Its parent is the id of the upload.
    pub(crate) const ZONE_PART: &str = "zone_part";
    /// The token of an Azure container; belongs to the whole organisation.
    pub(crate) const ZONE_TOKEN: &str = "zone_token";
    /// A key that was handed out; belongs to the whole organisation.
    pub(crate) const ZONE_KEY: &str = "zone_key";
}

/// The sandbox column of objects that belong to the whole organisation (clients, tokens, sandboxes, global schemas).
pub(crate) const GLOBAL: &str = "";
