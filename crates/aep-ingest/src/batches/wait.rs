//! Waiting for a batch to reach its end.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aep_core::{BatchId, Error, ErrorKind, Result};
use tokio::time::Instant;
use url::{Host, Url};

use super::{Batch, Batches};

/// Is told about a batch.
pub type OnChange = Arc<dyn Fn(&Batch) + Send + Sync>;

/// How to wait.
#[derive(Clone)]
pub struct WaitOptions {
    /// Pause before the second look; the first is at once. Chosen by the host if none: the emulator is fast.
    pub first_pause: Option<Duration>,
    /// Longest pause between two looks.
    pub longest_pause: Duration,
    /// Give up after this time; never if none. The platform gives no upper bound for processing.
    pub timeout: Option<Duration>,
    /// Is told about the batch whenever its state has changed.
    pub on_change: Option<OnChange>,
}

impl Default for WaitOptions {
    /// Looks after growing pauses up to a minute, for as long as it takes.
    fn default() -> Self {
        Self {
            first_pause: None,
            longest_pause: Duration::from_mins(1),
            timeout: None,
            on_change: None,
        }
    }
}

impl fmt::Debug for WaitOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitOptions")
            .field("first_pause", &self.first_pause)
            .field("longest_pause", &self.longest_pause)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl WaitOptions {
    /// Gives up after this time.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
}

/// Catalog may not know a batch yet that was just made; after so many looks in vain it does not exist.
const MISSES: u32 = 4;

/// Looks in a row that may fail in a way that passes, each after its own retries: the batch goes on without us.
const FAILURES: u32 = 5;

/// The pauses between two looks: each half as long again as the one before, up to a longest one.
#[derive(Debug, Clone)]
struct Pauses {
    next: Duration,
    longest: Duration,
}

impl Pauses {
    fn new(options: &WaitOptions, host: &Url) -> Self {
        let near = match host.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        };
        let first = options.first_pause.unwrap_or(if near {
            Duration::from_millis(10)
        } else {
            Duration::from_secs(2)
        });
        Self {
            next: first.min(options.longest_pause),
            longest: options.longest_pause,
        }
    }
}

impl Iterator for Pauses {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let pause = self.next;
        self.next = pause.mul_f64(1.5).min(self.longest);
        Some(pause)
    }
}

impl Batches {
    /// Looks at the batch until its state is final, and answers it with its figures. A stalled or retrying batch is
    /// reported through [`WaitOptions::on_change`] and waited for: it is no failure of the data.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`] with the last state, [`ErrorKind::NotFound`] for an unknown batch. A batch that failed is
    /// no error here: see [`Batch::status`].
    pub async fn wait(&self, id: &BatchId, options: WaitOptions) -> Result<Batch> {
        let began = Instant::now();
        let (mut misses, mut failures) = (0, 0);
        let mut last: Option<Batch> = None;
        for pause in Pauses::new(&options, &self.client().settings().base_url) {
            match self.look(id).await {
                Err(error) if error.is_retryable() && failures + 1 < FAILURES => {
                    tracing::debug!(batch = %id, %error, "the batch could not be looked at");
                    failures += 1;
                }
                Err(error) => return Err(coming_back(error, id)),
                Ok(Some(batch)) => {
                    failures = 0;
                    if last.as_ref().is_none_or(|last| last.status != batch.status) {
                        tracing::debug!(batch = %id, status = %batch.status, "the batch has a new state");
                        if let Some(tell) = &options.on_change {
                            tell(&batch);
                        }
                    }
                    if batch.status.is_terminal() {
                        return Ok(batch);
                    }
                    last = Some(batch);
                }
                Ok(None) if misses + 1 < MISSES => misses += 1,
                Ok(None) => return Err(super::get::missing(id)),
            }
            let left = options
                .timeout
                .map(|timeout| timeout.saturating_sub(began.elapsed()));
            if left.is_some_and(|left| left.is_zero()) {
                return Err(too_long(id, last.as_ref(), began.elapsed()));
            }
            tokio::time::sleep(left.map_or(pause, |left| pause.min(left))).await;
        }
        Err(too_long(id, last.as_ref(), began.elapsed()))
    }
}

/// The error, with how to go on watching.
fn coming_back(error: Error, id: &BatchId) -> Error {
    match error.hint_text() {
        Some(_) => error,
        None => error.hint(format!(
            "the platform goes on with the batch; `aep batch wait {id}` watches it again"
        )),
    }
}

fn too_long(id: &BatchId, last: Option<&Batch>, waited: Duration) -> Error {
    let mut error =
        Error::new(ErrorKind::Timeout, "wait for the batch to finish").with("batch", id);
    if let Some(batch) = last {
        error = error.with("status", &batch.status);
        if let Some(detail) = batch.stall_detail() {
            error = error.with("detail", detail);
        }
    }
    error
        .because(format!("it was not finished after {} s", waited.as_secs()))
        .hint(format!(
            "the platform goes on with it; `aep batch wait {id}` waits again"
        ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn pauses(url: &str) -> Pauses {
        Pauses::new(&WaitOptions::default(), &Url::parse(url).unwrap())
    }

    #[test]
    fn the_emulator_is_asked_soon_and_the_platform_later() {
        assert!(pauses("http://127.0.0.1:8080").next().unwrap() < Duration::from_millis(50));
        assert!(pauses("http://[::1]:8080").next().unwrap() < Duration::from_millis(50));
        assert!(pauses("https://platform.adobe.io").next().unwrap() >= Duration::from_secs(1));
    }

    #[test]
    fn pauses_grow_to_a_minute_and_no_further() {
        let pauses: Vec<Duration> = pauses("https://platform.adobe.io").take(30).collect();
        assert!(pauses.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!(pauses.last(), Some(&Duration::from_mins(1)));
    }
}
