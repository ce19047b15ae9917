//! Points in time on the command line.

use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A point in time: `24h` ago, `2026-01-31`, RFC 3339, or epoch milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct When(Timestamp);

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::read(text, Timestamp::now())
    }
}

impl When {
    fn read(text: &str, now: Timestamp) -> Result<Self, String> {
        let text = text.trim();
        if let Ok(ms) = text.parse::<i64>() {
            return Timestamp::from_millisecond(ms)
                .map(Self)
                .map_err(|error| error.to_string());
        }
        if let Ok(stamp) = text.parse::<Timestamp>() {
            return Ok(Self(stamp));
        }
        if let Ok(date) = text.parse::<Date>() {
            return date
                .to_zoned(TimeZone::UTC)
                .map(|zoned| Self(zoned.timestamp()))
                .map_err(|error| error.to_string());
        }
        if let Some(days) = text
            .strip_suffix('d')
            .and_then(|days| days.trim().parse::<i64>().ok())
        {
            let ago = SignedDuration::from_hours(days.saturating_mul(24));
            return now
                .checked_sub(ago)
                .map(Self)
                .map_err(|error| error.to_string());
        }
        let ago: SignedDuration = text.parse().map_err(|_| {
            "`24h`, `7d`, `2026-01-31`, `2026-01-31T12:00:00Z`, or epoch milliseconds".to_owned()
        })?;
        now.checked_sub(ago)
            .map(Self)
            .map_err(|error| error.to_string())
    }
}

impl When {
    /// The point in time.
    pub(crate) const fn timestamp(self) -> Timestamp {
        self.0
    }
}

/// Epoch milliseconds, as the platform's filters take them.
pub(crate) fn milliseconds(when: Option<When>) -> Option<u64> {
    when.and_then(|When(stamp)| u64::try_from(stamp.as_millisecond()).ok())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_form_is_read() {
        let now = Timestamp::from_millisecond(1_767_225_600_000).unwrap();
        let ms = |text: &str| milliseconds(Some(When::read(text, now).unwrap())).unwrap();
        assert_eq!(ms("1767225600000"), 1_767_225_600_000);
        assert_eq!(ms("2026-01-01"), 1_767_225_600_000);
        assert_eq!(ms("2026-01-01T01:00:00+01:00"), 1_767_225_600_000);
        assert_eq!(ms("24h"), 1_767_225_600_000 - 86_400_000);
        assert_eq!(ms("2d"), 1_767_225_600_000 - 2 * 86_400_000);
        assert!(When::read("yesterday", now).is_err());
    }
}
