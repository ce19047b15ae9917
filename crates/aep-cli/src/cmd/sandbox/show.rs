//! `aep sandbox show [NAME]`.

use std::str::FromStr;

use aep_core::{Error, ErrorKind, Result, SandboxName};

use super::VIEW;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// Show one sandbox
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The sandbox [default: the one in use]
    name: Option<String>,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let ingest = ctx.ingest().await?;
    let name = match args.name {
        Some(name) => SandboxName::from_str(&name)?,
        None => ctx.client().await?.sandbox().cloned().ok_or_else(|| {
            Error::new(ErrorKind::Usage, "tell which sandbox")
                .because("none is in use")
                .hint("name one, or choose with `aep sandbox use NAME`; `aep sandbox list` shows them")
        })?,
    };
    ctx.out
        .one(&VIEW, &value(&ingest.sandboxes().get(&name).await?)?)?;
    Ok(Exit::Success)
}
