//! `aep sandbox use NAME`.

use std::str::FromStr;

use aep_core::config::Key;
use aep_core::{Error, ErrorKind, Result, SandboxName};

use super::VIEW;
use crate::cmd::profile::{required, save};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// Make a sandbox the one of the profile
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The sandbox
    name: String,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let name = SandboxName::from_str(&args.name)?;
    if ctx.global.local {
        return Err(Error::new(ErrorKind::Usage, "choose the sandbox")
            .because("--local has no profile to keep it in")
            .hint("give --sandbox with each command, or set AEP_SANDBOX"));
    }
    let mut store = ctx.store()?;
    let profile = required(ctx, &store)?;
    let sandbox = ctx.ingest().await?.sandboxes().get(&name).await?;
    store.set(&profile, Key::Sandbox, name.as_str())?;
    ctx.out.one(&VIEW, &value(&sandbox)?)?;
    save(
        store,
        ctx,
        &format!("`{name}` is the sandbox of the profile `{profile}`"),
    )?;
    Ok(Exit::Success)
}
