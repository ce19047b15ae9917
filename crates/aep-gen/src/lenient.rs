//! Reading what services really send.
//!
//! The documents say `integer` and the platform sends `"249058"`; they say list and it sends `null`. Adobe's own examples
//! disagree with Adobe's schemas in two cases out of five. So a value is taken if it can be taken without guessing, and a
//! field that cannot be taken costs that field, not the answer: it stays among those that no document knows, where
//! whoever needs it finds it, and from where it is written back as it came.

use std::fmt::{self, Display};
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::{Map, Value};

use crate::{Keyed, SecretText};

/// A type that answers are made of.
pub(crate) trait Read: Sized {
    /// Whether a single one may stand for a list of one.
    const SCALAR: bool = false;

    /// Why `value` cannot be read as this type, if it cannot.
    fn check(value: &Value) -> Result<(), Misfit>;

    /// Reads what [`Read::check`] has found to fit.
    fn read(value: Value) -> Option<Self>;

    /// Whether it is left out when it is written.
    fn is_nothing(&self) -> bool {
        false
    }
}

/// A value that is not what was expected.
#[derive(Debug)]
pub(crate) struct Misfit {
    /// Where it is, `[3].items`; empty if it is the whole.
    pub(crate) place: String,
    expected: &'static str,
    found: String,
}

impl Misfit {
    fn new(expected: &'static str, value: &Value) -> Self {
        let found = match value {
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
            other => other.to_string(),
        };
        Self {
            place: String::new(),
            expected,
            found,
        }
    }

    fn below(mut self, place: &str) -> Self {
        self.place.insert_str(0, place);
        self
    }
}

impl Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, found {}", self.expected, self.found)
    }
}

/// Reads a whole value.
pub(crate) fn whole<T: Read>(value: Value) -> Result<T, Misfit> {
    T::check(&value)?;
    // what `check` lets pass `read` takes; if the two ever disagree, it is an answer that cannot be read
    T::read(value).ok_or_else(|| Misfit::new("what was checked", &Value::Null))
}

/// [`Deserialize`] for what can be read.
pub(crate) fn deserialize<'de, D: Deserializer<'de>, T: Read>(
    deserializer: D,
) -> Result<T, D::Error> {
    whole(Value::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// The fields of an object, as its type takes them.
pub(crate) struct Fields {
    all: Map<String, Value>,
    taken: Vec<&'static str>,
}

impl Fields {
    /// The fields of `value`, if it is an object.
    pub(crate) fn of(value: Value) -> Option<Self> {
        match value {
            Value::Object(all) => Some(Self {
                all,
                taken: Vec::new(),
            }),
            _ => None,
        }
    }

    /// Whether `value` is an object: all that a struct of optional fields asks for.
    pub(crate) fn check(value: &Value) -> Result<(), Misfit> {
        match value {
            Value::Object(_) => Ok(()),
            other => Err(Misfit::new("an object", other)),
        }
    }

    /// Takes a field. One that is missing, `null` or of another type is the default.
    pub(crate) fn take<T: Read + Default>(&mut self, name: &'static str) -> T {
        let Some(value) = self.all.get_mut(name) else {
            return T::default();
        };
        if value.is_null() || T::check(value).is_err() {
            return T::default();
        }
        // an empty list is not written when it is part of the type, but it did come
        let empty = match value {
            Value::Array(elements) => elements.is_empty(),
            Value::Object(fields) => fields.is_empty(),
            _ => false,
        };
        let copy = empty.then(|| value.clone());
        let read = T::read(value.take()).unwrap_or_default();
        match copy {
            Some(copy) if read.is_nothing() => *value = copy,
            _ => self.taken.push(name),
        }
        read
    }

    /// What nobody has taken.
    pub(crate) fn rest(mut self) -> Map<String, Value> {
        self.all
            .retain(|name, _| !self.taken.contains(&name.as_str()));
        self.all
    }
}

impl Read for Value {
    fn check(_: &Value) -> Result<(), Misfit> {
        Ok(())
    }

    fn read(value: Value) -> Option<Self> {
        Some(value)
    }
}

impl Read for () {
    fn check(_: &Value) -> Result<(), Misfit> {
        Ok(())
    }

    fn read(_: Value) -> Option<Self> {
        Some(())
    }
}

impl<T: Read> Read for Option<T> {
    const SCALAR: bool = T::SCALAR;

    fn check(value: &Value) -> Result<(), Misfit> {
        if value.is_null() {
            Ok(())
        } else {
            T::check(value)
        }
    }

    fn read(value: Value) -> Option<Self> {
        if value.is_null() {
            Some(None)
        } else {
            T::read(value).map(Some)
        }
    }

    fn is_nothing(&self) -> bool {
        self.is_none()
    }
}

impl<T: Read> Read for Box<T> {
    fn check(value: &Value) -> Result<(), Misfit> {
        T::check(value)
    }

    fn read(value: Value) -> Option<Self> {
        T::read(value).map(Self::new)
    }
}

impl<T: Read> Read for Vec<T> {
    fn check(value: &Value) -> Result<(), Misfit> {
        match value {
            Value::Array(elements) => elements.iter().enumerate().try_for_each(|(at, element)| {
                T::check(element).map_err(|misfit| misfit.below(&format!("[{at}]")))
            }),
            single if T::SCALAR => T::check(single),
            other => Err(Misfit::new("a list", other)),
        }
    }

    fn read(value: Value) -> Option<Self> {
        match value {
            Value::Array(elements) => elements.into_iter().map(T::read).collect(),
            single => T::read(single).map(|value| vec![value]),
        }
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

impl Read for Map<String, Value> {
    fn check(value: &Value) -> Result<(), Misfit> {
        Fields::check(value)
    }

    fn read(value: Value) -> Option<Self> {
        Fields::of(value).map(Fields::rest)
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

/// An entry that does not fit costs that entry; it is kept among [`Keyed::others`].
impl<T: Read> Read for Keyed<String, T> {
    fn check(value: &Value) -> Result<(), Misfit> {
        Fields::check(value)
    }

    fn read(value: Value) -> Option<Self> {
        let mut read = Self::new();
        for (key, value) in Fields::of(value)?.rest() {
            match T::check(&value) {
                Ok(()) => read.push(key, T::read(value)?),
                Err(_) => read.keep(key, value),
            }
        }
        Some(read)
    }

    fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

impl Read for SecretText {
    const SCALAR: bool = true;

    fn check(value: &Value) -> Result<(), Misfit> {
        match value {
            Value::String(_) => Ok(()),
            // never the value itself
            _ => Err(Misfit::new("a secret as text", &Value::Null)),
        }
    }

    fn read(value: Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(Self::from(text)),
            _ => None,
        }
    }
}

/// A value that may be spelled in several ways.
trait Scalar: Sized {
    /// What the value means, if it means one of these.
    fn meant(value: &Value) -> Option<Self>;

    /// What is expected, for the error.
    const EXPECTED: &'static str;
}

macro_rules! read_scalars {
    ($($scalar:ty),*) => {$(
        impl Read for $scalar {
            const SCALAR: bool = true;

            fn check(value: &Value) -> Result<(), Misfit> {
                match Self::meant(value) {
                    Some(_) => Ok(()),
                    None => Err(Misfit::new(Self::EXPECTED, value)),
                }
            }

            fn read(value: Value) -> Option<Self> {
                Self::meant(&value)
            }
        }
    )*};
}

read_scalars!(bool, i32, i64, f64);

impl Read for String {
    const SCALAR: bool = true;

    fn check(value: &Value) -> Result<(), Misfit> {
        match value {
            Value::String(_) | Value::Number(_) | Value::Bool(_) => Ok(()),
            other => Err(Misfit::new("a string", other)),
        }
    }

    fn read(value: Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(text),
            Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
            _ => None,
        }
    }
}

impl Scalar for bool {
    const EXPECTED: &'static str = "true or false";

    fn meant(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(*value),
            // a boolean that went through Python or a form
            Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
            _ => None,
        }
    }
}

impl Scalar for i64 {
    const EXPECTED: &'static str = "a whole number";

    fn meant(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_i64().or_else(|| whole_number(number.as_f64()?)),
            Value::String(text) => parse(text).or_else(|| whole_number(parse(text)?)),
            _ => None,
        }
    }
}

impl Scalar for i32 {
    const EXPECTED: &'static str = "a whole number";

    fn meant(value: &Value) -> Option<Self> {
        i64::meant(value)?.try_into().ok()
    }
}

impl Scalar for f64 {
    const EXPECTED: &'static str = "a number";

    fn meant(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => parse(text).filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }
}

fn parse<T: FromStr<Err: Display>>(text: &str) -> Option<T> {
    text.trim().parse().ok()
}

/// `5.0` is a whole number, `5.5` and `1e300` are not.
fn whole_number(number: f64) -> Option<i64> {
    // 2^53: beyond it a float no longer says which whole number was meant
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to be whole and within range"
    )]
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Default, PartialEq, serde::Serialize)]
    struct Row {
        #[serde(skip_serializing_if = "Option::is_none")]
        length: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        share: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        version: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        header: Option<bool>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        rows: Vec<String>,
        #[serde(skip_serializing_if = "Keyed::is_empty")]
        tags: Keyed<String, Vec<String>>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        below: Vec<Row>,
        #[serde(flatten)]
        extra: Map<String, Value>,
    }

    impl Read for Row {
        fn check(value: &Value) -> Result<(), Misfit> {
            Fields::check(value)
        }

        fn read(value: Value) -> Option<Self> {
            let mut fields = Fields::of(value)?;
            Some(Self {
                length: fields.take("length"),
                share: fields.take("share"),
                version: fields.take("version"),
                header: fields.take("header"),
                rows: fields.take("rows"),
                tags: fields.take("tags"),
                below: fields.take("below"),
                extra: fields.rest(),
            })
        }
    }

    fn row(value: Value) -> Row {
        whole(value).unwrap()
    }

    #[test]
    fn numbers_are_read_from_strings_and_strings_from_numbers() {
        let row = row(json!({
            "length": "249058", "share": "12.5", "version": 3, "header": "True", "rows": [1, "2-4"]
        }));
        assert_eq!(
            row,
            Row {
                length: Some(249_058),
                share: Some(12.5),
                version: Some("3".to_owned()),
                header: Some(true),
                rows: vec!["1".to_owned(), "2-4".to_owned()],
                ..Row::default()
            }
        );
    }

    #[test]
    fn null_and_nothing_are_read_alike_and_written_as_they_came() {
        let nulls = json!({"length": null, "rows": [], "tags": {}, "below": null});
        let read = row(nulls.clone());
        assert_eq!(
            (read.length, read.rows.len(), read.below.len()),
            (None, 0, 0)
        );
        assert_eq!(serde_json::to_value(&read).unwrap(), nulls);
        assert_eq!(row(json!({})), Row::default());
    }

    #[test]
    fn a_field_that_cannot_be_meant_costs_that_field_and_is_kept() {
        let sent = json!({
            "length": "many", "share": 0.5, "version": {"major": 1}, "header": 2, "rows": "1",
            "tags": {"good": ["a"], "bad": 5}, "below": [{"length": 5.5}, 3], "new": [1]
        });
        let read = row(sent.clone());
        assert_eq!(read.share, Some(0.5));
        assert_eq!(read.rows, ["1"]);
        assert_eq!(read.tags.get("good").unwrap(), &["a"]);
        assert_eq!(read.tags.others()["bad"], 5);
        let kept: Vec<_> = read.extra.keys().map(String::as_str).collect();
        assert_eq!(kept, ["length", "version", "header", "below", "new"]);
        let mut written = serde_json::to_value(&read).unwrap();
        written["rows"] = json!("1");
        assert_eq!(written, sent);
    }

    #[test]
    fn an_answer_that_is_something_else_is_refused_with_its_place() {
        let misfit = whole::<Vec<Row>>(json!([{}, {"below": 1}, "x"])).unwrap_err();
        assert_eq!(misfit.place, "[2]");
        assert_eq!(misfit.to_string(), "expected an object, found \"x\"");
        let misfit = whole::<Row>(json!([])).unwrap_err();
        assert_eq!(misfit.to_string(), "expected an object, found a list");
        let misfit = whole::<SecretText>(json!(5)).unwrap_err();
        assert_eq!(misfit.to_string(), "expected a secret as text, found null");
    }

    /// JSON of any shape, with the names of the fields in it.
    fn anything() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "[a-z0-9. ]{0,6}".prop_map(Value::from),
        ];
        let name = prop_oneof![
            Just("length"),
            Just("share"),
            Just("version"),
            Just("header"),
            Just("rows"),
            Just("tags"),
            Just("below"),
            Just("other")
        ];
        leaf.prop_recursive(4, 24, 5, move |below| {
            prop_oneof![
                prop::collection::vec(below.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((name.clone(), below), 0..6).prop_map(|fields| {
                    Value::Object(
                        fields
                            .into_iter()
                            .map(|(name, value)| (name.to_owned(), value))
                            .collect(),
                    )
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn an_object_is_always_read_and_no_field_of_it_is_lost(value in anything()) {
            prop_assume!(value.is_object());
            let written = serde_json::to_value(row(value.clone())).unwrap();
            let names = |value: &Value| {
                let mut names: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
                names.sort();
                names
            };
            prop_assert_eq!(names(&written), names(&value));
            // what was read once is read in the same way again
            prop_assert_eq!(serde_json::to_value(row(written.clone())).unwrap(), written);
        }
    }
}
