//! The decision whether a failed attempt is followed by another one. Pure: it knows no socket and no clock.
//!
//! Two questions must be answered with yes: may it pass by itself, and does repeating it do no harm? Then three budgets
//! must have room: attempts, time, and the quota that the client's requests share.

use std::time::Duration;

use super::backoff::{Class, Jitter};
use super::network::What;
use super::quota::Quota;
use super::request::Safety;

/// Retries of a 500 at most: from this platform it can also mean that an answer would be too large.
const MOST_INTERNAL: u32 = 2;

/// What an attempt ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// An answer that is not 2xx.
    Status {
        status: u16,
        retry_after: Option<Duration>,
    },
    /// No answer, or half of one.
    Network(What),
}

/// The bounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    pub(crate) retries: u32,
    pub(crate) window: Duration,
}

/// What has happened to a request so far.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tries {
    /// Retries made.
    pub(crate) retries: u32,
    /// Of these, after a 500.
    pub(crate) internal: u32,
    /// Of these, because the server throttled.
    pub(crate) throttled: u32,
    /// Since the first failure.
    pub(crate) elapsed: Duration,
    /// What the last retry took from the quota.
    pub(crate) taken: u32,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Wait, then try again.
    Retry { wait: Duration, class: Class },
    /// Give up.
    Stop(Why),
}

/// Why a request is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// It would fail again.
    Permanent,
    /// It may have taken effect, and a second one would do it twice.
    Unsafe,
    /// The retries are used up.
    Attempts,
    /// The time is used up.
    Time,
    /// The server asks to wait longer than the time that is left.
    TooLong(Duration),
    /// The client's retry quota is used up.
    Quota,
}

/// What kind of retry the failure allows, if any.
pub(crate) fn class(failure: Failure, safety: Safety) -> Result<Class, Why> {
    let (class, surely_not_processed) = match failure {
        Failure::Network(What::Connect) => (Class::Transient, true),
        Failure::Status { status: 429, .. } => (Class::Throttled, true),
        Failure::Status {
            status: 503,
            retry_after: Some(_),
        } => (Class::Throttled, false),
        Failure::Network(What::Broken | What::Silent)
        | Failure::Status {
            status: 408 | 500 | 502 | 503 | 504,
            ..
        } => (Class::Transient, false),
        Failure::Network(What::Certificate | What::Build) | Failure::Status { .. } => {
            return Err(Why::Permanent);
        }
    };
    if surely_not_processed || safety == Safety::Repeatable {
        Ok(class)
    } else {
        Err(Why::Unsafe)
    }
}

/// What a retry takes from the quota. One that comes when the server asked it to come is no extra load, nor is a
/// connection that never came about.
pub(crate) fn cost(failure: Failure, class: Class) -> u32 {
    match failure {
        Failure::Network(What::Connect) => 0,
        Failure::Status {
            retry_after: Some(asked),
            ..
        } if class == Class::Throttled && !asked.is_zero() => 0,
        _ => class.cost(),
    }
}

/// Decides, and takes from the quota if the answer is to try again.
pub(crate) fn decide(
    failure: Failure,
    safety: Safety,
    policy: Policy,
    tries: Tries,
    quota: &Quota,
    jitter: &Jitter,
) -> Decision {
    let class = match class(failure, safety) {
        Ok(class) => class,
        Err(why) => return Decision::Stop(why),
    };
    let internal = matches!(failure, Failure::Status { status: 500, .. });
    // A server that throttles is alive and will take the request: time and quota are the bounds there, not the number.
    let used_up = match class {
        Class::Throttled => policy.retries == 0,
        Class::Transient => tries.retries.saturating_sub(tries.throttled) >= policy.retries,
    };
    if used_up || (internal && tries.internal >= MOST_INTERNAL) {
        return Decision::Stop(Why::Attempts);
    }
    let left = policy.window.saturating_sub(tries.elapsed);
    if left.is_zero() {
        return Decision::Stop(Why::Time);
    }
    let asked = match failure {
        Failure::Status { retry_after, .. } => retry_after,
        Failure::Network(_) => None,
    };
    if let Some(asked) = asked.filter(|asked| *asked > left) {
        return Decision::Stop(Why::TooLong(asked));
    }
    // The server's wait is kept whole. Ours comes on top, so that all who were told the same do not return at once.
    let chosen = match asked {
        Some(Duration::ZERO) => jitter.within(class.ceiling(0)),
        Some(asked) => asked.saturating_add(jitter.within(class.ceiling(0).min(asked / 10))),
        None => jitter.within(class.ceiling(tries.retries)),
    };
    if !quota.take(cost(failure, class)) {
        return Decision::Stop(Why::Quota);
    }
    Decision::Retry {
        wait: chosen.min(left),
        class,
    }
}
