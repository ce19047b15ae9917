//! A whole row against the schema: conversion first, then the constraints.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::matrix::{self, Refusal};
use crate::lake::cell::Cell;
use crate::lake::check;
use crate::lake::column::{Column, Kind};
use crate::lake::datum::Datum;
use crate::lake::diagnose::Cause;

/// Most values in one row; the published limit is on properties.
const MAX_PROPERTIES: usize = 10_000;

/// Turns rows into cells.
#[derive(Debug)]
pub(crate) struct Converter<'a> {
    columns: &'a [Column],
    patterns: bool,
}

/// What became of a row.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It fits.
    Cells(Vec<Cell>),
    /// It doesn't. The row comes back as it was, for the diagnostics.
    Refused(Value, RowErrors),
}

/// What is wrong with a row.
#[derive(Debug, Default)]
pub(crate) struct RowErrors {
    /// Values that can't be converted.
    pub(crate) conversions: Vec<(Cause, Value)>,
    /// Values that break a rule of the schema.
    pub(crate) violations: Vec<(Cause, Value)>,
}

impl RowErrors {
    fn is_empty(&self) -> bool {
        self.conversions.is_empty() && self.violations.is_empty()
    }

    /// Each cause once.
    pub(crate) fn causes(&self) -> Vec<Cause> {
        let mut causes: Vec<Cause> = self
            .conversions
            .iter()
            .chain(&self.violations)
            .map(|(cause, _)| *cause)
            .collect();
        causes.sort_unstable();
        causes.dedup();
        causes
    }
}

/// Most errors listed for one row.
const MAX_ERRORS: usize = 50;

impl<'a> Converter<'a> {
    /// For rows of the schema `columns`; `patterns` adds the check that batches don't have.
    pub(crate) fn new(columns: &'a [Column], patterns: bool) -> Self {
        Self { columns, patterns }
    }

    /// Converts and checks one row.
    pub(crate) fn row(&self, row: &Datum) -> Outcome {
        let mut work = Work {
            errors: RowErrors::default(),
            path: Vec::new(),
            patterns: self.patterns,
        };
        let count = row.scalars();
        if count > MAX_PROPERTIES {
            work.conversion(
                Cause::Type,
                "123",
                &format!("the row has {count} properties, more than {MAX_PROPERTIES}"),
            );
        }
        let cells = match row {
            Datum::Object(fields) => work.object(self.columns, fields),
            _ => Vec::new(),
        };
        if work.errors.is_empty() {
            Outcome::Cells(cells)
        } else {
            Outcome::Refused(row.to_json(), work.errors)
        }
    }
}

/// A step of the path to the value at hand.
enum Step<'d> {
    Field(&'d str),
    Item(usize),
    Key(&'d str),
}

struct Work<'d> {
    errors: RowErrors,
    path: Vec<Step<'d>>,
    patterns: bool,
}

impl<'d> Work<'d> {
    fn object(&mut self, columns: &[Column], fields: &'d [(String, Datum)]) -> Vec<Cell> {
        let mut cells = vec![Cell::Null; columns.len()];
        for (name, value) in fields {
            let found = columns.iter().position(|column| column.name == *name);
            self.path.push(Step::Field(name));
            if let Some(at) = found {
                cells[at] = self.value(&columns[at], value);
            } else {
                let message = format!("column {} is not in the dataset's schema", self.dotted());
                self.conversion(Cause::Unknown, "123", &message);
            }
            self.path.pop();
        }
        for (column, cell) in columns.iter().zip(&cells) {
            // A value that was there and could not be converted has its own error already.
            if column.required && *cell == Cell::Null && !self.has_error_at(&column.name) {
                self.violation(
                    Cause::Required,
                    "required",
                    &format!("required key [{}] not found", column.name),
                );
            }
        }
        cells
    }

    fn value(&mut self, column: &Column, value: &'d Datum) -> Cell {
        let from = value.type_name();
        let cell = match (&column.kind, value) {
            (_, Datum::Null) => Cell::Null,
            (Kind::Object(columns), Datum::Object(fields) | Datum::Map(fields)) => {
                Cell::Object(self.object(columns, fields))
            }
            (Kind::Map(item), Datum::Object(fields) | Datum::Map(fields)) => {
                let mut entries = Vec::with_capacity(fields.len());
                for (key, value) in fields {
                    self.path.push(Step::Key(key));
                    entries.push((key.clone(), self.value(item, value)));
                    self.path.pop();
                }
                Cell::Map(entries)
            }
            (Kind::Array(item), Datum::Array(values)) => {
                let mut items = Vec::with_capacity(values.len());
                for (at, value) in values.iter().enumerate() {
                    self.path.push(Step::Item(at));
                    items.push(self.value(item, value));
                    self.path.pop();
                }
                Cell::Array(items)
            }
            (kind, value) => match matrix::scalar(value, kind) {
                Ok(cell) => cell,
                Err(refusal) => {
                    self.refused(from, kind, refusal);
                    return Cell::Null;
                }
            },
        };
        if cell != Cell::Null {
            for (cause, keyword, message) in check::value(column, &cell, self.patterns) {
                self.violation(cause, keyword, &message);
            }
        }
        cell
    }

    fn refused(&mut self, from: &str, kind: &Kind, refusal: Refusal) {
        let element = if matches!(self.path.last(), Some(Step::Item(_))) {
            "array element "
        } else {
            ""
        };
        let to = kind.name();
        match refusal {
            Refusal::Types => {
                self.conversion(
                    Cause::Type,
                    "123",
                    &format!("Cannot convert {element}from {from} to {to}"),
                );
            }
            Refusal::Value(why) => {
                self.conversion(
                    Cause::Type,
                    "100",
                    &format!("Cannot convert {element}from {from} to {to}: {why}"),
                );
            }
            Refusal::Form(message) => self.violation(Cause::Form, "format", &message),
            Refusal::Spaced(message) => self.violation(Cause::Timestamp, "format", &message),
        }
    }

    fn conversion(&mut self, cause: Cause, code: &str, message: &str) {
        if self.errors.conversions.len() < MAX_ERRORS {
            let entry = json!({"column": self.dotted(), "code": code, "message": message});
            self.errors.conversions.push((cause, entry));
        }
    }

    fn violation(&mut self, cause: Cause, keyword: &str, message: &str) {
        if self.errors.violations.len() < MAX_ERRORS {
            let entry = json!({
                "causingExceptions": [],
                "keyword": keyword,
                "message": message,
                "pointerToViolation": self.pointer(),
                "schemaLocation": self.location(),
            });
            self.errors.violations.push((cause, entry));
        }
    }

    fn has_error_at(&self, name: &str) -> bool {
        let here = [self.dotted(), name.to_owned()]
            .iter()
            .filter(|step| !step.is_empty())
            .cloned()
            .collect::<Vec<_>>();
        let column = Value::from(here.join("."));
        let pointer = Value::from(format!("{}/{}", self.pointer(), escaped(name)));
        self.errors
            .conversions
            .iter()
            .any(|(_, entry)| entry["column"] == column)
            || self
                .errors
                .violations
                .iter()
                .any(|(_, entry)| entry["pointerToViolation"] == pointer)
    }

    /// `_local.cards[0].number`.
    fn dotted(&self) -> String {
        let mut text = String::new();
        for step in &self.path {
            match step {
                Step::Field(name) | Step::Key(name) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text.push_str(name);
                }
                Step::Item(at) => {
                    let _ = write!(text, "[{at}]");
                }
            }
        }
        text
    }

    /// `#/_local/cards/0/number`.
    fn pointer(&self) -> String {
        self.path
            .iter()
            .fold("#".to_owned(), |text, step| match step {
                Step::Field(name) | Step::Key(name) => format!("{text}/{}", escaped(name)),
                Step::Item(at) => format!("{text}/{at}"),
            })
    }

    /// `#/properties/_local/properties/cards/items/properties/number`.
    fn location(&self) -> String {
        self.path
            .iter()
            .fold("#".to_owned(), |text, step| match step {
                Step::Field(name) => format!("{text}/properties/{}", escaped(name)),
                Step::Key(_) => format!("{text}/additionalProperties"),
                Step::Item(_) => format!("{text}/items"),
            })
    }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
