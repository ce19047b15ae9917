//! `aep batch explain ID`.

use aep_core::{BatchId, Result};
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
/// Joins the batch's errors with what their codes mean and, where diagnostics were on, with some of the rows.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The batch
    #[arg(value_name = "BATCH")]
    id: BatchId,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let explanation = ctx.ingest().await?.batches().explain(&args.id).await?;
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
    }
    if let Some(next) = &explanation.next {
        out.line("")?;
        out.line(&format!("next: {next}"))?;
    }
    Ok(())
}
