//! `aep batch download ID --to DIR`.

use std::path::PathBuf;

use aep_core::{BatchId, Result};
use aep_ingest::{DownloadOptions, DownloadReport};

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, bytes, human_bytes, text, value};

/// Downloaded files.
const VIEW: View = View {
    noun: "files",
    id: "path",
    columns: &[text("file", "path"), bytes("size", "bytes")],
};

/// Download the files of a batch
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep batch download 01KQ3W8Z5T7M1V9X2B4C6D8E0F --to out
")]
pub(crate) struct Args {
    /// The batch
    #[arg(value_name = "BATCH")]
    id: BatchId,
    /// Directory for the files; made if it is not there
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let report = ctx
        .ingest()
        .await?
        .batches()
        .download(&args.id, &args.to, DownloadOptions::default())
        .await?;
    show(&report, &args.to, ctx)
}

/// What was written where.
pub(crate) fn show(report: &DownloadReport, to: &std::path::Path, ctx: &Context) -> Result<Exit> {
    let document = value(report)?;
    ctx.out.document(&VIEW, &document, |out| {
        let files = document["files"].as_array().cloned().unwrap_or_default();
        out.rows(&VIEW, &files)?;
        let total = files.iter().filter_map(|file| file["bytes"].as_u64()).sum();
        ctx.messages.note(&format!(
            "{} files, {} in {}",
            files.len(),
            human_bytes(total),
            to.display()
        ));
        Ok(())
    })?;
    Ok(Exit::Success)
}
