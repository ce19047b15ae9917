//! Blocks of rows, column by column.

use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};
use arrow::array::{
    Array, ArrayRef, ListArray, MapArray, PrimitiveArray, StringArray, StructArray, new_null_array,
};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer};
use arrow::compute::interleave;
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimestampMillisecondType,
};
use arrow::error::ArrowError;
use sha2::{Digest, Sha256};

use super::scalar::{self, Verdict};
use super::sink::{Data, Sink, Texts};
use crate::convert::cells::{Rows, Value};
use crate::convert::json;
use crate::convert::judge::Judge;
use crate::convert::mapping::{Feed, IdForm, Source, Step};
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
                    let ids = self.ids(field, feed, columns, form, path);
                    self.scalars(field, feed, path, |row| match ids.get(row) {
                        Some(Some(id)) => Value::Text(id),
                        _ => Value::Null,
                    })?
                }
            }
        };
        Ok(Built::of(array, fixed))
    }

    fn scalars<'v>(
        &mut self,
        field: &Field,
        feed: &'v Feed,
        path: &[Step],
        read: impl Fn(usize) -> Value<'v>,
    ) -> Result<ArrayRef, ArrowError> {
        let input = &feed.input;
        let whole = |value| scalar::whole(field, value, input);
        let mut column = Column {
            builder: self,
            field,
            feed,
            path,
        };
        Ok(match &field.kind {
            Kind::Number => {
                column.primitive::<Float64Type, _>(&read, |v| scalar::double(field, v, input), Some)
            }
            Kind::Long => column.primitive::<Int64Type, _>(&read, whole, Some),
            Kind::Integer => {
                column.primitive::<Int32Type, _>(&read, whole, |v: i64| v.try_into().ok())
            }
            Kind::Short => {
                column.primitive::<Int16Type, _>(&read, whole, |v: i64| v.try_into().ok())
            }
            Kind::Byte => column.primitive::<Int8Type, _>(&read, whole, |v: i64| v.try_into().ok()),
            Kind::Date => {
                column.primitive::<Date32Type, _>(&read, |v| scalar::days(field, v, input), Some)
            }
            Kind::DateTime => {
                let array = column.primitive::<TimestampMillisecondType, _>(
                    &read,
                    |v| scalar::millis(field, v, input),
                    Some,
                );
                let array: &PrimitiveArray<TimestampMillisecondType> =
                    arrow::array::AsArray::as_primitive(&array);
                Arc::new(array.clone().with_timezone("UTC"))
            }
            Kind::String => column.texts(&read)?,
            _ => {
                let mut sink = Sink::new(field);
                for row in 0..column.builder.count {
                    let value = read(row);
                    with_place(path, |at| {
                        sink.put(value, input, at, row, column.builder.judge);
                    });
                }
                sink.array()?
            }
        })
    }

    /// Arrays, maps and objects out of one cell: JSON, or a list with something between its elements.
    fn compound(
        &mut self,
        field: &Field,
        feed: &Feed,
        path: &[Step],
    ) -> Result<ArrayRef, ArrowError> {
        let mut sink = Sink::new(field);
        let input = &feed.input;
        for row in 0..self.count {
            let value = match &feed.source {
                Source::Column(column) => self.rows.read(row, *column, input),
                Source::Constant(text) => Value::Text(text),
                Source::Id(..) => Value::Null,
            };
            with_place(path, |at| match (value, &input.split, &mut sink.data) {
                (Value::Null, _, _) => sink.null(),
                (Value::Text(text) | Value::String(text), Some(split), Data::List(_, inner)) => {
                    for (index, part) in text.split(&**split).enumerate() {
                        let part = if input.trim { part.trim() } else { part };
                        if !part.is_empty() {
                            let at = at.index(index as u64);
                            inner.put(Value::Text(part), input, &at, row, self.judge);
                        }
                    }
                    sink.close();
                }
                (Value::Text(text) | Value::Json(text), _, _) => {
                    json::cell(text, &mut sink, at, row, self.judge);
                }
                (value, _, _) => sink.put(value, input, at, row, self.judge),
            });
            sink.pad(row + 1);
        }
        sink.array()
    }

    /// The ids of all rows; none where a column of it is null.
    fn ids(
        &mut self,
        field: &Field,
        feed: &Feed,
        columns: &[usize],
        form: &IdForm,
        path: &[Step],
    ) -> Vec<Option<String>> {
        let mut ids = Vec::with_capacity(self.count);
        let mut parts: Vec<&str> = Vec::with_capacity(columns.len());
        for row in 0..self.count {
            parts.clear();
            for column in columns {
                match self.rows.read(row, *column, &feed.input) {
                    Value::Null => break,
                    value => parts.push(value.shown()),
                }
            }
            if parts.len() == columns.len() {
                ids.push(Some(id(&parts, form)));
                continue;
            }
            ids.push(None);
            if !self.rows.is_dead(row) {
                let expected = || format!("a value in each of the columns {}", feed.name);
                let _ = field;
                with_place(path, |at| {
                    self.judge
                        .value(row, true, at, Rule::Required, expected, "null");
                });
            }
        }
        ids
    }
}

/// One column of a simple type.
struct Column<'c, 'b, 't, 'j, 'a> {
    builder: &'b mut Builder<'t, 'j, 'a>,
    field: &'c Field,
    feed: &'c Feed,
    path: &'c [Step],
}

impl Column<'_, '_, '_, '_, '_> {
    fn primitive<'v, T: ArrowPrimitiveType, V: Copy>(
        &mut self,
        read: &impl Fn(usize) -> Value<'v>,
        convert: impl Fn(Value<'v>) -> Verdict<V>,
        narrow: impl Fn(V) -> Option<T::Native>,
    ) -> ArrayRef {
        let count = self.builder.count;
        let mut values: Vec<T::Native> = Vec::with_capacity(count);
        let mut valid = Valid::default();
        for row in 0..count {
            let value = read(row);
            if value == Value::Null {
                valid.null(row);
                values.push(T::Native::default());
                continue;
            }
            let verdict = convert(value);
            if verdict.1.is_some() {
                self.tell(row, value, &verdict);
            }
            let value = verdict.0.and_then(&narrow);
            if value.is_none() {
                valid.null(row);
            }
            values.push(value.unwrap_or_default());
        }
        Arc::new(PrimitiveArray::<T>::new(values.into(), valid.nulls(count)))
    }

    fn texts<'v>(&mut self, read: &impl Fn(usize) -> Value<'v>) -> Result<ArrayRef, ArrowError> {
        let count = self.builder.count;
        let mut texts = Texts::default();
        let mut valid = Valid::default();
        let ruled = self.field.rules.any_for_text();
        for row in 0..count {
            let value = read(row);
            match value {
                Value::Null => {
                    valid.null(row);
                    texts.push("");
                }
                Value::Text(text) | Value::String(text) | Value::Number(text) if !ruled => {
                    texts.push(text);
                }
                value => {
                    let verdict = scalar::text(self.field, value);
                    if verdict.1.is_some() {
                        self.tell(row, value, &verdict);
                    }
                    if verdict.0.is_none() {
                        valid.null(row);
                    }
                    texts.push(verdict.0.unwrap_or_default());
                }
            }
        }
        Ok(Arc::new(texts.array(valid.nulls(count))?))
    }

    #[cold]
    fn tell<V>(&mut self, row: usize, value: Value<'_>, verdict: &Verdict<V>) {
        let Some(rule) = verdict.1 else { return };
        let (field, feed, lost) = (self.field, self.feed, verdict.0.is_none());
        let judge = &mut *self.builder.judge;
        with_place(self.path, |at| {
            let expected = || {
                let expected = scalar::expected(field, rule, value, &feed.input);
                let mut path = String::new();
                at.concrete(&mut path);
                match feed.source {
                    Source::Column(_) if *feed.name != *path => {
                        format!("{expected}, in column `{}`", feed.name)
                    }
                    _ => expected,
                }
            };
            judge.value(row, lost, at, rule, expected, value.shown());
        });
    }
}

/// Which values aren't null; nothing is kept while all are there.
#[derive(Default)]
struct Valid(Vec<bool>);

impl Valid {
    fn null(&mut self, row: usize) {
        self.0.resize(row, true);
        self.0.push(false);
    }

    fn nulls(mut self, count: usize) -> Option<NullBuffer> {
        if self.0.is_empty() {
            return None;
        }
        self.0.resize(count, true);
        Some(NullBuffer::from(self.0))
    }
}

type Places = (OffsetBuffer<i32>, Vec<(usize, usize)>, BooleanBuffer);

/// Which parts are there in which row.
fn places(count: usize, built: &[Built]) -> Places {
    let mut places = Vec::new();
    let mut lengths = Vec::with_capacity(count);
    for row in 0..count {
        let before = places.len();
        for (slot, part) in built.iter().enumerate() {
            if part.own.as_ref().is_none_or(|own| own.is_valid(row)) {
                places.push((slot, row));
            }
        }
        lengths.push(places.len() - before);
    }
    let valid = lengths.iter().map(|length| *length > 0).collect();
    (OffsetBuffer::from_lengths(lengths), places, valid)
}

fn gather(
    built: &[Built],
    places: &[(usize, usize)],
    to: &DataType,
) -> Result<ArrayRef, ArrowError> {
    let wide = built
        .iter()
        .map(|part| widen(&part.array, to))
        .collect::<Result<Vec<_>, _>>()?;
    let refs: Vec<&dyn Array> = wide.iter().map(AsRef::as_ref).collect();
    interleave(&refs, places)
}

/// The same values in a type that has all of its fields, and more.
fn widen(array: &ArrayRef, to: &DataType) -> Result<ArrayRef, ArrowError> {
    if array.data_type() == to {
        return Ok(Arc::clone(array));
    }
    match to {
        DataType::Struct(fields) => {
            let Some(from) = array.as_any().downcast_ref::<StructArray>() else {
                return Ok(new_null_array(to, array.len()));
            };
            let columns = fields
                .iter()
                .map(|field| match from.column_by_name(field.name()) {
                    Some(column) => widen(column, field.data_type()),
                    None => Ok(new_null_array(field.data_type(), array.len())),
                })
                .collect::<Result<Vec<_>, _>>()?;
            Ok(Arc::new(StructArray::try_new(
                fields.clone(),
                columns,
                from.nulls().cloned(),
            )?))
        }
        DataType::List(element) => {
            let Some(from) = array.as_any().downcast_ref::<ListArray>() else {
                return Ok(new_null_array(to, array.len()));
            };
            let values = widen(from.values(), element.data_type())?;
            let list = ListArray::try_new(
                Arc::clone(element),
                from.offsets().clone(),
                values,
                from.nulls().cloned(),
            )?;
            Ok(Arc::new(list))
        }
        DataType::Map(entry, _) => {
            let (Some(from), DataType::Struct(fields)) =
                (array.as_any().downcast_ref::<MapArray>(), entry.data_type())
            else {
                return Ok(new_null_array(to, array.len()));
            };
            let value_type = fields
                .get(1)
                .map_or(&DataType::Null, |field| field.data_type());
            let columns = vec![Arc::clone(from.keys()), widen(from.values(), value_type)?];
            let entries = StructArray::try_new(fields.clone(), columns, None)?;
            let map = MapArray::try_new(
                Arc::clone(entry),
                from.offsets().clone(),
                entries,
                from.nulls().cloned(),
                false,
            )?;
            Ok(Arc::new(map))
        }
        _ => Ok(new_null_array(to, array.len())),
    }
}

/// The same parts give the same id, and other parts another one: their lengths go into the hash.
fn id(parts: &[&str], form: &IdForm) -> String {
    if let IdForm::Text(separator) = form {
        return parts.join(separator);
    }
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let hash: [u8; 32] = hash.finalize().into();
    if *form == IdForm::Hash {
        let mut text = String::with_capacity(64);
        for byte in hash {
            for digit in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(digit.into(), 16));
            }
        }
        return text;
    }
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(hash) {
        *to = from;
    }
    uuid::Builder::from_custom_bytes(bytes)
        .into_uuid()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::{IdForm, id};

    #[test]
    fn ids_tell_parts_apart() {
        for form in [IdForm::Uuid, IdForm::Hash] {
            assert_eq!(id(&["a", "bc"], &form), id(&["a", "bc"], &form));
            assert_ne!(id(&["a", "bc"], &form), id(&["ab", "c"], &form));
        }
        assert_eq!(id(&["a", "b"], &IdForm::Text("/".into())), "a/b");
        assert_eq!(id(&["a"], &IdForm::Uuid).as_bytes().get(14), Some(&b'8'));
    }
}
