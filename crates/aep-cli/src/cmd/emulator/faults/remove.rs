//! `aep emulator faults remove ID`.

use aep_core::Result;
use http::Method;

use crate::cmd::emulator::Place;
use crate::context::Context;
use crate::exit::Exit;

/// Remove one rule
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The number of the rule
    id: u64,
    #[command(flatten)]
    place: Place,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let admin = args.place.open(ctx).await?;
    let answer = admin
        .call(Method::DELETE, &["faults", &args.id.to_string()], None)
        .await;
    admin.close().await;
    answer?;
    ctx.messages.note(&format!("rule {} is removed", args.id));
    Ok(Exit::Success)
}
