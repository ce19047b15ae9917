//! `aep emulator seed FILE`.

use std::path::{Path, PathBuf};

use aep_core::{Client, Error, ErrorKind, Operation, Request, Result, Safety};
use aep_ingest::{Ingest, Inputs, NewDataset};
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Place;
use super::admin::Admin;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::ROWS;

/// Load sandboxes, schemas, datasets and rows from a file
///
/// The file is a JSON object. `sandboxes` is a list of {name, title, type}, `schemas` a list of documents as the Schema
/// Registry takes them, `datasets` a list of {name, schema} with a schema's $id or title, and `rows` a list of
/// {dataset, path} with files relative to this one. Everything goes through the platform's own calls, so what they would
/// refuse is refused here.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:\n  aep emulator seed demo.json\n")]
pub(crate) struct Args {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    #[serde(default)]
    sandboxes: Vec<Value>,
    #[serde(default)]
    schemas: Vec<Value>,
    #[serde(default)]
    datasets: Vec<SeedDataset>,
    #[serde(default)]
    rows: Vec<SeedRows>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedDataset {
    name: String,
    schema: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedRows {
    dataset: String,
    path: PathBuf,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let failed = |kind| Error::new(kind, "read the seed file").with("file", args.file.display());
    let text = tokio::fs::read(&args.file)
        .await
        .map_err(|error| failed(ErrorKind::Io).because(error))?;
    let seed: Seed =
        serde_json::from_slice(&text).map_err(|error| failed(ErrorKind::Usage).because(error))?;
    if ctx.dry_run() {
        ctx.messages
            .note("dry run: the seed file can be read, nothing was loaded");
        return Ok(Exit::Success);
    }
    let admin = Admin::open(&args.place.dir(ctx)?).await?;
    let loaded = load(
        admin.client(),
        &seed,
        args.file.parent().unwrap_or(Path::new(".")),
    )
    .await;
    admin.close().await;
    ctx.out.one(&ROWS, &loaded?)?;
    Ok(Exit::Success)
}

async fn load(client: &Client, seed: &Seed, base: &Path) -> Result<Value> {
    for sandbox in &seed.sandboxes {
        let url = client.url(&["data", "foundation", "sandbox-management", "sandboxes"])?;
        let operation = Operation {
            api: "sandbox",
            id: "createSandbox",
            safety: Safety::NotRepeatable,
        };
        let request = Request::new(operation, Method::POST, url)
            .doing("create a sandbox")
            .without_sandbox();
        client.send(request.json(sandbox)?).await?;
    }
    let ingest = Ingest::new(client.clone());
    for schema in &seed.schemas {
        ingest.schemas().create(schema.clone()).await?;
    }
    for dataset in &seed.datasets {
        let schema = ingest.schemas().find(&dataset.schema).await?;
        ingest
            .datasets()
            .create(NewDataset::new(&dataset.name, schema))
            .await?;
    }
    let mut landed = 0;
    for rows in &seed.rows {
        let dataset = ingest.datasets().find(&rows.dataset).await?;
        let report = ingest
            .upload(dataset, Inputs::new().path(base.join(&rows.path)))
            .start()
            .join()
            .await?;
        if !report.is_complete() {
            return Err(
                Error::new(ErrorKind::Rejected, "load the rows").with("path", rows.path.display())
            );
        }
        landed += report
            .batches
            .iter()
            .filter_map(|batch| batch.records_landed)
            .sum::<u64>();
    }
    Ok(json!({
        "sandboxes": seed.sandboxes.len(),
        "schemas": seed.schemas.len(),
        "datasets": seed.datasets.len(),
        "rows": landed,
    }))
}
