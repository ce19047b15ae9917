//! `aep mapping`: how the fields of a source become those of a schema.

mod create;
mod get;
mod list;
mod rules;

use aep_core::Result;

pub(crate) use rules::Rules;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text, time};

/// Mapping sets: how the fields of a source become those of a schema
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List mapping sets
    #[command(visible_alias = "ls")]
    List(list::Args),
    /// Show one mapping set: every rule, or the document
    #[command(visible_alias = "show")]
    Get(get::Args),
    /// Create a mapping set from a document, or from rules
    Create(create::Args),
}

const VIEW: View = View {
    noun: "mapping sets",
    id: "id",
    columns: &[
        text("id", "id"),
        text("version", "version"),
        text("name", "name"),
        text("status", "status"),
        text("schema", "outputSchema.schemaRef.id"),
        time("created", "createdDate"),
    ],
};

const RULES: View = View {
    noun: "rules",
    id: "destination",
    columns: &[
        text("type", "type"),
        text("source", "source"),
        text("destination", "destination"),
    ],
};

pub(crate) async fn run(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::List(args) => list::run(args, ctx).await,
        Command::Get(args) => get::run(args, ctx).await,
        Command::Create(args) => create::run(args, ctx).await,
    }
}

/// The set for programs, its rules for people.
fn show(set: &aep_flow::MappingSet, ctx: &Context) -> Result<Exit> {
    let document = crate::output::value(set)?;
    if !ctx.out.is_human() {
        ctx.out.document(&VIEW, &document, |_| Ok(()))?;
        return Ok(Exit::Success);
    }
    let name = set.name.as_deref().unwrap_or_default();
    let schema = set.schema.as_ref().map(ToString::to_string);
    ctx.messages.note(&format!(
        "mapping set {} {name}, version {}, into {}",
        set.id,
        set.version,
        schema.as_deref().unwrap_or("a schema that is not named")
    ));
    let rules: Vec<serde_json::Value> = set
        .mappings
        .iter()
        .map(|rule| {
            serde_json::json!({
                "type": rule.source_type.as_str().to_ascii_lowercase(),
                "source": rule.source,
                "destination": rule.destination,
            })
        })
        .collect();
    ctx.out.rows(&RULES, &rules)?;
    Ok(Exit::Success)
}
