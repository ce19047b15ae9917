//! Blocks of rows, column by column.

mod gather;
mod id;
mod values;

use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};
use arrow::array::{
    Array, ArrayRef, ListArray, MapArray, StringArray, StructArray, new_null_array,
};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;

use self::gather::{gather, places};
use crate::convert::cells::{Rows, Value};
use crate::convert::judge::Judge;
use crate::convert::mapping::{Feed, Source, Step};
use crate::convert::shape::{Inside, Node, with_place};
use crate::validate::findings::Rule;
use crate::validate::scalar::expected;
use crate::xdm::{Field, Kind};

/// The columns of a block's rows.
pub(crate) fn build(
    node: &Node<'_>,
    rows: Rows<'_>,
    judge: &mut Judge<'_>,
) -> Result<Vec<ArrayRef>> {
    let mut builder = Builder {
        rows,
        judge,
        count: rows.cells.len(),
    };
    builder
        .object(node, &mut Vec::new(), false)
        .map(|(arrays, _)| arrays)
        .map_err(|error| Error::new(ErrorKind::Other, "put the rows in columns").because(error))
}

struct Builder<'t, 'j, 'a> {
    rows: Rows<'t>,
    judge: &'j mut Judge<'a>,
    count: usize,
}

/// An array, and which of its values come from the row and not from the mapping alone.
struct Built {
    array: ArrayRef,
    /// None: all of them.
    own: Option<NullBuffer>,
    /// None of them.
    fixed: bool,
}

impl Built {
    fn of(array: ArrayRef, fixed: bool) -> Self {
        Self {
            own: array.logical_nulls(),
            array,
            fixed,
        }
    }
}

type Built2 = (Vec<ArrayRef>, Presence);

/// In which rows an object is.
#[derive(Default)]
struct Presence {
    own: Option<BooleanBuffer>,
    all: bool,
    fixed: bool,
}

impl Builder<'_, '_, '_> {
    /// `part` says that it is inside an element of a list or a map, which is there only if the row says something of it.
    fn node(
        &mut self,
        node: &Node<'_>,
        path: &mut Vec<Step>,
        part: bool,
    ) -> Result<Built, ArrowError> {
        match &node.inside {
            Inside::Value { feed, path } => self.value(node.field, feed, path),
            Inside::Object(_) => {
                let (arrays, presence) = self.object(node, path, part)?;
                let nulls = if presence.all {
                    None
                } else {
                    presence.own.map(NullBuffer::new)
                };
                let own = nulls.clone();
                let array = StructArray::try_new(node.columns(), arrays, nulls)?;
                Ok(Built {
                    array: Arc::new(array),
                    own,
                    fixed: presence.fixed,
                })
            }
            Inside::List(elements) => {
                let mut built = Vec::with_capacity(elements.len());
                for (index, element) in elements {
                    path.push(Step::Index(*index));
                    built.push(self.node(element, path, true)?);
                    path.pop();
                }
                self.list(node, &built)
            }
            Inside::Map(entries) => {
                let mut built = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    path.push(Step::Name(key.clone()));
                    built.push(self.node(value, path, true)?);
                    path.pop();
                }
                let keys: Vec<&str> = entries.iter().map(|(key, _)| &**key).collect();
                self.map(node, &keys, &built)
            }
        }
    }

    fn object(
        &mut self,
        node: &Node<'_>,
        path: &mut Vec<Step>,
        part: bool,
    ) -> Result<Built2, ArrowError> {
        let Inside::Object(children) = &node.inside else {
            return Ok((Vec::new(), Presence::default()));
        };
        let mut built = Vec::with_capacity(children.len());
        for (name, child) in children {
            path.push(Step::Name(name.clone()));
            built.push(self.node(child, path, part)?);
            path.pop();
        }
        let mut presence = Presence {
            fixed: built.iter().all(|child| child.fixed),
            ..Presence::default()
        };
        for child in &built {
            if child.fixed && part && !presence.fixed {
                continue;
            }
            match &child.own {
                None => presence.all = true,
                Some(nulls) => {
                    presence.own = Some(match presence.own.take() {
                        None => nulls.inner().clone(),
                        Some(before) => &before | nulls.inner(),
                    });
                }
            }
        }
        let root = path.is_empty();
        let names = children.iter().map(|(name, _)| &**name).zip(&built);
        self.required(
            node,
            &names,
            path,
            (!root && !presence.all).then_some(&presence.own),
        );
        Ok((
            built.into_iter().map(|child| child.array).collect(),
            presence,
        ))
    }

    /// Looks for required fields that are null where the object isn't.
    fn required<'b>(
        &mut self,
        node: &Node<'_>,
        children: &(impl Iterator<Item = (&'b str, &'b Built)> + Clone),
        path: &mut Vec<Step>,
        parent: Option<&Option<BooleanBuffer>>,
    ) {
        let Kind::Object(object) = &node.field.kind else {
            return;
        };
        for field in object
            .required()
            .iter()
            .filter_map(|at| object.fields().get(*at))
        {
            let child = children.clone().find(|(name, _)| **name == *field.name);
            let nulls = match child {
                Some((_, child)) => match child.array.logical_nulls() {
                    None => continue,
                    Some(nulls) if nulls.null_count() == 0 => continue,
                    nulls => nulls,
                },
                None => None,
            };
            path.push(Step::Name(field.name.clone()));
            for row in 0..self.count {
                let full = nulls.as_ref().is_some_and(|nulls| nulls.is_valid(row));
                let there = match parent {
                    None => true,
                    Some(own) => own.as_ref().is_some_and(|own| own.value(row)),
                };
                if full || !there || self.rows.is_dead(row) || self.judge.is_lost(row) {
                    continue;
                }
                let found = if child.is_some() {
                    "null"
                } else {
                    "no such column"
                };
                with_place(path, |at| {
                    let expected = || expected(field, Rule::Required);
                    self.judge
                        .value(row, false, at, Rule::Required, expected, found);
                });
            }
            path.pop();
        }
    }

    fn list(&mut self, node: &Node<'_>, built: &[Built]) -> Result<Built, ArrowError> {
        let (offsets, places, valid) = places(self.count, built);
        let data_type = node.data_type();
        let DataType::List(element) = &data_type else {
            return Ok(Built::of(new_null_array(&data_type, self.count), false));
        };
        let fixed = built.iter().all(|part| part.fixed);
        let values = gather(built, &places, element.data_type())?;
        let nulls = NullBuffer::new(valid);
        let list = ListArray::try_new(Arc::clone(element), offsets, values, Some(nulls))?;
        Ok(Built::of(Arc::new(list), fixed))
    }

    fn map(
        &mut self,
        node: &Node<'_>,
        keys: &[&str],
        built: &[Built],
    ) -> Result<Built, ArrowError> {
        let (offsets, places, valid) = places(self.count, built);
        let data_type = node.data_type();
        let DataType::Map(entry, _) = &data_type else {
            return Ok(Built::of(new_null_array(&data_type, self.count), false));
        };
        let DataType::Struct(fields) = entry.data_type() else {
            return Ok(Built::of(new_null_array(&data_type, self.count), false));
        };
        let value_type = fields
            .get(1)
            .map_or(&DataType::Null, |field| field.data_type());
        let fixed = built.iter().all(|part| part.fixed);
        let values = gather(built, &places, value_type)?;
        let names = StringArray::from_iter_values(
            places
                .iter()
                .map(|(slot, _)| keys.get(*slot).copied().unwrap_or_default()),
        );
        let entries = StructArray::try_new(fields.clone(), vec![Arc::new(names), values], None)?;
        let nulls = NullBuffer::new(valid);
        let map = MapArray::try_new(Arc::clone(entry), offsets, entries, Some(nulls), false)?;
        Ok(Built::of(Arc::new(map), fixed))
    }

    fn value(&mut self, field: &Field, feed: &Feed, path: &[Step]) -> Result<Built, ArrowError> {
        let fixed = Rows::is_fixed(feed);
        let array = if feed.input.split.is_some() || !field.kind.is_scalar() {
            self.compound(field, feed, path)?
        } else {
            match &feed.source {
                Source::Column(column) => {
                    let (rows, column) = (self.rows, *column);
                    self.scalars(field, feed, path, |row| rows.read(row, column, &feed.input))?
                }
                Source::Constant(text) => self.scalars(field, feed, path, |_| Value::Text(text))?,
                Source::Id(columns, form) => {
                    let ids = self.ids(feed, columns, form, path);
                    self.scalars(field, feed, path, |row| match ids.get(row) {
                        Some(Some(id)) => Value::Text(id),
                        _ => Value::Null,
                    })?
                }
            }
        };
        Ok(Built::of(array, fixed))
    }
}
