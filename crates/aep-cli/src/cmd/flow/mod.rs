//! `aep flow`: pipelines from a source to a target.

mod create;
mod delete;
mod describe;
mod export;
mod get;
mod lake;
mod list;
mod policies;
mod state;
mod stream;
mod update;

use aep_core::{FlowId, Result};

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text, time};

/// Flows: pipelines from a source to a target
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List flows
    #[command(visible_alias = "ls")]
    List(list::Args),
    /// Show one flow
    #[command(visible_alias = "show")]
    Get(get::Args),
    /// Create a flow: guided, from its parts, or from a document
    Create(Box<create::Args>),
    /// Change a flow
    Update(update::Args),
    /// Delete flows
    #[command(visible_alias = "rm")]
    Delete(delete::Args),
    /// Let flows run
    Enable(state::Args),
    /// Stop flows from running
    Disable(state::Args),
    /// Show a flow with everything that it points at, and its last runs
    Describe(describe::Args),
    /// Write the whole pipeline as one document, from which it can be created again
    Export(export::Args),
    /// Where to send the messages of a streaming flow
    Stream(stream::Args),
    /// Show or change the marketing actions that a flow is bound to
    Policies(policies::Args),
    /// Flows from datasets into the profile store, and their runs
    Ups(lake::Args),
    /// Flows from datasets into the identity store, and their runs
    Uis(lake::Args),
}

pub(crate) const VIEW: View = View {
    noun: "flows",
    id: "id",
    columns: &[
        text("id", "id"),
        text("name", "name"),
        text("status", "state"),
        text("spec", "specName"),
        text("last run status", "lastRunDetails.state"),
        time("created", "createdAt"),
    ],
};

pub(crate) const CARD: View = View {
    noun: "flows",
    id: "id",
    columns: &[
        text("id", "id"),
        text("name", "name"),
        text("description", "description"),
        text("status", "state"),
        text("spec", "specName"),
        text("spec id", "flowSpec.id"),
        text("sources", "sourceConnectionIds"),
        text("targets", "targetConnectionIds"),
        text("schedule", "scheduleParams"),
        text("transformations", "transformations"),
        text("options", "options"),
        text("policies", "policy.enforcementRefs"),
        text("last run", "lastRunDetails.id"),
        text("last run status", "lastRunDetails.state"),
        time("created", "createdAt"),
        time("updated", "updatedAt"),
        text("etag", "etag"),
    ],
};

/// The flow that a command is about
#[derive(Debug, clap::Args)]
pub(crate) struct Named {
    /// The flow, by id or name
    #[arg(value_name = "ID|NAME")]
    flow: String,
}

pub(crate) async fn run(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::List(args) => list::run(args, ctx).await,
        Command::Get(args) => get::run(args, ctx).await,
        Command::Create(args) => Box::pin(create::run(*args, ctx)).await,
        Command::Update(args) => update::run(args, ctx).await,
        Command::Delete(args) => delete::run(args, ctx).await,
        Command::Enable(args) => state::run(args, true, ctx).await,
        Command::Disable(args) => state::run(args, false, ctx).await,
        Command::Describe(args) => describe::run(args, ctx).await,
        Command::Export(args) => export::run(args, ctx).await,
        Command::Stream(args) => stream::run(args, ctx).await,
        Command::Policies(args) => policies::run(args, ctx).await,
        Command::Ups(args) => lake::run(args, lake::Store::Profile, ctx).await,
        Command::Uis(args) => lake::run(args, lake::Store::Identity, ctx).await,
    }
}

/// Shows the flow as it is now.
async fn show(id: &FlowId, ctx: &Context) -> Result<Exit> {
    let flow = ctx.flow().await?.flows().get(id).await?;
    let row = crate::cmd::spec::with_name(crate::output::value(&flow)?, ctx);
    ctx.out.one(&CARD, &row)?;
    Ok(Exit::Success)
}
