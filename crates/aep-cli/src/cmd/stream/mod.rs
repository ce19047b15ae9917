//! `aep stream`: messages to inlets.

mod send;

use aep_core::Result;

use crate::context::Context;
use crate::exit::Exit;

/// Messages: data that is sent as it arises
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Send messages to an inlet, one per line
    Send(send::Args),
}

pub(crate) async fn run(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::Send(args) => Box::pin(send::run(args, ctx)).await,
    }
}
