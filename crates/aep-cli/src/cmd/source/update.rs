//! `aep source update ID|NAME`.

use aep_core::Result;

use super::Named;
use crate::context::Context;
use crate::edits::Edits;
use crate::exit::Exit;

/// Change a source connection
///
/// What a running flow reads or writes is not changed by this: make a new source connection and exchange it in the flow.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep source update events --set /name=\"events, raw\"
")]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    edits: Edits,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let operations = args.edits.required()?;
    let sources = ctx.flow().await?.sources();
    let found = sources.find(&args.named.source).await?;
    let etag = args.edits.etag.as_deref().unwrap_or(&found.etag);
    sources.update(&found.id, etag, operations).await?;
    super::show(&found.id, ctx).await
}
