//! `aep run start FLOW`.

use aep_core::Result;
use aep_flow::RunWindow;
use jiff::Timestamp;

use super::watch;
use crate::context::Context;
use crate::exit::Exit;
use crate::when::When;

/// Run a flow now
///
/// The platform takes this for flows that are scheduled once, and for exports of datasets. An export is refused in the first
/// ten minutes of its flow; with --timeout it is tried again every minute for that long.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep run start nightly --wait --timeout 30m
  aep run start nightly --from 2026-01-01 --to 2026-01-02
")]
pub(crate) struct Args {
    /// The flow, by id or name
    #[arg(value_name = "ID|NAME")]
    flow: String,
    /// Begin of the time window: files that changed after it
    #[arg(long, value_name = "TIME")]
    from: Option<When>,
    /// End of the time window [default: now]
    #[arg(long, value_name = "TIME", requires = "from")]
    to: Option<When>,
    /// Wait until the run ends; the exit code says how
    #[arg(long)]
    wait: bool,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let window = match args.from {
        Some(from) => {
            let to = args.to.map_or_else(Timestamp::now, When::timestamp);
            RunWindow::between(from.timestamp(), to)?
        }
        None => RunWindow::all(),
    };
    let service = ctx.flow().await?;
    let flow = service.flows().find(&args.flow).await?;
    let id = service.runs().create(&flow.id, window).await?.id;
    if args.wait {
        return watch::until_final(&[id], ctx).await;
    }
    super::show(&id, ctx).await?;
    ctx.messages.tip(&format!(
        "started, not yet done: `aep run watch {id}` tells the end"
    ));
    Ok(Exit::Success)
}
