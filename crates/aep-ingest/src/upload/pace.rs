//! How fast batches are made.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

const MINUTE: Duration = Duration::from_mins(1);

/// When the last batches were made, by all uploads that share a client. The platform counts for each user; what other
/// programs make at the same time is not known here, and its answer 429 is obeyed as any.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<VecDeque<Instant>>);

impl Pace {
    /// Waits until one more is not more than `most` in a minute.
    pub(crate) async fn turn(&self, most: u32) {
        let mut recent = self.0.lock().await;
        while let Some(wait) = wait(&mut recent, Instant::now(), most) {
            tracing::debug!(?wait, "the next batch has to wait");
            tokio::time::sleep(wait).await;
        }
        recent.push_back(Instant::now());
    }
}

/// How long the next one has to wait; forgets what is over.
fn wait(recent: &mut VecDeque<Instant>, now: Instant, most: u32) -> Option<Duration> {
    let age = |at: &Instant| now.saturating_duration_since(*at);
    while recent.front().is_some_and(|at| age(at) >= MINUTE) {
        recent.pop_front();
    }
    let most = usize::try_from(most.max(1)).unwrap_or(usize::MAX);
    let oldest = recent.len().checked_sub(most)?;
    recent.get(oldest).map(|at| MINUTE.saturating_sub(age(at)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_ones_go_at_once() {
        let now = Instant::now();
        let mut recent = VecDeque::from(vec![now; 2]);
        assert_eq!(wait(&mut recent, now, 3), None);
        assert_eq!(wait(&mut recent, now, 2), Some(MINUTE));
        assert_eq!(wait(&mut recent, now + MINUTE, 2), None);
        assert!(recent.is_empty());
    }

    proptest! {
        #[test]
        fn no_minute_has_more(steps in proptest::collection::vec(0_u64..40, 1..60), most in 1_u32..5) {
            let start = Instant::now();
            let (mut now, mut recent, mut made) = (start, VecDeque::new(), Vec::new());
            for step in steps {
                now += Duration::from_secs(step);
                while let Some(wait) = wait(&mut recent, now, most) {
                    now += wait;
                }
                recent.push_back(now);
                made.push(now);
            }
            for (index, from) in made.iter().enumerate() {
                let within = made[index..].iter().take_while(|at| **at - *from < MINUTE).count();
                prop_assert!(within <= usize::try_from(most).unwrap_or(0));
            }
        }
    }
}
