//! The values of an `enum`.

use std::collections::HashSet;
use std::fmt;

use serde_json::Value;

/// The values that an `enum` allows.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    texts: Vec<Box<str>>,
    many: HashSet<Box<str>>,
    numbers: Vec<f64>,
    flags: Vec<bool>,
}

/// Above this many texts they are hashed.
const FEW: usize = 12;

impl Allowed {
    /// Reads the array of an `enum`; null in it changes nothing, as null is allowed wherever a
    /// field isn't required.
    pub(super) fn read(values: &[Value], text: bool) -> Self {
        let mut allowed = Self::default();
        for value in values {
            match value {
                Value::String(value) => allowed.texts.push(value.as_str().into()),
                Value::Number(value) if text => allowed.texts.push(value.to_string().into()),
                Value::Number(value) => allowed.numbers.extend(value.as_f64()),
                Value::Bool(value) => allowed.flags.push(*value),
                Value::Null | Value::Array(_) | Value::Object(_) => {}
            }
        }
        if allowed.texts.len() > FEW {
            allowed.many = allowed.texts.iter().cloned().collect();
        }
        allowed
    }

    /// Whether this text is among the values.
    pub fn has_text(&self, text: &str) -> bool {
        if self.many.is_empty() {
            self.texts.iter().any(|value| **value == *text)
        } else {
            self.many.contains(text)
        }
    }

    /// Whether this number is among the values.
    pub fn has_number(&self, number: f64) -> bool {
        self.numbers.contains(&number)
    }

    /// Whether this flag is among the values.
    pub fn has_flag(&self, flag: bool) -> bool {
        self.flags.contains(&flag)
    }

    /// The texts, in the order of the document.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(AsRef::as_ref)
    }

    /// The numbers, in the order of the document.
    pub fn numbers(&self) -> &[f64] {
        &self.numbers
    }
}

/// All values, separated by commas.
impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        let mut item = |f: &mut fmt::Formatter<'_>, value: &dyn fmt::Display| {
            let comma = if std::mem::take(&mut first) { "" } else { ", " };
            write!(f, "{comma}{value}")
        };
        for value in &self.texts {
            item(f, value)?;
        }
        for value in &self.numbers {
            item(f, value)?;
        }
        for value in &self.flags {
            item(f, value)?;
        }
        Ok(())
    }
}
