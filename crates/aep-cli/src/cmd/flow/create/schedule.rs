//! When a flow runs: `--every`, `--once`, `--start`, `--end`, `--no-backfill`.

use std::str::FromStr;

use aep_core::{Error, ErrorKind, Result};
use aep_flow::schedule::{Every, ExportSchedule, Frequency, IngestSchedule, Start};
use jiff::{SignedDuration, Timestamp};

/// When it runs
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Schedule")]
pub(super) struct Timing {
    /// Run again and again: `15m` at least, `3h`, `1d`, `1w`; exports `3h`, `6h`, `9h`, `12h` or `1d`
    #[arg(long, value_name = "INTERVAL")]
    every: Option<Interval>,
    /// Run once; the default of flows into the lake
    #[arg(long, conflicts_with = "every")]
    once: bool,
    /// When it begins: `now`, `+10m`, or a point in time (RFC 3339) [default: now]
    #[arg(long, value_name = "TIME")]
    start: Option<Moment>,
    /// When it ends, exports only [default: six months on, by the platform]
    #[arg(long, value_name = "TIME")]
    end: Option<Moment>,
    /// Leave out the files that are there already
    #[arg(long, requires = "every")]
    no_backfill: bool,
    /// Folders of an export, with the platform's macros: `%DATASET_NAME%/%DATETIME(YYYYMMdd)%`
    #[arg(long, value_name = "TEMPLATE")]
    folder_template: Option<String>,
}

impl Timing {
    /// The flags that were given, for messages.
    pub(super) fn given(&self) -> [(&'static str, bool); 6] {
        [
            ("--every", self.every.is_some()),
            ("--once", self.once),
            ("--start", self.start.is_some()),
            ("--end", self.end.is_some()),
            ("--no-backfill", self.no_backfill),
            ("--folder-template", self.folder_template.is_some()),
        ]
    }

    /// The schedule of a flow into the lake.
    pub(super) fn ingest(&self) -> Result<IngestSchedule> {
        if self.end.is_some() || self.folder_template.is_some() {
            return Err(wrong(
                "--end and --folder-template are for exports of datasets",
                "a flow into the lake runs until it is disabled",
            ));
        }
        let frequency = match self.every {
            None => Frequency::Once,
            Some(Interval(n, Unit::Minutes)) => Frequency::Minute(n),
            Some(Interval(n, Unit::Hours)) => Frequency::Hour(n),
            Some(Interval(n, Unit::Days)) => Frequency::Day(n),
            Some(Interval(n, Unit::Weeks)) => Frequency::Week(n),
        };
        let schedule = IngestSchedule::new(self.begin(), frequency)?;
        Ok(if self.no_backfill {
            schedule.backfill(false)
        } else {
            schedule
        })
    }

    /// The schedule of an export.
    pub(super) fn export(&self) -> Result<ExportSchedule> {
        if self.no_backfill {
            return Err(wrong(
                "--no-backfill is for flows into the lake",
                "the first run of an export takes everything",
            ));
        }
        let every = match self.every {
            None if self.once => Every::Once,
            None | Some(Interval(1, Unit::Days)) => Every::Day,
            Some(Interval(n, Unit::Hours)) => Every::Hours(n),
            Some(_) => {
                return Err(wrong(
                    "an export runs every 3, 6, 9 or 12 hours, or every day",
                    "for example --every 3h or --every 1d",
                ));
            }
        };
        let mut schedule = ExportSchedule::new(self.begin(), every)?;
        if let Some(Moment(end)) = self.end {
            schedule = schedule.end(end.unwrap_or_else(Timestamp::now));
        }
        if let Some(template) = &self.folder_template {
            schedule = schedule.folder_template(template);
        }
        Ok(schedule)
    }

    fn begin(&self) -> Start {
        match self.start {
            Some(Moment(Some(at))) => Start::At(at),
            _ => Start::Now,
        }
    }
}

fn wrong(why: &'static str, hint: &'static str) -> Error {
    Error::new(ErrorKind::Usage, "schedule the flow")
        .because(why)
        .hint(hint)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Interval(u32, Unit);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Minutes,
    Hours,
    Days,
    Weeks,
}

impl FromStr for Interval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "`15m`, `3h`, `1d` or `1w`".to_owned();
        let split = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, unit) = text.split_at(split);
        let number = number.parse().ok().filter(|n| *n > 0).ok_or_else(wrong)?;
        let unit = match unit.trim() {
            "m" | "min" => Unit::Minutes,
            "h" => Unit::Hours,
            "d" => Unit::Days,
            "w" => Unit::Weeks,
            _ => return Err(wrong()),
        };
        Ok(Self(number, unit))
    }
}

/// A point in time; none is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Moment(Option<Timestamp>);

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "`now`, `+10m`, `+3d`, or a time such as `2027-01-31T02:00:00Z`".to_owned();
        if text == "now" {
            return Ok(Self(None));
        }
        if let Some(later) = text.strip_prefix('+') {
            let span: SignedDuration = match later.strip_suffix('d').map(str::parse::<i64>) {
                Some(Ok(days)) => {
                    SignedDuration::from_hours(days.checked_mul(24).ok_or_else(wrong)?)
                }
                _ => later.parse().map_err(|_| wrong())?,
            };
            return Timestamp::now()
                .checked_add(span)
                .map(|at| Self(Some(at)))
                .map_err(|_| wrong());
        }
        text.parse().map(|at| Self(Some(at))).map_err(|_| wrong())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn intervals_are_read() {
        assert_eq!("15m".parse(), Ok(Interval(15, Unit::Minutes)));
        assert_eq!("3h".parse(), Ok(Interval(3, Unit::Hours)));
        assert_eq!("1w".parse(), Ok(Interval(1, Unit::Weeks)));
        for wrong in ["", "m", "0h", "15", "3 months", "-1h", "99999999999m"] {
            assert!(wrong.parse::<Interval>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn moments_are_read() {
        assert_eq!("now".parse(), Ok(Moment(None)));
        let day: Moment = "+1d".parse().unwrap();
        assert!(day.0.unwrap() > Timestamp::now());
        assert!("2027-01-31T02:00:00Z".parse::<Moment>().is_ok());
        for wrong in ["tomorrow", "+", "15m"] {
            assert!(wrong.parse::<Moment>().is_err(), "{wrong}");
        }
    }
}
