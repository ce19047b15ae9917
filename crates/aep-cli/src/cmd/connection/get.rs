//! `aep connection get ID|NAME`.

use aep_core::Result;

use super::{CARD, Named};
use crate::cmd::spec;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// Show one connection; its secrets stay with the platform
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let connection = ctx
        .flow()
        .await?
        .connections()
        .find(&args.named.connection)
        .await?;
    ctx.out
        .one(&CARD, &spec::with_name(value(&connection)?, ctx))?;
    Ok(Exit::Success)
}
