//! `aep schema get ID|TITLE`.

use aep_core::Result;

use crate::context::Context;
use crate::exit::Exit;

/// Show one schema: every field with its type, or the document
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep schema get \"Loyalty Members\"
  aep schema get \"Loyalty Members\" -o json > schema.json
")]
pub(crate) struct Args {
    /// The schema, by $id, meta:altId or title
    #[arg(value_name = "ID|TITLE")]
    schema: String,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let id = ctx.ingest().await?.schemas().find(&args.schema).await?;
    super::show_fields(&id, ctx).await
}
