//! `aep emulator stop`.

use aep_core::{Error, ErrorKind, Result};
use http::Method;

use super::Place;
use super::admin::Admin;
use crate::context::Context;
use crate::exit::Exit;

/// Stop the server
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let dir = args.place.dir(ctx);
    let admin = Admin::open(&dir).await?;
    let Some(url) = admin.server() else {
        admin.close().await;
        return Err(Error::new(ErrorKind::NotFound, "stop the emulator")
            .with("directory", dir.display())
            .because("no server runs on this directory"));
    };
    let answer = admin.call(Method::POST, &["stop"], None).await;
    admin.close().await;
    answer?;
    ctx.messages.tip(&format!("{url} stops"));
    Ok(Exit::Success)
}
