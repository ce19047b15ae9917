//! Refusals and silence: what they cost in time. That nothing is lost is for the tests.

use super::super::clients::{Clients, note};
use super::super::discard::Fault;
use super::super::files;
use super::super::report::{Costs, Section};
use super::MIB;
use crate::error::Result;

/// Time without a byte after which a request is given up, in seconds, as the goal has it.
const STALL: f64 = 20.0;

pub(super) fn run(clients: &Clients) -> Result<Section> {
    let mut section = Section::new(
        "Faults",
        "The server refuses every tenth request with a file (503, `Retry-After: 1`), or never answers one of two hundred: by \
         turns it has read the body or not. One run each.",
    );
    let throttled = files::many(clients.folder(), "throttled", 128, 8 * MIB)?;
    let silent = files::many(clients.folder(), "silent", 1000, MIB)?;
    let plain = ["--validate", "off", "--input-format", "csv"];
    let ingest = |folder| clients.ingest(folder, &plain);
    note(1, "faults");
    let before_throttled = ingest(&throttled)?;
    let (refused, refusals) = clients.with_fault(Fault::Unavailable, 10, || ingest(&throttled))?;
    let before_silent = ingest(&silent)?;
    let (mute, silences) = clients.with_fault(Fault::Silent, 200, || ingest(&silent))?;
    files::remove(&throttled)?;
    files::remove(&silent)?;
    let one = |cost| Costs(vec![cost]);
    section.table(
        Some("faults"),
        [
            ("128 × 8 MiB", &one(before_throttled), "0".to_owned()),
            (
                "128 × 8 MiB, 10 % refused",
                &one(refused),
                refusals.faults.to_string(),
            ),
            ("1000 × 1 MiB", &one(before_silent), "0".to_owned()),
            (
                "1000 × 1 MiB, 0.5 % never answered",
                &one(mute),
                silences.faults.to_string(),
            ),
        ],
    );
    section.at_most(
        "P11",
        "10 % refused with Retry-After: time above that without faults",
        3.0,
        "s",
        refused.wall.as_secs_f64() - before_throttled.wall.as_secs_f64(),
    );
    section.at_most(
        "P11",
        "requests that came back before Retry-After",
        0.0,
        "",
        f64::from(u32::try_from(refusals.early).unwrap_or(u32::MAX)),
    );
    section.at_most(
        "P12",
        "0.5 % never answered: time above that without faults",
        2.0 * STALL,
        "s",
        mute.wall.as_secs_f64() - before_silent.wall.as_secs_f64(),
    );
    Ok(section)
}
