//! Memory and requests are reserved before anything is read.

use std::sync::{Arc, Mutex, PoisonError};

use aep_core::transport::Lease;
use futures::future::BoxFuture;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::source::PIECE;

/// Requests that may wait for better times beside those that are under way.
const ASIDE: usize = 64;

/// What may be in flight at once.
#[derive(Clone)]
pub(crate) struct Budget {
    pieces: Arc<Semaphore>,
    all: u32,
    requests: Arc<Semaphore>,
    aside: Arc<Semaphore>,
}

/// What one request holds; given back when it is dropped, however the request ends, and while it only waits.
pub(crate) struct Held {
    budget: Budget,
    pieces: u32,
    state: Mutex<State>,
}

enum State {
    UnderWay { _permits: Permits },
    Aside { _permit: OwnedSemaphorePermit },
}

type Permits = [Option<OwnedSemaphorePermit>; 2];

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
            aside: Arc::new(Semaphore::new(ASIDE)),
        }
    }

    /// Waits until `bytes` of memory and one request are free. More than there is at all counts as all of it, so that an
    /// oversized request runs alone instead of never.
    pub(crate) async fn reserve(&self, bytes: u64) -> Arc<Held> {
        let pieces = u32::try_from(bytes.div_ceil(PIECE as u64))
            .unwrap_or(u32::MAX)
            .clamp(1, self.all);
        Arc::new(Held {
            budget: self.clone(),
            pieces,
            state: Mutex::new(State::UnderWay {
                _permits: self.take(pieces).await,
            }),
        })
    }

    async fn take(&self, pieces: u32) -> Permits {
        let request = Arc::clone(&self.requests).acquire_owned().await.ok();
        let memory = Arc::clone(&self.pieces)
            .acquire_many_owned(pieces)
            .await
            .ok();
        [memory, request]
    }
}

impl Held {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lease for Held {
    /// Others may go on. When too many have stepped aside already, it keeps its place: what waits is bounded too.
    fn release(&self) {
        let mut state = self.state();
        if matches!(*state, State::UnderWay { .. })
            && let Ok(permit) = Arc::clone(&self.budget.aside).try_acquire_owned()
        {
            *state = State::Aside { _permit: permit };
        }
    }

    fn renew(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            if matches!(*self.state(), State::Aside { .. }) {
                let permits = self.budget.take(self.pieces).await;
                *self.state() = State::UnderWay { _permits: permits };
            }
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "tests")]

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

    #[tokio::test]
    async fn who_only_waits_holds_nothing() {
        let budget = Budget::new(100 * P, 1);
        let waiting = budget.reserve(1).await;
        waiting.release();
        waiting.release();
        let other = budget.reserve(1).now_or_never().expect("a free place");
        assert!(waiting.renew().now_or_never().is_none(), "it is taken");
        drop(other);
        waiting.renew().now_or_never().expect("it is free again");
        waiting.renew().now_or_never().expect("it is held");
        assert!(budget.reserve(1).now_or_never().is_none());
    }

    #[tokio::test]
    async fn not_all_can_wait_aside() {
        let budget = Budget::new(P, 1);
        let mut waiting = Vec::new();
        // tokio would have the task pause after many of these, which is not what is to be seen here
        while let Some(held) = tokio::task::unconstrained(budget.reserve(1)).now_or_never() {
            held.release();
            waiting.push(held);
        }
        assert_eq!(waiting.len(), ASIDE + 1);
    }
}
