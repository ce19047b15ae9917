//! One rule: which operation, on which of its calls, and what happens.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::operations;

/// A fault rule, also the JSON body of `POST /__emulator/faults`:
/// `{"operation": "uploadSmallFile", "when": {"nth": 2}, "fault": {"throttle": {"retryAfter": "1"}}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaultRule {
    /// Operation name as in Adobe's documents (`createBatch`), one service's (`batch-ingestion.createBatch`), or `*`
    /// for everything but the emulator's own administration.
    pub operation: String,
    /// On which calls of the operation; every one by default.
    #[serde(default)]
    pub when: When,
    /// What happens.
    pub fault: Fault,
}

/// On which calls of its operation a rule acts. Calls are counted from 1, from the moment the rule was added.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub enum When {
    /// Every call.
    #[default]
    Always,
    /// The first n calls.
    First(u64),
    /// Only call n.
    Nth(u64),
    /// Calls n, 2n, 3n, …
    Every(u64),
    /// Each call with this probability; the same seed hits the same calls in every run.
    Probability {
        /// Between 0 and 1.
        p: f64,
        /// Start of the sequence of decisions.
        #[serde(default)]
        seed: u64,
    },
}

/// What happens to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[non_exhaustive]
pub enum Fault {
    /// Real waiting before the request is worked on. Adds to other faults of the same request.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// The gateway's 429, before any effect.
    Throttle {
        /// `Retry-After` as sent: seconds or an HTTP date; no header without it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<String>,
    },
    /// An error status in the service's own shape, before any effect.
    Status {
        /// 400 to 599.
        code: u16,
        /// `Retry-After` as sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<String>,
    },
    /// The connection is reset (TCP RST) before the request has any effect.
    ResetBefore,
    /// The request takes effect, then the connection is reset instead of an answer.
    ResetAfter,
    /// The request takes effect; the answer breaks off in the middle of its body, or of its head if it has no body.
    HalfResponse,
    /// The request takes effect; the answer stops in the middle, and the connection stays open until the client gives up.
    Stuck,
    /// The request takes effect; the second half of the answer's body is missing, and nothing says so.
    Truncated,
    /// The request takes effect; bytes of the answer's body are wrong.
    Corrupted,
    /// The request takes effect; the answer's body comes in many small pieces.
    Drip {
        /// Pause before each piece, in milliseconds.
        ms: u64,
    },
    /// No answer and no effect; the connection stays open until the client gives up.
    Silence,
    /// The request takes effect, but there is no answer; the connection stays open until the client gives up.
    SilenceAfter,
    /// The token of this request is expired for good, and the gateway says so (401013).
    ExpiredToken,
}

impl Fault {
    /// 429 with `Retry-After` in whole seconds.
    pub fn throttled(retry_after: Duration) -> Self {
        Self::Throttle {
            retry_after: Some(retry_after.as_secs().to_string()),
        }
    }

    /// An error status, before any effect.
    pub fn status(code: u16) -> Self {
        Self::Status {
            code,
            retry_after: None,
        }
    }

    /// Real waiting.
    pub fn delay(time: Duration) -> Self {
        Self::Delay { ms: millis(time) }
    }

    /// An answer in small pieces, with this pause before each.
    pub fn drip(pause: Duration) -> Self {
        Self::Drip { ms: millis(pause) }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

impl FaultRule {
    /// A rule for every call of an operation.
    pub fn new(operation: impl Into<String>, fault: Fault) -> Self {
        Self {
            operation: operation.into(),
            when: When::Always,
            fault,
        }
    }

    /// The same rule for some of the calls.
    #[must_use]
    pub fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    /// Only the first `n` calls.
    #[must_use]
    pub fn first(self, n: u64) -> Self {
        self.when(When::First(n))
    }

    /// Only call `n`.
    #[must_use]
    pub fn nth(self, n: u64) -> Self {
        self.when(When::Nth(n))
    }

    pub(super) fn check(&self) -> Result<(), FaultError> {
        if self.operation != "*" && !operations::is_known(&self.operation) {
            return Err(FaultError::Operation(self.operation.clone()));
        }
        match self.when {
            When::First(0) | When::Nth(0) | When::Every(0) => return Err(FaultError::Zero),
            When::Probability { p, .. } if !(0.0..=1.0).contains(&p) => {
                return Err(FaultError::Probability(p));
            }
            _ => {}
        }
        match &self.fault {
            Fault::Status { code, .. } if !(400..=599).contains(code) => {
                Err(FaultError::Status(*code))
            }
            Fault::Status {
                retry_after: Some(text),
                ..
            }
            | Fault::Throttle {
                retry_after: Some(text),
            } if http::HeaderValue::from_str(text).is_err() => {
                Err(FaultError::RetryAfter(text.clone()))
            }
            _ => Ok(()),
        }
    }
}

impl When {
    /// Whether call `n` (from 1) is hit.
    pub(super) fn hits(self, n: u64) -> bool {
        match self {
            Self::Always => true,
            Self::First(count) => n <= count,
            Self::Nth(which) => n == which,
            Self::Every(step) => n.is_multiple_of(step),
            Self::Probability { p, seed } => unit(seed, n) < p,
        }
    }
}

/// A number in [0, 1) for call `n`: SplitMix64, so that a seed means the same on every machine and version.
fn unit(seed: u64, n: u64) -> f64 {
    let mut z = seed.wrapping_add(n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^= z >> 31;
    // The upper 32 bits, so that the conversion is exact.
    f64::from(u32::try_from(z >> 32).unwrap_or_default()) / 4_294_967_296.0
}

/// Why a rule was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultError {
    /// No operation has this name.
    #[error("no operation is called `{0}`; GET /__emulator/operations lists them, `*` means all")]
    Operation(String),
    /// Calls are counted from 1.
    #[error("`first`, `nth` and `every` count from 1")]
    Zero,
    /// Not a probability.
    #[error("a probability lies between 0 and 1, not at {0}")]
    Probability(f64),
    /// Not an error status.
    #[error("a fault answers with a status from 400 to 599, not {0}")]
    Status(u16),
    /// Not a header value.
    #[error("`{0}` cannot be sent as Retry-After")]
    RetryAfter(String),
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn hits(when: When) -> Vec<u64> {
        (1..=12).filter(|n| when.hits(*n)).collect()
    }

    #[test]
    fn calls_are_counted_from_one() {
        assert_eq!(hits(When::First(2)), [1, 2]);
        assert_eq!(hits(When::Nth(3)), [3]);
        assert_eq!(hits(When::Every(5)), [5, 10]);
        assert_eq!(hits(When::Always).len(), 12);
    }

    #[test]
    fn a_seed_always_hits_the_same_calls() {
        let when = When::Probability { p: 0.3, seed: 7 };
        assert_eq!(hits(when), hits(when));
        assert_ne!(hits(when), hits(When::Probability { p: 0.3, seed: 8 }));
        let many = (1..=10_000).filter(|n| when.hits(*n)).count();
        assert!((2_800..3_200).contains(&many), "{many}");
        assert!(hits(When::Probability { p: 0.0, seed: 7 }).is_empty());
        assert_eq!(hits(When::Probability { p: 1.0, seed: 7 }).len(), 12);
    }

    #[test]
    fn the_json_form_is_the_documented_one() {
        let text = r#"{"operation":"uploadSmallFile","when":{"nth":2},"fault":{"throttle":{"retryAfter":"1"}}}"#;
        let rule: FaultRule = serde_json::from_str(text).unwrap();
        assert_eq!(
            rule,
            FaultRule::new("uploadSmallFile", Fault::throttled(Duration::from_secs(1))).nth(2)
        );
        assert_eq!(serde_json::to_string(&rule).unwrap(), text);
        let plain: FaultRule =
            serde_json::from_str(r#"{"operation":"*","fault":"resetBefore"}"#).unwrap();
        assert_eq!(
            (plain.when, plain.fault),
            (When::Always, Fault::ResetBefore)
        );
    }

    #[test]
    fn nonsense_is_refused() {
        let error = FaultRule::new("createBach", Fault::Silence)
            .check()
            .unwrap_err();
        assert!(error.to_string().contains("createBach"), "{error}");
        assert_eq!(
            FaultRule::new("*", Fault::status(200)).check(),
            Err(FaultError::Status(200))
        );
        assert_eq!(
            FaultRule::new("*", Fault::Silence).nth(0).check(),
            Err(FaultError::Zero)
        );
        let half = When::Probability { p: 1.5, seed: 0 };
        assert_eq!(
            FaultRule::new("*", Fault::Silence).when(half).check(),
            Err(FaultError::Probability(1.5))
        );
        assert!(
            serde_json::from_str::<FaultRule>(r#"{"operation":"*","fault":"explode"}"#).is_err()
        );
        assert!(
            serde_json::from_str::<FaultRule>(r#"{"operation":"*","fault":"silence","wehn":1}"#)
                .is_err()
        );
    }
}
