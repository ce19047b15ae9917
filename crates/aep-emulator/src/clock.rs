//! The emulator's time: the machine's, moved by an offset that tests and `aep emulator clock` set.

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

/// The times the clock can be set to: 1970 to the last year with four digits, which every date format can show.
pub(crate) const TIMES: RangeInclusive<i64> = 0..=253_370_764_800_000;

/// How many moves are remembered.
const MOVES: usize = 1000;

/// A clock that can be moved. Cheap to clone; all clones are the same clock.
///
/// Token life, batch state changes and every time in an answer go by it. Delays of fault rules do not: they are real.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    offset: AtomicI64,
    /// When the clock was moved, by the machine's time, and the offset since then.
    moves: Mutex<Vec<(i64, i64)>>,
    moved: watch::Sender<()>,
}

impl Default for Clock {
    fn default() -> Self {
        Self(Arc::new(Inner {
            offset: AtomicI64::new(0),
            moves: Mutex::default(),
            moved: watch::Sender::new(()),
        }))
    }
}

impl Clock {
    /// Now, in milliseconds since 1970-01-01 UTC.
    pub fn now_ms(&self) -> i64 {
        real_ms().saturating_add(self.offset_ms())
    }

    /// How far the clock is from the machine's, in milliseconds.
    pub fn offset_ms(&self) -> i64 {
        self.0.offset.load(Ordering::SeqCst)
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.set_offset_ms(self.offset_ms().saturating_add(by));
    }

    /// Sets the time, in milliseconds since 1970-01-01 UTC; it runs on from there.
    pub fn set_ms(&self, now: i64) {
        self.set_offset_ms(now.saturating_sub(real_ms()));
    }

    /// Sets the distance to the machine's clock, in milliseconds; 0 is real time. The clock stays between the years 1970
    /// and 9999.
    pub fn set_offset_ms(&self, offset: i64) {
        let real = real_ms();
        let now = real.saturating_add(offset);
        let offset = now.clamp(*TIMES.start(), *TIMES.end()).saturating_sub(real);
        self.0.offset.store(offset, Ordering::SeqCst);
        let mut moves = self.moves();
        moves.push((real, offset));
        let many = moves.len().saturating_sub(MOVES);
        moves.drain(..many);
        drop(moves);
        self.0.moved.send_replace(());
    }

    fn moves(&self) -> std::sync::MutexGuard<'_, Vec<(i64, i64)>> {
        self.0.moves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What this clock showed when the machine's showed `real`, in milliseconds since 1970-01-01 UTC.
    pub(crate) fn shown_at(&self, real: i64) -> i64 {
        let moves = self.moves();
        let last = moves.iter().rev().find(|(at, _)| *at <= real);
        real.saturating_add(last.map_or(0, |(_, offset)| *offset))
    }

    /// The moves, to be remembered.
    pub(crate) fn history(&self) -> Vec<(i64, i64)> {
        self.moves().clone()
    }

    /// Sets the clock as it was when its moves were remembered.
    pub(crate) fn restore(&self, moves: Vec<(i64, i64)>) {
        let offset = moves.last().map_or(0, |(_, offset)| *offset);
        self.0.offset.store(offset, Ordering::SeqCst);
        *self.moves() = moves;
        self.0.moved.send_replace(());
    }

    /// Waits until this clock has passed `duration`; moving the clock shortens the wait.
    pub async fn sleep(&self, duration: Duration) {
        let until = self
            .now_ms()
            .saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX));
        let mut moved = self.0.moved.subscribe();
        loop {
            let left = until.saturating_sub(self.now_ms());
            let Ok(left) = u64::try_from(left) else {
                return;
            };
            if left == 0 {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(left)) => {}
                _ = moved.changed() => {}
            }
        }
    }
}

fn real_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_runs_on_from_the_time_that_was_set() {
        let clock = Clock::default();
        clock.set_ms(1_000_000_000_000);
        let now = clock.now_ms();
        assert!(
            (1_000_000_000_000..1_000_000_060_000).contains(&now),
            "{now}"
        );
        clock.advance(Duration::from_hours(1));
        assert!(clock.now_ms() >= now + 3_600_000);
        clock.set_offset_ms(0);
        assert_eq!(clock.offset_ms(), 0);
    }

    #[test]
    fn it_stays_where_dates_can_be_written() {
        let clock = Clock::default();
        for far in [i64::MIN, -1, i64::MAX] {
            clock.set_ms(far);
            let now = jiff::Timestamp::from_millisecond(clock.now_ms());
            assert!(now.is_ok_and(|now| now.to_string().len() <= "1970-01-01T00:00:00.000Z".len()));
        }
    }

    #[test]
    fn it_knows_what_it_showed() {
        let clock = Clock::default();
        clock.restore(vec![(1000, 50), (2000, -7)]);
        let shown = [999, 1000, 1999, 2000].map(|real| clock.shown_at(real));
        assert_eq!(shown, [999, 1050, 2049, 1993]);
        assert_eq!(clock.offset_ms(), -7);
        assert_eq!(clock.history().len(), 2);
    }

    #[tokio::test]
    async fn moving_it_ends_a_sleep() {
        let clock = Clock::default();
        let sleeper = clock.clone();
        let task = tokio::spawn(async move { sleeper.sleep(Duration::from_hours(24)).await });
        while clock.0.moved.receiver_count() == 0 {
            tokio::task::yield_now().await;
        }
        clock.advance(Duration::from_secs(86_401));
        assert!(task.await.is_ok());
    }
}
