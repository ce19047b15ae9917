//! A schedule as a flow shows it.

use std::fmt;

use crate::json::{Object, flag, number, text};

/// The schedule of a flow that exists, of either form, as far as it could be read. Numbers come as text at times.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ScheduleView {
    /// When it began or begins, in seconds since 1970.
    pub start: Option<u64>,
    /// When it ends, in seconds since 1970.
    pub end: Option<u64>,
    /// `once`, `minute`, `hour`, `day` or `week`; into the data lake only.
    pub frequency: Option<String>,
    /// `hour` or `day`; exports only.
    pub time_unit: Option<String>,
    /// How many of the unit.
    pub interval: Option<u64>,
    /// Whether the first run takes what is there.
    pub backfill: Option<bool>,
    /// `FIRST_FULL_THEN_INCREMENTAL` or `DAILY_FULL_EXPORT`; exports only.
    pub export_mode: Option<String>,
    /// The folders of an export.
    pub folder_template: Option<String>,
}

impl ScheduleView {
    pub(crate) fn read(params: &Object) -> Self {
        Self {
            start: number(params, "startTime"),
            end: number(params, "endTime"),
            frequency: text(params, "frequency"),
            time_unit: text(params, "timeUnit"),
            interval: number(params, "interval"),
            backfill: flag(params, "backfill"),
            export_mode: text(params, "exportMode"),
            folder_template: text(params, "foldernameTemplate")
                .or_else(|| text(params, "folderNameTemplate")),
        }
    }
}

/// How often, in words: `every 15 minutes`.
impl fmt::Display for ScheduleView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = self.frequency.as_deref().or(self.time_unit.as_deref());
        match (unit, self.interval) {
            (Some("once"), _) | (_, Some(0)) => f.write_str("once"),
            (Some(unit), Some(1) | None) => write!(f, "every {unit}"),
            (Some(unit), Some(n)) => write!(f, "every {n} {unit}s"),
            (None, _) => f.write_str("not known"),
        }
    }
}
