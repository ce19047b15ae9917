//! `Retry-After`, in both forms.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};

/// How long the server asks to wait, if it does and we can read it.
///
/// A date is compared with the answer's own `Date`, so that a wrong clock on this machine does not matter, and with
/// `now` if there is none.
pub(crate) fn read(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?;
    let sent = headers
        .get(DATE)
        .and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
    parse(value, sent.unwrap_or(now))
}

/// Reads seconds or an HTTP date. A date that has passed means now.
pub(crate) fn parse(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !whole.is_empty() && digits(whole) && digits(fraction) {
        // A fraction is not in the standard; rounding up never comes too early. A number beyond u64 is for ever.
        let more = u64::from(fraction.bytes().any(|digit| digit != b'0'));
        return Some(Duration::from_secs(
            whole
                .parse::<u64>()
                .unwrap_or(u64::MAX)
                .saturating_add(more),
        ));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn both_forms_are_read() {
        let now = httpdate::parse_http_date("Sun, 22 Nov 2026 11:00:00 GMT").unwrap();
        let seconds = |value| parse(value, now).map(|wait| wait.as_secs());
        for (value, expected) in [
            ("0", Some(0)),
            ("7", Some(7)),
            (" 120 ", Some(120)),
            ("1.2", Some(2)),
            ("3.0", Some(3)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Sun, 22 Nov 2026 11:00:30 GMT", Some(30)),
            ("Sunday, 22-Nov-26 11:01:00 GMT", Some(60)),
            ("Sun Nov 22 11:00:05 2026", Some(5)),
            ("Sun, 22 Nov 2026 10:59:00 GMT", Some(0)),
            ("", None),
            ("-1", None),
            ("soon", None),
            ("1e3", None),
            (".5", None),
            ("Sun, 32 Nov 2026 11:00:30 GMT", None),
        ] {
            assert_eq!(seconds(value), expected, "{value:?}");
        }
    }

    #[test]
    fn a_date_is_measured_on_the_servers_clock() {
        let mut headers = HeaderMap::new();
        headers.insert(
            RETRY_AFTER,
            HeaderValue::from_static("Sun, 22 Nov 2026 11:00:30 GMT"),
        );
        headers.insert(
            DATE,
            HeaderValue::from_static("Sun, 22 Nov 2026 11:00:10 GMT"),
        );
        assert_eq!(read(&headers, at(0)), Some(Duration::from_secs(20)));
    }

    proptest! {
        #[test]
        fn any_text_is_survived(value in ".*") {
            let _ = parse(&value, at(1_795_000_000));
        }

        #[test]
        fn seconds_are_taken_as_they_are(seconds in any::<u64>()) {
            prop_assert_eq!(parse(&seconds.to_string(), at(0)), Some(Duration::from_secs(seconds)));
        }

        #[test]
        fn a_date_is_never_undercut(now in 0_u64..4_000_000_000, wait in 0_u64..1_000_000) {
            let date = httpdate::fmt_http_date(at(now + wait));
            prop_assert_eq!(parse(&date, at(now)), Some(Duration::from_secs(wait)));
        }
    }
}
