//! Definition and repetition levels: which of the objects around a value exist, and which list goes
//! on.

use crate::xdm::Field;

use super::super::at::At;

/// The levels at which a node of the file's schema exists.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Level {
    /// Entries with at least this definition level have the node.
    pub(super) def: i16,
    /// Entries with at most this repetition level begin a new one of it.
    pub(super) rep: i16,
}

/// A step on the way to a column.
#[derive(Debug, Clone)]
pub(super) enum Part {
    Name(Box<str>),
    /// An element of the list that repeats at this level.
    Index(i16),
    Key,
}

/// Calls `then` with a place: `parts`, with the indices that each repetition level has reached.
pub(super) fn place<T>(parts: &[Part], indices: &[u64], then: impl FnOnce(&At<'_>) -> T) -> T {
    fn down<T>(parts: &[Part], indices: &[u64], at: &At<'_>, then: impl FnOnce(&At<'_>) -> T) -> T {
        match parts {
            [] => then(at),
            [Part::Name(name), rest @ ..] => down(rest, indices, &at.name(name), then),
            [Part::Key, rest @ ..] => down(rest, indices, &at.key("*"), then),
            [Part::Index(level), rest @ ..] => {
                let index = usize::try_from(level - 1)
                    .ok()
                    .and_then(|level| indices.get(level));
                down(
                    rest,
                    indices,
                    &at.index(index.copied().unwrap_or_default()),
                    then,
                )
            }
        }
    }
    down(parts, indices, &At::ROW, then)
}

/// A required field, judged by the levels of one column below it, or beside it if it has none.
#[derive(Debug, Clone)]
pub(super) struct Required<'s> {
    pub(super) field: &'s Field,
    pub(super) parts: Vec<Part>,
    /// The object that has to have it.
    pub(super) parent: Level,
    /// The definition level from which it is there; none if the file has no such column.
    pub(super) own: Option<i16>,
}

impl Required<'_> {
    /// Whether an entry shows that the field is missing.
    pub(super) fn missing(&self, def: i16, rep: i16) -> bool {
        rep <= self.parent.rep && def >= self.parent.def && self.own.is_none_or(|own| def < own)
    }
}
