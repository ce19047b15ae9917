//! `aep batch wait ID...`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use aep_core::{BatchId, Result};
use aep_ingest::{Batch, BatchStatus, WaitOptions};

use super::{CARD, VIEW};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Progress, Step, value};

/// Wait until batches reach a final state
///
/// The exit code says which: 0 success, 6 failed or only a part landed, 7 aborted or otherwise gone, 124 not yet final
/// after --timeout.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep batch wait 01KQ3W8Z5T7M1V9X2B4C6D8E0F --timeout 1h
  aep batch wait --dataset Orders && next-task      only when the last batch has succeeded
")]
pub(crate) struct Args {
    /// The batches
    #[arg(value_name = "BATCH", required_unless_present = "dataset")]
    ids: Vec<BatchId>,
    /// The newest batch of this dataset, by id or name
    #[arg(long, value_name = "ID|NAME", conflicts_with = "ids")]
    dataset: Option<String>,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let Some(name) = &args.dataset else {
        return until_final(&args.ids, ctx).await;
    };
    let ingest = ctx.ingest().await?;
    let dataset = ingest.datasets().find(name).await?;
    let Some(batch) = ingest.batches().newest(&dataset.id, &[]).await? else {
        ctx.messages.note("the dataset has no batch yet");
        return Ok(Exit::Success);
    };
    until_final(&[batch.id], ctx).await
}

pub(super) async fn until_final(ids: &[BatchId], ctx: &Context) -> Result<Exit> {
    let batches = ctx.ingest().await?.batches();
    let progress = Arc::new(Mutex::new(ctx.progress()));
    let began = Instant::now();
    let mut done = Vec::new();
    for id in ids {
        ctx.interrupt().await.remains(format!(
            "the batch goes on without us; `aep batch wait {id}` watches it again"
        ));
        let shown = Arc::clone(&progress);
        let options = WaitOptions {
            timeout: ctx
                .global
                .timeout
                .map(|limit| limit.saturating_sub(began.elapsed())),
            on_change: Some(Arc::new(move |batch| show(&shown, batch))),
            ..WaitOptions::default()
        };
        let waited = batches.wait(id, options).await;
        if waited.is_err() {
            finish(&progress);
        }
        done.push(waited?);
    }
    finish(&progress);
    let rows = done.iter().map(value).collect::<Result<Vec<_>>>()?;
    match rows.as_slice() {
        [one] => ctx.out.one(&CARD, one)?,
        many => ctx.out.rows(&VIEW, many)?,
    }
    let worst = done
        .iter()
        .map(outcome)
        .max_by_key(|exit| exit.code())
        .unwrap_or(Exit::Success);
    for batch in done.iter().filter(|batch| outcome(batch) == Exit::Rejected) {
        ctx.messages
            .tip(&format!("why: `aep batch explain {}`", batch.id));
    }
    Ok(worst)
}

fn outcome(batch: &Batch) -> Exit {
    if batch.status.is_success() {
        let failed = batch.metrics.records_failed.unwrap_or(0);
        return if failed > 0 {
            Exit::Rejected
        } else {
            Exit::Success
        };
    }
    if batch.status == BatchStatus::Failure {
        Exit::Rejected
    } else {
        Exit::Conflict
    }
}

fn show(progress: &Mutex<Progress>, batch: &Batch) {
    let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
    progress.show(Step {
        phase: "processing".to_owned(),
        detail: match batch.stall_detail() {
            Some(detail) => format!("{} {} ({detail})", batch.id, batch.status),
            None => format!("{} {}", batch.id, batch.status),
        },
        ..Step::default()
    });
}

fn finish(progress: &Mutex<Progress>) {
    progress
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .finish();
}
