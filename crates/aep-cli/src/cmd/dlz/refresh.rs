//! `aep dlz refresh`.

use aep_core::Result;

use super::Which;
use super::credentials::{self, Secrets};
use crate::context::Context;
use crate::exit::Exit;

/// Replace the credentials: the earlier ones stop working
///
/// On Azure everybody who uses the earlier signature is shut out at once. On Amazon S3 credentials are not replaced: new
/// ones are asked for, and the earlier ones work until they expire.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep dlz refresh --yes
")]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    secrets: Secrets,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let zone = args.which.open(ctx).await?;
    ctx.confirm(&format!(
        "replace the credentials of `{}`, so that the earlier ones stop working for everybody",
        zone.zone()
    ))?;
    let refreshed = zone.refresh().await?;
    ctx.messages.warn(refreshed.warning);
    credentials::show(&refreshed.credentials, &args.secrets, ctx)?;
    Ok(Exit::Success)
}
