//! `aep run watch RUN...`.

use aep_core::{Error, ErrorKind, Result};
use aep_flow::runs::RunMetrics;
use aep_flow::{Run, RunFilter, RunId, RunStatus, WatchOptions};
use futures::StreamExt;
use serde_json::{Value, json};

use super::{CARD, VIEW};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, bytes, text, value, visible};

const STEPS: View = View {
    noun: "activities",
    id: "id",
    columns: &[
        text("run", "run"),
        text("activity", "activity"),
        text("status", "status"),
        text("rows in", "rowsIn"),
        text("landed", "rowsOut"),
        text("failed", "rowsFailed"),
        text("files", "files"),
        bytes("size", "bytes"),
    ],
};

/// Watch runs until they end; the exit code says how
///
/// 0 success, 6 failed or only a part landed, 7 cancelled, 124 not at its end after --timeout.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep run watch 3fb0418e-1804-45d6-8d56-dd51f05c0baf
  aep run watch --flow nightly --timeout 1h
")]
pub(crate) struct Args {
    /// The runs
    #[arg(value_name = "RUN", required_unless_present = "flow")]
    ids: Vec<RunId>,
    /// The newest run of this flow, by id or name
    #[arg(long, value_name = "ID|NAME", conflicts_with = "ids")]
    flow: Option<String>,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let ids = match &args.flow {
        None => args.ids,
        Some(name) => {
            let flow = ctx.flow().await?;
            let found = flow.flows().find(name).await?;
            let filter = RunFilter {
                page_size: 1,
                ..RunFilter::of(found.id.clone())
            };
            let newest = Box::pin(flow.runs().list(filter))
                .next()
                .await
                .transpose()?;
            let newest = newest.ok_or_else(|| {
                Error::new(ErrorKind::NotFound, "find a run to watch")
                    .with("flow", &found.id)
                    .because("the flow has not run yet")
            })?;
            vec![newest.id]
        }
    };
    until_final(&ids, ctx).await
}

/// Watches the runs until all of them have ended; the exit code is that of the worst.
pub(crate) async fn until_final(ids: &[RunId], ctx: &Context) -> Result<Exit> {
    let runs = ctx.flow().await?.runs();
    let listed = ids.iter().map(RunId::as_str).collect::<Vec<_>>().join(" ");
    ctx.interrupt().await.remains(format!(
        "the platform goes on without us; `aep run watch {listed}` watches again"
    ));
    let mut live = ctx.live(&STEPS);
    let mut seen: Vec<Option<Run>> = vec![None; ids.len()];
    let updates = ids.iter().enumerate().map(|(index, id)| {
        let options = WatchOptions {
            timeout: ctx.global.timeout,
            ..WatchOptions::default()
        };
        runs.watch(id, options)
            .map(move |run| run.map(|run| (index, run)))
            .boxed()
    });
    let mut updates = futures::stream::select_all(updates);
    let mut outcome = Ok(());
    while let Some(update) = updates.next().await {
        match update {
            Ok((index, run)) => seen[index] = Some(run),
            Err(error) => {
                outcome = Err(error);
                break;
            }
        }
        let known: Vec<&Run> = seen.iter().flatten().collect();
        live.show(sentence(&known), &rows(&known));
    }
    live.finish();
    outcome?;
    let ended: Vec<Run> = seen.into_iter().flatten().collect();
    let shown = ended.iter().map(value).collect::<Result<Vec<_>>>()?;
    match shown.as_slice() {
        [one] => ctx.out.one(&CARD, one)?,
        many => ctx.out.rows(&VIEW, many)?,
    }
    for run in &ended {
        for error in &run.errors {
            ctx.messages
                .note(&visible(&format!("{}: {}", error.code, error.message)));
        }
        if outcome_of(run) == Exit::Rejected {
            for batch in run.batches() {
                ctx.messages
                    .tip(&format!("why: `aep batch explain {batch}`"));
            }
        }
    }
    let worst = ended.iter().map(outcome_of).max_by_key(|exit| exit.code());
    Ok(worst.unwrap_or(Exit::Success))
}

/// What the end of a run means. A success of which rows failed is not one for a script.
fn outcome_of(run: &Run) -> Exit {
    let lost =
        run.metrics.failed_records.unwrap_or(0) > 0 || run.metrics.failed_files.unwrap_or(0) > 0;
    match &run.status {
        Some(RunStatus::Cancelled) => Exit::Conflict,
        Some(status) if status.is_success() && !lost => Exit::Success,
        Some(_) => Exit::Rejected,
        None => Exit::Failure,
    }
}

/// One line for logs: every run with its state and what it counted.
fn sentence(runs: &[&Run]) -> String {
    let told = runs.iter().map(|run| {
        let status = run.status.as_ref().map_or("new", RunStatus::as_str);
        let metrics = &run.metrics;
        match (metrics.input_records, metrics.output_records) {
            (Some(read), Some(landed)) => {
                format!("{} {status}, {read} rows in, {landed} landed", run.id)
            }
            _ => format!("{} {status}", run.id),
        }
    });
    told.collect::<Vec<_>>().join("; ")
}

/// A row for every run, and below it one for each of its activities.
fn rows(runs: &[&Run]) -> Vec<Value> {
    let mut rows = Vec::new();
    for run in runs {
        rows.push(row(run.id.as_str(), "", run.status.as_ref(), &run.metrics));
        for activity in &run.activities {
            let name = if activity.name.is_empty() {
                &activity.id
            } else {
                &activity.name
            };
            rows.push(row("", name, activity.status.as_ref(), &activity.metrics));
        }
    }
    rows
}

fn row(run: &str, activity: &str, status: Option<&RunStatus>, metrics: &RunMetrics) -> Value {
    json!({
        "run": run,
        "activity": activity,
        "status": status.map_or("new", RunStatus::as_str),
        "rowsIn": metrics.input_records,
        "rowsOut": metrics.output_records,
        "rowsFailed": metrics.failed_records,
        "files": metrics.input_files,
        "bytes": metrics.input_bytes,
    })
}
