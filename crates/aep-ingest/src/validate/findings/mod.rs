//! What a check found.

mod rule;

use std::fmt;
use std::sync::Arc;

use aep_core::{Error, ErrorKind};
use serde::Serialize;

pub use rule::{Rule, Severity};

use super::Format;

/// What a check of one file found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Findings {
    /// The file, as it was named.
    pub file: Arc<str>,
    /// The format it was read as.
    pub format: Format,
    /// The rows read.
    pub rows: u64,
    /// The rows with at least one error: all of them when an error is about the whole file.
    pub failed_rows: u64,
    /// Examples, in the order of the file: at most [`Options::max_examples`](super::Options) of
    /// each rule at each path.
    pub findings: Vec<Finding>,
    /// All findings, counted by rule and path.
    pub counts: Vec<Count>,
}

impl Findings {
    /// Whether nothing would be refused; there may be warnings.
    pub fn is_ok(&self) -> bool {
        self.errors() == 0
    }

    /// Calls the file something else.
    pub(crate) fn rename(&mut self, name: &Arc<str>) {
        self.file = Arc::clone(name);
        for finding in &mut self.findings {
            finding.file = Arc::clone(name);
        }
    }

    /// How many errors there are, shown or not.
    pub fn errors(&self) -> u64 {
        self.total(Severity::Error)
    }

    /// How many warnings there are, shown or not.
    pub fn warnings(&self) -> u64 {
        self.total(Severity::Warning)
    }

    fn total(&self, severity: Severity) -> u64 {
        self.counts
            .iter()
            .filter(|count| count.severity == severity)
            .map(|count| count.count)
            .sum()
    }

    /// The error that refuses this file, naming the first finding; none when [`Self::is_ok`].
    pub fn to_error(&self) -> Option<Error> {
        if self.is_ok() {
            return None;
        }
        let error = Error::new(
            ErrorKind::Rejected,
            "accept the file: its rows don't fit the schema",
        )
        .with("file", &self.file)
        .with("rows", self.rows)
        .with("failed", self.failed_rows);
        let first = self
            .findings
            .iter()
            .find(|finding| finding.severity == Severity::Error);
        Some(match first {
            Some(first) => error.because(first.to_string()),
            None => error,
        })
    }
}

/// One thing wrong at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Finding {
    /// The file, as it was named.
    pub file: Arc<str>,
    /// The line, from 1, in a text format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The character in the line, from 1, where the text itself is broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// The row, from 1; in Parquet counted inside the row group. 0 when it is about the whole file.
    pub row: u64,
    /// The row group, from 0, in Parquet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row_group: Option<u64>,
    /// The dotted path of the field, with indices: `_local.cards[2].number`. Empty when it is about
    /// the row.
    pub path: String,
    /// The rule that was broken.
    pub rule: Rule,
    /// Whether the platform would refuse the row.
    pub severity: Severity,
    /// What should be there.
    pub expected: String,
    /// What is there, cut at 80 characters.
    pub found: String,
}

/// One line: place, field, expectation, value, rule.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
            // several rows in one line, as in an array without line breaks
            if self.row > line {
                write!(f, ", row {}", self.row)?;
            }
        } else if let Some(group) = self.row_group {
            write!(f, ", row group {group}")?;
            if self.row > 0 {
                write!(f, ", row {}", self.row)?;
            }
        }
        f.write_str(": ")?;
        if self.severity == Severity::Warning {
            f.write_str("warning: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "`{}`: ", self.path)?;
        }
        write!(
            f,
            "expected {}, found {} ({})",
            self.expected, self.found, self.rule
        )
    }
}

/// How often a rule was broken at a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Count {
    /// The rule.
    pub rule: Rule,
    /// The dotted path, with `[]` for any index and `*` for any key.
    pub path: String,
    /// Whether the platform would refuse such rows.
    pub severity: Severity,
    /// How often.
    pub count: u64,
}

/// One line: how often, where, which rule.
impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} × ", self.count)?;
        if self.severity == Severity::Warning {
            f.write_str("warning: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "`{}`: ", self.path)?;
        }
        write!(f, "{}", self.rule)
    }
}
