//! The only place that prints.
#![allow(clippy::print_stderr, reason = "printing is what this module is for")]

use std::fmt::Display;
use std::io::{Write, stdout};

/// A result, on standard output. Nobody may be reading any more: `| head` is no failure.
pub(crate) fn line(text: impl Display) {
    let _ = writeln!(stdout(), "{text}");
}

/// A text with its line ends, on standard output.
pub(crate) fn text(text: impl Display) {
    let _ = write!(stdout(), "{text}");
}

/// What is going on, on standard error.
pub(crate) fn note(text: impl Display) {
    eprintln!("{text}");
}

/// A failure, on standard error.
pub(crate) fn error(text: impl Display) {
    eprintln!("error: {text}");
}
