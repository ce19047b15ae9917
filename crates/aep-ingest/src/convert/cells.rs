//! The values of a block of rows, as places in its text.

use std::ops::Range;

use super::mapping::{Feed, Input, Source};

/// A value as it is found in a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Value<'t> {
    /// Nothing.
    Null,
    /// Text, and nothing but text: CSV has no other values.
    Text(&'t str),
    /// A string where there are other types beside it.
    String(&'t str),
    /// A number as it is written.
    Number(&'t str),
    /// True or false.
    Flag(bool),
    /// An object or an array, as JSON text.
    Json(&'t str),
}

impl<'t> Value<'t> {
    /// The value as people see it.
    pub(crate) fn shown(self) -> &'t str {
        match self {
            Self::Null => "null",
            Self::Text(text) | Self::String(text) | Self::Number(text) | Self::Json(text) => text,
            Self::Flag(true) => "true",
            Self::Flag(false) => "false",
        }
    }
}

/// What a cell holds; where its text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tag {
    Null,
    Text,
    String,
    Number,
    True,
    False,
    Json,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    start: u32,
    len: u32,
    tag: Tag,
    /// The text isn't in the block as it is: it was put together behind.
    own: bool,
}

impl Cell {
    pub(crate) const NULL: Self = Self {
        start: 0,
        len: 0,
        tag: Tag::Null,
        own: false,
    };

    /// A cell whose text is at this place of the block.
    pub(crate) fn at(range: Range<usize>, tag: Tag) -> Self {
        Self {
            start: small(range.start),
            len: small(range.end.saturating_sub(range.start)),
            tag,
            own: false,
        }
    }
}

/// A row can't be longer than the longest row allowed, and a block holds few of those: blocks are below 4 GiB.
fn small(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The cells of a block.
#[derive(Debug, Default)]
pub(crate) struct Cells {
    /// In each row, its columns.
    width: usize,
    all: Vec<Cell>,
    own: String,
    /// Where the rows are in the block, for their lines and for those that are put aside.
    pub(crate) rows: Vec<Range<usize>>,
    /// Rows that can't be read: their cells are all null.
    pub(crate) dead: Vec<bool>,
}

impl Cells {
    pub(crate) fn reset(&mut self, width: usize) {
        self.width = width;
        self.all.clear();
        self.own.clear();
        self.rows.clear();
        self.dead.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Adds a cell; as many as there are columns make a row.
    pub(crate) fn push(&mut self, cell: Cell) {
        self.all.push(cell);
    }

    /// Adds text of its own.
    pub(crate) fn own(&mut self, text: &str, tag: Tag) -> Cell {
        let start = self.own.len();
        self.own.push_str(text);
        Cell {
            own: true,
            ..Cell::at(start..self.own.len(), tag)
        }
    }

    /// The row is over, and can't be read if `dead`.
    pub(crate) fn end(&mut self, row: Range<usize>, dead: bool) {
        let wanted = (self.rows.len() + 1) * self.width;
        if dead {
            self.all.truncate(wanted - self.width);
        }
        self.all.resize(wanted, Cell::NULL);
        self.rows.push(row);
        self.dead.push(dead);
    }

    /// The cells of the row that is being made.
    pub(crate) fn open_row(&mut self) -> &mut [Cell] {
        let start = self.rows.len() * self.width;
        self.all.resize(start + self.width, Cell::NULL);
        self.all.get_mut(start..).unwrap_or_default()
    }

    fn value<'t>(&'t self, text: &'t str, row: usize, column: usize) -> Value<'t> {
        let Some(cell) = self.all.get(row * self.width + column) else {
            return Value::Null;
        };
        let slice = || {
            let start = cell.start as usize;
            let from = if cell.own { self.own.as_str() } else { text };
            from.get(start..start + cell.len as usize)
                .unwrap_or_default()
        };
        match cell.tag {
            Tag::Null => Value::Null,
            Tag::Text => Value::Text(slice()),
            Tag::String => Value::String(slice()),
            Tag::Number => Value::Number(slice()),
            Tag::True => Value::Flag(true),
            Tag::False => Value::Flag(false),
            Tag::Json => Value::Json(slice()),
        }
    }
}

/// The rows of a block with the text that they are in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'t> {
    pub(crate) cells: &'t Cells,
    pub(crate) text: &'t str,
}

impl<'t> Rows<'t> {
    /// The value of a column, with what the mapping says of it.
    pub(crate) fn read(self, row: usize, column: usize, input: &'t Input) -> Value<'t> {
        let mut value = self.cells.value(self.text, row, column);
        if input.is_plain() {
            return value;
        }
        if let (true, Value::Text(text) | Value::String(text)) = (input.trim, value) {
            let trimmed = text.trim();
            value = match value {
                _ if trimmed.is_empty() => Value::Null,
                Value::Text(_) => Value::Text(trimmed),
                _ => Value::String(trimmed),
            };
        }
        let null = match value {
            Value::Null => true,
            Value::Text(text) | Value::String(text) => {
                input.nulls.iter().any(|null| **null == *text)
            }
            _ => false,
        };
        match &input.default {
            _ if !null => value,
            Some(default) => Value::Text(default),
            None => Value::Null,
        }
    }

    /// Whether the row can be read at all.
    pub(crate) fn is_dead(self, row: usize) -> bool {
        self.cells.dead.get(row) == Some(&true)
    }

    /// The columns that a feed reads have no other source than the row.
    pub(crate) fn is_fixed(feed: &Feed) -> bool {
        matches!(feed.source, Source::Constant(_))
    }
}
