//! Rules of a mapping set as flags.

use aep_core::{Error, ErrorKind, Result};
use aep_flow::mapping::Mapping;

/// What goes where
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Rows")]
pub(crate) struct Rules {
    /// Copy a field of the source to a path of the schema
    #[arg(long, value_name = "SOURCE=PATH")]
    copy: Vec<String>,
    /// Write the result of an expression to a path of the schema
    #[arg(long, value_name = "EXPRESSION=PATH")]
    expression: Vec<String>,
    /// Write the same text into every row
    #[arg(long, value_name = "TEXT=PATH")]
    constant: Vec<String>,
}

impl Rules {
    pub(crate) fn is_empty(&self) -> bool {
        self.copy.is_empty() && self.expression.is_empty() && self.constant.is_empty()
    }

    /// The rules: those that copy, then expressions, then constants.
    pub(crate) fn rules(&self) -> Result<Vec<Mapping>> {
        let mut rules = Vec::new();
        for text in &self.copy {
            let (source, path) = sides("--copy", text)?;
            rules.push(Mapping::copy(source, path));
        }
        for text in &self.expression {
            let (source, path) = sides("--expression", text)?;
            rules.push(Mapping::expression(source, path));
        }
        for text in &self.constant {
            let (source, path) = sides("--constant", text)?;
            rules.push(Mapping::constant(source, path));
        }
        Ok(rules)
    }
}

/// An expression may hold an `=`, a path of a schema does not: the last one separates.
fn sides<'t>(flag: &'static str, text: &'t str) -> Result<(&'t str, &'t str)> {
    match text.rsplit_once('=') {
        Some((source, path)) if !path.is_empty() => Ok((source, path)),
        _ => Err(Error::new(ErrorKind::Usage, format!("read {flag}"))
            .with("rule", text)
            .because("a rule is SOURCE=PATH")),
    }
}
