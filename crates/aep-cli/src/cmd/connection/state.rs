//! `aep connection enable|disable ID|NAME`.

use aep_core::Result;

use super::Named;
use crate::context::Context;
use crate::exit::Exit;

/// Let a connection work, or stop it
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
}

pub(crate) async fn run(args: Args, enable: bool, ctx: &Context) -> Result<Exit> {
    let connections = ctx.flow().await?.connections();
    let found = connections.find(&args.named.connection).await?;
    if enable {
        connections.enable(&found.id).await?;
    } else {
        connections.disable(&found.id).await?;
    }
    super::show(&found.id, ctx).await
}
