//! `aep auth logout`.

use aep_core::Result;

use crate::cmd::profile::{required, save};
use crate::context::Context;
use crate::exit::Exit;

/// Forget the secrets of a profile
///
/// The profile itself stays, and `aep auth login` makes it complete again.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: &Args, ctx: &Context) -> Result<Exit> {
    let mut store = ctx.store()?;
    let profile = required(ctx, &store)?;
    let done = if store.forget_secrets(&profile) {
        format!("the secrets of `{profile}` are forgotten")
    } else {
        format!("`{profile}` had no secrets")
    };
    save(store, ctx, &done)?;
    Ok(Exit::Success)
}
