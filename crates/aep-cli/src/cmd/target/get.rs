//! `aep target get ID|NAME`.

use aep_core::Result;

use super::{CARD, Named};
use crate::cmd::spec;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// Show one target connection
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let found = ctx.flow().await?.targets().find(&args.named.target).await?;
    ctx.out.one(&CARD, &spec::with_name(value(&found)?, ctx))?;
    Ok(Exit::Success)
}
