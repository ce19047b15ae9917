//! Dates and date-times as the platform reads them.
//!
//! A date is `yyyy-MM-dd`. A date-time is that, `T`, `HH:mm:ss`, one to nine digits of a fraction
//! if any, and a zone: `Z` or `±HH:mm`. A blank instead of `T` fails on the platform with code 124.
//! Both may also be whole Unix milliseconds; those of a date are a midnight, as nothing may get lost.

/// Whether the text is a day that exists.
pub(crate) fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10 && day(bytes)
}

/// Whether the text is an instant.
pub(crate) fn is_date_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 20 || !day(bytes) || !clock(bytes) {
        return false;
    }
    let mut rest = bytes.get(19..).unwrap_or_default();
    if let [b'.', fraction @ ..] = rest {
        let digits = fraction
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if digits == 0 || digits > 9 {
            return false;
        }
        rest = fraction.get(digits..).unwrap_or_default();
    }
    match rest {
        b"Z" => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => {
            matches!((pair(*h1, *h2), pair(*m1, *m2)), (Some(h), Some(m)) if h * 60 + m <= 18 * 60 && m < 60)
        }
        _ => false,
    }
}

const DAY: i64 = 86_400_000;

/// Whether Unix milliseconds are in the years 1 to 9999, which is all that four digits can say.
pub(crate) fn is_instant(millis: i64) -> bool {
    (-719_162 * DAY..2_932_897 * DAY).contains(&millis)
}

/// Whether Unix milliseconds are a midnight in UTC.
pub(crate) fn is_midnight(millis: i64) -> bool {
    millis % DAY == 0
}

fn day(bytes: &[u8]) -> bool {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, ..] = *bytes else {
        return false;
    };
    let (Some(century), Some(year), Some(month), Some(day)) =
        (pair(y1, y2), pair(y3, y4), pair(m1, m2), pair(d1, d2))
    else {
        return false;
    };
    let year = century * 100 + year;
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return false,
    };
    year > 0 && (1..=days).contains(&day)
}

fn clock(bytes: &[u8]) -> bool {
    let Some([b'T', h1, h2, b':', m1, m2, b':', s1, s2]) = bytes.get(10..19) else {
        return false;
    };
    matches!(
        (pair(*h1, *h2), pair(*m1, *m2), pair(*s1, *s2)),
        (Some(0..=23), Some(0..=59), Some(0..=59))
    )
}

fn pair(tens: u8, ones: u8) -> Option<u32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
}

#[cfg(test)]
mod tests {
    use super::{is_date, is_date_time, is_instant, is_midnight};

    #[test]
    fn dates() {
        for good in [
            "2018-07-10",
            "2000-02-29",
            "2024-02-29",
            "1969-12-31",
            "9999-12-31",
            "0001-01-01",
        ] {
            assert!(is_date(good), "{good}");
        }
        for bad in [
            "",
            "2018-7-10",
            "2018-07-1",
            "1900-02-29",
            "2023-02-29",
            "2018-13-01",
            "2018-00-01",
            "2018-01-00",
            "2018-04-31",
            "2018/07/10",
            "10-07-2018",
            "0000-01-01",
            "20180710",
            "2018-07-10T00:00:00Z",
            " 2018-07-10",
            "２018-07-10",
            "2018-07-1é",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }

    #[test]
    fn date_times() {
        for good in [
            "2018-07-10T15:05:59Z",
            "2018-07-10T15:05:59.000-08:00",
            "2018-07-10T15:05:59.1Z",
            "2018-07-10T15:05:59.123456789+05:30",
            "2018-07-10T00:00:00-00:00",
        ] {
            assert!(is_date_time(good), "{good}");
        }
        for bad in [
            "",
            "2018-07-10",
            "2018-07-10 15:05:59Z",
            "2018-07-10t15:05:59z",
            "2018-07-10T15:05:59",
            "2018-07-10T15:05Z",
            "2018-07-10T24:00:00Z",
            "2018-07-10T15:60:00Z",
            "2018-07-10T15:05:60Z",
            "2018-07-10T15:05:59.Z",
            "2018-07-10T15:05:59.1234567890Z",
            "2018-07-10T15:05:59+0200",
            "2018-07-10T15:05:59+2:00",
            "2018-07-10T15:05:59+19:00",
            "2018-07-10T15:05:59+02:60",
            "2018-02-30T15:05:59Z",
            "2018-07-10T15:05:59Z ",
            "2018-07-10T15:05:59Zé",
        ] {
            assert!(!is_date_time(bad), "{bad}");
        }
    }

    #[test]
    fn milliseconds() {
        for (millis, instant, midnight) in [
            (0, true, true),
            (1_531_263_959_000, true, false),
            (-62_135_596_800_000, true, true),
            (-62_135_596_800_001, false, false),
            (253_402_300_799_999, true, false),
            (253_402_300_800_000, false, true),
        ] {
            assert_eq!(
                (is_instant(millis), is_midnight(millis)),
                (instant, midnight),
                "{millis}"
            );
        }
    }
}
