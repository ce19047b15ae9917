//! `aep dataset download ID|NAME --to DIR`.

use aep_core::{BatchId, Error, ErrorKind, Result};
use aep_ingest::read::SavedPosition;
use aep_ingest::{Dataset, Ingest, Position, Positions};

use super::Named;
use crate::cmd::fetch::{self, Target};
use crate::context::Context;
use crate::exit::Exit;
use crate::when::{When, milliseconds};

/// Download the files of a dataset
///
/// Each batch gets a directory of its own. A download that was interrupted goes on when the same command is run again.
///
/// With --since-last only batches are fetched that were not fetched under this name before. The position is kept on this
/// machine, and moves when all files of a batch are on the disk. It never passes a batch that is still in progress: younger
/// ones are fetched, and it is fetched once it is done. With --dry-run nothing is written, and the position stays where it is.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep dataset download \"Loyalty Members\" --to all --manifest all.sha256
  aep dataset download \"Loyalty Members\" --to new --since-last nightly
  aep dataset download \"Loyalty Members\" --to new --since 24h
  aep dataset download \"Loyalty Tiers\" --to tiers --snapshot
")]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    what: What,
}

/// Which batches
#[derive(Debug, clap::Args)]
pub(crate) struct What {
    /// Only batches created after this: `24h` ago, a date, RFC 3339, or epoch milliseconds
    #[arg(long, value_name = "TIME")]
    since: Option<When>,
    /// Only batches created after this one
    #[arg(long, value_name = "BATCH", conflicts_with = "since")]
    since_batch: Option<BatchId>,
    /// Only batches that are new since the last time under this name; a new name begins with --since, --since-batch or the
    /// first batch
    #[arg(long, value_name = "NAME")]
    since_last: Option<String>,
    /// Only the last successful batch: the dataset is a snapshot
    #[arg(long, conflicts_with_all = ["since", "since_batch", "since_last"])]
    snapshot: bool,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let Args {
        named,
        target,
        what,
    } = args;
    let ingest = ctx.ingest().await?;
    let dataset = ingest.datasets().find(&named.dataset).await?;
    if what.snapshot {
        return snapshot(&dataset, &ingest, &target, ctx).await;
    }
    let (from, mut saved) = what.position(&dataset, &ingest, ctx).await?;
    let mut reader = ingest.datasets().read_since(&dataset.id, from.clone());
    let report = fetch::watched(&target, ctx, async |options| {
        let datasets = ingest.datasets();
        let keep = |position: &Position| match &mut saved {
            Some(saved) => saved.save(position.clone()),
            None => Ok(()),
        };
        Box::pin(datasets.download_new(&mut reader, &target.to, options, keep)).await
    })
    .await?;
    if report.files.is_empty() {
        ctx.messages
            .note(&format!("no batch has come since {from}"));
    }
    fetch::show(&report, &target, ctx)
}

async fn snapshot(
    dataset: &Dataset,
    ingest: &Ingest,
    target: &Target,
    ctx: &Context,
) -> Result<Exit> {
    let (batch, report) = fetch::watched(target, ctx, async |options| {
        let datasets = ingest.datasets();
        Box::pin(datasets.download_snapshot(&dataset.id, &target.to, options)).await
    })
    .await?;
    match batch {
        Some(batch) => ctx.messages.tip(&format!("batch {batch}")),
        None => ctx
            .messages
            .note("no batch of the dataset has succeeded yet"),
    }
    fetch::show(&report, target, ctx)
}

impl What {
    /// Whether only the last successful batch is meant.
    pub(crate) const fn is_snapshot(&self) -> bool {
        self.snapshot
    }

    /// Where to begin, and where to keep how far it went.
    pub(crate) async fn position(
        &self,
        dataset: &Dataset,
        ingest: &Ingest,
        ctx: &Context,
    ) -> Result<(Position, Option<SavedPosition>)> {
        let saved = match &self.since_last {
            Some(name) => {
                let positions = Positions::new(&ctx.env.state_dir());
                Some(positions.open(ingest.client(), &dataset.id, name)?)
            }
            None => None,
        };
        if let Some(position) = saved.as_ref().and_then(SavedPosition::position) {
            if self.since.is_some() || self.since_batch.is_some() {
                return Err(Error::new(ErrorKind::Usage, "choose where to begin")
                    .because(format!("there is a saved position, {position}"))
                    .hint("leave out --since and --since-batch, or use a new name"));
            }
            return Ok((position.clone(), saved.filter(|_| !ctx.dry_run())));
        }
        let begin = match (&self.since_batch, milliseconds(self.since)) {
            (Some(id), _) => Position::after_batch(&ingest.batches().get(id).await?)?,
            (None, Some(time)) => Position::after_time(time),
            (None, None) => Position::beginning(),
        };
        Ok((begin, saved.filter(|_| !ctx.dry_run())))
    }
}
