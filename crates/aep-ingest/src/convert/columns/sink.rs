//! A column that grows value by value, with all that is below it.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int8Array, Int16Array, Int32Array,
    Int64Array, ListArray, MapArray, NullArray, StringArray, StructArray,
    TimestampMillisecondArray,
};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::error::ArrowError;

use super::scalar::{self, Verdict};
use crate::convert::cells::Value;
use crate::convert::judge::Judge;
use crate::convert::mapping::Input;
use crate::convert::shape;
use crate::validate::at::At;
use crate::validate::findings::Rule;
use crate::xdm::{Field, Kind};

#[derive(Debug)]
pub(crate) struct Sink<'s> {
    pub(crate) field: &'s Field,
    valid: Vec<bool>,
    pub(crate) data: Data<'s>,
}

#[derive(Debug)]
pub(crate) enum Data<'s> {
    Text(Texts),
    Long(Vec<i64>),
    Int(Vec<i32>),
    Short(Vec<i16>),
    Byte(Vec<i8>),
    Double(Vec<f64>),
    Flag(Vec<bool>),
    Day(Vec<i32>),
    Time(Vec<i64>),
    /// By the place of the field in the object; none for those that aren't written.
    Object(Vec<Option<Sink<'s>>>),
    List(Vec<i32>, Box<Sink<'s>>),
    Map(Vec<i32>, Texts, Box<Sink<'s>>),
    Nothing,
}

/// Texts one behind the other.
#[derive(Debug)]
pub(crate) struct Texts {
    offsets: Vec<i32>,
    bytes: Vec<u8>,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            offsets: vec![0],
            bytes: Vec::new(),
        }
    }
}

impl Texts {
    pub(crate) fn push(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
        self.offsets.push(length(self.bytes.len()));
    }

    pub(crate) fn array(&mut self, nulls: Option<NullBuffer>) -> Result<StringArray, ArrowError> {
        let Self { offsets, bytes } = std::mem::take(self);
        // Checks that it is UTF-8, which it is: it was text before.
        StringArray::try_new(
            OffsetBuffer::new(offsets.into()),
            Buffer::from_vec(bytes),
            nulls,
        )
    }
}

/// Blocks are far below 2 GiB: a block is one row at least, and rows have a limit.
fn length(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

impl<'s> Sink<'s> {
    pub(crate) fn new(field: &'s Field) -> Self {
        let data = match &field.kind {
            Kind::String => Data::Text(Texts::default()),
            Kind::Number => Data::Double(Vec::new()),
            Kind::Long => Data::Long(Vec::new()),
            Kind::Integer => Data::Int(Vec::new()),
            Kind::Short => Data::Short(Vec::new()),
            Kind::Byte => Data::Byte(Vec::new()),
            Kind::Boolean => Data::Flag(Vec::new()),
            Kind::Date => Data::Day(Vec::new()),
            Kind::DateTime => Data::Time(Vec::new()),
            Kind::Object(object) => Data::Object(
                object
                    .fields()
                    .iter()
                    .map(|field| shape::is_written(field).then(|| Self::new(field)))
                    .collect(),
            ),
            Kind::Array(element) => Data::List(vec![0], Box::new(Self::new(element))),
            Kind::Map(value) => Data::Map(vec![0], Texts::default(), Box::new(Self::new(value))),
            Kind::Any => Data::Nothing,
        };
        Self {
            field,
            valid: Vec::new(),
            data,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.valid.len()
    }

    /// Fills up with nulls to this many values.
    pub(crate) fn pad(&mut self, to: usize) {
        let missing = to.saturating_sub(self.valid.len());
        if missing == 0 {
            return;
        }
        self.valid.resize(to, false);
        match &mut self.data {
            Data::Text(texts) => texts.offsets.resize(to + 1, length(texts.bytes.len())),
            Data::Long(values) | Data::Time(values) => values.resize(to, 0),
            Data::Int(values) | Data::Day(values) => values.resize(to, 0),
            Data::Short(values) => values.resize(to, 0),
            Data::Byte(values) => values.resize(to, 0),
            Data::Double(values) => values.resize(to, 0.0),
            Data::Flag(values) => values.resize(to, false),
            Data::List(offsets, inner) | Data::Map(offsets, _, inner) => {
                offsets.resize(to + 1, length(inner.len()));
            }
            Data::Object(_) | Data::Nothing => {}
        }
    }

    /// Adds null.
    pub(crate) fn null(&mut self) {
        self.pad(self.valid.len() + 1);
    }

    /// Ends an object, a list or a map that has been filled below.
    pub(crate) fn close(&mut self) {
        self.valid.push(true);
        if let Data::List(offsets, inner) | Data::Map(offsets, _, inner) = &mut self.data {
            offsets.push(length(inner.len()));
        }
    }

    /// Adds one value of a simple type; what is wrong with it goes to the judge.
    pub(crate) fn put(
        &mut self,
        value: Value<'_>,
        input: &Input,
        at: &At<'_>,
        row: usize,
        judge: &mut Judge<'_>,
    ) {
        if value == Value::Null {
            return self.null();
        }
        let field = self.field;
        let mut told = Told {
            field,
            value,
            input,
            at,
            row,
            judge,
        };
        let valid = match &mut self.data {
            Data::Text(texts) => {
                let text = told.take(scalar::text(field, value));
                texts.push(text.unwrap_or_default());
                text.is_some()
            }
            Data::Double(values) => push(values, told.take(scalar::double(field, value, input))),
            Data::Flag(values) => push(values, told.take(scalar::flag(field, value, input))),
            Data::Day(values) => push(values, told.take(scalar::days(field, value, input))),
            Data::Time(values) => push(values, told.take(scalar::millis(field, value, input))),
            Data::Long(values) => push(values, told.take(scalar::whole(field, value, input))),
            Data::Int(values) => narrow(values, told.take(scalar::whole(field, value, input))),
            Data::Short(values) => narrow(values, told.take(scalar::whole(field, value, input))),
            Data::Byte(values) => narrow(values, told.take(scalar::whole(field, value, input))),
            Data::Object(_) | Data::List(..) | Data::Map(..) => {
                told.take::<()>((None, Some(Rule::Type)));
                return self.null();
            }
            Data::Nothing => false,
        };
        self.valid.push(valid);
    }

    /// What has been gathered, as an array; the sink is empty again.
    pub(crate) fn array(&mut self) -> Result<ArrayRef, ArrowError> {
        let len = self.valid.len();
        let valid = std::mem::take(&mut self.valid);
        let nulls = valid.contains(&false).then(|| NullBuffer::from(valid));
        let field = self.field;
        Ok(match &mut self.data {
            Data::Text(texts) => Arc::new(texts.array(nulls)?),
            Data::Long(values) => Arc::new(Int64Array::try_new(scalars(values), nulls)?),
            Data::Int(values) => Arc::new(Int32Array::try_new(scalars(values), nulls)?),
            Data::Short(values) => Arc::new(Int16Array::try_new(scalars(values), nulls)?),
            Data::Byte(values) => Arc::new(Int8Array::try_new(scalars(values), nulls)?),
            Data::Double(values) => Arc::new(Float64Array::try_new(scalars(values), nulls)?),
            Data::Day(values) => Arc::new(Date32Array::try_new(scalars(values), nulls)?),
            Data::Time(values) => Arc::new(
                TimestampMillisecondArray::try_new(scalars(values), nulls)?.with_timezone("UTC"),
            ),
            Data::Flag(values) => Arc::new(BooleanArray::new(
                BooleanBuffer::from(std::mem::take(values)),
                nulls,
            )),
            Data::Object(fields) => {
                let mut arrays = Vec::with_capacity(fields.len());
                for field in fields.iter_mut().flatten() {
                    field.pad(len);
                    arrays.push(field.array()?);
                }
                let Kind::Object(object) = &field.kind else {
                    return Ok(Arc::new(NullArray::new(len)));
                };
                let fields = shape::fields(object);
                if fields.is_empty() {
                    return Ok(Arc::new(StructArray::new_empty_fields(len, nulls)));
                }
                Arc::new(StructArray::try_new(fields, arrays, nulls)?)
            }
            Data::List(offsets, inner) => {
                let offsets = OffsetBuffer::new(std::mem::replace(offsets, vec![0]).into());
                let element = shape::element(shape::data_type(inner.field));
                Arc::new(ListArray::try_new(element, offsets, inner.array()?, nulls)?)
            }
            Data::Map(offsets, keys, inner) => {
                let offsets = OffsetBuffer::new(std::mem::replace(offsets, vec![0]).into());
                let value = shape::data_type(inner.field);
                let columns: Vec<ArrayRef> = vec![Arc::new(keys.array(None)?), inner.array()?];
                let entries =
                    StructArray::try_new(shape::entry_fields(value.clone()), columns, None)?;
                Arc::new(MapArray::try_new(
                    shape::entry(value),
                    offsets,
                    entries,
                    nulls,
                    false,
                )?)
            }
            Data::Nothing => Arc::new(NullArray::new(len)),
        })
    }
}

fn scalars<T: arrow::datatypes::ArrowNativeType>(values: &mut Vec<T>) -> ScalarBuffer<T> {
    std::mem::take(values).into()
}

fn push<T: Default>(values: &mut Vec<T>, value: Option<T>) -> bool {
    let valid = value.is_some();
    values.push(value.unwrap_or_default());
    valid
}

/// Whole numbers are known to be in the range of the column's type.
fn narrow<T: Default + TryFrom<i64>>(values: &mut Vec<T>, value: Option<i64>) -> bool {
    push(values, value.and_then(|value| T::try_from(value).ok()))
}

/// Takes verdicts to the judge.
struct Told<'t, 'j, 'a> {
    field: &'t Field,
    value: Value<'t>,
    input: &'t Input,
    at: &'t At<'a>,
    row: usize,
    judge: &'t mut Judge<'j>,
}

impl Told<'_, '_, '_> {
    fn take<T>(&mut self, (value, rule): Verdict<T>) -> Option<T> {
        if let Some(rule) = rule {
            let (field, found, input) = (self.field, self.value, self.input);
            self.judge.value(
                self.row,
                value.is_none(),
                self.at,
                rule,
                || scalar::expected(field, rule, found, input),
                found.shown(),
            );
        }
        value
    }
}
