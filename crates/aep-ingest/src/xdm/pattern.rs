//! The `pattern` keyword: an ECMAScript expression, run by an engine that can't be made to hang.

use regex::Regex;

/// A `pattern`, compiled.
///
/// JSON Schema takes its expressions from ECMAScript. They are translated to the `regex` crate,
/// whose running time is linear in the text whatever the expression; look-around and back-references
/// don't exist there, and a pattern that needs them is kept as text and not checked
/// (see [`Schema::notes`](super::Schema::notes)).
#[derive(Debug, Clone)]
pub struct Pattern {
    source: Box<str>,
    compiled: Option<Regex>,
}

/// A pattern may compile to this many bytes at most.
const SIZE: usize = 1 << 20;

impl Pattern {
    pub(super) fn new(source: &str) -> Self {
        let compiled = regex::RegexBuilder::new(&translate(source))
            .size_limit(SIZE)
            .dfa_size_limit(SIZE)
            .build()
            .ok();
        Self {
            source: source.into(),
            compiled,
        }
    }

    /// The expression as the schema has it.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// The expression as the `regex` crate reads it.
    pub(crate) fn translated(&self) -> String {
        translate(&self.source)
    }

    /// Whether values are checked against it.
    pub fn is_checked(&self) -> bool {
        self.compiled.is_some()
    }

    /// Whether the text has a match; true for a pattern that can't be checked.
    pub fn is_match(&self, text: &str) -> bool {
        self.compiled
            .as_ref()
            .is_none_or(|regex| regex.is_match(text))
    }
}

/// Rewrites what ECMAScript and the `regex` crate read differently.
///
/// There `\d` and `\w` mean ASCII, `\uXXXX` is a code unit, and `[` inside a class is itself.
fn translate(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + 16);
    let mut chars = source.chars().peekable();
    let mut class = false;
    while let Some(char) = chars.next() {
        match char {
            '\\' => match chars.next() {
                Some('d') => out.push_str("[0-9]"),
                Some('D') => out.push_str("[^0-9]"),
                Some('w') => out.push_str("[0-9A-Za-z_]"),
                Some('W') => out.push_str("[^0-9A-Za-z_]"),
                Some('b') if class => out.push_str("\\x08"),
                Some('b') => out.push_str("(?-u:\\b)"),
                Some('u') => {
                    let digits: String = chars.clone().take(4).collect();
                    if digits.len() == 4 && digits.chars().all(|c| c.is_ascii_hexdigit()) {
                        out.push_str("\\x{");
                        out.push_str(&digits);
                        out.push('}');
                        chars.nth(3);
                    } else {
                        out.push_str("\\u");
                    }
                }
                Some('/') => out.push('/'),
                Some(other) => {
                    out.push('\\');
                    out.push(other);
                }
                None => out.push('\\'),
            },
            '[' if class => out.push_str("\\["),
            '[' => {
                class = true;
                out.push('[');
            }
            ']' if class => {
                class = false;
                out.push(']');
            }
            '&' | '~' if class => {
                out.push('\\');
                out.push(char);
            }
            '-' if class && chars.peek() == Some(&'-') => out.push_str("\\-"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "tests"
    )]

    use super::Pattern;

    #[test]
    fn ecmascript_is_read_as_ecmascript() {
        for (pattern, text, found) in [
            ("^M[0-9]{8}$", "M00000001", true),
            ("^M[0-9]{8}$", "M0000001", false),
            ("^M[0-9]{8}$", "M00000001\n", false),
            ("b", "abc", true),
            ("^\\d+$", "42", true),
            ("^\\d+$", "٤٢", false),
            ("^\\w+$", "é", false),
            ("^[\\d-]+$", "4-2", true),
            ("^[[]$", "[", true),
            ("^[a&&b]+$", "a&", true),
            ("^\\u00e9$", "é", true),
            ("^a\\/b$", "a/b", true),
            ("^[\\w.+]+@x$", "a.b+c@x", true),
        ] {
            let pattern = Pattern::new(pattern);
            assert!(pattern.is_checked(), "{pattern:?}");
            assert_eq!(pattern.is_match(text), found, "{pattern:?} on {text}");
        }
    }

    #[test]
    fn look_around_is_kept_but_not_checked() {
        let pattern = Pattern::new("^(?=a)b\\1$");
        assert!(!pattern.is_checked());
        assert!(pattern.is_match("anything"));
        assert_eq!(pattern.as_str(), "^(?=a)b\\1$");
    }
}
