//! An error with all its causes, for people.

use std::error::Error as StdError;
use std::fmt;

use super::Error;

/// Prints an error, one line for each cause, then the hint. Made by [`Error::report`].
#[derive(Debug)]
pub struct Report<'a>(&'a Error);

impl Error {
    /// The whole chain for people: the error, `caused by:` lines, `hint:`. The server's request id is in the line of the
    /// answer.
    pub fn report(&self) -> Report<'_> {
        Report(self)
    }

    /// The error and its causes, outermost first.
    pub fn chain(&self) -> impl Iterator<Item = &(dyn StdError + 'static)> {
        std::iter::successors(Some(self as &(dyn StdError + 'static)), |&error| {
            error.source()
        })
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        for cause in self.0.chain().skip(1) {
            write!(f, "\n  caused by: {cause}")?;
        }
        if let Some(hint) = self.0.hint_text() {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

/// A cause that is a sentence with a cause of its own.
#[derive(Debug)]
pub(crate) struct Because {
    text: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Because {
    pub(crate) fn new(
        text: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self {
            text: text.into(),
            source: Some(source.into()),
        }
    }
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for Because {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
