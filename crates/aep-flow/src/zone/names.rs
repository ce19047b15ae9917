//! Which keys may be written.
//!
//! Source: Experience League, "Data Landing Zone" as a source, the section about the naming of files and folders; the
//! length of a whole key is the limit of both stores.

use aep_core::{Error, ErrorKind, Result};

/// Characters of one component of a key at most.
const COMPONENT: usize = 255;
/// Bytes of a whole key at most.
const KEY: usize = 1_024;

const FORBIDDEN: [char; 8] = ['"', '\\', ':', '|', '<', '>', '*', '?'];

/// Refuses a key that the landing zone does not take, or that would be dangerous for those who fetch it.
pub(super) fn check(key: &str) -> Result<()> {
    let refuse = |why: String| {
        Err(
            Error::new(ErrorKind::Usage, "use the key in the landing zone")
                .with("key", key.escape_debug())
                .because(why)
                .hint("rename it, or give another key"),
        )
    };
    if key.is_empty() {
        return refuse("it is empty".to_owned());
    }
    if key.len() > KEY {
        return refuse(format!("it has {} bytes, {KEY} are allowed", key.len()));
    }
    if key.starts_with('/') || key.ends_with('/') {
        return refuse("it begins or ends with `/`".to_owned());
    }
    for component in key.split('/') {
        if let Some(why) = component_problem(component) {
            return refuse(why);
        }
    }
    Ok(())
}

/// The same for a prefix: empty, or a key with or without a `/` at its end.
pub(super) fn check_prefix(prefix: &str) -> Result<()> {
    match prefix.strip_suffix('/').unwrap_or(prefix) {
        "" if prefix.is_empty() => Ok(()),
        bare => check(bare),
    }
}

/// Refuses a key that can't be read either: it would climb out of the zone.
pub(super) fn check_readable(key: &str) -> Result<()> {
    let bad = key.is_empty()
        || key
            .split('/')
            .any(|component| matches!(component, "" | "." | ".."))
        || key.chars().any(char::is_control);
    if bad {
        return Err(
            Error::new(ErrorKind::Usage, "use the key in the landing zone")
                .with("key", key.escape_debug())
                .because("a key has no empty parts, no `.` or `..`, and no control characters"),
        );
    }
    Ok(())
}

fn component_problem(component: &str) -> Option<String> {
    let length = component.chars().count();
    if component.is_empty() {
        return Some("it has an empty part: two `/` in a row".to_owned());
    }
    if length > COMPONENT {
        return Some(format!(
            "a part of it has {length} characters, {COMPONENT} are allowed"
        ));
    }
    if let Some(bad) = component.chars().find(|c| FORBIDDEN.contains(c)) {
        return Some(format!("`{bad}` is not allowed in it"));
    }
    if component.chars().any(char::is_control) {
        return Some("it has a control character".to_owned());
    }
    is_reserved(component).then(|| format!("`{component}` is a reserved name"))
}

fn is_reserved(component: &str) -> bool {
    const NAMES: [&str; 5] = ["PRN", "AUX", "NUL", "CON", "CLOCK$"];
    if component == "." || component == ".." {
        return true;
    }
    let upper = component.to_uppercase();
    if NAMES.contains(&upper.as_str()) {
        return true;
    }
    let port = upper
        .strip_prefix("LPT")
        .or_else(|| upper.strip_prefix("COM"));
    port.is_some_and(|number| matches!(number.as_bytes(), [b'1'..=b'9']))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn good_keys() {
        for key in [
            "a",
            "a/b/c.json",
            "Zoë/日本語/ŝ 🙂.csv",
            "a b!'();@&=+$,%#[].csv",
            "com10",
            "lpt0",
            "console",
            ".hidden",
            "day=2026-01-01/x",
        ] {
            check(key).unwrap();
        }
        check(&"ü".repeat(255)).unwrap();
        for prefix in ["", "a", "a/", "a/b/"] {
            check_prefix(prefix).unwrap();
        }
    }

    #[test]
    fn bad_keys() {
        for key in [
            "", "/", "a/", "/a", "a//b", ".", "..", "a/../b", "./a", "a\\b", "a:b", "a|b", "a<b",
            "a>b", "a*b", "a?b", "a\"b", "a\nb", "a\0b", "a\u{85}b", "CON", "con", "x/Nul", "LPT1",
            "com9/x", "clock$", "PRN", "aux",
        ] {
            assert_eq!(check(key).unwrap_err().kind(), ErrorKind::Usage, "{key:?}");
        }
        assert!(check(&"x".repeat(256)).is_err());
        assert!(check(&"x/".repeat(600)).is_err());
        for prefix in ["/", "//", "../", "a//"] {
            assert!(check_prefix(prefix).is_err(), "{prefix}");
        }
    }

    proptest! {
        #[test]
        fn what_passes_climbs_nowhere(key in "\\PC{0,40}") {
            if check(&key).is_ok() {
                prop_assert!(key.split('/').all(|part| !part.is_empty() && part != "." && part != ".."));
                prop_assert!(check_readable(&key).is_ok());
            }
        }
    }
}
