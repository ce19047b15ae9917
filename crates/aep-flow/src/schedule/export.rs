//! Schedules of dataset exports.

use std::fmt;
use std::str::FromStr;

use aep_core::{Error, Result};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Start, refused};
use crate::json::Object;

/// When an export of datasets runs.
///
/// The rules are those of Adobe's documents of the destinations API and of dataset exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportSchedule {
    /// When it begins.
    pub start: Start,
    /// When it ends. Without it the platform ends it **six months** after the flow was made.
    pub end: Option<Timestamp>,
    /// How often.
    pub every: Every,
    /// What is exported. [`ExportMode::FirstFullThenIncremental`] is the only one for repeated exports,
    /// [`ExportMode::Full`] the only one for a single export.
    pub mode: ExportMode,
    /// The folders below the target's path, with macros such as those in [`FOLDER_MACROS`]. The platform makes
    /// `{dataset}/exportTime={time}` if nothing is said.
    pub folder_template: Option<String>,
}

/// How often an export runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Every {
    /// Every 3, 6, 9 or 12 hours.
    Hours(u32),
    /// Every day.
    Day,
    /// A single time.
    Once,
}

/// What an export writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ExportMode {
    /// Everything the first time, then what is new.
    #[default]
    FirstFullThenIncremental,
    /// Everything, once.
    Full,
}

/// The macros of folder templates in Adobe's documents; the form of the time in `DATETIME(…)` can be chosen.
pub const FOLDER_MACROS: [&str; 9] = [
    "%DATASET_ID%",
    "%DATASET_NAME%",
    "%DESTINATION%",
    "%DATETIME(YYYYMMdd_HHmmss)%",
    "%EXPORT_TIME%",
    "%DESTINATION_INSTANCE_NAME%",
    "%DESTINATION_INSTANCE_ID%",
    "%SANDBOX_NAME%",
    "%ORGANIZATION_NAME%",
];

impl ExportMode {
    /// The word on the wire. That of the single export speaks of days; there are no daily full exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FirstFullThenIncremental => "FIRST_FULL_THEN_INCREMENTAL",
            Self::Full => "DAILY_FULL_EXPORT",
        }
    }
}

impl Every {
    fn wire(self) -> (&'static str, u32) {
        match self {
            Self::Hours(hours) => ("hour", hours),
            Self::Day => ("day", 1),
            Self::Once => ("day", 0),
        }
    }
}

/// The rules about unit, interval and mode.
pub(super) fn check_interval(unit: &str, interval: u64, mode: Option<&str>) -> Result<()> {
    let once = match (unit, interval) {
        ("hour", 3 | 6 | 9 | 12) | ("day", 1) => false,
        ("day", 0) => true,
        ("hour", n) => {
            return Err(refused("interval", n)
                .because("an export runs every 3, 6, 9 or 12 hours")
                .hint("for every 24 hours take every day"));
        }
        ("day", n) => {
            return Err(refused("interval", n).because("an export runs every day, or once"));
        }
        (unit, _) => return Err(refused("timeUnit", unit).because("it is not hour or day")),
    };
    let wanted = if once {
        ExportMode::Full
    } else {
        ExportMode::FirstFullThenIncremental
    };
    match mode {
        Some(mode) if mode != wanted.as_str() => Err(refused("exportMode", mode).because(format!(
            "{} exports have the mode {}",
            if once { "single" } else { "repeated" },
            wanted.as_str()
        ))),
        _ => Ok(()),
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hours(hours) => write!(f, "every {hours} hours"),
            Self::Day => f.write_str("every day"),
            Self::Once => f.write_str("once"),
        }
    }
}

/// Reads `once`, `day`, `daily`, `3h`, `every 6 hours`.
impl FromStr for Every {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let lower = text.trim().to_ascii_lowercase();
        let rest = lower.strip_prefix("every").unwrap_or(&lower).trim();
        let every = match rest {
            "once" => Self::Once,
            "day" | "daily" | "1d" | "1 day" => Self::Day,
            _ => {
                let digits = rest
                    .find(|c: char| !c.is_ascii_digit())
                    .unwrap_or(rest.len());
                let (number, unit) = rest.split_at(digits);
                match (number.parse(), unit.trim().trim_end_matches('s')) {
                    (Ok(hours), "h" | "hour") => Self::Hours(hours),
                    _ => {
                        return Err(refused("interval", text)
                            .because("it can't be read")
                            .hint("once, day, 3h, 6h, 9h or 12h"));
                    }
                }
            }
        };
        let (unit, interval) = every.wire();
        check_interval(unit, u64::from(interval), None)?;
        Ok(every)
    }
}

impl ExportSchedule {
    /// A repeated export, everything first and then what is new; or, with [`Every::Once`], a single one of everything.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](aep_core::ErrorKind::Usage) for a start in the past or an interval that exports don't have.
    pub fn new(start: impl Into<Start>, every: Every) -> Result<Self> {
        let schedule = Self {
            start: start.into(),
            end: None,
            every,
            mode: if every == Every::Once {
                ExportMode::Full
            } else {
                ExportMode::default()
            },
            folder_template: None,
        };
        schedule.check(Timestamp::now())?;
        Ok(schedule)
    }

    /// Ends it at this time.
    #[must_use]
    pub fn end(mut self, end: Timestamp) -> Self {
        self.end = Some(end);
        self
    }

    /// Sets the folders below the target's path.
    #[must_use]
    pub fn folder_template(mut self, template: impl Into<String>) -> Self {
        self.folder_template = Some(template.into());
        self
    }

    /// Sets what is exported.
    #[must_use]
    pub fn mode(mut self, mode: ExportMode) -> Self {
        self.mode = mode;
        self
    }

    pub(super) fn check(&self, now: Timestamp) -> Result<()> {
        self.start.check(now)?;
        let (unit, interval) = self.every.wire();
        check_interval(unit, u64::from(interval), Some(self.mode.as_str()))?;
        if let Some(end) = self.end
            && end.as_second() <= self.start.seconds(now)
        {
            return Err(refused("endTime", end).because("it is not after the start"));
        }
        if self
            .folder_template
            .as_deref()
            .is_some_and(|text| text.trim().is_empty())
        {
            return Err(refused("foldernameTemplate", "").because("it is empty"));
        }
        Ok(())
    }

    pub(super) fn params(&self, now: Timestamp) -> Value {
        let (unit, interval) = self.every.wire();
        let mut params = Object::new();
        params.insert("exportMode".to_owned(), json!(self.mode.as_str()));
        params.insert("timeUnit".to_owned(), json!(unit));
        params.insert("interval".to_owned(), json!(interval));
        params.insert("startTime".to_owned(), json!(self.start.seconds(now)));
        if let Some(end) = self.end {
            params.insert("endTime".to_owned(), json!(end.as_second()));
        }
        if let Some(template) = &self.folder_template {
            params.insert("foldernameTemplate".to_owned(), json!(template));
        }
        params.into()
    }
}
