//! Faults of the server, at fixed places in the order of the requests that carry files.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use hyper::http::request::Parts;

/// What a request meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::bench) enum Fault {
    /// 503 with `Retry-After: 1`, after the body was read.
    Unavailable,
    /// No answer, ever; by turns with the body read and not read.
    Silent,
}

/// What `Retry-After` asks for.
const PAUSE: Duration = Duration::from_secs(1);

/// What came of the faults.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::bench) struct Met {
    /// Requests that met one.
    pub(in crate::bench) faults: u64,
    /// Requests that came again before the time that they were told.
    pub(in crate::bench) early: u64,
}

/// What is to be done with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Pass,
    Unavailable,
    /// The body is read, nothing is answered.
    Mute,
    /// The body is not even read.
    Deaf,
}

#[derive(Debug, Default)]
pub(super) struct Faults {
    fault: Option<(Fault, u64)>,
    seen: u64,
    met: Met,
    /// Requests that were told to come later, and when that was.
    told: HashMap<String, Instant>,
}

impl Faults {
    pub(super) fn start(&mut self, fault: Option<(Fault, u64)>) {
        *self = Self {
            fault,
            ..Self::default()
        };
    }

    pub(super) fn met(&self) -> Met {
        self.met
    }

    pub(super) fn meet(&mut self, head: &Parts) -> Verdict {
        let Some((fault, every)) = self.fault else {
            return Verdict::Pass;
        };
        let range = head.headers.get("content-range");
        let range = range
            .and_then(|range| range.to_str().ok())
            .unwrap_or_default();
        let request = format!("{} {range}", head.uri);
        if let Some(told) = self.told.remove(&request) {
            self.met.early += u64::from(told.elapsed() < PAUSE);
        }
        self.seen += 1;
        if self.seen % every != every / 2 {
            return Verdict::Pass;
        }
        self.met.faults += 1;
        match fault {
            Fault::Unavailable => {
                self.told.insert(request, Instant::now());
                Verdict::Unavailable
            }
            Fault::Silent if self.met.faults.is_multiple_of(2) => Verdict::Deaf,
            Fault::Silent => Verdict::Mute,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use hyper::Request;

    use super::*;

    fn head(path: &str) -> Parts {
        Request::put(path).body(()).unwrap().into_parts().0
    }

    #[test]
    fn every_tenth_request_is_refused_and_an_early_return_is_noticed() {
        let mut faults = Faults::default();
        assert_eq!(faults.meet(&head("/a")), Verdict::Pass);
        faults.start(Some((Fault::Unavailable, 10)));
        let refused: Vec<u32> = (1..=30)
            .filter(|at| faults.meet(&head(&format!("/{at}"))) != Verdict::Pass)
            .collect();
        assert_eq!(refused, [5, 15, 25]);
        assert_eq!(faults.meet(&head("/5")), Verdict::Pass);
        assert_eq!(
            faults.met(),
            Met {
                faults: 3,
                early: 1
            }
        );
    }

    #[test]
    fn silence_comes_in_two_kinds() {
        let mut faults = Faults::default();
        faults.start(Some((Fault::Silent, 2)));
        let kinds: Vec<Verdict> = (0..4).map(|_| faults.meet(&head("/a"))).collect();
        assert_eq!(
            kinds,
            [Verdict::Mute, Verdict::Pass, Verdict::Deaf, Verdict::Pass]
        );
    }
}
