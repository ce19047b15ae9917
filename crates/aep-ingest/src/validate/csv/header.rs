//! The header: which column is which field.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, Read};

use super::record::Reader;
use crate::validate::at::At;
use crate::validate::blocks::{Block, Cut};
use crate::validate::findings::Rule;
use crate::validate::json::known;
use crate::validate::tally::Tally;
use crate::validate::{Options, Stop};
use crate::xdm::{Field, Kind, Object, Schema};

/// The most values that a row of the platform can have.
const COLUMNS: u64 = aep_core::limits::ROW_PROPERTIES;

/// The columns of a file, and what every row must have.
#[derive(Debug)]
pub(super) struct Header<'s> {
    pub(super) columns: Vec<Target<'s>>,
    pub(super) required: Vec<Must<'s>>,
}

/// What a column is.
#[derive(Debug)]
pub(super) enum Target<'s> {
    Field(&'s Field, Path),
    /// Reported once for the file, or of a type that the schema leaves open: its values aren't
    /// looked at.
    Unchecked,
}

/// The names of a header cell between the dots.
#[derive(Debug, Clone)]
pub(super) struct Path(Vec<String>);

impl Path {
    pub(super) fn with<T>(&self, then: impl FnOnce(&At<'_>) -> T) -> T {
        fn down<T>(names: &[String], at: &At<'_>, then: impl FnOnce(&At<'_>) -> T) -> T {
            match names {
                [] => then(at),
                [name, rest @ ..] => down(rest, &at.name(name), then),
            }
        }
        down(&self.0, &At::ROW, then)
    }
}

/// A field that must have a value in every row in which the object around it has one.
#[derive(Debug)]
pub(super) struct Must<'s> {
    field: &'s Field,
    path: Path,
    /// The columns that fill the field.
    columns: Vec<usize>,
    /// The columns that make the object around it exist; none: the row itself.
    parent: Option<Vec<usize>>,
}

impl Must<'_> {
    pub(super) fn check(&self, full: &[bool], tally: &mut Tally) {
        let any = |columns: &[usize]| {
            columns
                .iter()
                .any(|column| full.get(*column) == Some(&true))
        };
        if any(&self.columns) || self.parent.as_ref().is_some_and(|parent| !any(parent)) {
            return;
        }
        let found = if self.columns.is_empty() {
            "no such column"
        } else {
            "null"
        };
        self.path
            .with(|at| tally.broken(self.field, at, Rule::Required, found));
    }
}

impl<'s> Header<'s> {
    /// Reads the first record; none when it is unusable, which is a finding then.
    pub(super) fn read(
        file: &mut File,
        schema: &'s Schema,
        options: &Options,
        tally: &mut Tally,
    ) -> Result<Option<Self>, Stop> {
        let mut block = Block {
            first: true,
            ..Block::default()
        };
        // A header of ten thousand long paths is well below one block.
        let reader = BufReader::new(file.by_ref());
        super::Records::new(reader, &options.csv, options.max_row_bytes).next(&mut block)?;
        tally.line = Some(1);
        let Ok(text) = String::from_utf8(super::without_mark(&block).to_vec())
            .or_else(|error| first_line(&error.into_bytes()))
        else {
            tally.odd(
                Rule::Encoding,
                &At::ROW,
                None,
                "a header in UTF-8",
                "other bytes",
            );
            return Ok(None);
        };
        let mut cells = Vec::new();
        let Some((record, bad)) = Reader::new(text.as_bytes(), &options.csv).next(&mut cells)
        else {
            tally.odd(Rule::Columns, &At::ROW, None, "a header", "nothing");
            return Ok(None);
        };
        if let Some(bad) = bad {
            tally.odd(
                Rule::Syntax,
                &At::ROW,
                None,
                bad.expected,
                text.get(bad.at..).unwrap_or_default(),
            );
            return Ok(None);
        }
        let mut scratch = String::new();
        let names: Vec<String> = cells
            .iter()
            .map(|cell| cell.value(&text, &options.csv, &mut scratch).to_owned())
            .collect();
        if names.iter().all(|name| name.trim().is_empty()) {
            let found = text.get(record).unwrap_or_default();
            tally.odd(
                Rule::Columns,
                &At::ROW,
                None,
                "names of fields in the header",
                &format!("`{found}`"),
            );
            return Ok(None);
        }
        if names.len() as u64 > COLUMNS {
            let found = format!("{} columns", names.len());
            tally.odd(
                Rule::Columns,
                &At::ROW,
                None,
                "at most 10000 columns",
                &found,
            );
            return Ok(None);
        }
        Ok(Some(Self::plan(&names, schema, tally)))
    }

    fn plan(names: &[String], schema: &'s Schema, tally: &mut Tally) -> Self {
        let mut seen = HashSet::new();
        let columns: Vec<Target<'s>> = names
            .iter()
            .enumerate()
            .map(|(number, name)| {
                let path = Path(name.split('.').map(str::to_owned).collect());
                if name.is_empty() {
                    let found = format!("no name for column {}", number + 1);
                    tally.odd(
                        Rule::Columns,
                        &At::ROW,
                        None,
                        "a name for each column",
                        &found,
                    );
                    return Target::Unchecked;
                }
                if !seen.insert(name.as_str()) {
                    path.with(|at| {
                        tally.odd(
                            Rule::DuplicateKey,
                            at,
                            None,
                            "each column once",
                            "the column again",
                        );
                    });
                    return Target::Unchecked;
                }
                target(path, schema, tally)
            })
            .collect();
        let mut required = Vec::new();
        musts(schema.root(), &[], names, &mut required);
        Self { columns, required }
    }
}

/// The field that a column fills.
fn target<'s>(path: Path, schema: &'s Schema, tally: &mut Tally) -> Target<'s> {
    const FLAT: &str = "a field with a single value";
    let mut field = schema.row();
    for name in &path.0 {
        field = match &field.kind {
            Kind::Object(object) => {
                if let Some(field) = object.get(name) {
                    field
                } else {
                    path.with(|at| {
                        tally.note(
                            Rule::UnknownField,
                            at,
                            None,
                            || known(object, name),
                            "a column",
                        );
                    });
                    return Target::Unchecked;
                }
            }
            Kind::Map(value) => value,
            Kind::Any => return Target::Unchecked,
            Kind::Array(_) => {
                path.with(|at| {
                    tally.odd(Rule::Type, at, None, FLAT, "a column for part of an array");
                });
                return Target::Unchecked;
            }
            _ => {
                let found = format!(
                    "a column below `{}`, which is {}",
                    field.path,
                    field.kind.name()
                );
                path.with(|at| {
                    tally.odd(
                        Rule::UnknownField,
                        at,
                        None,
                        "a field of the schema",
                        &found,
                    );
                });
                return Target::Unchecked;
            }
        };
    }
    if matches!(field.kind, Kind::Boolean) {
        path.with(|at| {
            tally.broken(
                field,
                at,
                Rule::Type,
                "a column of text, which is never converted to it",
            );
        });
    } else if field.kind.is_scalar() {
        return Target::Field(field, path);
    } else if !matches!(field.kind, Kind::Any) {
        let found = format!("a column for {}", field.type_name());
        path.with(|at| tally.odd(Rule::Type, at, None, FLAT, &found));
    }
    Target::Unchecked
}

/// Collects what is required, through all objects.
fn musts<'s>(object: &'s Object, at: &[String], names: &[String], out: &mut Vec<Must<'s>>) {
    let under = |path: &[String]| -> Vec<usize> {
        let whole = path.join(".");
        let inside = format!("{whole}.");
        let fills = |name: &String| *name == whole || name.starts_with(&inside);
        names
            .iter()
            .enumerate()
            .filter(|(_, name)| fills(name))
            .map(|(number, _)| number)
            .collect()
    };
    for field in object.fields() {
        let path: Vec<String> = at
            .iter()
            .map(String::as_str)
            .chain([&*field.name])
            .map(str::to_owned)
            .collect();
        if field.required {
            let parent = (!at.is_empty()).then(|| under(at));
            out.push(Must {
                field,
                path: Path(path.clone()),
                columns: under(&path),
                parent,
            });
        }
        if let Kind::Object(inner) = &field.kind {
            musts(inner, &path, names, out);
        }
    }
}

/// The header may be text although a later row isn't.
fn first_line(bytes: &[u8]) -> Result<String, std::string::FromUtf8Error> {
    String::from_utf8(
        bytes
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default()
            .to_vec(),
    )
}
