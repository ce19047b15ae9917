//! What fills a field.

use crate::convert::date::Pattern;

/// A column of the file, or several.
#[derive(Debug, Clone)]
pub(crate) struct Feed {
    /// Where the text comes from.
    pub(crate) source: Source,
    /// What people call it: the name of the column.
    pub(crate) name: Box<str>,
    /// How the text is read.
    pub(crate) input: Input,
}

/// Where text comes from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// The column of this number.
    Column(usize),
    /// The same text in every row.
    Constant(Box<str>),
    /// An id made of these columns.
    Id(Vec<usize>, IdForm),
}

/// What an id made of columns looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum IdForm {
    /// A UUID of version 8, from the hash.
    Uuid,
    /// SHA-256 in hexadecimal digits.
    Hash,
    /// The texts with this between them.
    Text(Box<str>),
}

/// How the text of a column is read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Input {
    /// Texts that stand for null, besides none at all.
    pub(crate) nulls: Vec<Box<str>>,
    /// Stands in for null.
    pub(crate) default: Option<Box<str>>,
    /// Blanks around the text don't count.
    pub(crate) trim: bool,
    /// How dates are written.
    pub(crate) format: Option<Pattern>,
    /// Words for true and false; none: `true` and `false`.
    pub(crate) words: Option<(Vec<String>, Vec<String>)>,
    /// The text is a list with this between its elements.
    pub(crate) split: Option<Box<str>>,
    /// The decimal sign, where it isn't a point.
    pub(crate) decimal: Option<char>,
}

impl Input {
    /// Whether cells are taken as they are.
    pub(crate) fn is_plain(&self) -> bool {
        self.nulls.is_empty() && self.default.is_none() && !self.trim
    }
}
