//! A field of a schema: its name, its place, its type and its rules.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::{Allowed, Pattern};

/// One field of a schema.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Field {
    /// The key in the parent object; empty for the element of an array or the value of a map.
    pub name: Box<str>,
    /// The dotted path from the row: `_local.cards[].number`, where `[]` stands for any element
    /// of an array and `*` for any key of a map.
    pub path: Box<str>,
    /// Whether the parent object must have it, and not null.
    pub required: bool,
    /// The type, with the fields below it.
    pub kind: Kind,
    /// The constraints on a value.
    pub rules: Rules,
    /// The title, for people.
    pub title: Option<Box<str>>,
    /// The description, for people.
    pub description: Option<Box<str>>,
}

/// The XDM types (`meta:xdmType`).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Kind {
    /// Text.
    String,
    /// A double-precision number.
    Number,
    /// A whole number of 64 bits, between ±9007199254740991.
    Long,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 16 bits.
    Short,
    /// A whole number of 8 bits.
    Byte,
    /// True or false.
    Boolean,
    /// A calendar day without a zone.
    Date,
    /// An instant, with milliseconds.
    DateTime,
    /// Named fields.
    Object(Object),
    /// A list whose elements are all of one type.
    Array(Box<Field>),
    /// Free text keys with values of one type.
    Map(Box<Field>),
    /// The schema doesn't say.
    Any,
}

impl Kind {
    /// The name Adobe uses in `meta:xdmType`: `string`, `int`, `date-time`, `map`…
    pub fn name(&self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Long => "long",
            Self::Integer => "int",
            Self::Short => "short",
            Self::Byte => "byte",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::DateTime => "date-time",
            Self::Object(_) => "object",
            Self::Array(_) => "array",
            Self::Map(_) => "map",
            Self::Any => "any",
        }
    }

    /// Whether a value of this type has no fields below it.
    pub fn is_scalar(&self) -> bool {
        !matches!(
            self,
            Self::Object(_) | Self::Array(_) | Self::Map(_) | Self::Any
        )
    }

    /// The values a whole number of this type can have, both ends included.
    ///
    /// Adobe prints 2147483648, 32768 and 128 as the upper ends too; a column of that width can't
    /// hold them, so they are refused here. The bounds of `long` are those of the published table.
    pub fn whole_range(&self) -> Option<(i64, i64)> {
        const LONG: i64 = 9_007_199_254_740_991;
        match self {
            Self::Long => Some((-LONG, LONG)),
            Self::Integer => Some((i32::MIN.into(), i32::MAX.into())),
            Self::Short => Some((i16::MIN.into(), i16::MAX.into())),
            Self::Byte => Some((i8::MIN.into(), i8::MAX.into())),
            _ => None,
        }
    }
}

/// The fields of an object.
#[derive(Debug, Clone, Default)]
pub struct Object {
    fields: Vec<Field>,
    index: HashMap<Box<str>, usize>,
    required: Vec<usize>,
    extra: Extra,
}

/// What an object may hold besides its named fields (`additionalProperties`).
#[derive(Debug, Clone, Default)]
pub enum Extra {
    /// Nothing: an unknown name is a finding.
    #[default]
    None,
    /// Values of this type.
    Typed(Box<Field>),
}

/// Below this many fields a walk over the names beats hashing the key.
const FEW: usize = 8;

impl Object {
    pub(super) fn new(fields: Vec<Field>, extra: Extra) -> Self {
        let index = fields
            .iter()
            .enumerate()
            .map(|(at, field)| (field.name.clone(), at))
            .collect();
        let required = fields
            .iter()
            .enumerate()
            .filter(|(_, f)| f.required)
            .map(|(at, _)| at)
            .collect();
        Self {
            fields,
            index,
            required,
            extra,
        }
    }

    pub(super) fn none() -> &'static Self {
        static NONE: OnceLock<Object> = OnceLock::new();
        NONE.get_or_init(Self::default)
    }

    /// The fields, in the order of the document.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The field of this name.
    pub fn get(&self, name: &str) -> Option<&Field> {
        self.position(name).and_then(|at| self.fields.get(at))
    }

    /// What is allowed besides [`Object::fields`].
    pub fn extra(&self) -> &Extra {
        &self.extra
    }

    /// The positions of the required fields.
    pub(crate) fn required(&self) -> &[usize] {
        &self.required
    }

    /// Where the field of this name stands; `hint` is where it stands if rows keep the order of
    /// the schema, or of the row before.
    pub(crate) fn find(&self, name: &str, hint: usize) -> Option<(usize, &Field)> {
        if let Some(field) = self.fields.get(hint)
            && *field.name == *name
        {
            return Some((hint, field));
        }
        let at = self.position(name)?;
        self.fields.get(at).map(|field| (at, field))
    }

    fn position(&self, name: &str) -> Option<usize> {
        if self.fields.len() <= FEW {
            self.fields.iter().position(|field| *field.name == *name)
        } else {
            self.index.get(name).copied()
        }
    }
}

/// The constraints on a value of a field.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Rules {
    /// `enum`: the only values allowed.
    pub allowed: Option<Allowed>,
    /// `meta:enum`: values with their labels. Suggestions: other values are allowed too, unless
    /// [`Rules::allowed`] says otherwise.
    pub suggested: Vec<(Box<str>, Box<str>)>,
    /// `minimum`, included.
    pub minimum: Option<f64>,
    /// `maximum`, included.
    pub maximum: Option<f64>,
    /// `minLength`, in characters.
    pub min_length: Option<u64>,
    /// `maxLength`, in characters.
    pub max_length: Option<u64>,
    /// `pattern`, found anywhere in the text unless it is anchored.
    pub pattern: Option<Pattern>,
    /// `format`, other than the dates (those are types of their own).
    pub format: Option<Box<str>>,
    /// For whole numbers: the type's own range cut down by `minimum` and `maximum`.
    pub(crate) whole: (i64, i64),
}

impl Rules {
    /// Whether text needs a look beyond being text.
    pub(crate) fn any_for_text(&self) -> bool {
        self.allowed.is_some()
            || self.min_length.is_some()
            || self.max_length.is_some()
            || self.pattern.is_some()
            || self.format.is_some()
    }
}
