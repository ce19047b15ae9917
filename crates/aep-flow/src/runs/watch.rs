//! Following a run to its end.

use std::time::Duration;

use aep_core::{Error, ErrorKind, Result};
use futures::{Stream, StreamExt, stream};
use tokio::time::Instant;
use url::{Host, Url};

use super::{Run, Runs};
use crate::ids::RunId;

/// How to follow a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchOptions {
    /// Pause before the second look; the first is at once. Chosen by the host if none: the emulator is fast.
    pub first_pause: Option<Duration>,
    /// Longest pause between two looks.
    pub longest_pause: Duration,
    /// Give up after this time; never if none. The platform gives no upper bound for a run.
    pub timeout: Option<Duration>,
}

impl Default for WatchOptions {
    /// Looks after growing pauses up to a minute, for as long as it takes.
    fn default() -> Self {
        Self {
            first_pause: None,
            longest_pause: Duration::from_mins(1),
            timeout: None,
        }
    }
}

impl WatchOptions {
    /// Gives up after this time.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    fn first(&self, host: &Url) -> Duration {
        let near = match host.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        };
        let first = self.first_pause.unwrap_or(if near {
            Duration::from_millis(10)
        } else {
            Duration::from_secs(2)
        });
        first.min(self.longest_pause)
    }
}

/// A run that was just made may not be found yet; after so many looks in vain it does not exist.
const MISSES: u32 = 4;

struct Watch {
    runs: Runs,
    id: RunId,
    options: WatchOptions,
    began: Instant,
    pause: Duration,
    misses: u32,
    looked: bool,
    last: Option<Run>,
}

impl Watch {
    /// The next state of the run that differs from the last one; none after its end.
    async fn next(mut self) -> Result<Option<(Run, Self)>> {
        if self.last.as_ref().is_some_and(Run::is_terminal) {
            return Ok(None);
        }
        loop {
            if self.looked {
                self.wait().await?;
            }
            self.looked = true;
            match self.runs.get(&self.id).await {
                Ok(run) if self.last.as_ref() == Some(&run) => {}
                Ok(run) => {
                    tracing::debug!(run = %self.id, status = ?run.status, "the run has changed");
                    self.last = Some(run.clone());
                    return Ok(Some((run, self)));
                }
                Err(error)
                    if error.kind() == ErrorKind::NotFound
                        && self.last.is_none()
                        && self.misses + 1 < MISSES =>
                {
                    self.misses += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn wait(&mut self) -> Result<()> {
        let waited = self.began.elapsed();
        let left = self
            .options
            .timeout
            .map(|timeout| timeout.saturating_sub(waited));
        if left.is_some_and(|left| left.is_zero()) {
            let error =
                Error::new(ErrorKind::Timeout, "wait for the run to finish").with("run", &self.id);
            let error = match self.last.as_ref().and_then(|run| run.status.as_ref()) {
                Some(status) => error.with("status", status),
                None => error,
            };
            return Err(error
                .because(format!("it was not finished after {} s", waited.as_secs()))
                .hint(format!(
                    "the platform goes on with it; `aep run watch {}` waits again",
                    self.id
                )));
        }
        let pause = self.pause;
        self.pause = pause.mul_f64(1.5).min(self.options.longest_pause);
        tokio::time::sleep(left.map_or(pause, |left| pause.min(left))).await;
        Ok(())
    }
}

impl Runs {
    /// Follows a run: yields it as it is, then whenever something about it has changed, and ends after its last state.
    /// Dropping the stream stops looking and changes nothing about the run.
    ///
    /// # Errors
    ///
    /// The stream ends with [`ErrorKind::Timeout`] if the time is up, [`ErrorKind::NotFound`] for an unknown run. A run that
    /// failed is no error here: see [`Run::status`].
    pub fn watch(
        &self,
        id: &RunId,
        options: WatchOptions,
    ) -> impl Stream<Item = Result<Run>> + Send + use<> {
        let pause = options.first(&self.client().settings().base_url);
        let watch = Watch {
            runs: self.clone(),
            id: id.clone(),
            options,
            began: Instant::now(),
            pause,
            misses: 0,
            looked: false,
            last: None,
        };
        stream::try_unfold(watch, Watch::next).boxed()
    }

    /// Waits until a run is over, and answers its last state.
    ///
    /// # Errors
    ///
    /// As [`watch`](Self::watch).
    pub async fn wait(&self, id: &RunId, options: WatchOptions) -> Result<Run> {
        let mut states = self.watch(id, options);
        let mut last = None;
        while let Some(run) = states.next().await {
            last = Some(run?);
        }
        last.ok_or_else(|| {
            Error::new(ErrorKind::Other, "wait for the run to finish").with("run", id)
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_emulator_is_asked_soon_and_the_platform_later() {
        let first = |url: &str| WatchOptions::default().first(&Url::parse(url).unwrap());
        assert!(first("http://127.0.0.1:8080") < Duration::from_millis(50));
        assert!(first("http://[::1]:8080") < Duration::from_millis(50));
        assert!(first("https://platform.adobe.io") >= Duration::from_secs(1));
    }
}
