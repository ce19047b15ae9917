//! The header `Range` with which the import service says what it has of a large file.

/// First and last byte, both included.
pub(crate) type Span = (u64, u64);

/// Reads `bytes 0-99`, `bytes 0-99,200-299`, the same with `=` or a total, or without the unit: Adobe publishes no complete
/// value. Answers the ranges in order, joined where they touch; none if it is anything else.
pub(crate) fn parse(header: &str) -> Option<Vec<Span>> {
    let text = header.trim();
    let text = match text.get(..5) {
        Some(unit) if unit.eq_ignore_ascii_case("bytes") => {
            let rest = text.get(5..)?.trim_start();
            rest.strip_prefix(['=', ':']).unwrap_or(rest)
        }
        _ => text,
    };
    let mut spans = Vec::new();
    for range in text
        .split(',')
        .map(str::trim)
        .filter(|range| !range.is_empty())
    {
        let range = range.split_once('/').map_or(range, |(range, _)| range);
        let (first, last) = range.split_once('-')?;
        let (first, last) = (number(first)?, number(last)?);
        if first > last {
            return None;
        }
        spans.push((first, last));
    }
    Some(joined(spans))
}

fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Ranges in order, none of them touching another.
pub(crate) fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut all: Vec<Span> = Vec::with_capacity(spans.len());
    for (first, last) in spans {
        match all.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = (*end).max(last),
            _ => all.push((first, last)),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_plausible_form_is_read() {
        for (text, expected) in [
            ("bytes 0-99", vec![(0, 99)]),
            ("bytes=0-99", vec![(0, 99)]),
            ("Bytes 0-99/300", vec![(0, 99)]),
            ("bytes 0-99/*", vec![(0, 99)]),
            ("0-512000000", vec![(0, 512_000_000)]),
            ("bytes 200-299, 0-99", vec![(0, 99), (200, 299)]),
            ("bytes 0-99,100-199,150-160", vec![(0, 199)]),
            (" bytes  0 - 9 ", vec![(0, 9)]),
            ("", vec![]),
            ("bytes", vec![]),
        ] {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn nonsense_is_no_range() {
        for text in [
            "bytes 5",
            "bytes 9-5",
            "bytes a-b",
            "bytes -5",
            "bytes 5-",
            "bytes 0-99999999999999999999",
            "lines 0-9",
            "bytes 0-+9",
            "€€€€€",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = parse(&text);
        }

        #[test]
        fn joined_ranges_are_apart_and_cover_the_same(spans in prop::collection::vec((0_u64..50, 0_u64..9), 0..12)) {
            let spans: Vec<Span> = spans.into_iter().map(|(first, len)| (first, first + len)).collect();
            let all = joined(spans.clone());
            prop_assert!(all.windows(2).all(|pair| pair[0].1 + 1 < pair[1].0));
            for byte in 0..60 {
                let within = |spans: &[Span]| spans.iter().any(|(first, last)| (*first..=*last).contains(&byte));
                prop_assert_eq!(within(&spans), within(&all));
            }
        }
    }
}
