//! One row of JSON against the schema, in one pass.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use super::parser::{Broken, Parsed, Parser, Why};
use crate::validate::at::At;
use crate::validate::blocks::{characters, newlines};
use crate::validate::findings::Rule;
use crate::validate::scalar::{self, Source};
use crate::validate::tally::{SHOWN, Tally};
use crate::xdm::{Extra, Field, Kind, Object, Schema};

/// The platform's limit on a row.
const PROPERTIES: u64 = aep_core::limits::ROW_PROPERTIES;

/// Nesting beyond this is refused whatever the options say: each level costs stack.
const DEPTH: usize = 512;

/// Checks rows against a schema; made once for a block.
#[derive(Debug)]
pub(super) struct Rows<'s> {
    schema: &'s Schema,
    max_depth: usize,
    hasher: RandomState,
}

impl<'s> Rows<'s> {
    pub(super) fn new(schema: &'s Schema, max_depth: usize) -> Self {
        Self {
            schema,
            max_depth: max_depth.min(DEPTH),
            hasher: RandomState::new(),
        }
    }

    /// Checks the text of one row that begins in `line`, at `column`.
    pub(super) fn row(
        &self,
        text: &str,
        line: u64,
        column: impl FnOnce() -> u64,
        tally: &mut Tally,
    ) {
        tally.begin(Some(line));
        let mut row = Row {
            parser: Parser::new(text, self.max_depth),
            tally,
            hasher: &self.hasher,
            values: 0,
        };
        let done = row.value(self.schema.row(), &At::ROW).and_then(|null| {
            if null {
                row.tally
                    .broken(self.schema.row(), &At::ROW, Rule::Type, "null");
            }
            if row.values > PROPERTIES {
                let found = format!("{} values", row.values);
                row.tally.odd(
                    Rule::Properties,
                    &At::ROW,
                    None,
                    "at most 10000 values in a row",
                    &found,
                );
            }
            row.parser.end()
        });
        if let Err(broken) = done {
            report(text, line, column, &broken, tally);
        }
        tally.end();
    }
}

/// Says where the text of a row is no JSON.
fn report(text: &str, line: u64, column: impl FnOnce() -> u64, broken: &Broken, tally: &mut Tally) {
    let before = text.get(..broken.at).unwrap_or(text);
    let (lines, column) = reach(before, column);
    let rest = text.get(broken.at..).unwrap_or_default();
    let found = if rest.is_empty() {
        "the end of the row"
    } else {
        rest
    };
    tally.line = Some(line + lines);
    match broken.why {
        Why::Expected(what) => tally.odd(Rule::Syntax, &At::ROW, Some(column), what, found),
        Why::TooDeep => tally.odd(
            Rule::Depth,
            &At::ROW,
            Some(column),
            "less deeply nested values",
            found,
        ),
    }
}

/// The line breaks in a text that begins at `column`, and the column behind it.
pub(crate) fn reach(text: &str, column: impl FnOnce() -> u64) -> (u64, u64) {
    match text.rsplit_once('\n') {
        Some((before, last)) => (
            newlines(before.as_bytes()) + 1,
            characters(last.as_bytes()) + 1,
        ),
        None => (0, characters(text.as_bytes()) + column()),
    }
}

struct Row<'t, 'c> {
    parser: Parser<'t>,
    tally: &'c mut Tally,
    hasher: &'c RandomState,
    /// Values that are neither null, nor objects or arrays.
    values: u64,
}

impl Row<'_, '_> {
    /// Checks the value that comes next; whether it is null.
    fn value(&mut self, field: &Field, at: &At<'_>) -> Parsed<bool> {
        let next = self.parser.peek();
        let start = self.parser.place();
        let rule = match next {
            Some(b'"') => {
                let text = self.parser.string()?;
                match &field.kind {
                    Kind::String if !field.rules.any_for_text() => None,
                    _ => scalar::text(field, &text.decode(), Source::Typed),
                }
            }
            Some(b'-' | b'0'..=b'9') => {
                let number = self.parser.number()?;
                scalar::json_number(field, number.raw, number.plain)
            }
            Some(b'{') => match &field.kind {
                Kind::Object(object) => return self.object(object, at).map(|()| false),
                Kind::Map(value) => return self.map(value, at).map(|()| false),
                kind => self.other(kind)?,
            },
            Some(b'[') => match &field.kind {
                Kind::Array(element) => return self.array(element, at).map(|()| false),
                kind => self.other(kind)?,
            },
            Some(b't') => {
                self.parser.word("true")?;
                scalar::flag(field, true)
            }
            Some(b'f') => {
                self.parser.word("false")?;
                scalar::flag(field, false)
            }
            Some(b'n') => {
                self.parser.word("null")?;
                return Ok(true);
            }
            _ => return self.parser.no_value(),
        };
        self.values += 1;
        if let Some(rule) = rule {
            self.tally.broken(field, at, rule, self.parser.since(start));
        }
        Ok(false)
    }

    /// An object or an array where something else should be.
    fn other(&mut self, kind: &Kind) -> Parsed<Option<Rule>> {
        self.parser.skip()?;
        Ok((!matches!(kind, Kind::Any)).then_some(Rule::Type))
    }

    fn object(&mut self, object: &Object, at: &At<'_>) -> Parsed<()> {
        self.parser.open()?;
        let mut seen = Bits::default();
        let mut filled = Bits::default();
        let mut hint = 0;
        let mut first = true;
        while let Some(key) = self.parser.key(first)? {
            first = false;
            let name = key.decode();
            if let Some((position, field)) = object.find(&name, hint) {
                hint = position + 1;
                let here = at.name(&field.name);
                if seen.set(position) {
                    self.duplicate(&here);
                }
                if !self.value(field, &here)? {
                    filled.set(position);
                }
            } else if let Extra::Typed(field) = object.extra() {
                self.value(field, &at.key(&name))?;
            } else {
                let found = self.parser.skip()?;
                self.tally.note(
                    Rule::UnknownField,
                    &at.name(&name),
                    None,
                    || known(object, &name),
                    found,
                );
            }
        }
        self.parser.close();
        for position in object.required() {
            if !filled.get(*position)
                && let Some(field) = object.fields().get(*position)
            {
                let found = if seen.get(*position) {
                    "null"
                } else {
                    "nothing"
                };
                self.tally
                    .broken(field, &at.name(&field.name), Rule::Required, found);
            }
        }
        Ok(())
    }

    fn map(&mut self, value: &Field, at: &At<'_>) -> Parsed<()> {
        self.parser.open()?;
        let mut keys = Keys::default();
        let mut first = true;
        while let Some(key) = self.parser.key(first)? {
            first = false;
            let key = key.decode();
            let here = at.key(&key);
            if keys.set(self.hasher.hash_one(&*key)) {
                self.duplicate(&here);
            }
            self.value(value, &here)?;
        }
        self.parser.close();
        Ok(())
    }

    fn array(&mut self, element: &Field, at: &At<'_>) -> Parsed<()> {
        self.parser.open()?;
        let mut index = 0;
        while self.parser.element(index == 0)? {
            self.value(element, &at.index(index))?;
            index += 1;
        }
        self.parser.close();
        Ok(())
    }

    fn duplicate(&mut self, at: &At<'_>) {
        self.tally.odd(
            Rule::DuplicateKey,
            at,
            None,
            "each key once",
            "the key again",
        );
    }
}

/// What an unknown name could have been.
pub(crate) fn known(object: &Object, name: &str) -> String {
    let close = object.fields().iter().find(|field| {
        field.name.eq_ignore_ascii_case(name)
            || field.name.trim_start_matches('_') == name.trim_start_matches('_')
    });
    if let Some(field) = close {
        return format!("a field of the schema (`{}`?)", field.name);
    }
    let mut list = "a field of the schema: ".to_owned();
    let names: Vec<&str> = object
        .fields()
        .iter()
        .take(12)
        .map(|field| &*field.name)
        .collect();
    crate::validate::at::shorten(&mut list, &names.join(", "), SHOWN);
    list
}

/// A set of small numbers that needs no memory of its own up to 256.
#[derive(Debug, Default)]
struct Bits {
    few: [u64; 4],
    more: Vec<u64>,
}

impl Bits {
    /// Adds a number; whether it was there before.
    fn set(&mut self, number: usize) -> bool {
        let (word, bit) = (number / 64, 1 << (number % 64));
        let word = if let Some(word) = self.few.get_mut(word) {
            word
        } else {
            let word = word - self.few.len();
            if self.more.len() <= word {
                self.more.resize(word + 1, 0);
            }
            let Some(word) = self.more.get_mut(word) else {
                return false;
            };
            word
        };
        let was = *word & bit != 0;
        *word |= bit;
        was
    }

    fn get(&self, number: usize) -> bool {
        let (word, bit) = (number / 64, 1 << (number % 64));
        let word = self
            .few
            .get(word)
            .or_else(|| self.more.get(word.wrapping_sub(self.few.len())));
        word.is_some_and(|word| word & bit != 0)
    }
}

/// The keys of a map seen so far, as hashes; the first few need no memory of their own.
#[derive(Debug, Default)]
struct Keys {
    few: [u64; 8],
    len: usize,
    more: HashSet<u64>,
}

impl Keys {
    /// Adds a key; whether it was there before.
    fn set(&mut self, hash: u64) -> bool {
        let few = self
            .few
            .get(..self.len.min(self.few.len()))
            .unwrap_or_default();
        if few.contains(&hash) {
            return true;
        }
        let Some(free) = self.few.get_mut(self.len) else {
            return !self.more.insert(hash);
        };
        *free = hash;
        self.len += 1;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::{Bits, Keys};

    #[test]
    fn bits_remember_beyond_the_first_words() {
        let mut bits = Bits::default();
        for number in [0, 63, 64, 255, 256, 5000] {
            assert!(!bits.get(number));
            assert!(!bits.set(number));
            assert!(bits.set(number));
            assert!(bits.get(number));
        }
        assert!(!bits.get(257));
        assert!(!bits.get(100_000));
    }

    #[test]
    fn keys_remember_beyond_the_first_few() {
        let mut keys = Keys::default();
        for key in 0..100 {
            assert!(!keys.set(key), "{key}");
        }
        for key in 0..100 {
            assert!(keys.set(key), "{key}");
        }
    }
}
