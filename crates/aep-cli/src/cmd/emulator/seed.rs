//! `aep emulator seed FILE`.

use std::path::PathBuf;

use aep_core::{Error, ErrorKind, Result};
use http::Method;
use serde_json::Value;

use super::Place;
use super::admin::Admin;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::ROWS;

/// Load schemas, datasets and batches from a file
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A JSON document; the emulator's README describes it
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let failed = |kind| Error::new(kind, "read the seed file").with("file", args.file.display());
    let text = tokio::fs::read(&args.file)
        .await
        .map_err(|error| failed(ErrorKind::Io).because(error))?;
    let document: Value =
        serde_json::from_slice(&text).map_err(|error| failed(ErrorKind::Usage).because(error))?;
    let admin = Admin::open(&args.place.dir(ctx)?).await?;
    let answer = admin.call(Method::POST, &["seed"], Some(&document)).await;
    admin.close().await;
    ctx.out.one(&ROWS, &answer?)?;
    Ok(Exit::Success)
}
