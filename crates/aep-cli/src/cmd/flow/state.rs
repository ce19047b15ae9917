//! `aep flow enable|disable ID|NAME...`.

use aep_core::Result;

use super::{CARD, VIEW};
use crate::cmd::spec;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// Let flows run, or stop them
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The flows, by id or name
    #[arg(value_name = "ID|NAME", required = true)]
    flows: Vec<String>,
}

pub(crate) async fn run(args: Args, enable: bool, ctx: &Context) -> Result<Exit> {
    let flows = ctx.flow().await?.flows();
    let mut found = Vec::new();
    for name in &args.flows {
        found.push(flows.find(name).await?.id);
    }
    let mut rows = Vec::new();
    for id in &found {
        if enable {
            flows.enable(id).await?;
        } else {
            flows.disable(id).await?;
        }
        rows.push(spec::with_name(value(&flows.get(id).await?)?, ctx));
    }
    match rows.as_slice() {
        [one] => ctx.out.one(&CARD, one)?,
        many => ctx.out.rows(&VIEW, many)?,
    }
    Ok(Exit::Success)
}
