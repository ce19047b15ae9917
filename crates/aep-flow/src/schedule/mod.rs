//! When a flow runs.
//!
//! There are two forms. A flow **into** the lake has `frequency` and `interval`; an export of datasets has `timeUnit`,
//! `interval` and `exportMode`. They can't be mixed, so they are two types here. What the platform would refuse is refused
//! when the schedule is made, and again before the request is sent, because time passes.

mod check;
mod export;
mod ingest;
mod view;

use aep_core::{Error, ErrorKind, Result};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

pub(crate) use check::{Way, check_params};
pub use export::{Every, ExportMode, ExportSchedule, FOLDER_MACROS};
pub use ingest::{Frequency, IngestSchedule};
pub use view::ScheduleView;

/// When a flow runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    /// Into the data lake.
    Ingest(IngestSchedule),
    /// Datasets to a storage.
    Export(ExportSchedule),
}

/// When a schedule begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// As soon as possible: a few seconds from now, because the platform refuses a start in the past and the request takes
    /// its time.
    #[default]
    Now,
    /// At this time, which has to be in the future. The service counts in whole seconds.
    At(Timestamp),
}

/// What [`Start::Now`] adds to the clock.
const LEAD: SignedDuration = SignedDuration::from_secs(5);

impl Start {
    /// The time as the service counts it, in seconds since 1970.
    pub(crate) fn seconds(self, now: Timestamp) -> i64 {
        match self {
            Self::Now => now
                .checked_add(LEAD)
                .map_or(now.as_second(), Timestamp::as_second),
            Self::At(at) => at.as_second(),
        }
    }

    fn check(self, now: Timestamp) -> Result<()> {
        match self {
            Self::At(at) if at.as_second() < now.as_second() => Err(refused("startTime", at)
                .because("it lies in the past")
                .hint("the platform takes a start in the future only; give a later time, or now")),
            _ => Ok(()),
        }
    }
}

impl From<Timestamp> for Start {
    fn from(at: Timestamp) -> Self {
        Self::At(at)
    }
}

impl From<IngestSchedule> for Schedule {
    fn from(schedule: IngestSchedule) -> Self {
        Self::Ingest(schedule)
    }
}

impl From<ExportSchedule> for Schedule {
    fn from(schedule: ExportSchedule) -> Self {
        Self::Export(schedule)
    }
}

impl Schedule {
    /// Whether the platform would take it now.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] with what is wrong.
    pub fn check(&self) -> Result<()> {
        let now = Timestamp::now();
        match self {
            Self::Ingest(schedule) => schedule.check(now),
            Self::Export(schedule) => schedule.check(now),
        }
    }

    /// The `scheduleParams` of a request that is sent now.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub fn params(&self) -> Result<Value> {
        self.check()?;
        let now = Timestamp::now();
        Ok(match self {
            Self::Ingest(schedule) => schedule.params(now),
            Self::Export(schedule) => schedule.params(now),
        })
    }
}

fn refused(what: &'static str, value: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Usage, "schedule the flow").with(what, value)
}
