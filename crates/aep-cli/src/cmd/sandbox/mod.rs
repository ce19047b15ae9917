//! `aep sandbox`: separate copies of the platform.

mod list;
mod select;
mod show;

use aep_core::Result;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text};

/// Sandboxes: separate copies of the platform
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List the sandboxes that the credentials may use
    #[command(visible_alias = "ls")]
    List(list::Args),
    /// Show one sandbox
    #[command(visible_alias = "get")]
    Show(show::Args),
    /// Make a sandbox the one of the profile
    Use(select::Args),
}

const VIEW: View = View {
    noun: "sandboxes",
    id: "name",
    columns: &[
        text("name", "name"),
        text("title", "title"),
        text("type", "type"),
        text("status", "state"),
        text("region", "region"),
        text("default", "isDefault"),
    ],
};

pub(crate) async fn run(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::List(args) => list::run(args, ctx).await,
        Command::Show(args) => show::run(args, ctx).await,
        Command::Use(args) => select::run(args, ctx).await,
    }
}
