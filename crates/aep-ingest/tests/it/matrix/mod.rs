//! Each kind of fault on each operation of each way through the platform, and what the emulator says came of it.
//!
//! Which operations a way has is not written down anywhere: it is walked once without faults, and the emulator's log says.

mod ingest;
mod lost;
mod read;
mod refused;
mod resume;
mod storm;
mod stream;
mod watch;

use std::collections::BTreeSet;
use std::time::Duration;

use aep_core::transport::Jitter;
use aep_core::{Client, Error, ErrorKind, Settings, Timeouts};
use aep_emulator::{Emulator, Fault, FaultRule, When};
use aep_ingest::{Batch, BatchFilter, BatchStatus, Ingest};
use futures::TryStreamExt;

use crate::support::{World, settings, world_of};

/// No scenario may take longer. It takes seconds; this only turns a hang into a failure.
const HANG: Duration = Duration::from_mins(2);

/// Every kind of fault, and whether the request takes effect all the same.
fn kinds() -> Vec<(Fault, bool)> {
    vec![
        (Fault::delay(Duration::from_millis(20)), true),
        (Fault::Throttle { retry_after: None }, false),
        (Fault::throttled(Duration::ZERO), false),
        (Fault::status(500), false),
        (Fault::status(502), false),
        (Fault::status(503), false),
        (
            Fault::Status {
                code: 503,
                retry_after: Some("0".to_owned()),
            },
            false,
        ),
        (Fault::status(504), false),
        (Fault::ExpiredToken, false),
        (Fault::ResetBefore, false),
        (Fault::ResetAfter, true),
        (Fault::HalfResponse, true),
        (Fault::Stuck, true),
        (Fault::Truncated, true),
        (Fault::Corrupted, true),
        (Fault::drip(Duration::from_millis(1)), true),
        (Fault::Silence, false),
        (Fault::SilenceAfter, true),
    ]
}

/// Short silences and short waits, many retries: a scenario is about what happens, not about how long it takes.
fn hasty(mut settings: Settings) -> Settings {
    settings.retries = 8;
    settings.timeouts = Timeouts {
        connect: Duration::from_millis(200),
        first_byte: Duration::from_secs(10),
        idle: Duration::from_millis(120),
        retry: Duration::from_mins(1),
    };
    settings
}

/// A client that has no token and no connection yet.
fn client(world: &World) -> Ingest {
    let jitter = Jitter::new(|ceiling| ceiling / 50);
    let client = Client::builder(hasty(settings(&world.emulator))).jitter(jitter);
    Ingest::new(client.build().unwrap())
}

/// The operations that were called, each once.
fn operations(world: &World) -> BTreeSet<&'static str> {
    let all = world.emulator.requests().all();
    all.iter().filter_map(|seen| seen.operation).collect()
}

/// All batches of the emulator, as it knows them.
async fn batches(world: &World) -> Vec<Batch> {
    let list = world.ingest.batches().list(BatchFilter::default());
    list.try_collect().await.unwrap()
}

/// Batches whose data is in the dataset, and the rows of these batches.
fn landed(batches: &[Batch]) -> (usize, u64) {
    let good = batches
        .iter()
        .filter(|batch| batch.status == BatchStatus::Success);
    let rows = good
        .clone()
        .filter_map(|batch| batch.metrics.records_landed);
    (good.count(), rows.sum())
}

/// A way through the platform, and how its end is checked.
trait Way {
    /// What it needs beforehand.
    type Ready;

    async fn prepare(&self, world: &World) -> Self::Ready;

    /// Goes it, with a client of its own.
    async fn go(&self, ingest: Ingest, world: &World, ready: &Self::Ready) -> Result<(), Error>;

    /// Whether everything is as it should be after this way was gone, so many times in all.
    async fn check(&self, world: &World, ready: &Self::Ready, times: usize, about: &str);

    /// Whether nobody can notice, or survive, this.
    fn is_hopeless(&self, operation: &str, fault: &Fault) -> bool {
        // credentials that IMS itself refuses
        operation == "fetchToken" && *fault == Fault::ExpiredToken
    }
}

/// Every fault on the first call of every operation of the way; answers the number of scenarios.
async fn every_fault_on_every_operation(way: &impl Way) -> usize {
    let world = world_of(Emulator::builder()).await;
    let ready = way.prepare(&world).await;
    world.emulator.requests().clear();
    way.go(client(&world), &world, &ready).await.unwrap();
    let operations = operations(&world);
    assert!(operations.contains("fetchToken"), "{operations:?}");
    let (mut times, mut scenarios) = (1, 0);
    way.check(&world, &ready, times, "without faults").await;
    for operation in operations {
        for (fault, _) in kinds() {
            if way.is_hopeless(operation, &fault) {
                continue;
            }
            let about = format!("{fault:?} on {operation}");
            world.fault(FaultRule::new(operation, fault).first(1));
            let going = way.go(client(&world), &world, &ready);
            let gone = tokio::time::timeout(HANG, going).await;
            let rules = world.emulator.faults().list();
            assert_eq!(rules[0].hits, 1, "{about}: it never struck");
            world.emulator.faults().clear();
            match gone.unwrap_or_else(|_| panic!("{about}: it hangs")) {
                Ok(()) => times += 1,
                Err(error) => panic!("{about}: {}", error.report()),
            }
            way.check(&world, &ready, times, &about).await;
            scenarios += 1;
        }
    }
    scenarios
}

/// Rules that strike anywhere, as the seed has it.
fn schedule(seed: u64) -> Vec<FaultRule> {
    let kinds = kinds();
    let pick = |n: u64| {
        let at = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(n) >> 7;
        kinds[usize::try_from(at).unwrap_or_default() % kinds.len()].clone()
    };
    (0..3)
        .map(|n| {
            let when = When::Probability {
                p: 0.06,
                seed: seed.wrapping_mul(3).wrapping_add(n),
            };
            FaultRule::new("*", pick(n * 0x51_7C_C1).0).when(when)
        })
        .collect()
}

/// How many seeds a test tries: few, unless the full run asks for more.
#[expect(
    clippy::disallowed_methods,
    reason = "tests have no other way to be told"
)]
fn seeds(few: u64) -> u64 {
    let asked = std::env::var("AEP_TEST_SEEDS").ok();
    asked.map_or(few, |asked| asked.parse().unwrap())
}

/// An error that says what was being done, and why it failed.
fn is_clear(error: &Error) -> bool {
    let text = error.report().to_string();
    text.contains("could not ") && error.chain().count() > 0 && error.kind() != ErrorKind::Other
}
