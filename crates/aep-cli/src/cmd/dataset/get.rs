//! `aep dataset get ID|NAME`.

use aep_core::Result;

use super::{CARD, Named};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// Show one dataset
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let datasets = ctx.ingest().await?.datasets();
    let found = datasets.find(&args.named.dataset).await?;
    ctx.out
        .one(&CARD, &value(&datasets.get(&found.id).await?)?)?;
    Ok(Exit::Success)
}
