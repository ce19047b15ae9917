//! `aep batch put ID FILE...`.

use std::path::PathBuf;

use aep_core::{BatchId, DatasetId, Error, ErrorKind, Result};
use aep_ingest::{Ingest, Source};
use serde_json::json;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, bytes, text};

const VIEW: View = View {
    noun: "files",
    id: "path",
    columns: &[
        text("file", "file"),
        text("path", "path"),
        bytes("size", "bytes"),
    ],
};

/// Put files into an open batch
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep batch put 01KQ3W8Z5T7M1V9X2B4C6D8E0F members.json
  aep batch put 01KQ3W8Z5T7M1V9X2B4C6D8E0F today.json --name day=2026-01-01/members.json
")]
pub(crate) struct Args {
    /// The batch
    #[arg(value_name = "BATCH")]
    id: BatchId,
    /// The files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Name inside the batch, directories allowed; for one file [default: the file's name]
    #[arg(long, value_name = "PATH")]
    name: Option<String>,
    /// The dataset, by id or name [default: that of the batch]
    #[arg(long, value_name = "ID|NAME")]
    dataset: Option<String>,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    if args.name.is_some() && args.files.len() > 1 {
        return Err(
            Error::new(ErrorKind::Usage, "name the files").because("--name is for one file")
        );
    }
    let ingest = ctx.ingest().await?;
    let dataset = dataset(&args, &ingest).await?;
    let mut rows = Vec::new();
    for file in &args.files {
        let name = match (&args.name, file.file_name()) {
            (Some(name), _) => name.clone(),
            (None, Some(name)) => name.to_string_lossy().into_owned(),
            (None, None) => {
                return Err(Error::new(ErrorKind::Usage, "name the file")
                    .with("file", file.display())
                    .hint("use --name"));
            }
        };
        let source = Source::file(file)?;
        let size = source.len();
        ingest
            .batches()
            .put(&args.id, &dataset, &name, source)
            .await?;
        rows.push(json!({"batch": args.id, "file": file.display().to_string(), "path": name, "bytes": size}));
    }
    ctx.out.rows(&VIEW, &rows)?;
    ctx.messages.tip(&format!(
        "next: `aep batch complete {}` when all files are there",
        args.id
    ));
    Ok(Exit::Success)
}

async fn dataset(args: &Args, ingest: &Ingest) -> Result<DatasetId> {
    if let Some(name) = &args.dataset {
        return Ok(ingest.datasets().find(name).await?.id);
    }
    ingest
        .batches()
        .get(&args.id)
        .await?
        .dataset
        .ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "find the dataset of the batch")
                .with("batch", &args.id)
                .hint("name it with --dataset")
        })
}
