//! What was asked of the emulator, for tests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// How many requests are remembered.
const KEPT: usize = 10_000;

/// One request. Headers and bodies are not kept, so no secret can be in here.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Seen {
    /// `GET`, `POST`, …
    pub method: String,
    /// Path and query as sent.
    pub path: String,
    /// Name of the operation, such as `createBatch`; none for an unknown route.
    pub operation: Option<&'static str>,
    /// Status of the answer; none when a fault cut the connection or kept silent.
    pub status: Option<u16>,
    /// Request id, the caller's or a new one.
    pub request_id: String,
}

/// The requests so far, oldest first; at most the last 10,000.
#[derive(Debug, Clone, Default)]
pub struct RequestLog(Arc<Mutex<VecDeque<Seen>>>);

impl RequestLog {
    pub(crate) fn push(&self, seen: Seen) {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if log.len() == KEPT {
            log.pop_front();
        }
        log.push_back(seen);
    }

    /// All requests, oldest first.
    pub fn all(&self) -> Vec<Seen> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }

    /// How many requests are remembered.
    pub fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether nothing was asked yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How often an operation was asked.
    pub fn count(&self, operation: &str) -> usize {
        let log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        log.iter()
            .filter(|seen| seen.operation == Some(operation))
            .count()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}
