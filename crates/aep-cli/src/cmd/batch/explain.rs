//! `aep batch explain ID`.

use std::path::PathBuf;

use aep_core::{BatchId, Result};
use aep_ingest::Inputs;
use aep_ingest::batches::Explanation;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Output, View, text, value, visible};

const VIEW: View = View {
    noun: "explanations",
    id: "id",
    columns: &[
        text("id", "id"),
        text("status", "status"),
        text("summary", "summary"),
        text("next", "next"),
    ],
};

/// Say why a batch failed, or what of it landed
///
/// Joins the batch's errors with what their codes mean and, where diagnostics were on, with some of the rows; and with the
/// lines of the files that the batch was made of, if this machine has sent it and they are still what they were, or with
/// those of --input.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep batch explain 01KQ3W8Z5T7M1V9X2B4C6D8E0F
  aep batch explain 01KQ3W8Z5T7M1V9X2B4C6D8E0F --input members.ndjson
")]
pub(crate) struct Args {
    /// The batch
    #[arg(value_name = "BATCH")]
    id: BatchId,
    /// The files that the batch was made of, to find the rows in them: files, directories, patterns [default: what was sent,
    /// if this machine has sent it]
    #[arg(long, value_name = "PATH", num_args = 1..)]
    input: Vec<PathBuf>,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let batches = ctx.ingest().await?.batches();
    let explanation = if args.input.is_empty() {
        batches.explain_sent(&args.id, &ctx.jobs()).await?
    } else {
        let inputs = Inputs::paths(args.input);
        batches.explain_with(&args.id, &inputs).await?
    };
    ctx.out
        .document(&VIEW, &value(&explanation)?, |out| tell(&explanation, out))?;
    Ok(Exit::Success)
}

fn tell(explanation: &Explanation, out: &Output) -> Result<()> {
    out.line(&format!("{}  {}", explanation.id, explanation.status))?;
    out.line(&explanation.summary)?;
    for cause in &explanation.causes {
        out.line("")?;
        let rows = cause
            .rows
            .map_or_else(String::new, |rows| format!(" ({rows} rows)"));
        out.line(&format!(
            "{}{rows}  {}",
            visible(&cause.code),
            visible(&cause.description)
        ))?;
        for line in [cause.meaning, cause.advice].into_iter().flatten() {
            out.line(&format!("  {line}"))?;
        }
        for example in &cause.examples {
            let place = [example.file.as_deref(), example.column.as_deref()];
            let place = place.into_iter().flatten().collect::<Vec<_>>().join(", ");
            out.line(&visible(&format!("  - {place}: {}", example.message)))?;
        }
        if cause.found.is_empty() && !cause.row_numbers.is_empty() {
            out.line(&visible(&format!("  rows: {}", some(&cause.row_numbers))))?;
        }
        for row in &cause.found {
            let place = match row.line {
                Some(line) => format!("{}:{line}", row.file),
                None => format!("{}, row {}", row.file, row.row),
            };
            out.line(&visible(&format!("  {place}: {}", row.text)))?;
            for finding in &row.findings {
                out.line(&visible(&format!(
                    "    `{}`: expected {}, found {} ({})",
                    finding.path, finding.expected, finding.found, finding.rule
                )))?;
            }
        }
    }
    for note in &explanation.notes {
        out.line("")?;
        out.line(&visible(&format!("note: {note}")))?;
    }
    if let Some(next) = &explanation.next {
        out.line("")?;
        out.line(&format!("next: {next}"))?;
    }
    Ok(())
}

/// The first of many.
fn some(rows: &[String]) -> String {
    const SHOWN: usize = 10;
    let more = rows.len().saturating_sub(SHOWN);
    let shown = rows.iter().take(SHOWN).map(String::as_str);
    let text = shown.collect::<Vec<_>>().join(", ");
    if more > 0 {
        format!("{text} and {more} more")
    } else {
        text
    }
}
