//! How long to wait before the next attempt.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// The longest wait that we choose ourselves. A server's `Retry-After` may be longer.
pub(crate) const CAP: Duration = Duration::from_secs(20);

/// Why a retry is made: it decides how long to wait and what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Something that passes quickly: a reset, a 502.
    Transient,
    /// The server asks for less.
    Throttled,
}

impl Class {
    const fn base(self) -> Duration {
        match self {
            Self::Transient => Duration::from_millis(50),
            Self::Throttled => Duration::from_secs(1),
        }
    }

    /// The longest wait before retry number `retry`, counted from 0: the base, doubled each time, up to the cap.
    pub(crate) fn ceiling(self, retry: u32) -> Duration {
        let factor = 2_u32.checked_pow(retry).unwrap_or(u32::MAX);
        self.base().saturating_mul(factor).min(CAP)
    }
}

/// Chooses a wait between nothing and the given ceiling.
///
/// The default takes any value with equal chance ("full jitter"), so that clients which failed together do not come back
/// together. Tests put in a function of their own.
#[derive(Clone)]
pub struct Jitter(Arc<dyn Fn(Duration) -> Duration + Send + Sync>);

impl Jitter {
    /// A jitter that is this function of the ceiling.
    pub fn new(choose: impl Fn(Duration) -> Duration + Send + Sync + 'static) -> Self {
        Self(Arc::new(choose))
    }

    /// A value between nothing and `ceiling`.
    pub(crate) fn within(&self, ceiling: Duration) -> Duration {
        (self.0)(ceiling).min(ceiling)
    }
}

impl Default for Jitter {
    fn default() -> Self {
        Self::new(|ceiling| ceiling.mul_f64(rand::random::<f64>()))
    }
}

impl fmt::Debug for Jitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Jitter")
    }
}

/// Tells the time of day, for the expiry of tokens and for a `Retry-After` that is a date. Waiting is tokio's, whose
/// clock a test can pause.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// A clock that is this function.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// What time it is.
    pub fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(SystemTime::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ceilings_double_up_to_the_cap() {
        let of = |class: Class| {
            (0..12)
                .map(|retry| class.ceiling(retry).as_millis())
                .collect::<Vec<_>>()
        };
        assert_eq!(of(Class::Transient)[..4], [50, 100, 200, 400]);
        assert_eq!(of(Class::Transient)[8..], [12_800, 20_000, 20_000, 20_000]);
        assert_eq!(
            of(Class::Throttled)[..6],
            [1_000, 2_000, 4_000, 8_000, 16_000, 20_000]
        );
        assert_eq!(Class::Throttled.ceiling(u32::MAX), CAP);
    }

    #[test]
    fn jitter_never_passes_its_ceiling() {
        let jitter = Jitter::default();
        for _ in 0..1_000 {
            assert!(jitter.within(CAP) <= CAP);
        }
        assert_eq!(Jitter::new(|_| Duration::from_secs(99)).within(CAP), CAP);
        assert_eq!(jitter.within(Duration::ZERO), Duration::ZERO);
    }
}
