//! `aep flow update ID|NAME`.

use aep_core::Result;

use super::Named;
use crate::context::Context;
use crate::edits::Edits;
use crate::exit::Exit;

/// Change a flow
///
/// The version that was read goes along: if somebody else changes the flow in between, nothing is changed and the exit code
/// is 7.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep flow update nightly --set /name=\"nightly orders\"
  aep flow update nightly --set /scheduleParams/frequency=hour --set /scheduleParams/interval=3
  aep flow update nightly --add /labels='[\"core/C12\"]'
")]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    edits: Edits,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let operations = args.edits.required()?;
    let service = ctx.flow().await?;
    let flows = service.flows();
    let found = flows.find(&args.named.flow).await?;
    let etag = args.edits.etag.as_deref().unwrap_or(&found.etag);
    flows.update(&found.id, etag, operations).await?;
    super::show(&found.id, ctx).await
}
