//! `aep batch preview ID`.

use aep_core::{BatchId, Result};
use serde_json::Value;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::ROWS;

/// Show the first rows of what was uploaded into an open batch
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The batch
    #[arg(value_name = "BATCH")]
    id: BatchId,
    /// How many rows, nine at most
    #[arg(long, value_name = "N", default_value_t = 9, value_parser = clap::value_parser!(u32).range(1..=9))]
    rows: u32,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let preview = ctx
        .ingest()
        .await?
        .batches()
        .preview(&args.id, args.rows)
        .await?;
    let rows: Vec<Value> = preview.rows.into_iter().map(Value::Object).collect();
    ctx.out.rows(&ROWS, &rows)?;
    if rows.is_empty() {
        ctx.messages.note(
            "there are no rows to show: the preview reads what was put into a batch that is still open; \
             `aep dataset preview` shows what was ingested",
        );
    }
    Ok(Exit::Success)
}
