//! One row, or one cell, of JSON into a growing column.

use crate::convert::cells::Value;
use crate::convert::columns::Sink;
use crate::convert::columns::sink::Data;
use crate::convert::judge::Judge;
use crate::convert::mapping::Input;
use crate::validate::at::At;
use crate::validate::findings::Rule;
use crate::validate::json::known;
use crate::validate::json::parser::{Broken, Parsed, Parser, Why};
use crate::validate::json::reach;
use crate::validate::scalar;
use crate::xdm::{Extra, Field, Kind, Object};

/// The deepest nesting in a cell.
const DEPTH: usize = 128;

/// The values that a row may have.
const PROPERTIES: u64 = aep_core::limits::ROW_PROPERTIES;

/// Reads JSON text into columns.
#[derive(Debug)]
pub(crate) struct Reader<'t, 'j, 'a> {
    parser: Parser<'t>,
    judge: &'j mut Judge<'a>,
    input: Input,
    row: usize,
    values: u64,
}

/// Reads the JSON text of a cell.
pub(crate) fn cell(
    text: &str,
    sink: &mut Sink<'_>,
    at: &At<'_>,
    row: usize,
    judge: &mut Judge<'_>,
) {
    let mut reader = Reader::new(text, DEPTH, row, judge);
    let before = sink.len();
    let done = reader.value(sink, at).and_then(|_| reader.parser.end());
    sink.pad(before + 1);
    if let Err(broken) = done {
        let found = text
            .get(broken.at..)
            .filter(|rest| !rest.is_empty())
            .unwrap_or("the end");
        let expected = format!("JSON: {}", due(&broken));
        judge.value(row, true, at, Rule::Syntax, || expected, found);
    }
}

fn due(broken: &Broken) -> &'static str {
    match broken.why {
        Why::Expected(what) => what,
        Why::TooDeep => "less deeply nested values",
    }
}

impl<'t, 'j, 'a> Reader<'t, 'j, 'a> {
    pub(crate) fn new(text: &'t str, depth: usize, row: usize, judge: &'j mut Judge<'a>) -> Self {
        Self {
            parser: Parser::new(text, depth),
            judge,
            input: Input::default(),
            row,
            values: 0,
        }
    }

    /// Reads a whole row, which is the text; `column` is where it begins in its line.
    pub(crate) fn row(mut self, text: &str, sink: &mut Sink<'_>, column: impl FnOnce() -> u64) {
        let before = sink.len();
        let done = self.value(sink, &At::ROW).and_then(|null| {
            let row = sink.field;
            if null {
                let expected = || scalar::expected(row, Rule::Type);
                self.judge
                    .value(self.row, true, &At::ROW, Rule::Type, expected, "null");
            }
            if self.values > PROPERTIES {
                let found = format!("{} values", self.values);
                let expected = || "at most 10000 values in a row".to_owned();
                self.judge
                    .value(self.row, true, &At::ROW, Rule::Properties, expected, &found);
            }
            self.parser.end()
        });
        sink.pad(before + 1);
        if let Err(broken) = done {
            broken_row(text, &broken, self.row, column, self.judge);
        }
    }

    /// Adds the value that comes next; whether it is null. Whatever happens, one value is added.
    fn value(&mut self, sink: &mut Sink<'_>, at: &At<'_>) -> Parsed<bool> {
        let next = self.parser.peek();
        let start = self.parser.place();
        match (next, &sink.field.kind) {
            (Some(b'{'), Kind::Object(object)) => {
                let done = self.object(object, sink, at);
                sink.close();
                done?;
            }
            (Some(b'{'), Kind::Map(_)) => {
                let done = self.map(sink, at);
                sink.close();
                done?;
            }
            (Some(b'['), Kind::Array(_)) => {
                let done = self.array(sink, at);
                sink.close();
                done?;
            }
            (Some(b'"'), _) => {
                let text = self.parser.string()?.decode();
                self.values += 1;
                sink.put(Value::String(&text), &self.input, at, self.row, self.judge);
            }
            (Some(b'-' | b'0'..=b'9'), _) => {
                let number = self.parser.number()?;
                self.values += 1;
                sink.put(
                    Value::Number(number.raw),
                    &self.input,
                    at,
                    self.row,
                    self.judge,
                );
            }
            (Some(b't'), _) => {
                self.parser.word("true")?;
                self.values += 1;
                sink.put(Value::Flag(true), &self.input, at, self.row, self.judge);
            }
            (Some(b'f'), _) => {
                self.parser.word("false")?;
                self.values += 1;
                sink.put(Value::Flag(false), &self.input, at, self.row, self.judge);
            }
            (Some(b'n'), _) => {
                self.parser.word("null")?;
                sink.null();
                return Ok(true);
            }
            (Some(b'{' | b'['), _) => {
                self.parser.skip()?;
                self.values += 1;
                let found = self.parser.since(start);
                sink.put(Value::Json(found), &self.input, at, self.row, self.judge);
            }
            _ => return self.parser.no_value(),
        }
        Ok(false)
    }

    fn object(&mut self, object: &Object, sink: &mut Sink<'_>, at: &At<'_>) -> Parsed<()> {
        let here = sink.len();
        self.parser.open()?;
        let (mut first, mut hint) = (true, 0);
        let mut filled = vec![
            false;
            if object.required().is_empty() {
                0
            } else {
                object.fields().len()
            }
        ];
        let Data::Object(fields) = &mut sink.data else {
            return self.parser.no_value();
        };
        while let Some(key) = self.parser.key(first)? {
            first = false;
            let name = key.decode();
            let Some((position, field)) = object.find(&name, hint) else {
                self.unknown(object, &name, at)?;
                continue;
            };
            hint = position + 1;
            let place = at.name(&field.name);
            let Some(Some(child)) = fields.get_mut(position) else {
                self.unwritten(field, &place)?;
                continue;
            };
            if child.len() > here {
                self.parser.skip()?;
                self.twice(&place);
                continue;
            }
            child.pad(here);
            let null = self.value(child, &place);
            // A value that is broken half way has been added or not.
            child.pad(here + 1);
            if !null? && let Some(filled) = filled.get_mut(position) {
                *filled = true;
            }
        }
        self.parser.close();
        for position in object.required() {
            if filled.get(*position) == Some(&false)
                && let Some(field) = object.fields().get(*position)
            {
                let seen = fields
                    .get(*position)
                    .and_then(Option::as_ref)
                    .is_some_and(|child| child.len() > here);
                let found = if seen { "null" } else { "nothing" };
                let expected = || scalar::expected(field, Rule::Required);
                let place = at.name(&field.name);
                self.judge
                    .value(self.row, false, &place, Rule::Required, expected, found);
            }
        }
        Ok(())
    }

    /// A field that the schema doesn't name.
    fn unknown(&mut self, object: &Object, name: &str, at: &At<'_>) -> Parsed<()> {
        let found = self.parser.skip()?;
        let place = at.name(name);
        match object.extra() {
            Extra::None => {
                let expected = || known(object, name);
                self.judge
                    .value(self.row, false, &place, Rule::UnknownField, expected, found);
            }
            Extra::Typed(_) => {
                let expected = || "a field that the schema names: others have no column".to_owned();
                self.judge
                    .value(self.row, true, &place, Rule::UnknownField, expected, found);
            }
        }
        Ok(())
    }

    /// A field whose type the schema leaves open has no column; null is no loss.
    fn unwritten(&mut self, field: &Field, at: &At<'_>) -> Parsed<()> {
        let found = self.parser.skip()?;
        if found != "null" {
            let expected = || {
                format!(
                    "a field whose type the schema says (it is {})",
                    field.type_name()
                )
            };
            self.judge
                .value(self.row, true, at, Rule::Type, expected, found);
        }
        Ok(())
    }

    fn map(&mut self, sink: &mut Sink<'_>, at: &At<'_>) -> Parsed<()> {
        self.parser.open()?;
        let Data::Map(_, keys, inner) = &mut sink.data else {
            return self.parser.no_value();
        };
        let mut seen = std::collections::HashSet::new();
        let mut first = true;
        while let Some(key) = self.parser.key(first)? {
            first = false;
            let key = key.decode();
            let place = at.key(&key);
            if !seen.insert(key.clone().into_owned()) {
                self.parser.skip()?;
                self.twice(&place);
                continue;
            }
            let before = inner.len();
            keys.push(&key);
            let done = self.value(inner, &place);
            inner.pad(before + 1);
            done?;
        }
        self.parser.close();
        Ok(())
    }

    fn array(&mut self, sink: &mut Sink<'_>, at: &At<'_>) -> Parsed<()> {
        self.parser.open()?;
        let Data::List(_, inner) = &mut sink.data else {
            return self.parser.no_value();
        };
        let mut index = 0;
        while self.parser.element(index == 0)? {
            self.value(inner, &at.index(index))?;
            index += 1;
        }
        self.parser.close();
        Ok(())
    }

    fn twice(&mut self, at: &At<'_>) {
        let expected = || "each key once".to_owned();
        self.judge.value(
            self.row,
            true,
            at,
            Rule::DuplicateKey,
            expected,
            "the key again",
        );
    }
}

/// Says where the text of a row is no JSON.
pub(crate) fn broken_row(
    text: &str,
    broken: &Broken,
    row: usize,
    column: impl FnOnce() -> u64,
    judge: &mut Judge<'_>,
) {
    let (lines, column) = reach(text.get(..broken.at).unwrap_or(text), column);
    let rest = text
        .get(broken.at..)
        .filter(|rest| !rest.is_empty())
        .unwrap_or("the end of the row");
    let rule = if broken.why == Why::TooDeep {
        Rule::Depth
    } else {
        Rule::Syntax
    };
    judge.report(row, true, |tally| {
        tally.line = tally.line.map(|line| line + lines);
        tally.odd(rule, &At::ROW, Some(column), due(broken), rest);
    });
}
