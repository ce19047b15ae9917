//! `aep emulator reset`.

use aep_core::Result;
use http::Method;

use super::Place;
use super::admin::Admin;
use crate::context::Context;
use crate::exit::Exit;

/// Throw everything away and begin again with the demo data
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let dir = args.place.dir(ctx);
    ctx.confirm(&format!(
        "throw away everything in the emulator at {}",
        dir.display()
    ))?;
    if ctx.dry_run() {
        ctx.messages.note(&format!(
            "dry run: would throw away everything in {}",
            dir.display()
        ));
        return Ok(Exit::Success);
    }
    let admin = Admin::open(&dir).await?;
    let answer = admin.call(Method::POST, &["reset"], None).await;
    admin.close().await;
    answer?;
    ctx.messages
        .note(&format!("the emulator at {} is as new", dir.display()));
    Ok(Exit::Success)
}
