//! Gathers findings: examples up to a limit, and counts of all.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use super::at::{At, shorten};
use super::findings::{Count, Finding, Findings, Rule, Severity};
use super::{Format, OnUnknown, Options, scalar};
use crate::xdm::Field;

/// Different paths that are told apart; what comes after counts as `…`. Unknown names come from the
/// data, so their number has no other bound.
const PATHS: usize = 1000;

/// The longest value that is shown, in characters.
pub(crate) const SHOWN: usize = 80;

/// Findings in the making, of a file or of a block of one.
#[derive(Debug)]
pub(crate) struct Tally {
    max_examples: usize,
    unknown: Severity,
    pub(crate) rows: u64,
    pub(crate) failed: u64,
    /// The current place; rows and lines count from 1.
    pub(crate) row: u64,
    pub(crate) line: Option<u64>,
    pub(crate) group: Option<u64>,
    /// The current row has an error.
    pub(crate) bad: bool,
    /// There is an error that is about the whole file.
    whole: bool,
    index: HashMap<Box<str>, Vec<(Rule, usize)>>,
    groups: Vec<Group>,
    scratch: String,
    /// Each row by itself, if somebody wants to take the bad ones out.
    each: Option<Each>,
}

/// Rows one by one, and what is wrong with each.
#[derive(Debug, Default)]
pub(crate) struct Each {
    /// In a text format: all rows, in order.
    pub(crate) spans: Vec<Span>,
    /// Errors, in the order of the rows in a text format, in any order in a row group.
    pub(crate) reasons: Vec<Reason>,
    current: (usize, usize),
    of_row: usize,
}

/// Where a row is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// The first byte, in the block.
    pub(crate) start: usize,
    /// Behind the line break that ends it, or where the element ends.
    pub(crate) end: usize,
    /// It has an error.
    pub(crate) bad: bool,
}

/// Why a row is bad. Small, because a row group may have very many.
#[derive(Debug)]
pub(crate) struct Reason {
    pub(crate) row: u64,
    line: Option<u64>,
    column: Option<u64>,
    group: usize,
    /// None when there are too many to keep what was found.
    said: Option<Box<Said>>,
}

#[derive(Debug)]
struct Said {
    path: String,
    expected: String,
    found: String,
}

/// Reasons kept of one row.
const OF_ROW: usize = 20;

/// Reasons kept with all their words, in a block or a row group.
const WORDY: usize = 50_000;

#[derive(Debug)]
struct Group {
    rule: Rule,
    path: Box<str>,
    severity: Severity,
    count: u64,
    examples: Vec<Finding>,
}

impl Each {
    fn add(
        &mut self,
        group: usize,
        row: u64,
        line: Option<u64>,
        column: Option<u64>,
        (path, expected, found): (&str, &str, &str),
    ) {
        // In a row group the columns come one after the other, so a row's reasons are few at a time.
        let same = self.reasons.last().is_some_and(|last| last.row == row);
        self.of_row = if same { self.of_row + 1 } else { 0 };
        if self.of_row >= OF_ROW {
            return;
        }
        let said = (self.reasons.len() < WORDY).then(|| {
            Box::new(Said {
                path: path.to_owned(),
                expected: expected.to_owned(),
                found: found.to_owned(),
            })
        });
        self.reasons.push(Reason {
            row,
            line,
            column,
            group,
            said,
        });
    }
}

impl Tally {
    pub(crate) fn new(options: &Options) -> Self {
        let unknown = match options.unknown {
            OnUnknown::Error => Severity::Error,
            OnUnknown::Warn => Severity::Warning,
        };
        Self::empty(options.max_examples, unknown)
    }

    fn empty(max_examples: usize, unknown: Severity) -> Self {
        Self {
            max_examples,
            unknown,
            rows: 0,
            failed: 0,
            row: 0,
            line: None,
            group: None,
            bad: false,
            whole: false,
            index: HashMap::new(),
            groups: Vec::new(),
            scratch: String::new(),
            each: None,
        }
    }

    /// Notes each row by itself as well.
    pub(crate) fn each(mut self) -> Self {
        self.each = Some(Each::default());
        self
    }

    /// An empty one that looks at the same things.
    pub(crate) fn fresh(&self) -> Self {
        Self {
            each: self.each.as_ref().map(|_| Each::default()),
            ..Self::empty(self.max_examples, self.unknown)
        }
    }

    /// The current row is at these bytes of its block.
    pub(crate) fn span(&mut self, start: usize, end: usize) {
        if let Some(each) = &mut self.each {
            each.current = (start, end);
        }
    }

    /// Rows one by one since the last time, if that was asked for.
    pub(crate) fn take_each(&mut self) -> Option<Each> {
        self.each.as_mut().map(std::mem::take)
    }

    /// A reason as a finding.
    pub(crate) fn finding(
        &self,
        reason: Reason,
        file: &Arc<str>,
        row_group: Option<u64>,
    ) -> Finding {
        let group = self.groups.get(reason.group);
        let said = reason.said.map_or_else(
            || Said {
                path: group
                    .map(|group| group.path.to_string())
                    .unwrap_or_default(),
                expected: String::new(),
                found: String::new(),
            },
            |said| *said,
        );
        Finding {
            file: Arc::clone(file),
            line: reason.line,
            column: reason.column,
            row: reason.row,
            row_group,
            path: said.path,
            rule: group.map_or(Rule::Syntax, |group| group.rule),
            severity: Severity::Error,
            expected: said.expected,
            found: said.found,
        }
    }

    /// Whether an error is about the whole file.
    pub(crate) fn is_whole(&self) -> bool {
        self.whole
    }

    /// A row begins.
    pub(crate) fn begin(&mut self, line: Option<u64>) {
        self.rows += 1;
        self.row = self.rows;
        self.line = line;
        self.bad = false;
    }

    /// The row ends.
    pub(crate) fn end(&mut self) {
        self.failed += u64::from(self.bad);
        if let Some(each) = &mut self.each {
            let (start, end) = std::mem::take(&mut each.current);
            let bad = self.bad;
            each.spans.push(Span { start, end, bad });
        }
        self.bad = false;
    }

    /// A value broke a rule of its field.
    pub(crate) fn broken(&mut self, field: &Field, at: &At<'_>, rule: Rule, found: &str) {
        self.note(rule, at, None, || scalar::expected(field, rule), found);
    }

    /// Something is wrong that isn't about a field's rule.
    pub(crate) fn odd(
        &mut self,
        rule: Rule,
        at: &At<'_>,
        column: Option<u64>,
        expected: &str,
        found: &str,
    ) {
        self.note(rule, at, column, || expected.to_owned(), found);
    }

    pub(crate) fn note(
        &mut self,
        rule: Rule,
        at: &At<'_>,
        column: Option<u64>,
        expected: impl FnOnce() -> String,
        found: &str,
    ) {
        self.count(rule, at, 1, column, expected, found);
    }

    /// As [`Self::note`], for `times` values at once of which one is shown.
    pub(crate) fn count(
        &mut self,
        rule: Rule,
        at: &At<'_>,
        times: u64,
        column: Option<u64>,
        expected: impl FnOnce() -> String,
        found: &str,
    ) {
        let severity = if rule == Rule::UnknownField {
            self.unknown
        } else {
            Severity::Error
        };
        self.bad |= severity == Severity::Error;
        self.whole |= self.row == 0 && severity == Severity::Error;
        let mut template = std::mem::take(&mut self.scratch);
        template.clear();
        at.template(&mut template);
        let group = self.group(rule, &template, severity);
        self.scratch = template;
        let (line, row, row_group) = (self.line, self.row, self.group);
        let number = group;
        let Some(group) = self.groups.get_mut(group) else {
            return;
        };
        group.count += times;
        let each = self
            .each
            .as_mut()
            .filter(|_| severity == Severity::Error && row > 0);
        let example = group.examples.len() < self.max_examples;
        if !example && each.is_none() {
            return;
        }
        let mut path = String::new();
        at.concrete(&mut path);
        let mut shown = String::new();
        shorten(&mut shown, found, SHOWN);
        let expected = expected();
        if let Some(each) = each {
            each.add(number, row, line, column, (&path, &expected, &shown));
        }
        if !example {
            return;
        }
        group.examples.push(Finding {
            file: Arc::default(),
            line,
            column,
            row,
            row_group,
            path,
            rule,
            severity,
            expected,
            found: shown,
        });
    }

    fn group(&mut self, rule: Rule, path: &str, severity: Severity) -> usize {
        let path = if self.index.len() >= PATHS && !self.index.contains_key(path) {
            "…"
        } else {
            path
        };
        if let Some(rules) = self.index.get(path)
            && let Some((_, at)) = rules.iter().find(|(known, _)| *known == rule)
        {
            return *at;
        }
        let at = self.groups.len();
        self.groups.push(Group {
            rule,
            path: path.into(),
            severity,
            count: 0,
            examples: Vec::new(),
        });
        self.index.entry(path.into()).or_default().push((rule, at));
        at
    }

    /// Takes over what a block found, whose first row and line come after `rows` and `lines`.
    pub(crate) fn absorb(&mut self, block: &mut Tally, lines: u64) {
        let mut here = Vec::with_capacity(block.groups.len());
        let block_group = block.group;
        for found in block.groups.drain(..) {
            let number = self.group(found.rule, &found.path, found.severity);
            here.push(number);
            let Some(group) = self.groups.get_mut(number) else {
                continue;
            };
            group.count += found.count;
            let room = self.max_examples.saturating_sub(group.examples.len());
            group
                .examples
                .extend(found.examples.into_iter().take(room).map(|mut example| {
                    example.line = example.line.map(|line| line + lines);
                    if example.row > 0 && example.row_group.is_none() {
                        example.row += self.rows;
                    }
                    example
                }));
        }
        block.index.clear();
        if let (Some(each), Some(mut block)) = (&mut self.each, block.take_each()) {
            each.spans.append(&mut block.spans);
            for mut reason in block.reasons {
                reason.group = here.get(reason.group).copied().unwrap_or(usize::MAX);
                if block_group.is_none() {
                    reason.row += self.rows;
                    reason.line = reason.line.map(|line| line + lines);
                }
                each.reasons.push(reason);
            }
        }
        self.rows += std::mem::take(&mut block.rows);
        self.failed += std::mem::take(&mut block.failed);
        self.whole |= std::mem::take(&mut block.whole);
    }

    pub(crate) fn finish(self, file: &Arc<str>, format: Format) -> Findings {
        let mut counts = Vec::with_capacity(self.groups.len());
        let mut findings = Vec::new();
        for group in self.groups {
            counts.push(Count {
                rule: group.rule,
                path: group.path.into(),
                severity: group.severity,
                count: group.count,
            });
            findings.extend(group.examples);
        }
        counts.sort_by(|a, b| (a.severity, &a.path, a.rule).cmp(&(b.severity, &b.path, b.rule)));
        // In text a row's findings are in the order of the row already; the columns of a row group
        // come back in any order.
        let place = |f: &Finding| (f.row_group, f.line, f.row, f.column);
        findings.sort_by(|a, b| {
            let tie = || {
                if a.row_group.is_some() {
                    (&a.path, a.rule).cmp(&(&b.path, b.rule))
                } else {
                    Ordering::Equal
                }
            };
            place(a).cmp(&place(b)).then_with(tie)
        });
        for finding in &mut findings {
            finding.file = Arc::clone(file);
        }
        Findings {
            file: Arc::clone(file),
            format,
            rows: self.rows,
            failed_rows: if self.whole { self.rows } else { self.failed },
            findings,
            counts,
        }
    }
}
