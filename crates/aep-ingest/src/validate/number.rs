//! Numbers as text, exactly.

/// The whole number that text stands for: digits, a minus before them if need be, nothing else.
pub(crate) fn whole(text: &str) -> Option<Whole> {
    let bytes = text.as_bytes();
    let (negative, digits) = match bytes {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    if digits.len() <= 18 {
        let value = digits
            .iter()
            .fold(0_i64, |value, digit| value * 10 + i64::from(digit - b'0'));
        return Some(Whole::Fits(if negative { -value } else { value }));
    }
    Some(text.parse().map_or(Whole::TooWide, Whole::Fits))
}

/// A whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    /// It fits in 64 bits.
    Fits(i64),
    /// It doesn't.
    TooWide,
}

/// As [`whole`], for text that may also end in a fraction of zeros: `12.00`.
pub(crate) fn whole_of_text(text: &str) -> Option<Whole> {
    match text.split_once('.') {
        Some((digits, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => {
            whole(digits)
        }
        _ => whole(text),
    }
}

/// The double of whole-number text, if it is exactly that number.
pub(crate) fn exact_double(text: &str) -> Option<f64> {
    match whole(text)? {
        Whole::Fits(value) => exact_double_of(value),
        Whole::TooWide => {
            let double: f64 = text.parse().ok().filter(|value: &f64| value.is_finite())?;
            let given = text.trim_start_matches('-').trim_start_matches('0');
            (format!("{:.0}", double.abs()) == given).then_some(double)
        }
    }
}

/// The double of a whole number, if it is exactly that number.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "the loss is what is looked for"
)]
pub(crate) fn exact_double_of(value: i64) -> Option<f64> {
    let double = value as f64;
    (double as i128 == i128::from(value)).then_some(double)
}

/// The whole number that a JSON number with a fraction or an exponent stands for, if its value is
/// whole: `1.0`, `12e2`, `150e-1`.
pub(crate) fn whole_of_decimal(text: &str) -> Option<Whole> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        // An exponent too wide for i64 is beyond any digits a row can hold.
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()),
        None => (text, Some(0)),
    };
    let (sign, mantissa) = mantissa
        .strip_prefix('-')
        .map_or(("", mantissa), |rest| ("-", rest));
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let after = after.trim_end_matches('0');
    let before = before.trim_start_matches('0');
    if after.is_empty() && before.is_empty() {
        return Some(Whole::Fits(0));
    }
    // An exponent that wide: either enormous or a tiny fraction.
    let Some(exponent) = exponent else {
        return (!text.contains("e-") && !text.contains("E-")).then_some(Whole::TooWide);
    };
    let digits = format!("{before}{after}");
    let shift = exponent.saturating_sub(i64::try_from(after.len()).unwrap_or(i64::MAX));
    let digits = if shift < 0 {
        let drop = usize::try_from(shift.unsigned_abs()).unwrap_or(usize::MAX);
        let keep = digits.len().checked_sub(drop)?;
        let (keep, dropped) = digits.split_at_checked(keep)?;
        if dropped.bytes().any(|digit| digit != b'0') {
            return None;
        }
        keep.to_owned()
    } else if shift > 20 {
        return Some(Whole::TooWide);
    } else {
        digits + &"0".repeat(usize::try_from(shift).unwrap_or_default())
    };
    whole(&format!("{sign}{digits}"))
}

/// The value of a decimal number in text; none when it isn't one, or too large for a double.
///
/// Not every text that Rust takes is meant: `inf`, `NaN`, `.5` and `5.` aren't.
pub(crate) fn decimal(text: &str) -> Option<f64> {
    let mut bytes = text.as_bytes();
    if let [b'-', rest @ ..] = bytes {
        bytes = rest;
    }
    let digits = |bytes: &[u8]| {
        bytes
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let before = digits(bytes);
    bytes = bytes.get(before..)?;
    let mut after = 1;
    if let [b'.', rest @ ..] = bytes {
        after = digits(rest);
        bytes = rest.get(after..)?;
    }
    if let [b'e' | b'E', rest @ ..] = bytes {
        let rest = if let [b'-' | b'+', rest @ ..] = rest {
            rest
        } else {
            rest
        };
        if rest.is_empty() || digits(rest) != rest.len() {
            return None;
        }
        bytes = &[];
    }
    if before == 0 || after == 0 || !bytes.is_empty() {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::{Whole, decimal, exact_double, whole, whole_of_decimal, whole_of_text};

    #[test]
    fn whole_numbers() {
        for (text, value) in [
            ("0", Some(Whole::Fits(0))),
            ("-1", Some(Whole::Fits(-1))),
            ("+7", None),
            ("007", Some(Whole::Fits(7))),
            ("9223372036854775807", Some(Whole::Fits(i64::MAX))),
            ("-9223372036854775808", Some(Whole::Fits(i64::MIN))),
            ("9223372036854775808", Some(Whole::TooWide)),
            ("", None),
            ("-", None),
            ("1.0", None),
            (" 1", None),
            ("1e3", None),
            ("٤", None),
        ] {
            assert_eq!(whole(text), value, "{text}");
        }
    }

    #[test]
    fn decimals_that_are_whole() {
        for (text, value) in [
            ("1.0", Some(Whole::Fits(1))),
            ("-2.500e1", Some(Whole::Fits(-25))),
            ("12e2", Some(Whole::Fits(1200))),
            ("150e-1", Some(Whole::Fits(15))),
            ("1.5", None),
            ("15e-1", None),
            ("1e-400", None),
            ("0.0e999999999999999999999", Some(Whole::Fits(0))),
            ("1e400", Some(Whole::TooWide)),
            ("1e99999999999999999999", Some(Whole::TooWide)),
            ("1e-99999999999999999999", None),
            ("1.0000000000000000000000000001", None),
            (
                "9007199254740993.0",
                Some(Whole::Fits(9_007_199_254_740_993)),
            ),
        ] {
            assert_eq!(whole_of_decimal(text), value, "{text}");
        }
    }

    #[test]
    fn text_may_end_in_zeros() {
        for (text, value) in [
            ("12.00", Some(Whole::Fits(12))),
            ("-0.0", Some(Whole::Fits(0))),
            ("12.", None),
            ("12.01", None),
            (".0", None),
            ("1.0.0", None),
        ] {
            assert_eq!(whole_of_text(text), value, "{text}");
        }
    }

    #[test]
    fn doubles_are_exact_or_refused() {
        for (text, exact) in [
            ("9007199254740992", true),
            ("9007199254740993", false),
            ("-9007199254740993", false),
            ("9223372036854775807", false),
            ("-9223372036854775808", true),
            ("18446744073709551616", true),
            ("18446744073709551617", false),
            ("1.5", false),
        ] {
            assert_eq!(exact_double(text).is_some(), exact, "{text}");
        }
        assert!(exact_double(&"9".repeat(400)).is_none());
    }

    #[test]
    fn decimals() {
        for (text, value) in [
            ("1", Some(1.0)),
            ("-1.5", Some(-1.5)),
            ("1e3", Some(1000.0)),
            ("1E+3", Some(1000.0)),
            ("", None),
            (".5", None),
            ("5.", None),
            ("1e", None),
            ("1e400", None),
            ("NaN", None),
            ("inf", None),
            ("1,5", None),
            ("1.5 ", None),
            ("0x10", None),
        ] {
            assert_eq!(decimal(text), value, "{text}");
        }
    }
}
