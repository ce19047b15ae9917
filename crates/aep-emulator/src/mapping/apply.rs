//! Rows through a mapping set.

use serde_json::Value;

use super::path::Step;
use super::rule::{From, Rule, TransformError};
use crate::lake::Datum;

/// The mappings of a set, ready for rows.
#[derive(Debug, Clone)]
pub(crate) struct Mapper(Vec<Rule>);

impl Mapper {
    /// Reads a set, or the parts of it that can't be carried out.
    pub(crate) fn read(set: &Value) -> Result<Self, Vec<TransformError>> {
        match Self::partial(set) {
            (mapper, errors) if errors.is_empty() => Ok(mapper),
            (_, errors) => Err(errors),
        }
    }

    /// What can be carried out of a set, and what can't.
    pub(crate) fn partial(set: &Value) -> (Self, Vec<TransformError>) {
        let (mut rules, mut errors) = (Vec::new(), Vec::new());
        for mapping in set["mappings"].as_array().into_iter().flatten() {
            match Rule::read(mapping) {
                Ok(rule) => rules.push(rule),
                Err(error) => errors.push(error),
            }
        }
        (Self(rules), errors)
    }

    /// The row that the mappings make of a row. A source without a value leaves its destination without one.
    pub(crate) fn apply(&self, row: &Datum) -> Datum {
        let mut mapped = Vec::new();
        for rule in &self.0 {
            let value = match &rule.from {
                From::Attribute(path, text) => attribute(row, path, text),
                From::Constant(value) => constant(value),
            };
            if value != Datum::Null {
                put(&mut mapped, &rule.to, value);
            }
        }
        Datum::Object(mapped)
    }
}

fn attribute(row: &Datum, path: &[Step], text: &str) -> Datum {
    let named = match row {
        Datum::Object(fields) => fields.iter().find(|(name, _)| name == text),
        _ => None,
    };
    match named {
        Some((_, value)) => value.clone(),
        None => path
            .iter()
            .try_fold(row, |value, step| below(value, step))
            .cloned()
            .unwrap_or(Datum::Null),
    }
}

fn below<'d>(value: &'d Datum, step: &Step) -> Option<&'d Datum> {
    match (value, step) {
        (Datum::Object(fields) | Datum::Map(fields), Step::Field(wanted)) => fields
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value),
        (Datum::Array(items), Step::Item(at)) => items.get(*at),
        _ => None,
    }
}

fn constant(value: &Value) -> Datum {
    match value {
        Value::Bool(flag) => Datum::Boolean(*flag),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(long), _) => Datum::Long(long),
            (None, Some(double)) => Datum::Double(double),
            _ => Datum::Null,
        },
        // Without a type of its own, like the cell of a CSV file: a constant is written as text whatever it is.
        Value::String(text) => Datum::Text(text.clone()),
        _ => Datum::Null,
    }
}

fn put(fields: &mut Vec<(String, Datum)>, path: &[String], value: Datum) {
    let Some((name, rest)) = path.split_first() else {
        return;
    };
    let at = fields
        .iter()
        .position(|(known, _)| known == name)
        .unwrap_or_else(|| {
            fields.push((name.clone(), Datum::Null));
            fields.len() - 1
        });
    let place = &mut fields[at].1;
    if rest.is_empty() {
        *place = value;
        return;
    }
    if !matches!(place, Datum::Object(_)) {
        *place = Datum::Object(Vec::new());
    }
    if let Datum::Object(inner) = place {
        put(inner, rest, value);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::lake::object_of;

    fn mapped(mappings: &Value, row: &Value) -> Value {
        let mapper = Mapper::read(&json!({"mappings": mappings})).unwrap();
        let row = object_of(row.to_string().as_bytes()).unwrap();
        mapper.apply(&row).to_json()
    }

    #[test]
    fn attributes_are_copied_and_constants_written() {
        let mappings = json!([
            {"source": "id", "destination": "_id"},
            {"source": "id", "destination": "_local.memberId"},
            {"source": "name.first", "destination": "person.name.firstName"},
            {"source": "cards[1]", "destination": "_local.card"},
            {"source": "tags", "destination": "_local.favouriteStores"},
            {"source": "dotted.name", "destination": "_local.dotted"},
            {"source": "nothing", "destination": "_local.nothing"},
            {"sourceType": "STATIC", "source": "gold", "destination": "_local.tier"},
        ]);
        let row = json!({
            "id": "7", "name": {"first": "Ada"}, "cards": ["a", "b"], "tags": ["x"],
            "dotted.name": true, "more": 1,
        });
        assert_eq!(
            mapped(&mappings, &row),
            json!({
                "_id": "7",
                "_local": {"memberId": "7", "card": "b", "favouriteStores": ["x"], "dotted": true, "tier": "gold"},
                "person": {"name": {"firstName": "Ada"}},
            })
        );
    }

    #[test]
    fn every_error_is_told() {
        let set = json!({"mappings": [
            {"sourceType": "EXPRESSION", "source": "upper(a)", "destination": "a"},
            {"source": "b", "destination": "b"},
            {"source": "c[*]", "destination": "c"},
        ]});
        assert_eq!(Mapper::read(&set).unwrap_err().len(), 2);
    }
}
