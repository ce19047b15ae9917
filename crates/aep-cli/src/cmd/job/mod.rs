//! `aep job`: runs that were written down, to be taken up again or looked at.

mod list;
mod remove;
mod resume;
mod show;

use aep_core::Result;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, bytes, text};

/// Jobs: the journals of ingestions, to go on after a crash and to see what was sent
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List jobs, the newest first
    #[command(visible_alias = "ls")]
    List(list::Args),
    /// Show one job with its batches
    #[command(visible_alias = "get")]
    Show(show::Args),
    /// Go on with a job where it stopped, or wait for what the platform makes of it
    Resume(resume::Args),
    /// Forget jobs, and give up what of them is open
    #[command(visible_alias = "rm")]
    Remove(remove::Args),
}

const VIEW: View = View {
    noun: "jobs",
    id: "runId",
    columns: &[
        text("run", "runId"),
        text("state", "state"),
        text("to", "to"),
        text("sent", "filesSent"),
        text("files", "files"),
        bytes("size", "bytes"),
        text("started", "started"),
    ],
};

pub(crate) async fn run(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::List(args) => list::run(args, ctx).await,
        Command::Show(args) => show::run(&args, ctx),
        Command::Resume(args) => resume::run(args, ctx).await,
        Command::Remove(args) => remove::run(args, ctx).await,
    }
}
