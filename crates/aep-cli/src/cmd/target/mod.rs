//! `aep target`: where it is written.

mod create;
mod delete;
mod get;
mod list;
mod update;

use aep_core::Result;
use aep_flow::TargetConnectionId;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text, time};

/// Target connections: where it is written
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List target connections
    #[command(visible_alias = "ls")]
    List(list::Args),
    /// Show one target connection
    #[command(visible_alias = "show")]
    Get(get::Args),
    /// Create a target connection from its parts, or from a document
    Create(create::Args),
    /// Change a target connection
    Update(update::Args),
    /// Delete target connections
    #[command(visible_alias = "rm")]
    Delete(delete::Args),
}

const VIEW: View = View {
    noun: "target connections",
    id: "id",
    columns: &[
        text("id", "id"),
        text("name", "name"),
        text("status", "state"),
        text("spec", "specName"),
        text("format", "data.format"),
        time("created", "createdAt"),
    ],
};

const CARD: View = View {
    noun: "target connections",
    id: "id",
    columns: &[
        text("id", "id"),
        text("name", "name"),
        text("description", "description"),
        text("status", "state"),
        text("spec", "specName"),
        text("spec id", "connectionSpec.id"),
        text("connection", "baseConnectionId"),
        text("format", "data.format"),
        text("schema", "data.schema.id"),
        text("params", "params"),
        time("created", "createdAt"),
        time("updated", "updatedAt"),
        text("etag", "etag"),
    ],
};

/// The target connection that a command is about
#[derive(Debug, clap::Args)]
pub(crate) struct Named {
    /// The target connection, by id or name
    #[arg(value_name = "ID|NAME")]
    target: String,
}

pub(crate) async fn run(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::List(args) => list::run(args, ctx).await,
        Command::Get(args) => get::run(args, ctx).await,
        Command::Create(args) => create::run(args, ctx).await,
        Command::Update(args) => update::run(args, ctx).await,
        Command::Delete(args) => delete::run(args, ctx).await,
    }
}

/// Shows the target connection as it is now.
async fn show(id: &TargetConnectionId, ctx: &Context) -> Result<Exit> {
    let found = ctx.flow().await?.targets().get(id).await?;
    let row = crate::cmd::spec::with_name(crate::output::value(&found)?, ctx);
    ctx.out.one(&CARD, &row)?;
    Ok(Exit::Success)
}
