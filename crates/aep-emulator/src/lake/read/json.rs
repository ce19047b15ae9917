//! One JSON text to one [`Datum`].
//!
//! Stricter than most parsers where silence would lose data: a repeated key is an error, and a number keeps its digits
//! when no 64-bit type holds it exactly.

use std::collections::HashSet;

use crate::lake::datum::Datum;

/// Deepest nesting that is read; deeper texts are corrupt (emulator choice).
pub(crate) const MAX_DEPTH: usize = 128;

/// Why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonError {
    /// Byte offset in the text.
    pub(crate) at: usize,
    /// What is wrong there.
    pub(crate) what: String,
}

impl std::fmt::Display for JsonError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at byte {}", self.what, self.at)
    }
}

/// Reads exactly one JSON value.
pub(crate) fn parse(text: &[u8]) -> Result<Datum, JsonError> {
    let mut parser = Parser { text, at: 0 };
    parser.space();
    let value = parser.value(0)?;
    parser.space();
    if parser.at < text.len() {
        return Err(parser.error("unexpected text after the value"));
    }
    Ok(value)
}

/// The keys of an object so far. Few are compared one by one, many are looked up.
#[derive(Default)]
struct Keys(HashSet<String>);

impl Keys {
    const FEW: usize = 16;

    /// Whether `key` is among `fields`; if not, it is the next one.
    fn has(&mut self, fields: &[(String, Datum)], key: &str) -> bool {
        if fields.len() < Self::FEW {
            return fields.iter().any(|(known, _)| known == key);
        }
        if self.0.is_empty() {
            self.0.extend(fields.iter().map(|(known, _)| known.clone()));
        }
        !self.0.insert(key.to_owned())
    }
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    fn error(&self, what: impl Into<String>) -> JsonError {
        JsonError {
            at: self.at,
            what: what.into(),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Datum, JsonError> {
        if depth > MAX_DEPTH {
            return Err(self.error(format!("nesting deeper than {MAX_DEPTH}")));
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(Datum::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word(b"true", Datum::Boolean(true)),
            Some(b'f') => self.word(b"false", Datum::Boolean(false)),
            Some(b'n') => self.word(b"null", Datum::Null),
            Some(_) => Err(self.error("a value was expected")),
            None => Err(self.error("the text ends where a value was expected")),
        }
    }

    fn word(&mut self, word: &[u8], value: Datum) -> Result<Datum, JsonError> {
        if self.text[self.at..].starts_with(word) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(self.error("a value was expected"))
        }
    }

    fn object(&mut self, depth: usize) -> Result<Datum, JsonError> {
        self.at += 1;
        let mut fields: Vec<(String, Datum)> = Vec::new();
        let mut seen = Keys::default();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Datum::Object(fields));
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(self.error("a quoted key was expected"));
            }
            let start = self.at;
            let key = self.string()?;
            if seen.has(&fields, &key) {
                return Err(JsonError {
                    at: start,
                    what: format!("the key {key:?} is repeated"),
                });
            }
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.error("a colon was expected"));
            }
            self.at += 1;
            self.space();
            let value = self.value(depth + 1)?;
            fields.push((key, value));
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Datum::Object(fields));
                }
                _ => return Err(self.error("a comma or a closing brace was expected")),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Datum, JsonError> {
        self.at += 1;
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Datum::Array(items));
        }
        loop {
            self.space();
            items.push(self.value(depth + 1)?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Datum::Array(items));
                }
                _ => return Err(self.error("a comma or a closing bracket was expected")),
            }
        }
    }

    /// The token is found here; escapes, and what is wrong with a token, are serde_json's work.
    fn string(&mut self) -> Result<String, JsonError> {
        let start = self.at;
        let mut simple = true;
        self.at += 1;
        loop {
            match self.peek() {
                None => return Err(self.error("the text ends inside a string")),
                Some(b'\\') => {
                    simple = false;
                    self.at += 2;
                }
                Some(b'"') => break,
                Some(byte) => {
                    simple &= byte >= b' ';
                    self.at += 1;
                }
            }
        }
        self.at += 1;
        let token = &self.text[start..self.at];
        if simple && let Ok(text) = std::str::from_utf8(&token[1..token.len() - 1]) {
            return Ok(text.to_owned());
        }
        serde_json::from_slice(token).map_err(|error| JsonError {
            at: start,
            what: reason(&error),
        })
    }

    fn number(&mut self) -> Result<Datum, JsonError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(self.error("a digit was expected")),
        }
        let mut whole = true;
        if self.peek() == Some(b'.') {
            whole = false;
            self.at += 1;
            self.some_digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            whole = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.some_digits()?;
        }
        let text = std::str::from_utf8(&self.text[start..self.at])
            .map_err(|_| self.error("not a number"))?;
        Ok(number(text, whole))
    }

    fn some_digits(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        self.digits();
        if self.at == start {
            Err(self.error("a digit was expected"))
        } else {
            Ok(())
        }
    }

    fn digits(&mut self) {
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
    }
}

/// serde_json's words without its line and column, which would be those of the token.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ")
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// A literal that follows the JSON grammar, with `whole` when it has neither fraction nor exponent.
fn number(text: &str, whole: bool) -> Datum {
    if whole {
        return text
            .parse()
            .map_or_else(|_| Datum::Huge(text.to_owned()), Datum::Long);
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Datum::Double(value),
        _ => Datum::Huge(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn message(text: &[u8]) -> String {
        parse(text).unwrap_err().to_string()
    }

    #[test]
    fn values_keep_their_types() {
        assert_eq!(parse(b" 12 ").unwrap(), Datum::Long(12));
        assert_eq!(parse(b"-0").unwrap(), Datum::Long(0));
        assert_eq!(parse(b"1.50e2").unwrap(), Datum::Double(150.0));
        assert_eq!(
            parse(b"9223372036854775808").unwrap(),
            Datum::Huge("9223372036854775808".into())
        );
        assert_eq!(parse(b"1e999").unwrap(), Datum::Huge("1e999".into()));
        assert_eq!(
            parse(b"\"a\\u00e9\\ud83d\\ude00\\n\"").unwrap(),
            Datum::String("a\u{e9}\u{1f600}\n".into())
        );
        assert_eq!(
            parse(b"{\"a\":[true,null,{}]}").unwrap(),
            Datum::Object(vec![(
                "a".into(),
                Datum::Array(vec![
                    Datum::Boolean(true),
                    Datum::Null,
                    Datum::Object(vec![])
                ])
            )])
        );
    }

    #[test]
    fn what_is_not_json_is_refused_with_a_place() {
        for (text, wanted) in [
            (
                &b""[..],
                "the text ends where a value was expected at byte 0",
            ),
            (b"{", "a quoted key was expected at byte 1"),
            (
                b"{missingQuotes: 'v1'}",
                "a quoted key was expected at byte 1",
            ),
            (b"{\"a\" 1}", "a colon was expected at byte 5"),
            (b"{\"a\":1,}", "a quoted key was expected at byte 7"),
            (b"[1,]", "a value was expected at byte 3"),
            (b"[1", "a comma or a closing bracket was expected at byte 2"),
            (
                b"{\"a\":1}{\"a\":2}",
                "unexpected text after the value at byte 7",
            ),
            (b"{\"a\":1,\"a\":2}", "the key \"a\" is repeated at byte 7"),
            (b"01", "unexpected text after the value at byte 1"),
            (b"+1", "a value was expected at byte 0"),
            (b"1.", "a digit was expected at byte 2"),
            (b"1e", "a digit was expected at byte 2"),
            (b"-", "a digit was expected at byte 1"),
            (b"NaN", "a value was expected at byte 0"),
            (b"nul", "a value was expected at byte 0"),
            (b"\"abc", "the text ends inside a string at byte 4"),
            (b"\"abc\\", "the text ends inside a string at byte 6"),
            (b"'a'", "a value was expected at byte 0"),
            (
                b"{\"a0\":0,\"a1\":0,\"a2\":0,\"a3\":0,\"a4\":0,\"a5\":0,\"a6\":0,\"a7\":0,\"a8\":0,\"a9\":0,\"b0\":0,\
                  \"b1\":0,\"b2\":0,\"b3\":0,\"b4\":0,\"b5\":0,\"b6\":0,\"b7\":0,\"a3\":0}",
                "the key \"a3\" is repeated at byte 127",
            ),
        ] {
            assert_eq!(message(text), wanted, "{}", String::from_utf8_lossy(text));
        }
        assert!(message(b"\"a\nb\"").contains("control character"));
        assert!(message(b"\"\\ud800\"").contains("hex escape"));
        assert!(message(b"\"\xff\"").contains("unicode"));
        assert!(message(b"\"\\x\"").contains("escape"));
    }

    #[test]
    fn nesting_has_an_end() {
        let deep = |n: usize| [vec![b'['; n], vec![b']'; n]].concat();
        assert!(parse(&deep(MAX_DEPTH)).is_ok());
        assert!(message(&deep(100_000)).starts_with("nesting deeper than 128"));
        assert!(message(&b"{\"a\":".repeat(100_000)).starts_with("nesting deeper than 128"));
    }
}
