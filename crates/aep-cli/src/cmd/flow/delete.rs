//! `aep flow delete ID|NAME...`.

use aep_core::Result;

use super::VIEW;
use crate::cmd::objects::{Doomed, called, show_deleted};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// Delete flows
///
/// The data that they brought stays in its dataset, and so do their source and target connections.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    doomed: Doomed,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let flows = ctx.flow().await?.flows();
    let mut found = Vec::new();
    for name in &args.doomed.names {
        found.push(flows.find(name).await?);
    }
    let listed: Vec<String> = found.iter().map(|one| called(&one.name, &one.id)).collect();
    ctx.confirm(&format!("delete the flow {}", listed.join(", ")))?;
    let mut gone = Vec::new();
    for one in &found {
        flows.delete(&one.id).await?;
        gone.push(value(one)?);
    }
    show_deleted(&VIEW, &gone, ctx)
}
