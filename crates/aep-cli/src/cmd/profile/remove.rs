//! `aep profile remove NAME`.

use aep_core::Result;

use super::save;
use crate::context::Context;
use crate::exit::Exit;

/// Remove a profile and its secrets
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The profile
    name: String,
}

pub(crate) fn run(args: &Args, ctx: &Context) -> Result<Exit> {
    let mut store = ctx.store()?;
    store.require(&args.name)?;
    ctx.confirm(&format!(
        "remove the profile `{}` and its secrets",
        args.name
    ))?;
    store.remove(&args.name)?;
    save(store, ctx, &format!("`{}` is removed", args.name))?;
    Ok(Exit::Success)
}
