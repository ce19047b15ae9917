//! The values of one column.

use std::sync::Arc;

use arrow::array::{ArrayRef, PrimitiveArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{
    ArrowPrimitiveType, Date32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMillisecondType,
};
use arrow::error::ArrowError;

use super::Builder;
use crate::convert::cells::Value;
use crate::convert::columns::scalar::{self, Verdict};
use crate::convert::columns::sink::{Data, Sink, Texts};
use crate::convert::json;
use crate::convert::mapping::{Feed, Source, Step};
use crate::convert::shape::with_place;
use crate::xdm::{Field, Kind};

impl Builder<'_, '_, '_> {
    pub(super) fn scalars<'v>(
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
    pub(super) fn compound(
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
