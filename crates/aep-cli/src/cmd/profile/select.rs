//! `aep profile use NAME`.

use aep_core::Result;

use super::save;
use crate::context::Context;
use crate::exit::Exit;

/// Make a profile the one that is used when none is named
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The profile
    name: String,
}

pub(crate) fn run(args: &Args, ctx: &Context) -> Result<Exit> {
    let mut store = ctx.store()?;
    store.use_profile(&args.name)?;
    save(store, ctx, &format!("`{}` is used from now on", args.name))?;
    Ok(Exit::Success)
}
