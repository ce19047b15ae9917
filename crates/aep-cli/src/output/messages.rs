//! What is not data: notes, warnings, errors. Standard error, and one JSON object per line when a program reads.

use std::io::{self, Write};

use aep_core::Error;
use serde_json::json;

use super::{ColorChoice, render_error};

/// Standard error.
#[derive(Debug, Clone)]
pub(crate) struct Messages {
    json: bool,
    quiet: bool,
    colour: bool,
}

impl Messages {
    pub(crate) fn new(json: bool, quiet: bool, colour: ColorChoice) -> Self {
        Self {
            json,
            quiet,
            colour: colour.decide(&io::stderr()),
        }
    }

    pub(crate) const fn is_json(&self) -> bool {
        self.json
    }

    pub(crate) const fn is_quiet(&self) -> bool {
        self.quiet
    }

    pub(crate) const fn has_colour(&self) -> bool {
        self.colour
    }

    /// What to do next: for people only.
    pub(crate) fn tip(&self, text: &str) {
        if !self.json {
            self.note(text);
        }
    }

    /// Something good to know; silent with `--quiet`.
    pub(crate) fn note(&self, text: &str) {
        if self.quiet {
            return;
        }
        if self.json {
            Self::put(&json!({ "note": text }).to_string());
        } else {
            Self::put(text);
        }
    }

    /// Something that needs attention but stops nothing.
    pub(crate) fn warn(&self, text: &str) {
        if self.json {
            Self::put(&json!({ "warning": text }).to_string());
        } else {
            Self::put(&format!(
                "{}: {text}",
                self.styled("warning", anstyle::AnsiColor::Yellow)
            ));
        }
    }

    /// The error that ends the command.
    pub(crate) fn error(&self, error: &Error) {
        Self::put(&render_error(error, self.json, |label, colour| {
            self.styled(label, colour)
        }));
    }

    /// One line as it is.
    pub(crate) fn put(line: &str) {
        // There is nowhere left to report that standard error is gone.
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// Text without a line break: a question on a terminal.
    pub(crate) fn ask(question: &str) {
        let mut stderr = io::stderr().lock();
        let _ = write!(stderr, "{question}").and_then(|()| stderr.flush());
    }

    fn styled(&self, label: &str, colour: anstyle::AnsiColor) -> String {
        if !self.colour {
            return label.to_owned();
        }
        let style = anstyle::Style::new().bold().fg_color(Some(colour.into()));
        format!("{style}{label}{style:#}")
    }
}
