//! `aep connection delete ID|NAME...`.

use aep_core::Result;

use super::VIEW;
use crate::cmd::objects::{Doomed, called, show_deleted};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// Delete connections
///
/// A connection that a flow uses stays: delete the flow first.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    doomed: Doomed,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let connections = ctx.flow().await?.connections();
    let mut found = Vec::new();
    for name in &args.doomed.names {
        found.push(connections.find(name).await?);
    }
    let listed: Vec<String> = found.iter().map(|one| called(&one.name, &one.id)).collect();
    ctx.confirm(&format!("delete the connection {}", listed.join(", ")))?;
    let mut gone = Vec::new();
    for one in &found {
        connections.delete(&one.id).await?;
        gone.push(value(one)?);
    }
    show_deleted(&VIEW, &gone, ctx)
}
