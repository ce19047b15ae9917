//! `aep source get ID|NAME`.

use aep_core::Result;

use super::{CARD, Named};
use crate::cmd::spec;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// Show one source connection
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let found = ctx.flow().await?.sources().find(&args.named.source).await?;
    ctx.out.one(&CARD, &spec::with_name(value(&found)?, ctx))?;
    Ok(Exit::Success)
}
