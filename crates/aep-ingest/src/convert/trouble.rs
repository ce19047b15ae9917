//! What is wrong with rows before their values are looked at.

use std::str::Utf8Error;

use super::json;
use super::judge::Judge;
use crate::validate::at::At;
use crate::validate::csv::record::Bad;
use crate::validate::findings::Rule;
use crate::validate::json::parser::Broken;
use crate::validate::json::{SHORTER, not_utf8, reach};
use crate::validate::tally::Tally;

#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) row: usize,
    pub(crate) what: What,
}

#[derive(Debug)]
pub(crate) enum What {
    /// The text is no JSON.
    Json(Broken),
    /// The record is no CSV; where it begins.
    Csv(Bad),
    /// More or fewer fields than the header has.
    Fields { found: usize, wanted: usize },
    /// The bytes are no text.
    Encoding(Utf8Error),
    /// There is a zero byte.
    Zero(usize),
    /// The row is over the limit.
    Long,
    /// A row of JSON that is no object.
    NoObject { found: String },
    /// A value that the mapping says nothing of.
    Unnamed { path: String, found: String },
    /// A key that was there before.
    Twice { path: String },
}

impl Trouble {
    /// Tells the judge; `bytes` are those of the row.
    pub(crate) fn tell(
        self,
        bytes: &[u8],
        start: usize,
        column: impl FnOnce() -> u64,
        judge: &mut Judge<'_>,
    ) {
        let row = self.row;
        let text = String::from_utf8_lossy(bytes);
        let place = |before: &str, tally: &mut Tally| {
            let (lines, column) = reach(before, || 1);
            tally.line = tally.line.map(|line| line + lines);
            column
        };
        match self.what {
            What::Json(broken) => json::broken_row(&text, &broken, row, column, judge),
            What::Csv(bad) => judge.report(row, true, |tally| {
                let at = bad.at.saturating_sub(start);
                let column = place(text.get(..at).unwrap_or_default(), tally);
                let found = text
                    .get(at..)
                    .unwrap_or_default()
                    .split('\n')
                    .next()
                    .unwrap_or_default();
                tally.odd(Rule::Syntax, &At::ROW, Some(column), bad.expected, found);
            }),
            What::Fields { found, wanted } => judge.value(
                row,
                true,
                &At::ROW,
                Rule::Columns,
                || format!("{wanted} fields, as in the header"),
                &format!("{found} fields"),
            ),
            What::Encoding(error) => {
                let column = column();
                judge.report(row, true, |tally| not_utf8(bytes, error, column, tally));
            }
            What::Zero(at) => judge.report(row, true, |tally| {
                let before =
                    String::from_utf8_lossy(bytes.get(..at).unwrap_or_default()).into_owned();
                let column = place(&before, tally);
                tally.odd(
                    Rule::Encoding,
                    &At::ROW,
                    Some(column),
                    "text",
                    "a zero byte",
                );
            }),
            What::Long => judge.report(row, true, |tally| {
                tally.odd(Rule::RowLength, &At::ROW, None, SHORTER, &text);
            }),
            What::NoObject { found } => judge.value(
                row,
                true,
                &At::ROW,
                Rule::Type,
                || "an object".to_owned(),
                &found,
            ),
            What::Unnamed { path, found } => judge.value(
                row,
                true,
                &At::ROW.name(&path),
                Rule::UnknownField,
                || "a value that the mapping names under `columns` or `ignore`".to_owned(),
                &found,
            ),
            What::Twice { path } => judge.value(
                row,
                true,
                &At::ROW.name(&path),
                Rule::DuplicateKey,
                || "each key once".to_owned(),
                "the key again",
            ),
        }
    }
}
