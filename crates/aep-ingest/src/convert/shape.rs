//! What the columns of the Parquet file are: fields of the schema as Arrow types, and the tree of those that are filled.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field as Column, Fields, TimeUnit};

use super::mapping::{Feed, Step};
use crate::validate::at::At;
use crate::xdm::{Extra, Field, Kind, Object, Schema};

/// A field that something fills, itself or below it.
#[derive(Debug)]
pub(crate) struct Node<'s> {
    pub(crate) field: &'s Field,
    pub(crate) inside: Inside<'s>,
}

/// How a field is filled.
#[derive(Debug)]
pub(crate) enum Inside<'s> {
    /// From one feed; `path` is where the field is, for findings.
    Value { feed: Box<Feed>, path: Vec<Step> },
    /// Field by field.
    Object(Vec<(Box<str>, Node<'s>)>),
    /// Element by element, by their places.
    List(Vec<(usize, Node<'s>)>),
    /// Key by key.
    Map(Vec<(Box<str>, Node<'s>)>),
}

impl<'s> Node<'s> {
    /// A row in which nothing is filled yet.
    pub(crate) fn row(schema: &'s Schema) -> Self {
        Self {
            field: schema.row(),
            inside: Inside::Object(Vec::new()),
        }
    }

    fn empty(field: &'s Field) -> Option<Self> {
        let inside = match &field.kind {
            Kind::Object(_) => Inside::Object(Vec::new()),
            Kind::Array(_) => Inside::List(Vec::new()),
            Kind::Map(_) => Inside::Map(Vec::new()),
            _ => return None,
        };
        Some(Self { field, inside })
    }

    /// Fills the field that `steps` lead to from here; the error says why that can't be.
    pub(crate) fn insert(
        &mut self,
        steps: &[Step],
        feed: Feed,
        path: &mut Vec<Step>,
    ) -> Result<(), String> {
        let Some((step, rest)) = steps.split_first() else {
            return Err("something fills it already".to_owned());
        };
        path.push(step.clone());
        let child = match (&mut self.inside, step) {
            (Inside::Object(children), Step::Name(name)) => {
                let field = match &self.field.kind {
                    Kind::Object(object) => object.get(name).or(match object.extra() {
                        Extra::Typed(field) => Some(field),
                        Extra::None => None,
                    }),
                    _ => None,
                };
                slot(children, name.clone(), field, rest, feed, path)
            }
            (Inside::Map(entries), Step::Name(name)) => {
                let field = match &self.field.kind {
                    Kind::Map(value) => Some(&**value),
                    _ => None,
                };
                slot(entries, name.clone(), field, rest, feed, path)
            }
            (Inside::List(elements), Step::Index(index)) => {
                let field = match &self.field.kind {
                    Kind::Array(element) => Some(&**element),
                    _ => None,
                };
                slot(elements, *index, field, rest, feed, path)
            }
            _ => Err("a column fills the whole of what is around it already".to_owned()),
        };
        path.pop();
        child
    }

    /// How many elements the list at this place has.
    pub(crate) fn places(&self, names: &[&str]) -> usize {
        let Some((name, rest)) = names.split_first() else {
            return match &self.inside {
                Inside::List(elements) => elements
                    .iter()
                    .map(|(index, _)| index + 1)
                    .max()
                    .unwrap_or(0),
                _ => 0,
            };
        };
        match &self.inside {
            Inside::Object(children) | Inside::Map(children) => children
                .iter()
                .find(|(known, _)| **known == **name)
                .map_or(0, |(_, node)| node.places(rest)),
            _ => 0,
        }
    }

    /// Puts fields in the order of the schema, elements in the order of their places.
    pub(crate) fn sort(&mut self) {
        match &mut self.inside {
            Inside::Value { .. } => {}
            Inside::Object(children) => {
                for (_, node) in &mut *children {
                    node.sort();
                }
                if let Kind::Object(object) = &self.field.kind {
                    let place = |name: &str| {
                        object
                            .fields()
                            .iter()
                            .position(|f| *f.name == *name)
                            .unwrap_or(usize::MAX)
                    };
                    children.sort_by_key(|(name, _)| place(name));
                }
            }
            Inside::Map(entries) => entries.iter_mut().for_each(|(_, node)| node.sort()),
            Inside::List(elements) => {
                for (_, node) in &mut *elements {
                    node.sort();
                }
                elements.sort_by_key(|(index, _)| *index);
            }
        }
    }

    /// The fields of the row as columns.
    pub(crate) fn columns(&self) -> Fields {
        match &self.inside {
            Inside::Object(children) => children
                .iter()
                .map(|(name, node)| Column::new(&**name, node.data_type(), true))
                .collect(),
            _ => Fields::empty(),
        }
    }

    pub(crate) fn data_type(&self) -> DataType {
        match &self.inside {
            Inside::Value { .. } => data_type(self.field),
            Inside::Object(_) => DataType::Struct(self.columns()),
            Inside::List(elements) => {
                let nodes: Vec<&Node<'_>> = elements.iter().map(|(_, node)| node).collect();
                DataType::List(element(merged(&nodes)))
            }
            Inside::Map(entries) => {
                let nodes: Vec<&Node<'_>> = entries.iter().map(|(_, node)| node).collect();
                DataType::Map(entry(merged(&nodes)), false)
            }
        }
    }
}

/// The child of this key, made if need be.
fn slot<'s, K: PartialEq>(
    children: &mut Vec<(K, Node<'s>)>,
    key: K,
    field: Option<&'s Field>,
    rest: &[Step],
    feed: Feed,
    path: &mut Vec<Step>,
) -> Result<(), String> {
    let known = children.iter_mut().find(|(known, _)| *known == key);
    if let Some((_, node)) = known {
        return match (&node.inside, rest.is_empty()) {
            (Inside::Value { .. }, true) => Err("something fills it already".to_owned()),
            (Inside::Value { .. }, false) | (_, true) => {
                Err("a column fills the whole of it, another one a part".to_owned())
            }
            (_, false) => node.insert(rest, feed, path),
        };
    }
    let Some(field) = field else {
        return Err("the schema has no such field".to_owned());
    };
    if rest.is_empty() {
        let inside = Inside::Value {
            feed: Box::new(feed),
            path: path.clone(),
        };
        children.push((key, Node { field, inside }));
        return Ok(());
    }
    let Some(mut node) = Node::empty(field) else {
        return Err(format!("{} has no fields", field.type_name()));
    };
    node.insert(rest, feed, path)?;
    children.push((key, node));
    Ok(())
}

/// The type that holds the elements of all these places. Elements need not have the same fields filled, but they are
/// written in one column: then it is the whole type of the schema.
fn merged(nodes: &[&Node<'_>]) -> DataType {
    let mut types = nodes.iter().map(|node| node.data_type());
    let Some(first) = types.next() else {
        return DataType::Null;
    };
    if types.all(|other| other == first) {
        return first;
    }
    nodes
        .first()
        .map_or(DataType::Null, |node| data_type(node.field))
}

/// The Arrow type of a field with all that is below it.
///
/// Written to Parquet that is: BYTE_ARRAY/UTF8, DOUBLE, INT64, INT32 (INT_16, INT_8 for short and byte), BOOLEAN,
/// INT32/DATE, INT64/TIMESTAMP_MILLIS, and the groups of LIST and MAP.
pub(crate) fn data_type(field: &Field) -> DataType {
    match &field.kind {
        Kind::String => DataType::Utf8,
        Kind::Number => DataType::Float64,
        Kind::Long => DataType::Int64,
        Kind::Integer => DataType::Int32,
        Kind::Short => DataType::Int16,
        Kind::Byte => DataType::Int8,
        Kind::Boolean => DataType::Boolean,
        Kind::Date => DataType::Date32,
        Kind::DateTime => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        Kind::Object(object) => DataType::Struct(fields(object)),
        Kind::Array(inner) => DataType::List(element(data_type(inner))),
        Kind::Map(inner) => DataType::Map(entry(data_type(inner)), false),
        Kind::Any => DataType::Null,
    }
}

/// The fields of an object that can be written: those of unknown type and groups without fields can't.
pub(crate) fn fields(object: &Object) -> Fields {
    object
        .fields()
        .iter()
        .filter(|field| is_written(field))
        .map(|field| Column::new(&*field.name, data_type(field), true))
        .collect()
}

/// Whether there is a column for a field.
pub(crate) fn is_written(field: &Field) -> bool {
    match &field.kind {
        Kind::Any => false,
        Kind::Object(object) => object.fields().iter().any(is_written),
        Kind::Array(inner) | Kind::Map(inner) => is_written(inner),
        _ => true,
    }
}

pub(crate) fn element(inner: DataType) -> Arc<Column> {
    Arc::new(Column::new("element", inner, true))
}

pub(crate) fn entry_fields(value: DataType) -> Fields {
    vec![
        Column::new("key", DataType::Utf8, false),
        Column::new("value", value, true),
    ]
    .into()
}

pub(crate) fn entry(value: DataType) -> Arc<Column> {
    Arc::new(Column::new(
        "key_value",
        DataType::Struct(entry_fields(value)),
        false,
    ))
}

/// A place in the row, on the stack, from the steps of a path.
pub(crate) fn with_place<T>(steps: &[Step], then: impl FnOnce(&At<'_>) -> T) -> T {
    fn down<T>(steps: &[Step], at: &At<'_>, then: impl FnOnce(&At<'_>) -> T) -> T {
        match steps.split_first() {
            None => then(at),
            Some((Step::Name(name), rest)) => down(rest, &at.name(name), then),
            Some((Step::Index(index), rest)) => down(rest, &at.index(*index as u64), then),
        }
    }
    down(steps, &At::ROW, then)
}
