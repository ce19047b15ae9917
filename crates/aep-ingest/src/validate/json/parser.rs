//! A pull parser over one row.
//!
//! It is strict (RFC 8259), keeps numbers as they are written, knows where it stands when the text
//! is broken, and hands out slices of the row. The caller decides what to look at; what it skips is
//! still checked for being JSON.

use std::borrow::Cow;

/// The text is no JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    /// The byte in the row where it shows.
    pub(crate) at: usize,
    /// What was expected there, or what is wrong.
    pub(crate) why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    Expected(&'static str),
    TooDeep,
}

pub(crate) type Parsed<T> = Result<T, Broken>;

#[derive(Debug)]
pub(crate) struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    max_depth: usize,
}

/// A string between its quotes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<'t> {
    raw: &'t str,
    escaped: bool,
}

impl<'t> Text<'t> {
    pub(crate) fn decode(self) -> Cow<'t, str> {
        if self.escaped {
            Cow::Owned(unescape(self.raw))
        } else {
            Cow::Borrowed(self.raw)
        }
    }
}

/// A number as it is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number<'t> {
    pub(crate) raw: &'t str,
    /// Neither fraction nor exponent.
    pub(crate) plain: bool,
}

impl<'t> Parser<'t> {
    pub(crate) fn new(text: &'t str, max_depth: usize) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
            max_depth,
        }
    }

    /// The byte in the row of what comes next.
    pub(crate) fn place(&self) -> usize {
        self.at
    }

    /// The text since a place.
    pub(crate) fn since(&self, place: usize) -> &'t str {
        self.text.get(place..self.at).unwrap_or_default()
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn broken<T>(&self, expected: &'static str) -> Parsed<T> {
        Err(Broken {
            at: self.at,
            why: Why::Expected(expected),
        })
    }

    /// Skips blanks; what follows.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.byte() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                other => return other,
            }
        }
    }

    /// Takes one byte if it comes next.
    pub(crate) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Nothing but blanks may follow.
    pub(crate) fn end(&mut self) -> Parsed<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => self.broken("nothing more: one row is one object"),
        }
    }

    /// Goes into an object or an array, whose bracket comes next.
    pub(crate) fn open(&mut self) -> Parsed<()> {
        if self.depth == self.max_depth {
            return Err(Broken {
                at: self.at,
                why: Why::TooDeep,
            });
        }
        self.depth += 1;
        self.at += 1;
        Ok(())
    }

    pub(crate) fn close(&mut self) {
        self.depth -= 1;
    }

    /// The next key and its colon; none at the end of the object. `first` says that no comma is due.
    pub(crate) fn key(&mut self, first: bool) -> Parsed<Option<Text<'t>>> {
        match self.peek() {
            Some(b'}') => {
                self.at += 1;
                return Ok(None);
            }
            Some(b',') if !first => {
                self.at += 1;
                if self.peek() != Some(b'"') {
                    return self.broken("a key in quotes");
                }
            }
            Some(b'"') if first => {}
            _ if first => return self.broken("a key in quotes or `}`"),
            _ => return self.broken("`,` or `}`"),
        }
        let key = self.string()?;
        if !self.take(b':') {
            return self.broken("`:`");
        }
        Ok(Some(key))
    }

    /// Whether there is another element in the array.
    pub(crate) fn element(&mut self, first: bool) -> Parsed<bool> {
        match self.peek() {
            Some(b']') => {
                self.at += 1;
                Ok(false)
            }
            Some(b',') if !first => {
                self.at += 1;
                Ok(true)
            }
            Some(_) if first => Ok(true),
            _ if first => self.broken("a value or `]`"),
            _ => self.broken("`,` or `]`"),
        }
    }

    /// A string, whose quote comes next.
    pub(crate) fn string(&mut self) -> Parsed<Text<'t>> {
        self.at += 1;
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut escaped = false;
        loop {
            let rest = bytes.get(self.at..).unwrap_or_default();
            self.at += rest
                .iter()
                .position(|byte| SPECIAL[usize::from(*byte)])
                .unwrap_or(rest.len());
            match self.byte() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(_) => return self.broken("no control character inside a string"),
                None => return self.broken("the closing quote of the string"),
            }
        }
        let raw = self.text.get(start..self.at).unwrap_or_default();
        self.at += 1;
        Ok(Text { raw, escaped })
    }

    fn escape(&mut self) -> Parsed<()> {
        self.at += 1;
        match self.byte() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => match self.unit()? {
                0xD800..=0xDBFF => {
                    let low = self.byte() == Some(b'\\')
                        && self.text.as_bytes().get(self.at + 1) == Some(&b'u')
                        && {
                            self.at += 1;
                            matches!(self.unit()?, 0xDC00..=0xDFFF)
                        };
                    if !low {
                        return self.broken("the second half of a surrogate pair");
                    }
                }
                0xDC00..=0xDFFF => {
                    return self.broken("the first half of a surrogate pair before this one");
                }
                _ => {}
            },
            _ => return self.broken("an escape: one of \"\\/bfnrt or uXXXX"),
        }
        Ok(())
    }

    /// `uXXXX`, whose `u` comes next.
    fn unit(&mut self) -> Parsed<u32> {
        self.at += 1;
        let mut unit = 0;
        for _ in 0..4 {
            let Some(digit) = self.byte().and_then(|byte| char::from(byte).to_digit(16)) else {
                return self.broken("four hexadecimal digits");
            };
            unit = unit * 16 + digit;
            self.at += 1;
        }
        Ok(unit)
    }

    /// A number, whose sign or first digit comes next.
    pub(crate) fn number(&mut self) -> Parsed<Number<'t>> {
        let start = self.at;
        let mut plain = true;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        match self.byte() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return self.broken("a digit"),
        }
        if self.byte() == Some(b'.') {
            plain = false;
            self.at += 1;
            if !matches!(self.byte(), Some(b'0'..=b'9')) {
                return self.broken("a digit after the point");
            }
            self.digits();
        }
        if let Some(b'e' | b'E') = self.byte() {
            plain = false;
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            if !matches!(self.byte(), Some(b'0'..=b'9')) {
                return self.broken("a digit of the exponent");
            }
            self.digits();
        }
        Ok(Number {
            raw: self.since(start),
            plain,
        })
    }

    fn digits(&mut self) {
        while let Some(b'0'..=b'9') = self.byte() {
            self.at += 1;
        }
    }

    /// `true`, `false` or `null`, whichever is named.
    pub(crate) fn word(&mut self, word: &'static str) -> Parsed<()> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(());
        }
        self.broken(VALUE)
    }

    pub(crate) fn no_value<T>(&self) -> Parsed<T> {
        self.broken(VALUE)
    }

    /// Any value, to be ignored; the text of it.
    pub(crate) fn skip(&mut self) -> Parsed<&'t str> {
        let next = self.peek();
        let start = self.at;
        match next {
            Some(b'"') => drop(self.string()?),
            Some(b'{') => {
                self.open()?;
                let mut first = true;
                while self.key(first)?.is_some() {
                    first = false;
                    self.skip()?;
                }
                self.close();
            }
            Some(b'[') => {
                self.open()?;
                let mut first = true;
                while self.element(first)? {
                    first = false;
                    self.skip()?;
                }
                self.close();
            }
            Some(b'-' | b'0'..=b'9') => drop(self.number()?),
            Some(b't') => self.word("true")?,
            Some(b'f') => self.word("false")?,
            Some(b'n') => self.word("null")?,
            _ => return self.no_value(),
        }
        Ok(self.since(start))
    }
}

const VALUE: &str = "a value: object, array, string, number, true, false or null";

/// What ends a run of plain bytes in a string: quote, backslash, control characters.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = true;
        byte += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table
};

/// Resolves escapes that [`Parser::string`] has found to be well formed.
fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, after)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut chars = after.chars();
        match chars.next() {
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u') => {
                let unit = |text: &str| {
                    text.get(..4)
                        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
                };
                let mut code = unit(chars.as_str()).unwrap_or(0xFFFD);
                chars = chars.as_str().get(4..).unwrap_or_default().chars();
                if let 0xD800..=0xDBFF = code {
                    let low = chars.as_str().get(2..).and_then(unit).unwrap_or(0xDC00);
                    chars = chars.as_str().get(6..).unwrap_or_default().chars();
                    code = 0x10000 + ((code - 0xD800) << 10) + low.saturating_sub(0xDC00);
                }
                out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            Some(other) => out.push(other),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}
