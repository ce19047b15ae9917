//! Dates and date-times: the published text forms and their numbers.

use jiff::civil::Date;

const DAY_MS: i64 = 86_400_000;

/// 0001-01-01 and 9999-12-31 in days: four digits hold no other years.
const DAYS: std::ops::RangeInclusive<i64> = -719_162..=2_932_896;

/// The forms a date-time text may have, as validation messages name them.
pub(crate) const DATE_TIME_FORMS: &str = "[yyyy-MM-dd'T'HH:mm:ssZ, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,9}Z, \
     yyyy-MM-dd'T'HH:mm:ss[+-]HH:mm, yyyy-MM-dd'T'HH:mm:ss.[0-9]{1,9}[+-]HH:mm]";

/// Days since 1970-01-01 of `yyyy-MM-dd`.
pub(crate) fn parse_date(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    days(
        digits(&bytes[..4])?,
        digits(&bytes[5..7])?,
        digits(&bytes[8..])?,
    )
}

/// Milliseconds since 1970-01-01 UTC of one of [`DATE_TIME_FORMS`]. Digits below the millisecond are cut off, because
/// the stored type has none.
pub(crate) fn parse_date_time(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if !text.is_ascii()
        || bytes.len() < 20
        || bytes[10] != b'T'
        || bytes[13] != b':'
        || bytes[16] != b':'
    {
        return None;
    }
    let days = i64::from(parse_date(&text[..10])?);
    let (hour, minute, second) = (
        digits(&bytes[11..13])?,
        digits(&bytes[14..16])?,
        digits(&bytes[17..19])?,
    );
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut rest = &bytes[19..];
    let mut millis = 0;
    if let Some(fraction) = rest.strip_prefix(b".") {
        let count = fraction
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if !(1..=9).contains(&count) {
            return None;
        }
        let kept = &fraction[..count.min(3)];
        millis = digits(kept)? * [100, 10, 1][kept.len() - 1];
        rest = &fraction[count..];
    }
    let offset = match rest {
        b"Z" => 0,
        [sign @ (b'+' | b'-'), offset @ ..] if offset.len() == 5 && offset[2] == b':' => {
            let (hours, minutes) = (digits(&offset[..2])?, digits(&offset[3..])?);
            if hours > 18 || minutes > 59 {
                return None;
            }
            let minutes = hours * 60 + minutes;
            if *sign == b'-' { -minutes } else { minutes }
        }
        _ => return None,
    };
    let seconds = (hour * 60 + minute - offset) * 60 + second;
    Some(days * DAY_MS + seconds * 1000 + millis)
}

/// Whether the text would be a date-time if it had a `T` where it has a space: the error with a code of its own.
pub(crate) fn is_spaced(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.get(10) == Some(&b' ') && text.get(..10).and_then(parse_date).is_some()
}

/// A date of a Unix time in milliseconds, which must be a midnight.
pub(crate) fn date_of_millis(ms: i64) -> Option<i32> {
    let day = ms.div_euclid(DAY_MS);
    if ms.rem_euclid(DAY_MS) != 0 || !DAYS.contains(&day) {
        return None;
    }
    i32::try_from(day).ok()
}

/// Whether a Unix time in milliseconds is in a year of four digits.
pub(crate) fn is_instant(ms: i64) -> bool {
    DAYS.contains(&ms.div_euclid(DAY_MS))
}

/// `yyyy-MM-dd`, or the number of days when the year has no four digits.
pub(crate) fn format_date(days: i32) -> String {
    civil(i64::from(days)).map_or_else(
        || days.to_string(),
        |(year, month, day)| format!("{year:04}-{month:02}-{day:02}"),
    )
}

/// `yyyy-MM-ddTHH:mm:ss.SSSZ`, or the number of milliseconds when the year has no four digits.
pub(crate) fn format_date_time(ms: i64) -> String {
    let Some((year, month, day)) = civil(ms.div_euclid(DAY_MS)) else {
        return ms.to_string();
    };
    let rest = ms.rem_euclid(DAY_MS);
    let (hour, minute, second, milli) = (
        rest / 3_600_000,
        rest / 60_000 % 60,
        rest / 1000 % 60,
        rest % 1000,
    );
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0, |number, byte| {
        byte.is_ascii_digit()
            .then(|| number * 10 + i64::from(byte - b'0'))
    })
}

fn days(year: i64, month: i64, day: i64) -> Option<i32> {
    let (year16, month8, day8) = (
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    );
    if year < 1 {
        return None;
    }
    Date::new(year16, month8, day8).ok()?;
    // Years from March, so that the leap day is the last: 400 years have 146,097 days.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    i32::try_from(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468).ok()
}

fn civil(days: i64) -> Option<(i64, i64, i64)> {
    if !DAYS.contains(&days) {
        return None;
    }
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march = (5 * of_year + 2) / 153;
    let month = if march < 10 { march + 3 } else { march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Some((year, month, of_year - (153 * march + 2) / 5 + 1))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn every_day_of_four_digit_years_goes_there_and_back() {
        for day in (-719_162..=2_932_896)
            .step_by(97)
            .chain([0, -1, 59, 60, -719_162, 2_932_896, 11_016, 11_017])
        {
            assert_eq!(
                parse_date(&format_date(day)),
                Some(day),
                "{}",
                format_date(day)
            );
        }
        assert_eq!(parse_date("1970-01-01"), Some(0));
        assert_eq!(parse_date("2000-02-29"), Some(11_016));
        assert_eq!(parse_date("2018-07-10"), Some(17_722));
        assert_eq!(format_date(2_932_897), "2932897");
    }

    #[test]
    fn dates_have_one_form() {
        for text in [
            "",
            "2018-7-10",
            "2018-07-32",
            "1900-02-29",
            "18-07-10",
            "2018/07/10",
            "2018-07-10T00:00:00Z",
            "0000-01-01",
            " 2018-07-10",
            "20180710",
            "2018-07-1x",
            "１９７０-01-01",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn date_times_have_the_published_forms() {
        for (text, ms) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2018-07-10T15:05:59.000-08:00", 1_531_263_959_000),
            ("2018-07-10T23:05:59Z", 1_531_263_959_000),
            ("2018-07-10T23:05:59+00:00", 1_531_263_959_000),
            ("1969-12-31T23:59:59.999Z", -1),
            ("1970-01-01T00:00:00.1Z", 100),
            ("1970-01-01T00:00:00.12Z", 120),
            ("1970-01-01T00:00:00.123456789Z", 123),
            ("1970-01-01T05:30:00+05:30", 0),
        ] {
            assert_eq!(parse_date_time(text), Some(ms), "{text}");
            assert_eq!(parse_date_time(&format_date_time(ms)), Some(ms), "{text}");
        }
        for text in [
            "2018-07-10",
            "2018-07-10T15:05Z",
            "2018-07-10T15:05:59",
            "2018-07-10 15:05:59Z",
            "2018-07-10T15:05:59z",
            "2018-07-10T24:00:00Z",
            "2018-07-10T15:60:00Z",
            "2018-07-10T15:05:60Z",
            "2018-07-10T15:05:59.Z",
            "2018-07-10T15:05:59.1234567890Z",
            "2018-07-10T15:05:59+0800",
            "2018-07-10T15:05:59+19:00",
            "2018-07-10T15:05:59+08:60",
            "2018-13-10T15:05:59Z",
            "1531263959000",
            "2018-07-10T15:05:59Zé",
            "",
        ] {
            assert_eq!(parse_date_time(text), None, "{text}");
        }
        assert!(
            is_spaced("2018-07-10 15:05:59Z")
                && !is_spaced("2018-07-10T15:05:59Z")
                && !is_spaced("2018-07-10é")
        );
    }

    #[test]
    fn unix_times() {
        assert_eq!(date_of_millis(1_531_180_800_000), Some(17_722));
        assert_eq!(date_of_millis(1_531_180_800_001), None);
        assert_eq!(date_of_millis(-86_400_000), Some(-1));
        assert_eq!(date_of_millis(i64::MAX), None);
        assert!(is_instant(0) && !is_instant(253_402_300_800_000) && !is_instant(i64::MIN));
    }
}
