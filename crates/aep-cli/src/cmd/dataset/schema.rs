//! `aep dataset schema ID|NAME`.

use aep_core::{Error, ErrorKind, Result};

use super::Named;
use crate::cmd::schema::show_fields;
use crate::context::Context;
use crate::exit::Exit;

/// Show the schema of a dataset: every field with its type
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let dataset = ctx
        .ingest()
        .await?
        .datasets()
        .find(&args.named.dataset)
        .await?;
    let schema = dataset.schema.ok_or_else(|| {
        Error::new(ErrorKind::NotFound, "find the schema of the dataset")
            .with("dataset", &dataset.id)
    })?;
    show_fields(&schema, ctx).await
}
