//! Ways through a schema: by path, leaf by leaf, line by line of its tree.

use super::{Extra, Field, Kind, Schema};

impl Schema {
    /// The field at a dotted path.
    ///
    /// An element of an array is reached with `[]`, `[3]` or nothing at all
    /// (`_local.cards[].number`, `_local.cards.number`), a value of a map with `*` or any key.
    pub fn field(&self, path: &str) -> Option<&Field> {
        let mut at = &self.root;
        for step in path.split('.') {
            let (name, indices) = step.split_once('[').unwrap_or((step, ""));
            at = down(at, name)?;
            for _ in indices.split('[').filter(|index| index.ends_with(']')) {
                at = element(at)?;
            }
        }
        Some(at)
    }

    /// The fields that hold values, depth first: scalars, also those inside arrays and maps.
    pub fn leaves(&self) -> Leaves<'_> {
        Leaves { walk: self.walk() }
    }

    /// Every field with its depth, depth first, in the order of the document: what a tree shows.
    /// The element of an array of scalars is not a line of its own.
    pub fn walk(&self) -> Walk<'_> {
        Walk {
            todo: self.fields().iter().rev().map(|field| (0, field)).collect(),
        }
    }
}

impl Field {
    /// The fields directly below: those of an object, or of the object inside an array or a map.
    pub fn children(&self) -> &[Field] {
        match &self.kind {
            Kind::Object(object) => object.fields(),
            Kind::Array(inner) | Kind::Map(inner) => inner.children(),
            _ => &[],
        }
    }

    /// What an array or a map holds, through as many of them as there are; itself for all else.
    pub fn innermost(&self) -> &Field {
        match &self.kind {
            Kind::Array(inner) | Kind::Map(inner) => inner.innermost(),
            _ => self,
        }
    }

    /// The type with what it holds: `array<object>`, `map<string>`, `date-time`.
    pub fn type_name(&self) -> String {
        match &self.kind {
            Kind::Array(inner) => format!("array<{}>", inner.type_name()),
            Kind::Map(inner) => format!("map<{}>", inner.type_name()),
            kind => kind.name().to_owned(),
        }
    }
}

fn down<'a>(at: &'a Field, name: &str) -> Option<&'a Field> {
    match &at.kind {
        Kind::Object(object) => object.get(name).or(match object.extra() {
            Extra::Typed(field) => Some(field),
            Extra::None => None,
        }),
        Kind::Map(value) => Some(value),
        Kind::Array(element) => down(element, name),
        _ => None,
    }
}

fn element(at: &Field) -> Option<&Field> {
    match &at.kind {
        Kind::Array(element) => Some(element),
        _ => None,
    }
}

/// See [`Schema::walk`].
#[derive(Debug, Clone)]
pub struct Walk<'a> {
    todo: Vec<(usize, &'a Field)>,
}

impl<'a> Iterator for Walk<'a> {
    type Item = (usize, &'a Field);

    fn next(&mut self) -> Option<Self::Item> {
        let (depth, field) = self.todo.pop()?;
        self.todo.extend(
            field
                .children()
                .iter()
                .rev()
                .map(|child| (depth + 1, child)),
        );
        Some((depth, field))
    }
}

/// See [`Schema::leaves`].
#[derive(Debug, Clone)]
pub struct Leaves<'a> {
    walk: Walk<'a>,
}

impl<'a> Iterator for Leaves<'a> {
    type Item = &'a Field;

    fn next(&mut self) -> Option<Self::Item> {
        self.walk
            .by_ref()
            .map(|(_, field)| field.innermost())
            .find(|field| field.kind.is_scalar() || matches!(field.kind, Kind::Any))
    }
}
