//! `aep run`: executions of flows.

mod cancel;
mod get;
mod list;
mod retry;
mod start;
mod watch;

use aep_core::Result;
use aep_flow::RunId;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, bytes, text, time};

/// Runs: executions of flows
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List runs, the newest first
    #[command(visible_alias = "ls")]
    List(list::Args),
    /// Show one run
    #[command(visible_alias = "show")]
    Get(get::Args),
    /// Run a flow now
    Start(start::Args),
    /// Watch runs until they end; the exit code says how
    Watch(watch::Args),
    /// Run again what failed, with the files of the same time window
    Retry(retry::Args),
    /// Ask the platform to stop a run
    Cancel(cancel::Args),
}

pub(crate) const VIEW: View = View {
    noun: "runs",
    id: "id",
    columns: &[
        text("id", "id"),
        text("status", "metrics.statusSummary.status"),
        text("flow", "flowId"),
        time("started", "metrics.durationSummary.startedAtUTC"),
        text("rows in", "metrics.recordSummary.inputRecordCount"),
        text("landed", "metrics.recordSummary.outputRecordCount"),
        text("failed", "metrics.recordSummary.failedRecordCount"),
        text("files", "metrics.fileSummary.inputFileCount"),
    ],
};

pub(crate) const CARD: View = View {
    noun: "runs",
    id: "id",
    columns: &[
        text("id", "id"),
        text("status", "metrics.statusSummary.status"),
        text("flow", "flowId"),
        time("created", "createdAt"),
        time("started", "metrics.durationSummary.startedAtUTC"),
        time("completed", "metrics.durationSummary.completedAtUTC"),
        text("rows in", "metrics.recordSummary.inputRecordCount"),
        text("rows landed", "metrics.recordSummary.outputRecordCount"),
        text("rows failed", "metrics.recordSummary.failedRecordCount"),
        text("files in", "metrics.fileSummary.inputFileCount"),
        text("files out", "metrics.fileSummary.outputFileCount"),
        text("files failed", "metrics.fileSummary.failedFileCount"),
        bytes("bytes in", "metrics.sizeSummary.inputBytes"),
        bytes("bytes out", "metrics.sizeSummary.outputBytes"),
        text("errors", "metrics.statusSummary.errors"),
    ],
};

pub(crate) async fn run(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::List(args) => list::run(args, ctx).await,
        Command::Get(args) => get::run(args, ctx).await,
        Command::Start(args) => start::run(args, ctx).await,
        Command::Watch(args) => watch::run(args, ctx).await,
        Command::Retry(args) => retry::run(args, ctx).await,
        Command::Cancel(args) => cancel::run(args, ctx).await,
    }
}

/// Shows the run as it is now.
async fn show(id: &RunId, ctx: &Context) -> Result<Exit> {
    let run = ctx.flow().await?.runs().get(id).await?;
    ctx.out.one(&CARD, &crate::output::value(&run)?)?;
    Ok(Exit::Success)
}
