//! What a run writes down about its files.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aep_core::Result;

use crate::jobs::{Delivered, Hash, Journal, Line};

/// The journal of a run, and what of its files the server has.
pub(super) struct Record {
    pub(super) journal: Arc<Journal>,
    delivered: Mutex<Delivered>,
}

impl Record {
    pub(super) fn new(journal: Arc<Journal>, delivered: Delivered) -> Self {
        Self {
            journal,
            delivered: Mutex::new(delivered),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Delivered> {
        self.delivered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The hash of a file that the server has.
    pub(super) fn hash(&self, file: u32) -> Option<Hash> {
        self.lock().of(file)
    }

    /// The hashes of all files, in the order of the plan.
    pub(super) fn hashes(&self) -> Vec<Option<Hash>> {
        self.lock().sent.clone()
    }

    /// Whether a large file was opened, and not closed.
    pub(super) fn is_open(&self, file: u32) -> bool {
        self.lock().open.contains_key(&file)
    }

    /// The hashes of the parts of an open file that were sent, by their first byte.
    pub(super) fn parts(&self, file: u32) -> BTreeMap<u64, Hash> {
        self.lock().open.get(&file).cloned().unwrap_or_default()
    }

    /// The server has opened a file anew.
    pub(super) fn opened(&self, file: u32) -> Result<()> {
        self.journal.append(&Line::Opened { file })?;
        self.lock().open.insert(file, BTreeMap::new());
        Ok(())
    }

    /// The server has taken a part.
    pub(super) fn part(&self, file: u32, start: u64, hash: Hash) -> Result<()> {
        self.journal.append(&Line::Part { file, start, hash })?;
        if let Some(parts) = self.lock().open.get_mut(&file) {
            parts.insert(start, hash);
        }
        Ok(())
    }

    /// The server has a file.
    pub(super) fn sent(&self, file: u32, hash: Hash) -> Result<()> {
        self.journal.append(&Line::Sent { file, hash })?;
        self.lock().is_sent(file, hash);
        Ok(())
    }
}
