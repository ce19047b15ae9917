//! `aep schema validate FILE... --schema ID`.

use std::path::PathBuf;

use aep_core::{Error, ErrorKind, Result};
use aep_ingest::validate::{self, Findings, Options};

use crate::cmd::ingest::{Rows, Unknown};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text, value};

/// Findings, whoever looked for them.
pub(crate) const FINDINGS: View = View {
    noun: "findings",
    id: "path",
    columns: &[
        text("file", "file"),
        text("line", "line"),
        text("row", "row"),
        text("group", "rowGroup"),
        text("path", "path"),
        text("rule", "rule"),
        text("expected", "expected"),
        text("found", "found"),
    ],
};

/// Check files against a schema, before anything is uploaded
///
/// Exits with 6 if a row would be refused.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep schema validate members.json --schema \"Loyalty Members\"
  aep schema validate data/*.parquet --schema \"Loyalty Members\" -o json --jq '.[].findings[].path'
")]
pub(crate) struct Args {
    /// The files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The schema, by $id, meta:altId or title
    #[arg(long, value_name = "ID|TITLE")]
    schema: String,
    /// Format of the files [default: told by their content]
    #[arg(long, value_enum, value_name = "FORMAT")]
    input_format: Option<Rows>,
    /// Examples to show of each rule that is broken at each path; all are counted
    #[arg(long, value_name = "N", default_value_t = 5)]
    examples: usize,
    /// What a field is that the schema does not have
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    unknown: Unknown,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let schemas = ctx.ingest().await?.schemas();
    let id = schemas.find(&args.schema).await?;
    let schema = schemas.resolved(&id).await?;
    let options = Options {
        max_examples: args.examples,
        unknown: args.unknown.into(),
        ..Options::default()
    };
    let format = args.input_format;
    let mut all = Vec::new();
    for path in args.files {
        let (schema, options) = (schema.clone(), options.clone());
        let checked = tokio::task::spawn_blocking(move || {
            let format = match format {
                Some(format) => format.into(),
                None => validate::sniff(&path)?.format,
            };
            validate::file(&path, format, &schema, &options)
        });
        let findings = checked
            .await
            .map_err(|error| Error::new(ErrorKind::Other, "validate the file").because(error))??;
        all.push(findings);
    }
    show(&all, ctx)
}

pub(super) fn show(all: &[Findings], ctx: &Context) -> Result<Exit> {
    if ctx.out.is_human() {
        for findings in all {
            for finding in &findings.findings {
                ctx.out
                    .line(&crate::output::visible(&finding.to_string()))?;
            }
            let shown = findings.findings.len() as u64;
            let more = (findings.errors() + findings.warnings()).saturating_sub(shown);
            if more > 0 {
                ctx.out
                    .line(&format!("{}: {more} more like these", findings.file))?;
            }
            if shown + more > 1 {
                ctx.out.line(&format!("{}: in all", findings.file))?;
                for count in &findings.counts {
                    ctx.out
                        .line(&crate::output::visible(&format!("  {count}")))?;
                }
            }
        }
        ctx.out.flush()?;
    } else if ctx.out.is_document() {
        let rows = all.iter().map(value).collect::<Result<Vec<_>>>()?;
        ctx.out.rows(
            &View {
                columns: &[],
                noun: "files",
                id: "file",
            },
            &rows,
        )?;
    } else {
        let rows = all
            .iter()
            .flat_map(|findings| &findings.findings)
            .map(value)
            .collect::<Result<Vec<_>>>()?;
        ctx.out.rows(&FINDINGS, &rows)?;
    }
    let rows: u64 = all.iter().map(|findings| findings.rows).sum();
    let failed: u64 = all.iter().map(|findings| findings.failed_rows).sum();
    let errors: u64 = all.iter().map(Findings::errors).sum();
    if ctx.messages.is_json() {
        return Ok(if errors > 0 {
            Exit::Rejected
        } else {
            Exit::Success
        });
    }
    if errors == 0 {
        ctx.messages
            .note(&format!("{rows} rows, all fit the schema"));
        return Ok(Exit::Success);
    }
    ctx.messages
        .note(&format!("{failed} of {rows} rows would be refused"));
    Ok(Exit::Rejected)
}
