//! `aep source delete ID|NAME...`.

use aep_core::Result;

use super::VIEW;
use crate::cmd::objects::{Doomed, called, show_deleted};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// Delete source connections
///
/// Delete the flow first: a flow does not work without its source connection.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    doomed: Doomed,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let sources = ctx.flow().await?.sources();
    let mut found = Vec::new();
    for name in &args.doomed.names {
        found.push(sources.find(name).await?);
    }
    let listed: Vec<String> = found.iter().map(|one| called(&one.name, &one.id)).collect();
    ctx.confirm(&format!(
        "delete the source connection {}",
        listed.join(", ")
    ))?;
    let mut gone = Vec::new();
    for one in &found {
        sources.delete(&one.id).await?;
        gone.push(value(one)?);
    }
    show_deleted(&VIEW, &gone, ctx)
}
