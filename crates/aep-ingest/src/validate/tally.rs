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
}

#[derive(Debug)]
struct Group {
    rule: Rule,
    path: Box<str>,
    severity: Severity,
    count: u64,
    examples: Vec<Finding>,
}

impl Tally {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            max_examples: options.max_examples,
            unknown: match options.unknown {
                OnUnknown::Error => Severity::Error,
                OnUnknown::Warn => Severity::Warning,
            },
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
        }
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
        let Some(group) = self.groups.get_mut(group) else {
            return;
        };
        group.count += times;
        if group.examples.len() >= self.max_examples {
            return;
        }
        let mut path = String::new();
        at.concrete(&mut path);
        let mut shown = String::new();
        shorten(&mut shown, found, SHOWN);
        group.examples.push(Finding {
            file: Arc::default(),
            line,
            column,
            row,
            row_group,
            path,
            rule,
            severity,
            expected: expected(),
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
        for found in block.groups.drain(..) {
            let group = self.group(found.rule, &found.path, found.severity);
            let Some(group) = self.groups.get_mut(group) else {
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
