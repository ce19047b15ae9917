//! Records of CSV.

use memchr::{memchr, memchr2};

use super::{MARK, Odd, Rows};
use crate::validate::CsvOptions;

/// Tells records apart; a line break inside quotes is none. Blank lines are no records. The header is the first one.
#[derive(Debug)]
pub(crate) struct Records {
    delimiter: u8,
    quote: u8,
    escape: Option<u8>,
    state: State,
    start: u64,
    /// Only line breaks so far.
    blank: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the beginning of a field.
    Start,
    /// In a field without quotes, where a quote means nothing.
    Plain,
    /// Between quotes.
    Quoted,
    /// Behind an escape between quotes.
    Escaped,
    /// Behind a quote that ends the field, unless another one follows.
    Closed,
}

impl Records {
    pub(crate) fn new(csv: &CsvOptions) -> Self {
        Self {
            delimiter: csv.delimiter,
            quote: csv.quote,
            escape: csv.escape.filter(|escape| *escape != csv.quote),
            state: State::Start,
            start: 0,
            blank: true,
        }
    }

    /// How many of these bytes change nothing in this state.
    fn dull(&self, bytes: &[u8]) -> usize {
        let next = match self.state {
            State::Plain => memchr2(self.delimiter, b'\n', bytes),
            State::Quoted => match self.escape {
                Some(escape) => memchr2(self.quote, escape, bytes),
                None => memchr(self.quote, bytes),
            },
            State::Start | State::Escaped | State::Closed => Some(0),
        };
        next.unwrap_or(bytes.len())
    }

    fn step(&mut self, byte: u8) -> State {
        match (self.state, byte) {
            (State::Quoted, byte) if Some(byte) == self.escape => State::Escaped,
            (State::Quoted, byte) if byte == self.quote => State::Closed,
            (State::Quoted | State::Escaped, _) => State::Quoted,
            (State::Start | State::Closed, byte) if byte == self.quote => State::Quoted,
            (_, b'\n') => State::Start,
            (_, byte) if byte == self.delimiter => State::Start,
            _ => State::Plain,
        }
    }
}

impl Rows for Records {
    fn more(&mut self, bytes: &[u8], at: u64, row: &mut impl FnMut(u64, u64)) -> Result<(), Odd> {
        let mut index = if at == 0 && bytes.starts_with(MARK) {
            MARK.len()
        } else {
            0
        };
        // without quotes to come only the line breaks matter
        let mut quote = memchr(self.quote, bytes).unwrap_or(bytes.len());
        while let Some(rest) = bytes.get(index..).filter(|rest| !rest.is_empty()) {
            if index > quote {
                quote = memchr(self.quote, rest).map_or(bytes.len(), |found| index + found);
            }
            let plain = quote == bytes.len()
                && matches!(self.state, State::Start | State::Plain | State::Closed);
            let dull = if plain && !self.blank {
                self.state = State::Plain;
                memchr(b'\n', rest).unwrap_or(rest.len())
            } else {
                self.dull(rest)
            };
            index += dull;
            self.blank &= dull == 0;
            let Some(byte) = bytes.get(index).copied() else {
                // where a field begins matters only for a quote, which the next bytes may have
                if plain && bytes.last() == Some(&self.delimiter) {
                    self.state = State::Start;
                }
                return Ok(());
            };
            self.state = self.step(byte);
            index += 1;
            let between = matches!(self.state, State::Quoted | State::Escaped);
            if byte == b'\n' && !between {
                let end = at + index as u64;
                if !self.blank {
                    row(self.start, end);
                }
                self.start = end;
                self.blank = true;
            } else if byte != b'\r' || between {
                self.blank = false;
            }
        }
        Ok(())
    }

    fn end(&mut self, size: u64, row: &mut impl FnMut(u64, u64)) -> Result<(), Odd> {
        if matches!(self.state, State::Quoted | State::Escaped) {
            return Err("its last record ends inside quotes".to_owned());
        }
        if !self.blank {
            row(self.start, size);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::super::tests::rows_of;
    use super::*;

    fn records(text: &str, step: usize) -> Result<Vec<String>, Odd> {
        rows_of(Records::new(&CsvOptions::default()), text.as_bytes(), step)
    }

    #[test]
    fn a_line_break_in_quotes_ends_nothing() {
        let text = "a,b\r\n\"x\ny\",1\n\n\r\n\"he said \"\"\n\"\"\",2\n\"esc \\\"\n\",3\nno \"quotes,4\n\"\",\"";
        for step in 1..=text.len() {
            let cut = &text[..text.len() - 1];
            assert_eq!(
                records(cut, step).unwrap(),
                [
                    "a,b\r\n",
                    "\"x\ny\",1\n",
                    "\n\r\n\"he said \"\"\n\"\"\",2\n",
                    "\"esc \\\"\n\",3\n",
                    "no \"quotes,4\n",
                    "\"\","
                ]
                .map(|record| record.trim_start_matches(['\n', '\r']))
            );
            assert!(records(text, step).is_err());
        }
    }

    #[test]
    fn a_mark_belongs_to_the_header() {
        assert_eq!(
            records("\u{feff}\"a\nb\"\n1", 100).unwrap(),
            ["\u{feff}\"a\nb\"\n", "1"]
        );
        assert!(records("", 1).unwrap().is_empty());
        assert!(records("\n\r\n", 1).unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn steps_make_no_difference(text in "[ab,\"\\\\\r\n]{0,60}", step in 1_usize..20) {
            prop_assert_eq!(records(&text, step), records(&text, 1000));
        }

        #[test]
        fn written_records_are_found(cells in proptest::collection::vec(("[a\",\r\n ]{0,6}", "[a\",\n]{1,6}"), 1..20)) {
            let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
            let mut ends = vec![];
            for (one, two) in &cells {
                writer.write_record([one, two]).unwrap();
                writer.flush().unwrap();
                ends.push(writer.get_ref().len());
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let mut at = 0;
            let expected: Vec<String> = ends.into_iter().map(|end| text[std::mem::replace(&mut at, end)..end].to_owned()).collect();
            prop_assert_eq!(records(&text, 7).unwrap(), expected);
        }
    }
}
