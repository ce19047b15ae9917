//! `aep emulator faults clear`.

use aep_core::Result;
use http::Method;

use crate::cmd::emulator::Place;
use crate::context::Context;
use crate::exit::Exit;

/// Remove all rules
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let admin = args.place.open(ctx).await?;
    let answer = admin.call(Method::DELETE, &["faults"], None).await;
    admin.close().await;
    answer?;
    ctx.messages.note("no rules are left");
    Ok(Exit::Success)
}
