//! `aep batch errors ID --to DIR`.

use aep_core::{BatchId, Result};
use serde_json::{Value, json};

use crate::cmd::fetch::{self, Target};
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
/// Rows that were refused are in row_errors/ and failed/, each with its reasons, as the platform gives them; rows.ndjson
/// has the rows by themselves, to be mended and sent with `aep batch repair`. The platform keeps them for 30 days, and only
/// if the batch was created with diagnostics.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep batch errors 01KQ3W8Z5T7M1V9X2B4C6D8E0F --to errors
")]
pub(crate) struct Args {
    /// The batch
    #[arg(value_name = "BATCH")]
    id: BatchId,
    #[command(flatten)]
    target: Target,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let Args { id, target } = args;
    let batches = ctx.ingest().await?.batches();
    let report = fetch::watched(&target, ctx, async |options| {
        batches.errors(&id, &target.to, options).await
    })
    .await?;
    if ctx.out.is_document() {
        ctx.out.document(&VIEW, &value(&report)?, |_| Ok(()))?;
    } else {
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
            .chain(
                report
                    .rows
                    .iter()
                    .map(|path| json!({"what": "rows", "path": path})),
            )
            .chain(
                report
                    .reasons
                    .iter()
                    .map(|path| json!({"what": "reasons", "path": path})),
            )
            .collect();
        ctx.out.rows(&VIEW, &rows)?;
    }
    if report.row_errors.is_empty() && report.failed.is_empty() {
        ctx.messages.note(
            "the platform keeps nothing about this batch: it did not fail, or had no diagnostics",
        );
    } else {
        ctx.messages.tip(&format!(
            "{} in {}",
            human_bytes(report.bytes),
            target.to.display()
        ));
        if let Some(rows) = &report.rows {
            ctx.messages.tip(&format!(
                "mend the rows, then `aep batch repair {id} --rows {}`",
                rows.display()
            ));
        }
    }
    Ok(Exit::Success)
}
