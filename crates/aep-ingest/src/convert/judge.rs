//! What is wrong with the rows of a block.

use std::ops::Range;

use crate::validate::at::At;
use crate::validate::blocks::newlines;
use crate::validate::findings::Rule;
use crate::validate::tally::Tally;

/// There is an error in the row.
const BAD: u8 = 1;
/// It can't be written as it is.
const LOST: u8 = 2;

/// Gathers what is found in a block, in any order of its rows.
#[derive(Debug)]
pub(crate) struct Judge<'t> {
    pub(crate) tally: &'t mut Tally,
    bytes: &'t [u8],
    rows: &'t [Range<usize>],
    state: Vec<u8>,
    /// A place in the block, and the line that it is in.
    known: (usize, u64),
}

impl<'t> Judge<'t> {
    pub(crate) fn new(tally: &'t mut Tally, bytes: &'t [u8], rows: &'t [Range<usize>]) -> Self {
        Self {
            tally,
            bytes,
            rows,
            state: vec![0; rows.len()],
            known: (0, 1),
        }
    }

    /// Goes to a row, for whatever the tally is told next.
    fn go(&mut self, row: usize) {
        let start = self.rows.get(row).map_or(0, |range| range.start);
        if start < self.known.0 {
            self.known = (0, 1);
        }
        let between = self.bytes.get(self.known.0..start).unwrap_or_default();
        self.known = (start, self.known.1 + newlines(between));
        self.tally.row = row as u64 + 1;
        self.tally.line = Some(self.known.1);
    }

    /// Reports something about a row; `lost` says that the row can't be written.
    pub(crate) fn report(&mut self, row: usize, lost: bool, tell: impl FnOnce(&mut Tally)) {
        self.go(row);
        self.tally.bad = false;
        tell(self.tally);
        let bad = std::mem::take(&mut self.tally.bad);
        if let Some(state) = self.state.get_mut(row) {
            *state |= if bad { BAD } else { 0 } | if lost { LOST } else { 0 };
        }
    }

    /// Reports a value.
    pub(crate) fn value(
        &mut self,
        row: usize,
        lost: bool,
        at: &At<'_>,
        rule: Rule,
        expected: impl FnOnce() -> String,
        found: &str,
    ) {
        self.report(row, lost, |tally| {
            tally.note(rule, at, None, expected, found);
        });
    }

    /// Whether the row can't be written.
    pub(crate) fn is_lost(&self, row: usize) -> bool {
        self.state.get(row).is_some_and(|state| state & LOST != 0)
    }

    /// Ends the block: the rows that are not written. All bad ones, or only those that can't be.
    pub(crate) fn finish(self, all: bool) -> Verdicts {
        let count = |bit: u8| self.state.iter().filter(|state| **state & bit != 0).count();
        self.tally.rows = self.state.len() as u64;
        self.tally.failed = count(BAD) as u64;
        let lost = count(LOST) as u64;
        let drop = if all { BAD | LOST } else { LOST };
        let out = count(drop) > 0;
        Verdicts {
            lost,
            keep: out.then(|| self.state.iter().map(|state| state & drop == 0).collect()),
        }
    }
}

/// What becomes of the rows of a block.
#[derive(Debug)]
pub(crate) struct Verdicts {
    /// Rows that can't be written.
    pub(crate) lost: u64,
    /// Which rows are written; none: all.
    pub(crate) keep: Option<Vec<bool>>,
}
