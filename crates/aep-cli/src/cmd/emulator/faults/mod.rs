//! `aep emulator faults`: trouble on request.

mod add;
mod clear;
mod list;
mod remove;

use aep_core::Result;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text};

/// Make requests slow, refused, cut off or lost
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List the rules, with how often each has acted
    #[command(visible_alias = "ls")]
    List(list::Args),
    /// Add a rule
    Add(add::Args),
    /// Remove one rule
    #[command(visible_alias = "rm")]
    Remove(remove::Args),
    /// Remove all rules
    Clear(clear::Args),
}

const VIEW: View = View {
    noun: "rules",
    id: "id",
    columns: &[
        text("id", "id"),
        text("operation", "operation"),
        text("when", "when"),
        text("fault", "fault"),
        text("calls", "calls"),
        text("acted", "hits"),
    ],
};

pub(crate) async fn run(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::List(args) => list::run(args, ctx).await,
        Command::Add(args) => add::run(args, ctx).await,
        Command::Remove(args) => remove::run(args, ctx).await,
        Command::Clear(args) => clear::run(args, ctx).await,
    }
}
