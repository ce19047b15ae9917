//! `aep schema sample ID|TITLE`.

use aep_core::Result;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::ROWS;

/// A row that fits a schema
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep schema sample \"Loyalty Members\" > member.json
")]
pub(crate) struct Args {
    /// The schema, by $id, meta:altId or title
    #[arg(value_name = "ID|TITLE")]
    schema: String,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let schemas = ctx.ingest().await?.schemas();
    let id = schemas.find(&args.schema).await?;
    let sample = schemas.sample(&id).await?;
    ctx.out
        .document(&ROWS, &sample, |out| out.line(&format!("{sample:#}")))?;
    Ok(Exit::Success)
}
