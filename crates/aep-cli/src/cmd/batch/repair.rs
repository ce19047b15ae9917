//! `aep batch repair ID`.

use std::path::PathBuf;

use aep_core::{BatchId, Result};
use aep_ingest::Inputs;
use aep_ingest::batches::Mended;

use crate::cmd::ingest::{self, Again};
use crate::context::Context;
use crate::exit::Exit;

/// Send the rows that failed again, mended, as a batch of their own
///
/// For a batch of which a part landed. Give the mended files as they are, all rows in their places: those that failed are
/// taken out of them. Or fetch the failed rows with `aep batch errors`, mend them, and give them with --rows. Never more
/// rows are sent than failed.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep batch repair 01KQ3W8Z5T7M1V9X2B4C6D8E0F --input members.ndjson
  aep batch errors 01KQ3W8Z5T7M1V9X2B4C6D8E0F --to errors
  aep batch repair 01KQ3W8Z5T7M1V9X2B4C6D8E0F --rows errors/rows.ndjson
")]
#[group(id = "mended", required = true, args = ["input", "rows"])]
pub(crate) struct Args {
    /// The batch of which only a part landed
    #[arg(value_name = "BATCH")]
    id: BatchId,
    /// All files of the batch, mended
    #[arg(long, value_name = "FILE", num_args = 1..)]
    input: Vec<PathBuf>,
    /// The failed rows by themselves, mended
    #[arg(long, value_name = "FILE", num_args = 1..)]
    rows: Vec<PathBuf>,
    /// Set rows aside that still do not fit the schema
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    #[command(flatten)]
    again: Again,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let mended = if args.rows.is_empty() {
        Mended::Inputs(Inputs::paths(args.input))
    } else {
        Mended::Rows(Inputs::paths(args.rows))
    };
    let batches = ctx.ingest().await?.batches();
    let mut upload = batches.repair(&args.id, mended).await?.diagnostics(true);
    if let Some(file) = args.rejects {
        upload = upload.rejects(file);
    }
    if !ctx.dry_run() {
        upload = upload.journal(ctx.jobs());
    }
    ingest::go(upload, &args.again, ctx).await
}
