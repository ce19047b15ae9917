//! `aep mapping create`.

use aep_core::Result;
use aep_flow::mapping::NewMappingSet;
use serde_json::Value;

use super::Rules;
use crate::cmd::objects::{either, needed};
use crate::context::Context;
use crate::document;
use crate::exit::Exit;

/// Create a mapping set from a document, or from rules
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep mapping create --schema \"Loyalty Members\" --copy id=_id --copy tier=_local.tier --constant gold=_local.tier
  aep mapping create -f mapping.yaml
")]
pub(crate) struct Args {
    /// The whole document, as JSON or YAML
    #[arg(short, long, value_name = "FILE|-")]
    file: Option<String>,
    /// A name
    #[arg(long)]
    name: Option<String>,
    /// The schema that rows come out in, by $id, meta:altId or title
    #[arg(long, value_name = "ID|TITLE")]
    schema: Option<String>,
    #[command(flatten)]
    rules: Rules,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let rules = args.rules.rules()?;
    either(
        args.file.as_ref(),
        &[
            ("--name", args.name.is_some()),
            ("--schema", args.schema.is_some()),
            ("rules", !rules.is_empty()),
        ],
    )?;
    if let Some(file) = &args.file {
        let body = Value::Object(document::object(file, "the mapping set")?);
        let sets = ctx.flow().await?.mapping_sets();
        let id = sets.create_document(&body).await?;
        return super::show(&sets.get(&id, None).await?, ctx);
    }
    let title = needed(args.schema.as_deref(), "--schema")?;
    let schema = ctx.ingest().await?.schemas().find(title).await?;
    let mut new = NewMappingSet::new(schema, rules);
    if let Some(name) = args.name {
        new = new.name(name);
    }
    let sets = ctx.flow().await?.mapping_sets();
    super::show(&sets.create(&new).await?, ctx)
}
