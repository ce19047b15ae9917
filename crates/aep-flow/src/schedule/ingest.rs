//! Schedules of flows into the data lake.

use std::fmt;
use std::str::FromStr;

use aep_core::{Error, Result};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Start, refused};
use crate::json::Object;

/// When a flow into the data lake runs.
///
/// The rules are those of Adobe's Flow Service document and of the JSON schema of the flow specifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IngestSchedule {
    /// When it begins. After that time has passed the platform does not let it be changed.
    pub start: Start,
    /// How often.
    pub frequency: Frequency,
    /// Whether the first run takes all files that are there; if not, only those that arrive after the start. The platform
    /// does if nothing is said. Not possible with [`Frequency::Once`].
    pub backfill: Option<bool>,
}

/// How often a flow into the data lake runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Frequency {
    /// A single time; the only one with which runs can be started by hand.
    Once,
    /// Every so many minutes, 15 at least.
    Minute(u32),
    /// Every so many hours.
    Hour(u32),
    /// Every so many days.
    Day(u32),
    /// Every so many weeks.
    Week(u32),
}

/// The shortest interval in minutes (code 1362 otherwise).
pub(super) const SHORTEST_MINUTES: u64 = 15;

impl Frequency {
    /// The word on the wire.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Minute(_) => "minute",
            Self::Hour(_) => "hour",
            Self::Day(_) => "day",
            Self::Week(_) => "week",
        }
    }

    /// How many of the unit; none for a single run.
    pub fn interval(self) -> Option<u32> {
        match self {
            Self::Once => None,
            Self::Minute(n) | Self::Hour(n) | Self::Day(n) | Self::Week(n) => Some(n),
        }
    }

    fn check(self) -> Result<()> {
        check_interval(self.unit(), self.interval().map(u64::from))
    }
}

/// The rules about frequency and interval.
pub(super) fn check_interval(unit: &str, interval: Option<u64>) -> Result<()> {
    match (unit, interval) {
        ("once", None) => Ok(()),
        ("once", Some(n)) => {
            Err(refused("interval", n).because("a flow that runs once has no interval"))
        }
        (_, None) => Err(refused("frequency", unit).because("an interval is missing")),
        ("minute", Some(n)) if n < SHORTEST_MINUTES => {
            Err(refused("interval", n).because("the shortest interval is 15 minutes"))
        }
        (_, Some(0)) => Err(refused("interval", 0).because("it has to be at least 1")),
        ("minute" | "hour" | "day" | "week", Some(_)) => Ok(()),
        _ => {
            Err(refused("frequency", unit)
                .because("it is not one of once, minute, hour, day and week"))
        }
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.interval() {
            None => f.write_str("once"),
            Some(1) => write!(f, "every {}", self.unit()),
            Some(n) => write!(f, "every {n} {}s", self.unit()),
        }
    }
}

/// Reads `once`, `hour`, `15 minutes`, `15m`, `every 6 hours`.
impl FromStr for Frequency {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || {
            refused("frequency", text)
                .because("it can't be read")
                .hint("once, or a number and a unit: 15m, 1h, 1d, 1w")
        };
        let lower = text.trim().to_ascii_lowercase();
        let rest = lower.strip_prefix("every").unwrap_or(&lower).trim();
        if rest == "once" {
            return Ok(Self::Once);
        }
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (number, unit) = rest.split_at(digits);
        let number: u32 = if number.is_empty() {
            1
        } else {
            number.parse().map_err(|_| wrong())?
        };
        let frequency = match unit.trim().trim_end_matches('s') {
            "m" | "min" | "minute" => Self::Minute(number),
            "h" | "hour" => Self::Hour(number),
            "d" | "day" => Self::Day(number),
            "w" | "week" => Self::Week(number),
            _ => return Err(wrong()),
        };
        frequency.check()?;
        Ok(frequency)
    }
}

impl IngestSchedule {
    /// A schedule of this frequency from this time on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](aep_core::ErrorKind::Usage) for a start in the past or an interval that is too short.
    pub fn new(start: impl Into<Start>, frequency: Frequency) -> Result<Self> {
        let schedule = Self {
            start: start.into(),
            frequency,
            backfill: None,
        };
        schedule.check(Timestamp::now())?;
        Ok(schedule)
    }

    /// A single run, as soon as possible.
    pub fn once() -> Self {
        Self {
            start: Start::Now,
            frequency: Frequency::Once,
            backfill: None,
        }
    }

    /// Says whether the first run takes all files that are there.
    #[must_use]
    pub fn backfill(mut self, backfill: bool) -> Self {
        self.backfill = Some(backfill);
        self
    }

    pub(super) fn check(&self, now: Timestamp) -> Result<()> {
        self.start.check(now)?;
        self.frequency.check()?;
        if self.frequency == Frequency::Once && self.backfill.is_some() {
            return Err(refused("backfill", self.backfill.unwrap_or_default())
                .because("a flow that runs once takes what is there; it has no backfill"));
        }
        Ok(())
    }

    pub(super) fn params(&self, now: Timestamp) -> Value {
        let mut params = Object::new();
        params.insert("startTime".to_owned(), json!(self.start.seconds(now)));
        params.insert("frequency".to_owned(), json!(self.frequency.unit()));
        if let Some(interval) = self.frequency.interval() {
            params.insert("interval".to_owned(), json!(interval));
        }
        if let Some(backfill) = self.backfill {
            params.insert("backfill".to_owned(), json!(backfill));
        }
        params.into()
    }
}
