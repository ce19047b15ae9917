//! What landed: as a table for people, or the report document.

use aep_core::{Error, ErrorKind, Result};
use aep_ingest::upload::{BatchReport, ReportStatus};
use aep_ingest::{Outcome, Rejected, Report};
use serde_json::Value;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, bytes, text, value, visible};

const VIEW: View = View {
    noun: "batches",
    id: "id",
    columns: &[
        text("batch", "id"),
        text("status", "status"),
        text("files", "files"),
        bytes("size", "bytes"),
        text("rows in", "recordsRead"),
        text("landed", "recordsLanded"),
        text("failed", "recordsFailed"),
    ],
};

/// Shows the report, then says how it ended.
pub(super) fn show(outcome: Outcome, ctx: &Context) -> Result<Exit> {
    let Outcome { report, error, .. } = outcome;
    // An upload that never had a batch has nothing to report but its error.
    if error.is_none() || !report.batches.is_empty() {
        print(&report, ctx)?;
    }
    if report.warnings.places > 0 {
        ctx.messages.warn(&report.warnings.to_string());
    }
    if let Some(rejected) = &report.rejected {
        tell(rejected, ctx);
    }
    if let Some(error) = error {
        return Err(error);
    }
    if report.status == ReportStatus::Accepted {
        let ids = report
            .batches
            .iter()
            .map(|batch| batch.id.as_str())
            .collect::<Vec<_>>()
            .join(" ");
        ctx.messages.tip(&format!(
            "accepted, not yet ingested: `aep batch wait {ids}` tells the end"
        ));
    }
    verdict(&report).map_or(Ok(Exit::Success), Err)
}

/// The exit code of an upload that came to its end.
pub(super) fn exit(report: &Report) -> Exit {
    verdict(report).map_or(Exit::Success, |error| Exit::of(&error))
}

/// Why not everything is in the dataset, or on its way, if so.
fn verdict(report: &Report) -> Option<Error> {
    match report.status {
        ReportStatus::Success => None,
        ReportStatus::Accepted => report.rejected.is_some().then(|| set_aside(report)),
        ReportStatus::Partial if set_aside_only(report) => Some(set_aside(report)),
        ReportStatus::Partial
        | ReportStatus::Failure
        | ReportStatus::Aborted
        | ReportStatus::Interrupted => Some(refusal(report)),
    }
}

fn print(report: &Report, ctx: &Context) -> Result<()> {
    let document = value(report)?;
    let rows = report
        .batches
        .iter()
        .map(value)
        .collect::<Result<Vec<Value>>>()?;
    if ctx.out.is_human() {
        ctx.out.rows(&VIEW, &rows)?;
        let landed: u64 = report
            .batches
            .iter()
            .filter_map(|batch| batch.records_landed)
            .sum();
        let counted = report
            .batches
            .iter()
            .any(|batch| batch.records_landed.is_some());
        let what = if report.status == ReportStatus::Aborted {
            "nothing landed in".to_owned()
        } else if report.status == ReportStatus::Interrupted {
            "interrupted, nothing landed yet in".to_owned()
        } else if counted {
            format!("{landed} rows landed in")
        } else {
            "sent to".to_owned()
        };
        ctx.out.line(&format!(
            "{what} {} ({}) in {}",
            visible(&report.dataset.name),
            report.dataset.id,
            elapsed(report.elapsed_ms)
        ))?;
        return ctx.out.flush();
    }
    if ctx.out.is_document() || ctx.out.format().is_json() {
        return ctx.out.document(&VIEW, &document, |_| Ok(()));
    }
    ctx.out.rows(&VIEW, &rows)
}

fn elapsed(ms: u64) -> String {
    if ms < 10_000 {
        return format!("{}.{:02} s", ms / 1000, ms % 1000 / 10);
    }
    let seconds = ms / 1000;
    if seconds < 120 {
        format!("{seconds} s")
    } else {
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}

/// Where the rows are that were not sent.
fn tell(rejected: &Rejected, ctx: &Context) {
    for file in &rejected.files {
        ctx.messages.warn(&format!(
            "{} rows were set aside in {}",
            file.rows,
            file.path.display()
        ));
    }
    for file in &rejected.whole {
        ctx.messages.warn(&format!(
            "nothing of {} was sent ({} rows): {}",
            visible(&file.file),
            file.rows,
            visible(&file.why)
        ));
    }
}

/// Whether the platform took everything that it was given.
fn set_aside_only(report: &Report) -> bool {
    report.rejected.is_some()
        && report
            .batches
            .iter()
            .all(|batch| batch.status.is_success() && batch.records_failed.unwrap_or(0) == 0)
}

fn set_aside(report: &Report) -> Error {
    let error = Error::new(ErrorKind::Rejected, "ingest every row");
    let Some(rejected) = &report.rejected else {
        return error;
    };
    let error = error.because(format!(
        "{} rows don't fit the schema and were set aside; the others were sent",
        rejected.rows
    ));
    match (rejected.files.first(), &rejected.reasons) {
        (Some(file), Some(reasons)) => error.hint(format!(
            "mend them in {file} ({} says what is wrong), then `aep ingest {file} --dataset {}`, with the other options as before",
            reasons.display(),
            report.dataset.id,
            file = file.path.display(),
        )),
        _ => error,
    }
}

/// Rows failed and nothing was kept about them.
const WITHOUT_DIAGNOSTICS: &str = "INGEST-1211-400";

/// The error for data that the platform did not take, or not all of it.
fn refusal(report: &Report) -> Error {
    let bad: Vec<&BatchReport> = report
        .batches
        .iter()
        .filter(|batch| !batch.status.is_success() || batch.records_failed.unwrap_or(0) > 0)
        .collect();
    let doing = if report.status == ReportStatus::Partial {
        "ingest every row"
    } else {
        "ingest the data"
    };
    let mut error = Error::new(ErrorKind::Rejected, doing);
    for batch in &bad {
        error = error.with("batch", &batch.id);
    }
    let reasons: Vec<String> = bad
        .iter()
        .flat_map(|batch| &batch.errors)
        .map(|entry| visible(&format!("{}: {}", entry.code, entry.description)))
        .collect();
    let reason = match (reasons.is_empty(), bad.first()) {
        (false, _) => reasons.join("; "),
        (true, Some(batch)) => format!("the batch is {}: {}", batch.status, batch.status.meaning()),
        (true, None) => "no batch succeeded".to_owned(),
    };
    error = error.because(reason);
    let unkept = |batch: &BatchReport| {
        let codes = &mut batch.errors.iter().map(|entry| entry.code.as_str());
        codes.any(|code| code == WITHOUT_DIAGNOSTICS)
    };
    match bad.first() {
        Some(batch) if unkept(batch) => error.hint(format!(
            "`aep batch explain {}` says more; `--diagnostics` keeps the rows and the reasons the next time",
            batch.id
        )),
        Some(batch) => error.hint(format!(
            "`aep batch explain {0}` says which rows and why; `aep batch errors {0} --to DIR` fetches them",
            batch.id
        )),
        None => error,
    }
}
