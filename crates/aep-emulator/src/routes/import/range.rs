//! Byte ranges of large files: `Content-Range` in, `Range` out.

/// First and last byte, both included.
pub(super) type Span = (u64, u64);

/// Reads `bytes a-b`, `bytes a-b/total` or `bytes a-b/*`, with any spaces around.
pub(super) fn parse(header: &str) -> Result<Span, String> {
    let wrong = || format!("Content-Range {header:?} is not of the form `bytes first-last`");
    let rest = header.trim().strip_prefix("bytes").ok_or_else(wrong)?;
    if !rest.starts_with([' ', '\t']) {
        return Err(wrong());
    }
    let (span, total) = rest
        .split_once('/')
        .map_or((rest, None), |(span, total)| (span, Some(total.trim())));
    let (first, last) = span.split_once('-').ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse::<u64>().map_err(|_| wrong());
    let (first, last) = (number(first)?, number(last)?);
    if first > last {
        return Err(format!("Content-Range {header:?} ends before it begins"));
    }
    match total {
        None | Some("*") => {}
        Some(total) if number(total)? <= last => {
            return Err(format!("Content-Range {header:?} goes beyond its total"));
        }
        Some(_) => {}
    }
    Ok((first, last))
}

/// Adds a range as it was received. The same range again is the same bytes; others are only compared at the end.
pub(super) fn add(ranges: &mut Vec<Span>, span: Span) {
    if let Err(at) = ranges.binary_search(&span) {
        ranges.insert(at, span);
    }
}

/// What the server has, for the header `Range`; `None` when that is nothing.
pub(super) fn show(ranges: &[Span]) -> Option<String> {
    let mut merged: Vec<Span> = Vec::new();
    for (first, last) in ranges {
        match merged.last_mut() {
            Some((_, end)) if *first <= end.saturating_add(1) => *end = (*end).max(*last),
            _ => merged.push((*first, *last)),
        }
    }
    if merged.is_empty() {
        return None;
    }
    let list: Vec<String> = merged
        .iter()
        .map(|(first, last)| format!("{first}-{last}"))
        .collect();
    Some(format!("bytes {}", list.join(",")))
}

/// The size of the file, if the ranges are all of it, each byte once.
pub(super) fn whole(ranges: &[Span]) -> Result<u64, String> {
    let mut next = 0;
    for (first, last) in ranges {
        if *first > next {
            return Err(format!("bytes {next}-{} are missing", first - 1));
        }
        if *first < next {
            return Err(format!(
                "bytes {first}-{} overlap an earlier chunk",
                (next - 1).min(*last)
            ));
        }
        next = last.checked_add(1).ok_or("the file is too large")?;
    }
    if next == 0 {
        Err("no chunk was uploaded".to_owned())
    } else {
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_range_in_all_its_forms() {
        for text in [
            "bytes 0-99",
            "bytes 0-99/100",
            "bytes 0-99/*",
            "  bytes   0 - 99 / 100 ",
            "bytes\t0-99",
        ] {
            assert_eq!(parse(text), Ok((0, 99)), "{text}");
        }
        for text in [
            "",
            "0-99",
            "bytes",
            "bytes 0",
            "bytes=0-99",
            "bytes 99-0",
            "bytes -99",
            "bytes 0-",
            "bytes a-b",
            "bytes 0-99/99",
            "bytes 0-99/x",
            "items 0-99",
            "bytes 0-99999999999999999999",
            "bytes0-99",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ranges_gather_in_any_order() {
        let mut ranges = Vec::new();
        assert_eq!(show(&ranges), None);
        assert_eq!(whole(&ranges), Err("no chunk was uploaded".to_owned()));
        for span in [(200, 299), (0, 99), (200, 299)] {
            add(&mut ranges, span);
        }
        assert_eq!(show(&ranges).as_deref(), Some("bytes 0-99,200-299"));
        assert_eq!(whole(&ranges), Err("bytes 100-199 are missing".to_owned()));
        add(&mut ranges, (100, 199));
        assert_eq!(show(&ranges).as_deref(), Some("bytes 0-299"));
        assert_eq!(whole(&ranges), Ok(300));
        add(&mut ranges, (150, 160));
        assert_eq!(show(&ranges).as_deref(), Some("bytes 0-299"));
        assert_eq!(
            whole(&ranges),
            Err("bytes 150-160 overlap an earlier chunk".to_owned())
        );
    }
}
