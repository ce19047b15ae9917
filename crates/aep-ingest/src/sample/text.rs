//! Made-up text: words, and what patterns, lengths and formats ask for.

use regex_syntax::hir::{Class, Hir, HirKind};

use super::random::Random;
use crate::xdm::Rules;

/// Tries before a text that has to keep several rules is given up.
const TRIES: usize = 60;

/// The most that a repetition without an end is repeated beyond what it must.
const MORE: u32 = 3;

/// Patterns don't give longer texts than this.
const LONGEST: usize = 10_000;

const SYLLABLES: [&str; 20] = [
    "ba", "lo", "mi", "ra", "ten", "ka", "ve", "no", "si", "du", "pel", "mar", "zo", "fi", "gan",
    "hu", "le", "tor", "wi", "é",
];

/// Text that keeps the rules of a field; none if none was found.
pub(super) fn make(rules: &Rules, name: &str, random: &mut Random) -> Option<String> {
    if let Some(allowed) = &rules.allowed {
        let texts: Vec<&str> = allowed.texts().filter(|text| keeps(rules, text)).collect();
        return random.pick(&texts).map(|text| (*text).to_owned());
    }
    if let Some(pattern) = &rules.pattern {
        if !pattern.is_checked() {
            return None;
        }
        let hir = regex_syntax::parse(&pattern.translated()).ok()?;
        for _ in 0..TRIES {
            let mut text = String::new();
            generate(&hir, random, &mut text)?;
            // An expression without anchors is found anywhere: there is room for what the length asks for.
            if !keeps(rules, &text) {
                text.push_str(&fill(rules, text.chars().count(), random));
            }
            if keeps(rules, &text) {
                return Some(text);
            }
        }
        return None;
    }
    let text = match rules.format.as_deref() {
        Some("uri" | "uri-reference" | "iri") => {
            format!(
                "https://example.com/{}/{}",
                word(random),
                random.below(10_000)
            )
        }
        Some("email" | "idn-email") => {
            format!("{}{}@example.com", ascii(random), random.below(10_000))
        }
        Some("hostname" | "idn-hostname") => format!("{}.example.com", ascii(random)),
        Some("ipv4") => format!("192.0.2.{}", random.below(256)),
        Some("ipv6") => format!("2001:db8::{:x}", random.below(65_536)),
        Some("uuid") => {
            let (high, low) = (random.next(), random.next());
            format!(
                "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
                high >> 32,
                (high >> 16) & 0xFFFF,
                high & 0xFFF,
                low >> 52,
                low & 0xFFFF_FFFF_FFFF
            )
        }
        Some("time") => format!("{:02}:{:02}:00Z", random.below(24), random.below(60)),
        Some("duration") => format!("P{}D", random.below(400)),
        Some("regex") => "^[a-z]+$".to_owned(),
        Some("json-pointer") => format!("/{}", ascii(random)),
        _ if name.to_ascii_lowercase().contains("email") => {
            format!("{}{}@example.com", ascii(random), random.below(10_000))
        }
        _ => word(random),
    };
    if keeps(rules, &text) {
        return Some(text);
    }
    let mut text: String = text
        .chars()
        .take(rules.max_length.map_or(usize::MAX, |high| {
            usize::try_from(high).unwrap_or(usize::MAX)
        }))
        .collect();
    text.push_str(&fill(rules, text.chars().count(), random));
    keeps(rules, &text).then_some(text)
}

/// A word in lower case.
pub(super) fn word(random: &mut Random) -> String {
    (0..random.between(2, 4))
        .filter_map(|_| random.pick(&SYLLABLES).copied())
        .collect()
}

/// A word without accents.
fn ascii(random: &mut Random) -> String {
    word(random).replace('é', "e")
}

/// Letters up to a length that is long enough.
fn fill(rules: &Rules, length: usize, random: &mut Random) -> String {
    let low = rules
        .min_length
        .and_then(|low| usize::try_from(low).ok())
        .unwrap_or(0);
    if low > 100_000 {
        return String::new();
    }
    (length..low)
        .filter_map(|_| char::from_u32(u32::from(b'a') + u32::try_from(random.below(26)).ok()?))
        .collect()
}

/// Whether text keeps every rule that is checked.
fn keeps(rules: &Rules, text: &str) -> bool {
    crate::validate::scalar::breaks(rules, text).is_none()
}

/// Appends a text that the expression matches.
fn generate(hir: &Hir, random: &mut Random, out: &mut String) -> Option<()> {
    if out.len() > LONGEST {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => out.push(member(class, random)?),
        HirKind::Repetition(repetition) => {
            let most = repetition
                .max
                .unwrap_or(repetition.min.saturating_add(MORE));
            let most = most.min(repetition.min.saturating_add(MORE.max(8)));
            let times = random.between(repetition.min.into(), most.into());
            for _ in 0..times {
                generate(&repetition.sub, random, out)?;
            }
        }
        HirKind::Capture(capture) => generate(&capture.sub, random, out)?,
        HirKind::Concat(parts) => {
            for part in parts {
                generate(part, random, out)?;
            }
        }
        HirKind::Alternation(parts) => generate(random.pick(parts)?, random, out)?,
    }
    Some(())
}

/// A character of a class; one that people can type, if there is one.
fn member(class: &Class, random: &mut Random) -> Option<char> {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => class
            .ranges()
            .iter()
            .map(|range| (range.start().into(), range.end().into()))
            .collect(),
        Class::Bytes(class) => class
            .ranges()
            .iter()
            .map(|range| (range.start().into(), range.end().into()))
            .collect(),
    };
    let typed: Vec<(u32, u32)> = ranges
        .iter()
        .map(|(low, high)| ((*low).max(0x20), (*high).min(0x7E)))
        .filter(|(low, high)| low <= high)
        .collect();
    let (low, high) = *random.pick(if typed.is_empty() { &ranges } else { &typed })?;
    char::from_u32(u32::try_from(random.between(low.into(), high.into())).ok()?)
}
