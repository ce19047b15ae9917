//! `aep dataset create NAME --schema ID|TITLE`.

use aep_core::Result;
use aep_ingest::NewDataset;

use super::CARD;
use crate::cli::pair;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// Create a dataset for a schema
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep dataset create \"Members 2026\" --schema \"Loyalty Members\"
")]
pub(crate) struct Args {
    /// The name
    name: String,
    /// The schema, by $id, meta:altId or title
    #[arg(long, value_name = "ID|TITLE")]
    schema: String,
    /// A description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// A tag; may be given more than once
    #[arg(long, value_name = "K=V", value_parser = pair)]
    tag: Vec<(String, String)>,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let ingest = ctx.ingest().await?;
    let schema = ingest.schemas().find(&args.schema).await?;
    let mut new = NewDataset::new(args.name, schema);
    new.description = args.description;
    for (key, value) in args.tag {
        new.tags.entry(key).or_default().push(value);
    }
    let dataset = ingest.datasets().create(new).await?;
    ctx.out.one(&CARD, &value(&dataset)?)?;
    Ok(Exit::Success)
}
