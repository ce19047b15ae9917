//! `aep batch`: the unit of ingestion.

mod act;
mod complete;
mod create;
mod download;
mod errors;
mod explain;
mod files;
mod get;
mod list;
mod preview;
mod put;
mod repair;
mod replay;
mod wait;

use aep_core::{BatchId, Result};

pub(crate) use files::VIEW as FILES;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, bytes, text, time};

/// Batches: the unit of ingestion
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List batches, the newest first
    #[command(visible_alias = "ls")]
    List(list::Args),
    /// Show one batch
    #[command(visible_alias = "show")]
    Get(get::Args),
    /// Create a batch to put files into
    Create(create::Args),
    /// Put files into an open batch
    Put(put::Args),
    /// Say that all files are there, and let the platform process them
    Complete(complete::Args),
    /// Give an open batch up: nothing of it is ingested
    Abort(act::Args),
    /// Declare an open batch a failure
    Fail(act::Args),
    /// Take the data of a successful batch out of its dataset
    Revert(act::Args),
    /// Remove a batch: revert it if it succeeded, abort it if it is open
    #[command(visible_alias = "rm")]
    Delete(act::Args),
    /// Create a batch that replaces others once it succeeds
    Replay(replay::Args),
    /// Wait until batches reach a final state
    Wait(wait::Args),
    /// List the files that a batch left in its dataset
    Files(files::Args),
    /// Download the files of a batch
    Download(download::Args),
    /// Download the rows and the messages of a failure
    Errors(errors::Args),
    /// Say why a batch failed, or what of it landed
    Explain(explain::Args),
    /// Send the rows that failed again, mended
    Repair(repair::Args),
    /// Show the first rows of what was uploaded into an open batch
    Preview(preview::Args),
}

const VIEW: View = View {
    noun: "batches",
    id: "id",
    columns: &[
        text("id", "id"),
        text("status", "status"),
        text("dataset", "relatedObjects.0.id"),
        time("created", "created"),
        text("rows", "metrics.outputRecordCount"),
        text("failed", "metrics.failedRecordCount"),
        bytes("size", "metrics.inputByteSize"),
    ],
};

const CARD: View = View {
    noun: "batches",
    id: "id",
    columns: &[
        text("id", "id"),
        text("status", "status"),
        text("dataset", "relatedObjects.0.id"),
        text("format", "inputFormat.format"),
        time("created", "created"),
        time("started", "started"),
        time("completed", "completed"),
        text("rows read", "metrics.inputRecordCount"),
        text("rows landed", "metrics.outputRecordCount"),
        text("rows failed", "metrics.failedRecordCount"),
        text("files", "metrics.inputFileCount"),
        bytes("size", "metrics.inputByteSize"),
        text("errors", "errors"),
        text("tags", "tags"),
    ],
};

pub(crate) async fn run(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::List(args) => list::run(args, ctx).await,
        Command::Get(args) => get::run(args, ctx).await,
        Command::Create(args) => create::run(args, ctx).await,
        Command::Put(args) => put::run(args, ctx).await,
        Command::Complete(args) => complete::run(args, ctx).await,
        Command::Abort(args) => act::run(args, act::Action::Abort, ctx).await,
        Command::Fail(args) => act::run(args, act::Action::Fail, ctx).await,
        Command::Revert(args) => act::run(args, act::Action::Revert, ctx).await,
        Command::Delete(args) => act::run(args, act::Action::Delete, ctx).await,
        Command::Replay(args) => replay::run(args, ctx).await,
        Command::Wait(args) => wait::run(args, ctx).await,
        Command::Files(args) => files::run(args, ctx).await,
        Command::Download(args) => download::run(args, ctx).await,
        Command::Errors(args) => errors::run(args, ctx).await,
        Command::Explain(args) => explain::run(args, ctx).await,
        Command::Repair(args) => repair::run(args, ctx).await,
        Command::Preview(args) => preview::run(args, ctx).await,
    }
}

/// Shows the batch as it is now.
async fn show(id: &BatchId, ctx: &Context) -> Result<()> {
    let batch = ctx.ingest().await?.batches().get(id).await?;
    ctx.out.one(&CARD, &crate::output::value(&batch)?)
}
