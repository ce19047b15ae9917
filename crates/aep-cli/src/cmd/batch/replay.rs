//! `aep batch replay ID...`.

use aep_core::{BatchId, Error, ErrorKind, Result};
use aep_ingest::batches::Replay;

use super::CARD;
use super::create::Options;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// Create a batch that replaces others once it succeeds
///
/// All of their data has to be put into the new batch; when it succeeds, the old ones become inactive.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep batch replay 01KQ3W8Z5T7M1V9X2B4C6D8E0F --input-format parquet
")]
pub(crate) struct Args {
    /// The batches to replace
    #[arg(value_name = "BATCH", required = true)]
    ids: Vec<BatchId>,
    #[command(flatten)]
    options: Options,
    /// The dataset, by id or name [default: that of the first batch]
    #[arg(long, value_name = "ID|NAME")]
    dataset: Option<String>,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let ingest = ctx.ingest().await?;
    let mut dataset = match &args.dataset {
        Some(name) => Some(ingest.datasets().find(name).await?.id),
        None => None,
    };
    for id in &args.ids {
        let batch = ingest.batches().get(id).await?;
        dataset = dataset.or(batch.dataset);
    }
    let dataset = dataset.ok_or_else(|| {
        Error::new(ErrorKind::Usage, "find the dataset of the batches")
            .hint("name it with --dataset")
    })?;
    let replay = Replay {
        predecessors: args.ids,
        ..Replay::default()
    };
    let batch = ingest
        .batches()
        .replay(args.options.batch(dataset), replay)
        .await?;
    ctx.out.one(&CARD, &value(&batch)?)?;
    ctx.messages.tip(&format!(
        "next: `aep batch put {0} FILE`, then `aep batch complete {0} --wait`",
        batch.id
    ));
    Ok(Exit::Success)
}
