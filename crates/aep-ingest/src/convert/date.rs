//! Dates and instants as numbers: days and milliseconds since 1970-01-01.

use jiff::civil::Time;
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::TimeZone;

use crate::validate::time;

/// A day in milliseconds.
pub(crate) const DAY: i64 = 86_400_000;

/// Text that is no date, or one of which a part would get lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bad {
    /// It isn't written that way.
    Form,
    /// It is more exact than the column can hold.
    Finer,
}

/// The day of `yyyy-MM-dd`.
pub(crate) fn days(text: &str) -> Option<i32> {
    time::is_date(text).then(|| days_of(text.as_bytes()))
}

/// The instant of a date-time as the platform writes it.
pub(crate) fn millis(text: &str) -> Result<i64, Bad> {
    if !time::is_date_time(text) {
        return Err(Bad::Form);
    }
    let bytes = text.as_bytes();
    let at = |start: usize| two(bytes, start);
    let seconds = at(11) * 3600 + at(14) * 60 + at(17);
    let mut rest = bytes.get(19..).unwrap_or_default();
    let mut milli = 0;
    if let [b'.', fraction @ ..] = rest {
        let count = fraction
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (digits, zone) = fraction.split_at_checked(count).unwrap_or((fraction, &[]));
        for place in 0..3 {
            milli = milli * 10 + digits.get(place).map_or(0, |digit| i64::from(digit - b'0'));
        }
        if digits.iter().skip(3).any(|digit| *digit != b'0') {
            return Err(Bad::Finer);
        }
        rest = zone;
    }
    let offset = match rest {
        [sign @ (b'+' | b'-'), ..] => {
            let minutes = two(rest, 1) * 60 + two(rest, 4);
            if *sign == b'-' { -minutes } else { minutes }
        }
        _ => 0,
    };
    Ok(i64::from(days_of(bytes)) * DAY + (seconds - offset * 60) * 1000 + milli)
}

/// Days of text that is known to be a date.
fn days_of(bytes: &[u8]) -> i32 {
    let year = two(bytes, 0) * 100 + two(bytes, 2);
    let (month, day) = (two(bytes, 5), two(bytes, 8));
    // Years from March, so that the leap day is the last: 400 years have 146,097 days.
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    i32::try_from(days).unwrap_or_default()
}

fn two(bytes: &[u8], at: usize) -> i64 {
    let digit = |at: usize| {
        bytes
            .get(at)
            .map_or(0, |byte| i64::from(byte.wrapping_sub(b'0')))
    };
    digit(at) * 10 + digit(at + 1)
}

/// How the dates of a column are written, in the words of strftime.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    source: Box<str>,
    zone: Option<TimeZone>,
}

/// The directives that say where in the world a clock hangs, or need no zone.
const ZONED: [&str; 6] = ["%z", "%:z", "%Q", "%:Q", "%s", "%Z"];

impl Pattern {
    /// Reads a pattern; the error says what is wrong with it.
    pub(crate) fn new(source: &str, zone: Option<&str>) -> Result<Self, String> {
        let zone = zone.map(read_zone).transpose()?;
        // Nothing but a try tells a pattern from other text.
        if let Err(error) = strtime::format(source, &jiff::Zoned::default()) {
            return Err(format!("`{source}` is no pattern of strftime: {error}"));
        }
        if !source.contains('%') {
            return Err(format!(
                "`{source}` has no directive such as %Y: patterns are those of strftime, for example %d/%m/%Y"
            ));
        }
        Ok(Self {
            source: source.into(),
            zone,
        })
    }

    /// The pattern as it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether it says an instant: the text has a zone, or the mapping gives one.
    pub(crate) fn has_zone(&self) -> bool {
        self.zone.is_some()
            || ZONED
                .iter()
                .any(|directive| self.source.contains(directive))
    }

    /// The day that text says.
    pub(crate) fn days(&self, text: &str) -> Result<i32, Bad> {
        let parsed = self.parse(text)?;
        let date = parsed.to_date().map_err(|_| Bad::Form)?;
        if parsed.hour().is_some() && parsed.to_time().is_ok_and(|time| time != Time::midnight()) {
            return Err(Bad::Finer);
        }
        let days = days_of(date.to_string().as_bytes());
        if time::is_instant(i64::from(days) * DAY) {
            Ok(days)
        } else {
            Err(Bad::Form)
        }
    }

    /// The instant that text says.
    pub(crate) fn millis(&self, text: &str) -> Result<i64, Bad> {
        let parsed = self.parse(text)?;
        let instant = match (parsed.to_timestamp(), &self.zone) {
            (Ok(instant), _) => instant,
            (Err(_), Some(zone)) => {
                let civil = parsed
                    .to_datetime()
                    .or_else(|_| {
                        parsed
                            .to_date()
                            .map(|date| date.to_datetime(Time::midnight()))
                    })
                    .map_err(|_| Bad::Form)?;
                // An hour that a change of clocks leaves out or repeats is no instant.
                zone.to_ambiguous_timestamp(civil)
                    .unambiguous()
                    .map_err(|_| Bad::Form)?
            }
            (Err(_), None) => return Err(Bad::Form),
        };
        if instant.as_nanosecond() % 1_000_000 != 0 {
            return Err(Bad::Finer);
        }
        let millis = instant.as_millisecond();
        if time::is_instant(millis) {
            Ok(millis)
        } else {
            Err(Bad::Form)
        }
    }

    fn parse(&self, text: &str) -> Result<BrokenDownTime, Bad> {
        strtime::parse(&*self.source, text).map_err(|_| Bad::Form)
    }
}

fn read_zone(name: &str) -> Result<TimeZone, String> {
    if name.eq_ignore_ascii_case("utc") || name == "Z" {
        return Ok(TimeZone::UTC);
    }
    if name.starts_with(['+', '-']) {
        return strtime::parse("%:z", name)
            .ok()
            .and_then(|parsed| parsed.offset())
            .map(TimeZone::fixed)
            .ok_or_else(|| format!("`{name}` is no offset such as +02:00"));
    }
    TimeZone::get(name).map_err(|error| format!("`{name}` is no time zone: {error}"))
}

/// The ways to read a date in numbers with separators, if there is a day and a month to confuse.
pub(crate) fn readings(text: &str) -> Option<String> {
    let date = text.split([' ', 'T']).next()?;
    let separator = date.chars().find(|c| matches!(c, '/' | '.' | '-'))?;
    let parts: Vec<&str> = date.split(separator).collect();
    let [first, second, third] = parts.as_slice() else {
        return None;
    };
    let number = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| text.parse::<u32>().ok())
            .flatten()
    };
    let (a, b, _) = (number(first)?, number(second)?, number(third)?);
    let year = if third.len() == 4 { "%Y" } else { "%y" };
    let pattern = |x: &str, y: &str| format!("%{x}{separator}%{y}{separator}{year}");
    if first.len() == 4 {
        return Some(format!("it looks like %Y{separator}%m{separator}%d"));
    }
    match (a, b) {
        (1..=12, 1..=12) if a != b => Some(format!(
            "it is ambiguous: {} or {}",
            pattern("d", "m"),
            pattern("m", "d")
        )),
        (1..=12, 13..=31) => Some(format!("it looks like {}", pattern("m", "d"))),
        (1..=31, 1..=12) => Some(format!("it looks like {}", pattern("d", "m"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::{Bad, Pattern, days, millis, readings};

    #[test]
    fn days_and_instants() {
        assert_eq!(days("1970-01-01"), Some(0));
        assert_eq!(days("2000-02-29"), Some(11_016));
        assert_eq!(days("0001-01-01"), Some(-719_162));
        assert_eq!(days("9999-12-31"), Some(2_932_896));
        assert_eq!(days("2021-02-29"), None);
        for (text, value) in [
            ("1970-01-01T00:00:00Z", Ok(0)),
            ("1970-01-01T01:00:00.5+01:00", Ok(500)),
            ("1969-12-31T23:59:59.999-00:00", Ok(-1)),
            ("2018-07-10T15:05:59.000-08:00", Ok(1_531_263_959_000)),
            ("2018-07-10T15:05:59.123000Z", Ok(1_531_235_159_123)),
            ("2018-07-10T15:05:59.1234Z", Err(Bad::Finer)),
            ("2018-07-10 15:05:59Z", Err(Bad::Form)),
        ] {
            assert_eq!(millis(text), value, "{text}");
        }
    }

    #[test]
    fn every_day_is_the_day_that_jiff_says() {
        let first = jiff::civil::date(1970, 1, 1);
        let mut day = jiff::civil::date(1, 1, 1);
        while day < jiff::civil::date(9999, 12, 1) {
            let wanted = (day - first).get_days();
            assert_eq!(days(&day.to_string()), Some(wanted), "{day}");
            day = day.saturating_add(jiff::Span::new().days(97));
        }
    }

    #[test]
    fn patterns() {
        let date = |pattern: &str, text: &str| Pattern::new(pattern, None).unwrap().days(text);
        assert_eq!(
            date("%d/%m/%Y", "12/11/2020"),
            Ok(days("2020-11-12").unwrap())
        );
        assert_eq!(
            date("%m/%d/%Y", "12/11/2020"),
            Ok(days("2020-12-11").unwrap())
        );
        assert_eq!(date("%d.%m.%y", "1.2.21"), Ok(days("2021-02-01").unwrap()));
        assert_eq!(date("%d/%m/%Y", "31/02/2020"), Err(Bad::Form));
        assert_eq!(date("%d/%m/%Y", "12/11/2020 x"), Err(Bad::Form));
        assert_eq!(
            date("%Y-%m-%d %H:%M", "2020-11-12 00:00"),
            Ok(days("2020-11-12").unwrap())
        );
        assert_eq!(date("%Y-%m-%d %H:%M", "2020-11-12 10:00"), Err(Bad::Finer));
        let instant =
            |pattern: &str, zone, text: &str| Pattern::new(pattern, zone).unwrap().millis(text);
        let wanted = millis("2020-11-12T10:00:00Z").unwrap();
        assert_eq!(
            instant("%Y-%m-%d %H:%M", Some("UTC"), "2020-11-12 10:00"),
            Ok(wanted)
        );
        assert_eq!(
            instant("%Y-%m-%d %H:%M", Some("+02:00"), "2020-11-12 12:00"),
            Ok(wanted)
        );
        assert_eq!(
            instant("%Y-%m-%d %H:%M %z", None, "2020-11-12 12:00 +0200"),
            Ok(wanted)
        );
        assert_eq!(instant("%s", None, "1605175200"), Ok(wanted));
        assert_eq!(
            instant("%Y-%m-%d %H:%M", None, "2020-11-12 12:00"),
            Err(Bad::Form)
        );
        assert_eq!(
            instant(
                "%Y-%m-%dT%H:%M:%S%.f%:z",
                None,
                "2020-11-12T10:00:00.0001+00:00"
            ),
            Err(Bad::Finer)
        );
        assert!(
            Pattern::new("%d/%m/%Y", None)
                .unwrap()
                .as_str()
                .contains("%Y")
        );
        assert!(!Pattern::new("%d/%m/%Y", None).unwrap().has_zone());
        for bad in ["dd/MM/yyyy", "%", "%!"] {
            assert!(Pattern::new(bad, None).is_err(), "{bad}");
        }
        assert!(Pattern::new("%d", Some("Mars/Olympus")).is_err());
    }

    #[test]
    fn ambiguous_dates_are_told() {
        assert!(readings("12/11/2020").unwrap().contains("ambiguous"));
        assert!(readings("25.11.2020").unwrap().contains("%d.%m.%Y"));
        assert!(readings("11/25/20 10:00").unwrap().contains("%m/%d/%y"));
        assert!(readings("2020/11/25").unwrap().contains("%Y/%m/%d"));
        for none in ["", "x", "11/11/11", "20201125", "99/99/2020", "1/2"] {
            assert!(
                readings(none).is_none_or(|text| !text.contains("ambiguous")),
                "{none}"
            );
        }
    }
}
