//! How long to wait for what.

use std::time::Duration;

/// How long to wait for what.
///
/// The first three hold for one attempt and measure silence, not length: a slow upload that keeps moving is never cut
/// off. The last one bounds the retries of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until a connection stands, TLS included. Default 10 s.
    pub connect: Duration,
    /// From the last byte of the request to the first of the answer, at most. Default 90 s: Data Access answers within
    /// 60 s, and a gateway timeout of its own comes before ours.
    pub first_byte: Duration,
    /// Without a byte in either direction. Default 20 s. A request that may be repeated waits no longer than this for its
    /// answer at first, because some connections just die; after every silence it waits twice as long, up to
    /// `first_byte`, because some servers are just slow.
    pub idle: Duration,
    /// From the first failure of a request until it is given up; a `Retry-After` beyond it gives up at once. The time of
    /// the first attempt does not count, so that a long upload has its retries too. Default 120 s.
    pub retry: Duration,
}

impl Timeouts {
    /// Those of an attempt of a request that may be repeated, after so many attempts that met with silence.
    pub(crate) fn after_silences(self, silences: u32) -> Self {
        let factor = 2_u32.saturating_pow(silences);
        Self {
            first_byte: self.first_byte.min(self.idle.saturating_mul(factor)),
            ..self
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(90),
            idle: Duration::from_secs(20),
            retry: Duration::from_mins(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_grows_with_every_silence() {
        let seconds = |silences| {
            Timeouts::default()
                .after_silences(silences)
                .first_byte
                .as_secs()
        };
        assert_eq!([0, 1, 2, 3, 100].map(seconds), [20, 40, 80, 90, 90]);
    }
}
