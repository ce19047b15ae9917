//! `aep emulator seed FILE`.

use std::path::PathBuf;

use aep_core::{Error, ErrorKind, Result};
use http::Method;
use serde_json::Value;

use super::Place;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::ROWS;

/// Load schemas and datasets from a file
///
/// The file is a JSON object with lists of what the services take to create something: `dataTypes`, `classes`,
/// `fieldGroups`, `schemas` and `datasets`, and a `sandbox` if it is not `dev`. A dataset may name its schema by title,
/// as `"schema": "Loyalty Members"`. All of it is loaded, or nothing.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:\n  aep emulator seed demo.json\n")]
pub(crate) struct Args {
    /// The file
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
    if ctx.dry_run() {
        ctx.messages
            .note("dry run: the seed file is JSON, nothing was loaded");
        return Ok(Exit::Success);
    }
    let admin = args.place.open(ctx).await?;
    let loaded = admin.call(Method::POST, &["seed"], Some(&document)).await;
    admin.close().await;
    ctx.out.one(&ROWS, &loaded?)?;
    Ok(Exit::Success)
}
