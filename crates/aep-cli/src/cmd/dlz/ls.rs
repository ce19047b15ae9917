//! `aep dlz ls [PREFIX]`.

use aep_core::Result;
use futures::StreamExt;

use super::{OBJECTS, Which};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, View, text, value};

const ENTRIES: View = View {
    noun: "entries",
    id: "path",
    columns: &[
        text("type", "type"),
        text("name", "name"),
        text("path", "path"),
        text("preview", "canPreview"),
        text("schema", "canFetchSchema"),
    ],
};

/// List files
///
/// All files below the prefix, straight from the store. A prefix that ends with a slash is a folder; one that does not also
/// matches the beginning of a name.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep dlz ls
  aep dlz ls incoming/2026/ --limit all -o ndjson
  aep dlz ls --explore                       what a flow would see, container in front
  aep dlz ls --explore dlz-user-container/incoming/
")]
pub(crate) struct Args {
    /// Folder, or the beginning of the keys
    #[arg(value_name = "PREFIX", default_value = "", hide_default_value = true)]
    prefix: String,
    /// Ask the platform instead of the store: one folder, as a flow would see it
    #[arg(long)]
    explore: bool,
    /// How many to show: a number, or `all`
    #[arg(long, value_name = "N|all", default_value = "100")]
    limit: Limit,
    #[command(flatten)]
    which: Which,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let zone = args.which.open(ctx).await?;
    if args.explore {
        let entries = zone.explore(Some(args.prefix.as_str())).await?;
        let rows = futures::stream::iter(entries).map(|entry| value(&entry));
        ctx.out
            .list(&ENTRIES, rows, args.limit, &ctx.messages)
            .await?;
    } else {
        let rows = zone.list(&args.prefix).map(|object| value(&object?));
        ctx.out
            .list(&OBJECTS, rows, args.limit, &ctx.messages)
            .await?;
    }
    Ok(Exit::Success)
}
