//! When a flow runs.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Above this a number is in milliseconds, below in seconds: the published texts have both.
const SECONDS_END: i64 = 100_000_000_000;

/// `scheduleParams`, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Schedule {
    /// First occurrence.
    pub(crate) start: i64,
    /// Distance of the occurrences; none for a single one.
    pub(crate) every: Option<i64>,
    /// No occurrence after this.
    pub(crate) end: Option<i64>,
    /// Whether the first run takes what was there before the start.
    pub(crate) backfill: bool,
}

/// A time of the API: seconds or milliseconds, number or string.
pub(crate) fn time_ms(value: &Value) -> Option<i64> {
    let number = integer(value)?;
    Some(if number.abs() < SECONDS_END {
        number.saturating_mul(1000)
    } else {
        number
    })
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A flag of the API: boolean or string.
pub(crate) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

impl Schedule {
    /// The schedule of a flow, if it has one: `frequency` and `interval` of source flows, `timeUnit` and `interval` of
    /// exports.
    pub(crate) fn read(flow: &Value) -> Option<Self> {
        let params = &flow["scheduleParams"];
        let start = time_ms(&params["startTime"])?;
        let is_export = params["timeUnit"].is_string();
        let unit = params["timeUnit"]
            .as_str()
            .or_else(|| params["frequency"].as_str())?
            .to_ascii_lowercase();
        let interval = integer(&params["interval"]);
        let every = match unit.as_str() {
            "minute" => Some(MINUTE),
            "hour" => Some(HOUR),
            "day" => Some(DAY),
            "week" => Some(7 * DAY),
            "once" => None,
            _ => return None,
        };
        let every = match interval {
            // An export with interval 0 happens once.
            Some(0) => None,
            Some(interval) if interval < 0 => return None,
            Some(interval) => every.map(|every| every.saturating_mul(interval)),
            None => every,
        };
        let end = match time_ms(&params["endTime"]) {
            None if is_export => six_months_after(flow["createdAt"].as_i64()?),
            given => given,
        };
        Some(Self {
            start,
            every,
            end,
            backfill: flag(&params["backfill"]).unwrap_or(true),
        })
    }

    /// The last occurrence that is not after `now`.
    pub(crate) fn latest(&self, now: i64) -> Option<i64> {
        let now = self.end.map_or(now, |end| now.min(end));
        if now < self.start {
            return None;
        }
        Some(match self.every {
            Some(every) => self.start + (now - self.start) / every * every,
            None => self.start,
        })
    }

    /// The first occurrence after `now`.
    pub(crate) fn next(&self, now: i64) -> Option<i64> {
        let next = if now < self.start {
            self.start
        } else {
            let every = self.every?;
            self.start
                .saturating_add(((now - self.start) / every + 1).saturating_mul(every))
        };
        (self.end.is_none_or(|end| next <= end)).then_some(next)
    }
}

/// Exports without an end stop six months after they were made.
fn six_months_after(made: i64) -> Option<i64> {
    let made = Timestamp::from_millisecond(made).ok()?;
    let end = made.to_zoned(TimeZone::UTC).checked_add(6.months()).ok()?;
    Some(end.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;

    fn schedule(params: &Value) -> Option<Schedule> {
        Schedule::read(&json!({"createdAt": 1_767_225_600_000_i64, "scheduleParams": params}))
    }

    #[test]
    fn occurrences_are_counted_from_the_start() {
        let hourly =
            schedule(&json!({"startTime": "1000000", "frequency": "hour", "interval": "2"}));
        let hourly = hourly.unwrap();
        let start = 1_000_000_000;
        assert_eq!((hourly.start, hourly.every), (start, Some(2 * HOUR)));
        assert!(hourly.backfill);
        assert_eq!(hourly.latest(start - 1), None);
        assert_eq!(hourly.next(start - 1), Some(start));
        assert_eq!(hourly.latest(start), Some(start));
        assert_eq!(hourly.next(start), Some(start + 2 * HOUR));
        let far = start + 999 * 2 * HOUR + 5;
        assert_eq!(hourly.latest(far), Some(far - 5));
        assert_eq!(hourly.next(far), Some(far - 5 + 2 * HOUR));
    }

    #[test]
    fn a_single_one_and_an_end() {
        let once = schedule(&json!({"startTime": 10, "frequency": "once"})).unwrap();
        assert_eq!((once.latest(9_999), once.next(9_999)), (None, Some(10_000)));
        assert_eq!(
            (once.latest(i64::MAX), once.next(10_000)),
            (Some(10_000), None)
        );
        let week = schedule(
            &json!({"startTime": 0, "frequency": "week", "interval": 1, "endTime": 1_000_000, "backfill": "false"}),
        )
        .unwrap();
        assert!(!week.backfill);
        assert_eq!(week.latest(i64::MAX), Some(7 * DAY));
        assert_eq!(week.next(7 * DAY), None);
    }

    #[test]
    fn exports_end_by_themselves() {
        let export =
            schedule(&json!({"startTime": 1_767_225_600, "timeUnit": "day", "interval": 1}));
        let export = export.unwrap();
        assert_eq!(export.every, Some(DAY));
        // 2026-07-01
        assert_eq!(export.end, Some(1_782_864_000_000));
        let full = schedule(
            &json!({"startTime": 1, "timeUnit": "day", "interval": 0, "exportMode": "DAILY_FULL_EXPORT"}),
        );
        assert_eq!(full.unwrap().every, None);
    }

    #[test]
    fn what_is_no_schedule() {
        for params in [
            json!(null),
            json!({"frequency": "hour"}),
            json!({"startTime": 1}),
            json!({"startTime": 1, "frequency": "fortnight"}),
            json!({"startTime": 1, "frequency": "hour", "interval": -1}),
        ] {
            assert_eq!(schedule(&params), None);
        }
    }
}
