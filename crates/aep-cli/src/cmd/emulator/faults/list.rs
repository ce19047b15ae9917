//! `aep emulator faults list`.

use aep_core::Result;
use http::Method;

use super::VIEW;
use crate::cmd::emulator::Place;
use crate::context::Context;
use crate::exit::Exit;

/// List the rules, with how often each has acted
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let admin = args.place.open(ctx).await?;
    let answer = admin.call(Method::GET, &["faults"], None).await;
    admin.close().await;
    let answer = answer?;
    let rules = answer
        .as_array()
        .or_else(|| answer["faults"].as_array())
        .cloned()
        .unwrap_or_default();
    if rules.is_empty() && ctx.out.is_human() {
        ctx.messages
            .tip("no rules: every request is answered as it should be");
        return Ok(Exit::Success);
    }
    ctx.out.rows(&VIEW, &rules)?;
    Ok(Exit::Success)
}
