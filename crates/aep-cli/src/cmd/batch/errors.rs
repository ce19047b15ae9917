//! `aep batch errors ID --to DIR`.

use std::path::PathBuf;

use aep_core::{BatchId, Result};
use aep_ingest::DownloadOptions;
use serde_json::{Value, json};

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, human_bytes, text, value};

const VIEW: View = View {
    noun: "files",
    id: "path",
    columns: &[text("what", "what"), text("file", "path")],
};

/// Download the rows and the messages of a failure
///
/// Rows that were refused are in row_errors/, each with its reasons; data that failed is in failed/. The platform keeps
/// them for 30 days, and only if the batch was created with diagnostics.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep batch errors 01KQ3W8Z5T7M1V9X2B4C6D8E0F --to errors
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
        .errors(&args.id, &args.to, DownloadOptions::default())
        .await?;
    let document = value(&report)?;
    ctx.out.document(&VIEW, &document, |out| {
        let rows: Vec<Value> = report
            .row_errors
            .iter()
            .map(|path| json!({"what": "row errors", "path": path}))
            .chain(
                report
                    .failed
                    .iter()
                    .map(|path| json!({"what": "failed data", "path": path})),
            )
            .collect();
        out.rows(&VIEW, &rows)
    })?;
    if report.row_errors.is_empty() && report.failed.is_empty() {
        ctx.messages.note(
            "the platform keeps nothing about this batch: it did not fail, or had no diagnostics",
        );
    } else {
        ctx.messages.note(&format!(
            "{} in {}",
            human_bytes(report.bytes),
            args.to.display()
        ));
    }
    Ok(Exit::Success)
}
