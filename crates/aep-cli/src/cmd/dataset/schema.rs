//! `aep dataset schema ID|NAME`.

use aep_core::{Error, ErrorKind, Result};

use super::Named;
use crate::cmd::schema::{show_document, show_fields};
use crate::context::Context;
use crate::exit::Exit;

/// Show the schema of a dataset: every field with its type
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep dataset schema \"Loyalty Members\"
  aep dataset schema \"Loyalty Members\" --observable -o json
")]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
    /// Only the fields that were really there in the data: what can be read
    #[arg(long)]
    observable: bool,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let datasets = ctx.ingest().await?.datasets();
    let dataset = datasets.find(&args.named.dataset).await?;
    if args.observable {
        let Some(schema) = datasets.observable_schema(&dataset.id).await? else {
            ctx.messages.note("no data has landed in the dataset yet");
            return Ok(Exit::Success);
        };
        return show_document(&schema, ctx);
    }
    let schema = dataset.schema.ok_or_else(|| {
        Error::new(ErrorKind::NotFound, "find the schema of the dataset")
            .with("dataset", &dataset.id)
    })?;
    show_fields(&schema, ctx).await
}
