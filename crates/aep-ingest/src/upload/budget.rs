//! Memory and requests are reserved before anything is read.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::source::PIECE;

/// What may be in flight at once.
pub(crate) struct Budget {
    pieces: Arc<Semaphore>,
    all: u32,
    requests: Arc<Semaphore>,
}

/// What one request holds; given back when it is dropped, however the request ends.
pub(crate) struct Held {
    _memory: Option<OwnedSemaphorePermit>,
    _request: Option<OwnedSemaphorePermit>,
}

impl Budget {
    /// At least one piece and one request.
    pub(crate) fn new(memory: u64, requests: usize) -> Self {
        let all = u32::try_from(memory / PIECE as u64)
            .unwrap_or(u32::MAX)
            .clamp(1, 1 << 20);
        Self {
            pieces: Arc::new(Semaphore::new(all as usize)),
            all,
            requests: Arc::new(Semaphore::new(requests.clamp(1, 1024))),
        }
    }

    /// Waits until `bytes` of memory and one request are free. More than there is at all counts as all of it, so that an
    /// oversized request runs alone instead of never.
    pub(crate) async fn reserve(&self, bytes: u64) -> Held {
        let pieces = u32::try_from(bytes.div_ceil(PIECE as u64))
            .unwrap_or(u32::MAX)
            .clamp(1, self.all);
        let request = Arc::clone(&self.requests).acquire_owned().await.ok();
        let memory = Arc::clone(&self.pieces)
            .acquire_many_owned(pieces)
            .await
            .ok();
        Held {
            _memory: memory,
            _request: request,
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    const P: u64 = PIECE as u64;

    #[tokio::test]
    async fn memory_bounds_the_requests() {
        let budget = Budget::new(4 * P, 100);
        let first = budget.reserve(3 * P).await;
        assert!(budget.reserve(2 * P).now_or_never().is_none());
        drop(first);
        assert!(budget.reserve(2 * P).now_or_never().is_some());
    }

    #[tokio::test]
    async fn too_much_runs_alone() {
        let budget = Budget::new(P, 100);
        let alone = budget.reserve(1000 * P).await;
        assert!(budget.reserve(1).now_or_never().is_none());
        drop(alone);
        assert!(budget.reserve(1).now_or_never().is_some());
    }

    #[tokio::test]
    async fn requests_are_bounded_too() {
        let budget = Budget::new(100 * P, 2);
        let held = (budget.reserve(1).await, budget.reserve(1).await);
        assert!(budget.reserve(1).now_or_never().is_none());
        drop(held);
        assert!(budget.reserve(1).now_or_never().is_some());
    }
}
