//! `aep dataset rows ID|NAME`.

use aep_core::{Error, ErrorKind, Result};
use aep_ingest::read::{Reader, to_json};
use aep_ingest::{Batch, Unfinished};
use futures::StreamExt;
use futures::stream::{BoxStream, iter};
use serde_json::Value;
use tokio::sync::Mutex;

use super::Named;
use super::download::What;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Limit, ROWS};

/// Print the rows of a dataset
///
/// In the form in which they can be ingested again. With --since-last the position moves when all rows are printed: what
/// reads them must have them safe by then, or the next run will not bring them again.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep dataset rows \"Loyalty Members\" -o ndjson > members.ndjson
  aep dataset rows \"Loyalty Members\" --since 24h --columns _id,_local.tier
  aep dataset rows \"Loyalty Members\" --snapshot -o ndjson | jq -c 'select(._local.tier == \"gold\")'
")]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    what: What,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let Args { named, what } = args;
    let ingest = ctx.ingest().await?;
    let dataset = ingest.datasets().find(&named.dataset).await?;
    let (from, saved) = what.position(&dataset, &ingest, ctx).await?;
    let reader = ingest.datasets().read_since(&dataset.id, from);
    let only = if what.is_snapshot() {
        let last = ingest.batches().last_successful(&dataset.id).await?;
        Some(last.into_iter().collect())
    } else {
        None
    };
    let reader = Mutex::new((reader, only));
    let rows = iter(0..)
        .then(|_: u64| async { next(&mut *reader.lock().await).await })
        .take_while(|rows| std::future::ready(!matches!(rows, Ok(None))))
        .flat_map(|rows| match rows {
            Ok(rows) => rows.unwrap_or_else(|| iter([]).boxed()),
            Err(error) => iter([Err(error)]).boxed(),
        });
    ctx.out.list(&ROWS, rows, Limit::All, &ctx.messages).await?;
    let (reader, _) = reader.into_inner();
    if let Some(mut saved) = saved.filter(|_| !ctx.dry_run()) {
        if ctx.out.is_closed() {
            return Err(Error::new(ErrorKind::Cancelled, "print all rows")
                .hint("the position has not moved"));
        }
        saved.save(reader.position())?;
    }
    for batch in reader.waiting().iter().map(Unfinished::from) {
        ctx.messages.note(&format!(
            "batch {} is {}: its rows come once it is a success",
            batch.id, batch.status
        ));
    }
    Ok(Exit::Success)
}

type Shown = BoxStream<'static, Result<Value>>;

/// The rows of the next batch.
async fn next((reader, only): &mut (Reader, Option<Vec<Batch>>)) -> Result<Option<Shown>> {
    loop {
        let batch = match only {
            Some(batches) => batches.pop(),
            None => reader.next().await?,
        };
        let Some(batch) = batch else {
            return Ok(None);
        };
        let rows = reader.rows(&batch).await?;
        reader.done(&batch);
        if let Some(rows) = rows {
            let objects = rows
                .map(|rows| to_json(&rows?))
                .flat_map(|rows| match rows {
                    Ok(rows) => iter(rows).map(|row| Ok(Value::Object(row))).boxed(),
                    Err(error) => iter([Err(error)]).boxed(),
                });
            return Ok(Some(objects.boxed()));
        }
    }
}
