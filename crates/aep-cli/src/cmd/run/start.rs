//! `aep run start FLOW`.

use aep_core::{DatasetId, Error, ErrorKind, Result};
use aep_flow::export::AdHocOptions;
use aep_flow::manager::FlowManager;
use aep_flow::specs::FlowWay;
use aep_flow::{Flow, RunId, RunWindow, specs};
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
    let way = flow
        .flow_spec
        .as_ref()
        .and_then(|spec| specs::known_flow(&spec.id));
    let id = if way.is_some_and(|known| known.way == FlowWay::Export) {
        export(&flow, &args, ctx).await?
    } else {
        service.runs().create(&flow.id, window).await?.id
    };
    if args.wait {
        return watch::until_final(&[id], ctx).await;
    }
    super::show(&id, ctx).await?;
    ctx.messages.tip(&format!(
        "started, not yet done: `aep run watch {id}` tells the end"
    ));
    Ok(Exit::Success)
}

/// An export of datasets runs on demand, whatever its schedule says.
async fn export(flow: &Flow, args: &Args, ctx: &Context) -> Result<RunId> {
    if args.from.is_some() {
        return Err(Error::new(ErrorKind::Usage, "start the export")
            .with("flow", &flow.id)
            .because("an export takes what is new since its last run, it has no time window"));
    }
    let manager = FlowManager::new(&ctx.flow().await?, &flow.id);
    let datasets = manager.datasets().await?;
    let ids: Vec<DatasetId> = datasets
        .iter()
        .filter(|one| !one.written)
        .map(|one| one.id.clone())
        .collect();
    let options = AdHocOptions {
        retry_for: ctx.global.timeout.unwrap_or_default(),
        ..AdHocOptions::default()
    };
    let exports = ctx.flow().await?.exports();
    let started = exports.start(&flow.id, &ids, &options).await?;
    if started.found {
        ctx.messages
            .note("a run of this export is under way already, no other was started");
    }
    Ok(started.run)
}
