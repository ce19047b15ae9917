//! The only place that prints.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "printing is what this module is for"
)]

use std::fmt::Display;

/// A result, on standard output.
pub(crate) fn line(text: impl Display) {
    println!("{text}");
}

/// A text with its line ends, on standard output.
pub(crate) fn text(text: impl Display) {
    print!("{text}");
}

/// What is going on, on standard error.
pub(crate) fn note(text: impl Display) {
    eprintln!("{text}");
}

/// A failure, on standard error.
pub(crate) fn error(text: impl Display) {
    eprintln!("error: {text}");
}
