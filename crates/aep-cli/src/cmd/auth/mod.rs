//! `aep auth`: credentials.

mod login;
mod logout;
mod status;
mod token;

use aep_core::Result;

use crate::context::Context;
use crate::exit::Exit;

/// Credentials: log in, see the state, get a token
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Make a profile and check that it works
    Login(login::Args),
    /// Print an access token
    Token(token::Args),
    /// Show which credentials are in use and whether they work
    Status(status::Args),
    /// Forget the secrets of a profile
    Logout(logout::Args),
}

pub(crate) async fn run(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::Login(args) => login::run(args, ctx).await,
        Command::Token(args) => token::run(args, ctx).await,
        Command::Status(args) => status::run(args, ctx).await,
        Command::Logout(args) => logout::run(&args, ctx),
    }
}
