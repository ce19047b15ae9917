//! `aep spec`: the platform's templates of systems and of flows.

mod connections;
mod flows;
mod forms;
mod names;

use aep_core::Result;

pub(crate) use forms::only_form;
pub(crate) use names::{Side, connection, flow, with_name};

use crate::context::Context;
use crate::exit::Exit;

/// Specs: the platform's templates of systems and of flows
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Systems that data comes from or goes to
    #[command(subcommand)]
    Connections(connections::Command),
    /// Kinds of flows
    #[command(subcommand)]
    Flows(flows::Command),
}

pub(crate) async fn run(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::Connections(command) => connections::run(command, ctx).await,
        Command::Flows(command) => flows::run(command, ctx).await,
    }
}
