//! The waits, to the millisecond: jitter and clock are arguments, so nothing sleeps.

#![allow(clippy::too_many_lines, reason = "a table is one thing")]

use std::time::Duration;

use proptest::prelude::*;

use super::backoff::{CAP, Class, Jitter};
use super::network::What;
use super::quota::Quota;
use super::request::Safety;
use super::retry::{Decision, Failure, Policy, Tries, Why, decide};

const POLICY: Policy = Policy {
    retries: 8,
    window: Duration::from_mins(1),
};

fn status(status: u16) -> Failure {
    Failure::Status {
        status,
        retry_after: None,
    }
}

fn asks(status: u16, millis: u64) -> Failure {
    Failure::Status {
        status,
        retry_after: Some(Duration::from_millis(millis)),
    }
}

fn after(retries: u32, elapsed_ms: u64) -> Tries {
    Tries {
        retries,
        elapsed: Duration::from_millis(elapsed_ms),
        ..Tries::default()
    }
}

/// The decision with the longest jitter there is.
fn longest(failure: Failure, safety: Safety, tries: Tries) -> Decision {
    decide(
        failure,
        safety,
        POLICY,
        tries,
        &Quota::default(),
        &Jitter::new(|ceiling| ceiling),
    )
}

fn waits(millis: u64, class: Class) -> Decision {
    Decision::Retry {
        wait: Duration::from_millis(millis),
        class,
    }
}

#[test]
fn waits_and_reasons() {
    use Class::{Throttled, Transient};
    use Safety::{NotRepeatable as Once, Repeatable as Again};
    let broken = Failure::Network(What::Broken);
    let stop = Decision::Stop;
    for (n, (failure, safety, tries, expected)) in [
        // Transient: 50 ms, doubled, up to 20 s.
        (status(503), Again, after(0, 0), waits(50, Transient)),
        (status(503), Again, after(1, 0), waits(100, Transient)),
        (status(503), Again, after(2, 0), waits(200, Transient)),
        (status(503), Again, after(7, 0), waits(6_400, Transient)),
        (status(502), Again, after(3, 0), waits(400, Transient)),
        (status(504), Again, after(4, 0), waits(800, Transient)),
        (status(408), Again, after(5, 0), waits(1_600, Transient)),
        (broken, Again, after(0, 0), waits(50, Transient)),
        (
            Failure::Network(What::Silent),
            Again,
            after(6, 0),
            waits(3_200, Transient),
        ),
        (
            Failure::Network(What::Connect),
            Once,
            after(0, 0),
            waits(50, Transient),
        ),
        // Throttled: 1 s, doubled, up to 20 s.
        (status(429), Again, after(0, 0), waits(1_000, Throttled)),
        (status(429), Once, after(1, 0), waits(2_000, Throttled)),
        (status(429), Again, after(4, 0), waits(16_000, Throttled)),
        (status(429), Again, after(5, 0), waits(20_000, Throttled)),
        (status(429), Again, after(7, 0), waits(20_000, Throttled)),
        // Retry-After: kept whole, with at most a tenth of it, and a second, on top, whatever the number of the retry.
        (asks(429, 0), Again, after(0, 0), waits(1_000, Throttled)),
        (
            asks(429, 5_000),
            Again,
            after(0, 0),
            waits(5_500, Throttled),
        ),
        (
            asks(429, 1_000),
            Again,
            after(0, 0),
            waits(1_100, Throttled),
        ),
        (asks(429, 5_000), Once, after(6, 0), waits(5_500, Throttled)),
        (
            asks(503, 7_000),
            Again,
            after(0, 0),
            waits(7_700, Throttled),
        ),
        (asks(503, 7_000), Once, after(0, 0), stop(Why::Unsafe)),
        (
            asks(500, 2_000),
            Again,
            after(0, 0),
            waits(2_050, Transient),
        ),
        (
            asks(429, 45_000),
            Again,
            after(0, 0),
            waits(46_000, Throttled),
        ),
        // The time: waits are cut to what is left, a Retry-After is not.
        (
            asks(429, 60_000),
            Again,
            after(0, 0),
            waits(60_000, Throttled),
        ),
        (
            asks(429, 60_001),
            Again,
            after(0, 0),
            stop(Why::TooLong(Duration::from_millis(60_001))),
        ),
        (
            asks(429, 20_000),
            Again,
            after(1, 40_000),
            waits(20_000, Throttled),
        ),
        (
            asks(429, 20_000),
            Again,
            after(1, 40_001),
            stop(Why::TooLong(Duration::from_secs(20))),
        ),
        (
            status(429),
            Again,
            after(5, 50_000),
            waits(10_000, Throttled),
        ),
        (status(503), Again, after(1, 60_000), stop(Why::Time)),
        (status(503), Again, after(1, 90_000), stop(Why::Time)),
        // The number.
        (status(503), Again, after(8, 0), stop(Why::Attempts)),
        (status(429), Once, after(9, 0), waits(20_000, Throttled)),
        (
            status(503),
            Again,
            Tries {
                throttled: 5,
                ..after(8, 0)
            },
            waits(12_800, Transient),
        ),
        (
            status(500),
            Again,
            Tries {
                internal: 1,
                ..after(1, 0)
            },
            waits(100, Transient),
        ),
        (
            status(500),
            Again,
            Tries {
                internal: 2,
                ..after(2, 0)
            },
            stop(Why::Attempts),
        ),
        (
            status(503),
            Again,
            Tries {
                internal: 2,
                ..after(2, 0)
            },
            waits(200, Transient),
        ),
        // What would do harm, and what would not help.
        (status(500), Once, after(0, 0), stop(Why::Unsafe)),
        (status(503), Once, after(0, 0), stop(Why::Unsafe)),
        (status(408), Once, after(0, 0), stop(Why::Unsafe)),
        (broken, Once, after(0, 0), stop(Why::Unsafe)),
        (
            Failure::Network(What::Silent),
            Once,
            after(0, 0),
            stop(Why::Unsafe),
        ),
        (status(400), Again, after(0, 0), stop(Why::Permanent)),
        (status(401), Again, after(0, 0), stop(Why::Permanent)),
        (asks(404, 0), Again, after(0, 0), stop(Why::Permanent)),
        (status(412), Again, after(0, 0), stop(Why::Permanent)),
        (status(501), Again, after(0, 0), stop(Why::Permanent)),
        (
            Failure::Network(What::Certificate),
            Again,
            after(0, 0),
            stop(Why::Permanent),
        ),
        (
            Failure::Network(What::Build),
            Again,
            after(0, 0),
            stop(Why::Permanent),
        ),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(
            longest(failure, safety, tries),
            expected,
            "row {n}: {failure:?} {safety:?} {tries:?}"
        );
    }
}

#[test]
fn without_retries_there_is_not_even_one_for_a_throttling_server() {
    let policy = Policy {
        retries: 0,
        ..POLICY
    };
    let decision = decide(
        asks(429, 1_000),
        Safety::Repeatable,
        policy,
        after(0, 0),
        &Quota::default(),
        &Jitter::default(),
    );
    assert_eq!(decision, Decision::Stop(Why::Attempts));
}

#[test]
fn what_the_server_asks_for_takes_nothing_from_the_quota() {
    let quota = Quota::default();
    let decide = |failure| {
        decide(
            failure,
            Safety::Repeatable,
            POLICY,
            after(0, 0),
            &quota,
            &Jitter::default(),
        )
    };
    for _ in 0..10_000 {
        assert!(matches!(decide(asks(429, 1_000)), Decision::Retry { .. }));
    }
    for _ in 0..100 {
        assert!(matches!(decide(asks(429, 0)), Decision::Retry { .. }));
    }
    assert_eq!(decide(asks(429, 0)), Decision::Stop(Why::Quota));
}

#[test]
fn full_jitter_begins_at_nothing() {
    let decision = decide(
        status(503),
        Safety::Repeatable,
        POLICY,
        after(3, 0),
        &Quota::default(),
        &Jitter::new(|_| Duration::ZERO),
    );
    assert_eq!(decision, waits(0, Class::Transient));
}

#[test]
fn an_empty_quota_stops_and_a_refusal_takes_nothing() {
    let quota = Quota::default();
    let jitter = Jitter::default();
    let decide = |failure| {
        decide(
            failure,
            Safety::Repeatable,
            POLICY,
            after(0, 0),
            &quota,
            &jitter,
        )
    };
    for _ in 0..35 {
        assert!(matches!(decide(status(503)), Decision::Retry { .. }));
    }
    for _ in 0..10 {
        assert_eq!(decide(status(400)), Decision::Stop(Why::Permanent));
        assert_eq!(decide(status(503)), Decision::Stop(Why::Quota));
    }
    assert!(
        matches!(decide(status(429)), Decision::Retry { .. }),
        "5 of the 10 that are left"
    );
}

proptest! {
    #[test]
    fn the_bounds_always_hold(code in 400_u16..600, asked in prop::option::of(0_u64..200_000), retries in 0_u32..12,
        elapsed in 0_u64..90_000, again in any::<bool>()) {
        let failure = Failure::Status { status: code, retry_after: asked.map(Duration::from_millis) };
        let safety = if again { Safety::Repeatable } else { Safety::NotRepeatable };
        let decision = decide(failure, safety, POLICY, after(retries, elapsed), &Quota::default(), &Jitter::default());
        if let Decision::Retry { wait, .. } = decision {
            prop_assert!(retries < POLICY.retries || code == 429 || code == 503 && asked.is_some());
            prop_assert!(Duration::from_millis(elapsed) + wait <= POLICY.window);
            prop_assert!(again || code == 429);
            match asked {
                Some(asked) => prop_assert!(wait >= Duration::from_millis(asked), "undercut"),
                None => prop_assert!(wait <= CAP),
            }
        }
    }
}
