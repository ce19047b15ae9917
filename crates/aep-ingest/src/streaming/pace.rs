//! Not more requests in a minute than the inlet takes.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const MINUTE: Duration = Duration::from_mins(1);

/// When the requests of the last minute were sent.
#[derive(Debug)]
pub(super) struct Pace {
    most: usize,
    sent: Mutex<VecDeque<Instant>>,
}

impl Pace {
    /// So many requests in any minute.
    pub(super) fn per_minute(most: u64) -> Self {
        Self {
            most: usize::try_from(most).unwrap_or(usize::MAX).max(1),
            sent: Mutex::default(),
        }
    }

    /// Waits until another request may be sent.
    pub(super) async fn turn(&self) {
        while let Some(wait) = self.take(Instant::now()) {
            tokio::time::sleep(wait).await;
        }
    }

    /// Takes a turn, or says how long to wait for one.
    fn take(&self, now: Instant) -> Option<Duration> {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        while sent
            .front()
            .is_some_and(|at| now.saturating_duration_since(*at) >= MINUTE)
        {
            sent.pop_front();
        }
        if sent.len() < self.most {
            sent.push_back(now);
            return None;
        }
        sent.front()
            .map(|at| MINUTE.saturating_sub(now.saturating_duration_since(*at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_minute_has_more_than_the_most() {
        let pace = Pace::per_minute(2);
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(pace.take(at(0)), None);
        assert_eq!(pace.take(at(30)), None);
        assert_eq!(pace.take(at(40)), Some(Duration::from_secs(20)));
        assert_eq!(pace.take(at(60)), None);
        assert_eq!(pace.take(at(61)), Some(Duration::from_secs(29)));
        assert_eq!(pace.take(at(90)), None);
    }
}
