//! What the nouns of Flow Service share: which objects a list shows, changes, deletions, states.

use aep_core::{Error, ErrorKind, Result};
use aep_flow::PropertyFilter;
use serde_json::{Value, json};

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, View, text};

/// Which objects a list shows
#[derive(Debug, clap::Args)]
pub(crate) struct Which {
    /// Only those of exactly this name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Only those of which this holds: `state==enabled`, `createdAt>1767225600000`; may be given more than once
    #[arg(long, value_name = "FIELD==VALUE")]
    property: Vec<PropertyFilter>,
    /// Sort by a field, `-` in front for the largest first
    #[arg(long, value_name = "[-]FIELD", allow_hyphen_values = true)]
    pub(crate) order_by: Option<String>,
    /// Only say how many there are
    #[arg(long)]
    pub(crate) count: bool,
    /// How many to show: a number, or `all`
    #[arg(long, value_name = "N|all", default_value = "100")]
    pub(crate) limit: Limit,
}

impl Which {
    /// All conditions, the name among them.
    pub(crate) fn properties(&self) -> Result<Vec<PropertyFilter>> {
        let mut all = self.property.clone();
        if let Some(name) = &self.name {
            all.push(PropertyFilter::new("name", "==", name)?);
        }
        Ok(all)
    }
}

const COUNT: View = View {
    noun: "counts",
    id: "count",
    columns: &[text("count", "count")],
};

/// `--count`: the number alone for people, the API's own answer for programs.
pub(crate) fn show_count(count: u64, ctx: &Context) -> Result<Exit> {
    ctx.out
        .document(&COUNT, &json!({ "count": count }), |out| {
            out.line(&count.to_string())
        })?;
    Ok(Exit::Success)
}

/// Objects to delete
#[derive(Debug, clap::Args)]
pub(crate) struct Doomed {
    /// What to delete, by id or name
    #[arg(value_name = "ID|NAME", required = true)]
    pub(crate) names: Vec<String>,
}

/// Says what was deleted: the objects as they were.
pub(crate) fn show_deleted(view: &View, gone: &[Value], ctx: &Context) -> Result<Exit> {
    if ctx.out.is_human() {
        for object in gone {
            let field = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default();
            ctx.out.line(&crate::output::visible(&format!(
                "deleted {} ({})",
                field("name"),
                field("id")
            )))?;
        }
        ctx.out.flush()?;
    } else if let [one] = gone {
        ctx.out.document(view, one, |_| Ok(()))?;
    } else {
        ctx.out.rows(view, gone)?;
    }
    Ok(Exit::Success)
}

/// `name (id)`, for questions.
pub(crate) fn called(name: &str, id: impl std::fmt::Display) -> String {
    if name.is_empty() {
        format!("`{id}`")
    } else {
        format!("`{name}` ({id})")
    }
}

/// A document or flags, and not both: the flags that were given besides `--file`.
pub(crate) fn either(file: Option<&String>, flags: &[(&str, bool)]) -> Result<()> {
    let given: Vec<&str> = flags
        .iter()
        .filter(|(_, given)| *given)
        .map(|(flag, _)| *flag)
        .collect();
    if file.is_some() && !given.is_empty() {
        return Err(Error::new(ErrorKind::Usage, "read the command line")
            .because(format!(
                "--file is the whole document, it does not go with {}",
                given.join(", ")
            ))
            .hint("change the document, or leave --file out"));
    }
    Ok(())
}

/// A flag without which the object cannot be made.
pub(crate) fn needed<T>(value: Option<T>, flag: &'static str) -> Result<T> {
    value.ok_or_else(|| {
        Error::new(ErrorKind::Usage, "read the command line")
            .because(format!("{flag} is missing"))
            .hint("give it, or a whole document with --file")
    })
}
