//! Made-up rows that fit a schema: test data for any dataset.
//!
//! Every type, enumeration, pattern, bound, length and format of the schema is kept, required fields are always there
//! and others mostly. The rows follow from the schema, the seed and their number alone: the same today and tomorrow, on
//! every machine.
//!
//! ```
//! # fn main() -> aep_core::Result<()> {
//! use aep_ingest::sample::Sampler;
//! use aep_ingest::xdm::Schema;
//!
//! let schema = Schema::compile(&serde_json::json!({
//!     "type": "object", "properties": {
//!         "_id": { "type": "string" },
//!         "code": { "type": "string", "pattern": "^M[0-9]{8}$" }
//!     },
//!     "required": ["_id", "code"]
//! }))?;
//! let rows: Vec<_> = Sampler::new(&schema, 42)?.take(3).collect();
//! assert_eq!(rows.len(), 3);
//! assert_eq!(rows[0], Sampler::new(&schema, 42)?.row(0));
//! # Ok(()) }
//! ```

mod random;
mod text;
mod write;

use aep_core::{Error, ErrorKind, Result};
use serde_json::{Map, Value, json};

use crate::convert::is_written;
use crate::xdm::{Field, Kind, Object, Rules, Schema};
use random::Random;

/// Makes rows up, one after the other, without end.
#[derive(Debug, Clone)]
pub struct Sampler<'s> {
    schema: &'s Schema,
    seed: u64,
    next: u64,
}

/// A day in milliseconds.
const DAY: i64 = 86_400_000;

impl<'s> Sampler<'s> {
    /// Rows for this schema.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] if a required field can't be made up: its pattern needs look-around, or its rules leave no
    /// value.
    pub fn new(schema: &'s Schema, seed: u64) -> Result<Self> {
        required(schema.root())?;
        Ok(Self {
            schema,
            seed,
            next: 0,
        })
    }

    /// The row of this number, from 0.
    pub fn row(&self, number: u64) -> Value {
        let mut maker = Maker {
            random: Random::new(self.seed, number),
            seed: self.seed,
            number,
        };
        Value::Object(maker.object(self.schema.root(), true))
    }
}

impl Iterator for Sampler<'_> {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        let row = self.row(self.next);
        self.next += 1;
        Some(row)
    }
}

/// Looks for required fields for which there is no value.
fn required(object: &Object) -> Result<()> {
    for field in object.fields() {
        if field.required && !can_be_made(field) {
            return Err(Error::new(ErrorKind::Usage, "make rows up for the schema")
                .with("field", &field.path)
                .because("its rules leave no value that could be made up, and it is required"));
        }
        if let Kind::Object(inner) = &field.kind
            && field.required
        {
            required(inner)?;
        }
    }
    Ok(())
}

/// Whether a few tries give a value for the field.
fn can_be_made(field: &Field) -> bool {
    let mut maker = Maker {
        random: Random::new(0, 0),
        seed: 0,
        number: 0,
    };
    maker.value(field).is_some()
}

struct Maker {
    random: Random,
    seed: u64,
    number: u64,
}

impl Maker {
    /// The fields of an object; `row` is the outermost.
    fn object(&mut self, object: &Object, row: bool) -> Map<String, Value> {
        let mut fields = Map::new();
        for field in object.fields() {
            // The dice are thrown for each field, so that one that is left out moves no other.
            let there = self.random.below(100) < 80;
            if !(field.required || there) || !is_written(field) {
                continue;
            }
            let value = if row
                && &*field.name == "_id"
                && matches!(field.kind, Kind::String)
                && bare(&field.rules)
            {
                Some(json!(format!("sample-{}-{}", self.seed, self.number)))
            } else {
                self.value(field)
            };
            if let Some(value) = value {
                fields.insert(field.name.to_string(), value);
            }
        }
        fields
    }

    /// A value of the field; none if there is none.
    fn value(&mut self, field: &Field) -> Option<Value> {
        let rules = &field.rules;
        match &field.kind {
            Kind::String => text::make(rules, &field.name, &mut self.random).map(Value::String),
            Kind::Number => self.number(rules).map(|value| json!(value)),
            Kind::Long | Kind::Integer | Kind::Short | Kind::Byte => {
                self.whole(rules).map(|value| json!(value))
            }
            Kind::Boolean => {
                let flags = [true, false];
                let allowed: Vec<bool> = match &rules.allowed {
                    Some(allowed) => flags
                        .into_iter()
                        .filter(|flag| allowed.has_flag(*flag))
                        .collect(),
                    None => flags.to_vec(),
                };
                self.random.pick(&allowed).map(|flag| json!(flag))
            }
            Kind::Date => {
                let days = self.random.between(7_305, 21_914);
                Some(json!(stamp(days * DAY).get(..10).unwrap_or_default()))
            }
            Kind::DateTime => {
                let millis = self.random.between(7_305 * DAY, 21_915 * DAY - 1);
                Some(json!(stamp(millis)))
            }
            Kind::Object(object) => {
                let fields = self.object(object, false);
                (!fields.is_empty() || field.required).then(|| fields.into())
            }
            Kind::Array(element) => {
                let count = self.random.between(1, 3);
                let values: Option<Vec<Value>> =
                    (0..count).map(|_| self.element(element)).collect();
                values.map(Value::Array)
            }
            Kind::Map(value) if &*field.name == "identityMap" => self.identities(value),
            Kind::Map(value) => {
                let mut map = Map::new();
                for _ in 0..self.random.between(1, 3) {
                    map.insert(text::word(&mut self.random), self.element(value)?);
                }
                Some(map.into())
            }
            Kind::Any => None,
        }
    }

    /// An element of a list or a map: an object may have no fields there, so that what is around it is never missing for it.
    fn element(&mut self, field: &Field) -> Option<Value> {
        match &field.kind {
            Kind::Object(object) => Some(self.object(object, false).into()),
            _ => self.value(field),
        }
    }

    /// One identity, the person's primary one.
    fn identities(&mut self, list: &Field) -> Option<Value> {
        let Kind::Array(element) = &list.kind else {
            return self.value(list).map(|value| json!({"Email": value}));
        };
        let mut one = self.value(element)?;
        if let (Some(identity), Kind::Object(object)) = (one.as_object_mut(), &element.kind) {
            let plain = |name: &str| {
                object.get(name).is_some_and(|field| {
                    matches!(field.kind, Kind::String | Kind::Boolean) && bare(&field.rules)
                })
            };
            if plain("id") {
                let id = format!("sample-{}-{}@example.com", self.seed, self.number);
                identity.insert("id".into(), json!(id));
            }
            if plain("primary") {
                identity.insert("primary".into(), json!(true));
            }
        }
        Some(json!({"Email": [one]}))
    }

    fn whole(&mut self, rules: &Rules) -> Option<i64> {
        let (low, high) = rules.whole;
        if let Some(allowed) = &rules.allowed {
            #[expect(clippy::cast_possible_truncation, reason = "only whole ones are taken")]
            let whole: Vec<i64> = allowed
                .numbers()
                .iter()
                .filter(|number| number.fract() == 0.0 && number.abs() < 9.1e15)
                .map(|number| *number as i64)
                .filter(|number| (low..=high).contains(number))
                .collect();
            return self.random.pick(&whole).copied();
        }
        if low > high {
            return None;
        }
        // Mostly numbers as people have them, sometimes the ends.
        match self.random.below(20) {
            0 => Some(low),
            1 => Some(high),
            2 => Some(self.random.between(low, high)),
            _ => {
                let from = low.max(0.min(high));
                Some(
                    self.random
                        .between(from, high.min(from.saturating_add(10_000))),
                )
            }
        }
    }

    fn number(&mut self, rules: &Rules) -> Option<f64> {
        if let Some(allowed) = &rules.allowed {
            let within: Vec<f64> = allowed
                .numbers()
                .iter()
                .copied()
                .filter(|number| {
                    rules.minimum.is_none_or(|low| *number >= low)
                        && rules.maximum.is_none_or(|high| *number <= high)
                })
                .collect();
            return self.random.pick(&within).copied();
        }
        let low = rules
            .minimum
            .unwrap_or_else(|| rules.maximum.map_or(0.0, |high| (high - 1000.0).min(0.0)));
        let high = rules.maximum.unwrap_or(low + 1000.0);
        if low > high {
            return None;
        }
        let value = low + (high - low) * self.random.fraction();
        let rounded = (value * 100.0).round() / 100.0;
        Some(if rounded >= low && rounded <= high {
            rounded
        } else {
            value.clamp(low, high)
        })
    }
}

/// Whether a field has no rule that a made-up id could break.
fn bare(rules: &Rules) -> bool {
    rules.allowed.is_none()
        && rules.pattern.is_none()
        && rules.format.is_none()
        && rules.min_length.is_none_or(|low| low <= 10)
        && rules.max_length.is_none_or(|high| high >= 60)
}

/// `yyyy-MM-ddTHH:mm:ss.SSSZ`
fn stamp(millis: i64) -> String {
    let instant = jiff::Timestamp::from_millisecond(millis).unwrap_or_default();
    format!("{instant:.3}")
}

#[cfg(test)]
mod tests;
