//! Rows that come one by one: streamed messages are checked before they are landed, and more strictly than batches.

use serde_json::{Value, json};

use super::column::{Column, Kind};
use super::compile;
use super::convert::{Converter, Outcome};
use super::datum::Datum;
use super::read::{Row, lines};
use crate::state::{StateError, Tx, kind};
use crate::xdm;

/// Checks rows against the schema of a dataset: types as they are, without conversion, patterns and formats too.
#[derive(Debug)]
pub(crate) struct Checker {
    columns: Vec<Column>,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Violation {
    /// The published code of its cause.
    pub(crate) code: &'static str,
    /// `keyword`, `message`, `pointerToViolation`, `schemaLocation`.
    pub(crate) entry: Value,
}

/// A JSON object, read as the rows of JSON files are.
pub(crate) fn object_of(text: &[u8]) -> Result<Datum, String> {
    match lines::object(text) {
        Row::Good(datum, _) => Ok(datum),
        Row::Corrupt { message, .. } => Err(message),
    }
}

impl Checker {
    /// For rows of a dataset; `None` when the dataset or its schema is not there.
    pub(crate) fn load(
        tx: &Tx<'_>,
        sandbox: &str,
        dataset: &str,
    ) -> Result<Option<Self>, StateError> {
        let Some(dataset) = tx.get(kind::DATASET, sandbox, dataset)? else {
            return Ok(None);
        };
        let Some(schema) = dataset["schemaRef"]["id"].as_str() else {
            return Ok(None);
        };
        let found = xdm::resolve(tx, sandbox, schema)?;
        Ok(found.map(|schema| Self {
            columns: compile::columns(&schema),
        }))
    }

    /// Everything that is wrong with a row.
    pub(crate) fn check(&self, row: &Datum) -> Vec<Violation> {
        let mut found = Vec::new();
        if let Datum::Object(fields) = row {
            object(&self.columns, fields, &mut Path::default(), &mut found);
        }
        if !found.is_empty() {
            return found;
        }
        match Converter::new(&self.columns, true).row(row) {
            Outcome::Cells(_) => Vec::new(),
            Outcome::Refused(_, errors) => errors
                .conversions
                .into_iter()
                .chain(errors.violations)
                .map(|(cause, entry)| Violation {
                    code: match entry["keyword"].as_str() {
                        Some("required") => "DCVS-1111-400",
                        _ => cause.code(),
                    },
                    entry,
                })
                .collect(),
        }
    }
}

/// Where in the row, and where in the schema.
#[derive(Default)]
struct Path {
    pointer: String,
    location: String,
}

impl Path {
    fn below<T>(&mut self, step: &str, location: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        let (pointer, place) = (self.pointer.len(), self.location.len());
        self.pointer.push('/');
        self.pointer
            .push_str(&step.replace('~', "~0").replace('/', "~1"));
        self.location.push_str(location);
        let answer = work(self);
        self.pointer.truncate(pointer);
        self.location.truncate(place);
        answer
    }

    fn violation(&self, code: &'static str, keyword: &str, message: &str) -> Violation {
        Violation {
            code,
            entry: json!({
                "causingExceptions": [],
                "keyword": keyword,
                "message": message,
                "pointerToViolation": format!("#{}", self.pointer),
                "schemaLocation": format!("#{}", self.location),
            }),
        }
    }
}

fn object(
    columns: &[Column],
    fields: &[(String, Datum)],
    path: &mut Path,
    found: &mut Vec<Violation>,
) {
    for (name, value) in fields {
        match columns.iter().find(|column| column.name == *name) {
            Some(column) => path.below(name, &format!("/properties/{name}"), |path| {
                typed(column, value, path, found);
            }),
            None => found.push(path.violation(
                "DCVS-1104-400",
                "additionalProperties",
                &format!("extraneous key [{name}] is not permitted"),
            )),
        }
    }
}

fn typed(column: &Column, value: &Datum, path: &mut Path, found: &mut Vec<Violation>) {
    match (&column.kind, value) {
        (Kind::Object(columns), Datum::Object(fields) | Datum::Map(fields)) => {
            object(columns, fields, path, found);
        }
        (Kind::Map(item), Datum::Object(fields) | Datum::Map(fields)) => {
            for (key, value) in fields {
                path.below(key, "/additionalProperties", |path| {
                    typed(item, value, path, found);
                });
            }
        }
        (Kind::Array(item), Datum::Array(values)) => {
            for (at, value) in values.iter().enumerate() {
                path.below(&at.to_string(), "/items", |path| {
                    typed(item, value, path, found);
                });
            }
        }
        // Constants of a mapping have no type of their own.
        (_, Datum::Text(_))
        | (Kind::String | Kind::Date | Kind::DateTime, Datum::String(_))
        | (Kind::Boolean, Datum::Boolean(_))
        | (
            Kind::Double,
            Datum::Byte(_)
            | Datum::Short(_)
            | Datum::Integer(_)
            | Datum::Long(_)
            | Datum::Double(_)
            | Datum::Huge(_),
        )
        | (
            Kind::Long | Kind::Integer | Kind::Short | Kind::Byte,
            Datum::Byte(_) | Datum::Short(_) | Datum::Integer(_) | Datum::Long(_) | Datum::Huge(_),
        ) => {}
        (_, value) => {
            let code = if *value == Datum::Null {
                "DCVS-1101-400"
            } else {
                "DCVS-1104-400"
            };
            let wanted = match column.kind {
                Kind::Date | Kind::DateTime => "String",
                Kind::Double => "Number",
                _ => column.kind.name(),
            };
            found.push(path.violation(
                code,
                "type",
                &format!("expected type: {wanted}, found: {}", value.type_name()),
            ));
        }
    }
}
