//! `aep auth token`: the only command that prints a secret, because it was asked to.

use aep_core::Result;
use serde_json::json;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::ROWS;

/// Print an access token
///
/// The token lets anybody act as this credential until it expires. Keep it out of files and logs.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:\n  curl -H \"Authorization: Bearer $(aep auth token)\" ...\n")]
pub(crate) struct Args {}

pub(crate) async fn run(_args: Args, ctx: &Context) -> Result<Exit> {
    let token = ctx.client().await?.token().await?;
    let document = json!({
        "access_token": token.secret.expose(),
        "expires_at": super::status::expiry(&token),
    });
    ctx.out
        .document(&ROWS, &document, |out| out.line(token.secret.expose()))?;
    Ok(Exit::Success)
}
