//! `aep schema list`.

use aep_core::Result;
use aep_ingest::SchemaFilter;
use futures::StreamExt;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, View, text, value};

const VIEW: View = View {
    noun: "schemas",
    id: "$id",
    columns: &[
        text("title", "title"),
        text("$id", "$id"),
        text("altId", "meta:altId"),
        text("version", "version"),
    ],
};

/// List schemas
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many to show: a number, or `all`
    #[arg(long, value_name = "N|all", default_value = "100")]
    limit: Limit,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let schemas = ctx
        .ingest()
        .await?
        .schemas()
        .list(SchemaFilter::default())
        .map(|schema| value(&schema?));
    ctx.out
        .list(&VIEW, schemas, args.limit, &ctx.messages)
        .await?;
    Ok(Exit::Success)
}
