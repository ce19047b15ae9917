//! `aep flow update ID|NAME`.

use aep_core::Result;
use aep_flow::manager::FlowManager;

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
  aep flow update nightly --mapping latest
")]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    edits: Edits,
    /// Take the newest version of the flow's mapping set, or another set or version
    #[arg(long, value_name = "latest|ID[:VERSION]")]
    mapping: Option<String>,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let operations = if args.mapping.is_some() {
        args.edits.operations()?
    } else {
        args.edits.required()?
    };
    let service = ctx.flow().await?;
    let flows = service.flows();
    let found = flows.find(&args.named.flow).await?;
    if !operations.is_empty() {
        let etag = args.edits.etag.as_deref().unwrap_or(&found.etag);
        flows.update(&found.id, etag, operations).await?;
    }
    if let Some(mapping) = &args.mapping {
        let manager = FlowManager::new(&service, &found.id);
        if mapping == "latest" {
            manager.use_mapping(None, None).await?;
        } else {
            let (set, version) = super::create::mapping(mapping)?;
            manager.use_mapping(Some(&set), version).await?;
        }
    }
    super::show(&found.id, ctx).await
}
