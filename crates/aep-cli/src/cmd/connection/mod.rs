//! `aep connection`: accounts at other systems, the base of sources and targets.

mod create;
mod delete;
mod explore;
mod get;
mod list;
mod state;
mod test;
mod update;

use aep_core::Result;
use aep_flow::ConnectionId;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text, time};

/// Base connections: accounts at other systems
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List connections
    #[command(visible_alias = "ls")]
    List(list::Args),
    /// Show one connection; its secrets stay with the platform
    #[command(visible_alias = "show")]
    Get(get::Args),
    /// Create a connection from its parts, or from a document
    Create(create::Args),
    /// Change a connection: its name, its credentials
    Update(update::Args),
    /// Delete connections
    #[command(visible_alias = "rm")]
    Delete(delete::Args),
    /// Ask the platform whether the other system lets it in
    Test(test::Args),
    /// Look into the other system: folders, files, tables
    Explore(explore::Args),
    /// Let a connection work again
    Enable(state::Args),
    /// Stop a connection from working
    Disable(state::Args),
}

const VIEW: View = View {
    noun: "connections",
    id: "id",
    columns: &[
        text("id", "id"),
        text("name", "name"),
        text("status", "state"),
        text("spec", "specName"),
        time("created", "createdAt"),
    ],
};

const CARD: View = View {
    noun: "connections",
    id: "id",
    columns: &[
        text("id", "id"),
        text("name", "name"),
        text("description", "description"),
        text("status", "state"),
        text("spec", "specName"),
        text("spec id", "connectionSpec.id"),
        text("auth", "auth.specName"),
        text("params", "auth.params"),
        time("created", "createdAt"),
        time("updated", "updatedAt"),
        text("etag", "etag"),
    ],
};

/// The connection that a command is about
#[derive(Debug, clap::Args)]
pub(crate) struct Named {
    /// The connection, by id or name
    #[arg(value_name = "ID|NAME")]
    connection: String,
}

pub(crate) async fn run(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::List(args) => list::run(args, ctx).await,
        Command::Get(args) => get::run(args, ctx).await,
        Command::Create(args) => create::run(args, ctx).await,
        Command::Update(args) => update::run(args, ctx).await,
        Command::Delete(args) => delete::run(args, ctx).await,
        Command::Test(args) => test::run(args, ctx).await,
        Command::Explore(args) => explore::run(args, ctx).await,
        Command::Enable(args) => state::run(args, true, ctx).await,
        Command::Disable(args) => state::run(args, false, ctx).await,
    }
}

/// Shows the connection as it is now.
async fn show(id: &ConnectionId, ctx: &Context) -> Result<Exit> {
    let connection = ctx.flow().await?.connections().get(id).await?;
    let row = crate::cmd::spec::with_name(crate::output::value(&connection)?, ctx);
    ctx.out.one(&CARD, &row)?;
    Ok(Exit::Success)
}
