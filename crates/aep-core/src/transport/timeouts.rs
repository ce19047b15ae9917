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
    /// From the last byte of the request to the first of the answer. Default 90 s: Data Access answers within 60 s, and a
    /// gateway timeout of its own comes before ours.
    pub first_byte: Duration,
    /// Between two pieces of a body, in either direction. Default 30 s.
    pub idle: Duration,
    /// From the first failure of a request until it is given up; a `Retry-After` beyond it gives up at once. The time of
    /// the first attempt does not count, so that a long upload has its retries too. Default 120 s.
    pub retry: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(90),
            idle: Duration::from_secs(30),
            retry: Duration::from_mins(2),
        }
    }
}
