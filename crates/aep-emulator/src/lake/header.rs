//! The columns a file declares must be a subset of the dataset's schema, with types that the conversion table knows.
//! What fails here fails the batch before its first row.

use std::fmt::Write as _;

use arrow::datatypes::{DataType, Fields};

use super::column::{Column, Kind};
use super::convert::matrix::allows;
use super::fault::Fault;
use super::read::Header;
use super::read::parquet::type_name;

/// Problems named in one message.
const SHOWN: usize = 10;

/// Checks a file's header.
pub(crate) fn check(header: &Header<'_>, columns: &[Column]) -> Result<(), Fault> {
    let mut problems = Vec::new();
    match header {
        Header::None => {}
        Header::Paths(names) => {
            for name in *names {
                if let Err(problem) = path(name, columns) {
                    problems.push(problem);
                }
            }
        }
        Header::Columns(fields) => group("", fields, columns, &mut problems),
    }
    if problems.is_empty() {
        return Ok(());
    }
    let more = problems.len().saturating_sub(SHOWN);
    problems.truncate(SHOWN);
    let mut text = problems.join("; ");
    if more > 0 {
        let _ = write!(text, "; and {more} more");
    }
    Err(Fault::schema(text))
}

fn unknown(path: &str) -> String {
    format!("column {path} is not in the dataset's schema")
}

fn incompatible(path: &str, from: &str, to: &Kind) -> String {
    format!(
        "TypeCompatibilityException: column {path} can't be converted from {from} to {}",
        to.name()
    )
}

/// A dotted path leads through objects and maps to a single value.
fn path(name: &str, columns: &[Column]) -> Result<(), String> {
    let mut steps = name.split('.');
    let first = steps.next().unwrap_or_default();
    let mut column = columns
        .iter()
        .find(|column| column.name == first)
        .ok_or_else(|| unknown(name))?;
    for step in steps {
        column = match &column.kind {
            Kind::Object(fields) => fields
                .iter()
                .find(|field| field.name == step)
                .ok_or_else(|| unknown(name))?,
            Kind::Map(value) => value,
            _ => return Err(unknown(name)),
        };
    }
    if allows("String", &column.kind) {
        Ok(())
    } else {
        Err(incompatible(name, "String", &column.kind))
    }
}

fn group(parent: &str, fields: &Fields, columns: &[Column], problems: &mut Vec<String>) {
    for field in fields {
        let path = if parent.is_empty() {
            field.name().clone()
        } else {
            format!("{parent}.{}", field.name())
        };
        match columns.iter().find(|column| column.name == *field.name()) {
            Some(column) => value(&path, field.data_type(), column, problems),
            None => problems.push(unknown(&path)),
        }
    }
}

fn value(path: &str, from: &DataType, column: &Column, problems: &mut Vec<String>) {
    let to = &column.kind;
    let Some(name) = type_name(from) else {
        problems.push(incompatible(path, &from.to_string(), to));
        return;
    };
    if !allows(name, to) {
        problems.push(incompatible(path, name, to));
        return;
    }
    match (from, to) {
        (DataType::Struct(fields), Kind::Object(columns)) => group(path, fields, columns, problems),
        (DataType::Struct(fields), Kind::Map(item)) => {
            for field in fields {
                value(
                    &format!("{path}.{}", field.name()),
                    field.data_type(),
                    item,
                    problems,
                );
            }
        }
        (
            DataType::List(item) | DataType::LargeList(item) | DataType::FixedSizeList(item, _),
            Kind::Array(column),
        ) => {
            value(&format!("{path}[]"), item.data_type(), column, problems);
        }
        (DataType::Map(entries, _), to) => {
            let DataType::Struct(pair) = entries.data_type() else {
                return;
            };
            let [key, item] = pair.as_ref() else { return };
            if type_name(key.data_type()) != Some("String") {
                problems.push(format!(
                    "TypeCompatibilityException: the keys of map {path} are not String"
                ));
            }
            match to {
                Kind::Map(column) => {
                    value(&format!("{path}{{}}"), item.data_type(), column, problems);
                }
                // Which fields the keys are is known row by row; the values' type must be one that can be a field's.
                _ if type_name(item.data_type()).is_none() => {
                    problems.push(incompatible(path, &item.data_type().to_string(), to));
                }
                _ => {}
            }
        }
        _ => {}
    }
}
