//! The retry quota: a budget that all requests of a client share.
//!
//! When a service is down, retries multiply the load that broke it. Every retry takes from the bucket, every success puts
//! something back; with an empty bucket requests fail at their first failure until successes come again. The figures are
//! those that the SDKs of AWS settled on.

use std::sync::{Mutex, PoisonError};

use super::backoff::Class;

/// What the bucket holds at most.
pub(crate) const CAPACITY: u32 = 500;

impl Class {
    /// What a retry takes. A throttled one is cheaper: the server is alive and said when to come back.
    pub(crate) const fn cost(self) -> u32 {
        match self {
            Self::Transient => 14,
            Self::Throttled => 5,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Quota(Mutex<u32>);

impl Default for Quota {
    fn default() -> Self {
        Self(Mutex::new(CAPACITY))
    }
}

impl Quota {
    /// Takes the cost of a retry; `false` if the bucket does not hold that much.
    pub(crate) fn take(&self, cost: u32) -> bool {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = left.checked_sub(cost);
        *left = rest.unwrap_or(*left);
        rest.is_some()
    }

    /// Puts back after a success: what the last retry had taken, or 1 if there was none.
    pub(crate) fn give_back(&self, taken: u32) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *left = left.saturating_add(taken.max(1)).min(CAPACITY);
    }

    #[cfg(test)]
    fn left(&self) -> u32 {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_five_transient_retries_empty_it() {
        let quota = Quota::default();
        let granted = (0..100)
            .filter(|_| quota.take(Class::Transient.cost()))
            .count();
        assert_eq!((granted, quota.left()), (35, 10));
        assert!(
            quota.take(Class::Throttled.cost()),
            "a throttled retry is cheaper"
        );
        quota.give_back(14);
        assert!(quota.take(Class::Transient.cost()));
    }

    #[test]
    fn it_never_holds_more_than_its_capacity() {
        let quota = Quota::default();
        quota.give_back(14);
        assert_eq!(quota.left(), CAPACITY);
        assert!(quota.take(Class::Throttled.cost()));
        quota.give_back(0);
        assert_eq!(quota.left(), CAPACITY - 4);
    }
}
