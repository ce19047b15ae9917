//! Reading what services really send.
//!
//! The documents say `integer` and the platform sends `"249058"`; they say list and it sends `null`. Adobe's own examples
//! disagree with Adobe's schemas in two cases out of five. So a value is taken if it can be taken without guessing, and a
//! field that cannot be taken costs that field, not the answer: it stays among those that no document knows, where
//! whoever needs it finds it, and from where it is written back as it came.

mod scalars;

use std::fmt::{self, Display};

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::{Map, Value};

use crate::Keyed;

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

#[cfg(test)]
mod tests;
