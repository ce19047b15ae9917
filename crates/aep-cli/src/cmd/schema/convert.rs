//! `aep schema convert FILE... --schema ID --to DIR`.

use std::path::PathBuf;
use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};
use aep_ingest::convert::{self, Mapping, Options};
use aep_ingest::validate::{self, Findings};
use serde_json::{Value, json};

use super::validate::show;
use crate::cmd::ingest::Rows;
use crate::context::Context;
use crate::document;
use crate::exit::Exit;
use crate::output::{View, bytes, text, value};

const MADE: View = View {
    noun: "files",
    id: "file",
    columns: &[
        text("input", "input"),
        text("rows", "rows"),
        text("file", "file"),
        bytes("size", "bytes"),
    ],
};

const MAPPED: View = View {
    noun: "columns",
    id: "path",
    columns: &[
        text("column", "source"),
        text("path", "path"),
        text("type", "type"),
        text("how", "how"),
    ],
};

/// Convert CSV and JSON files to Parquet that fits a schema
///
/// What `aep ingest --convert parquet` does before it sends, without sending. A file with rows that do not fit the schema
/// gives no Parquet, unless --keep-good says that the other rows are wanted; it exits with 6 either way. With --dry-run
/// nothing is written: what each column would become is shown.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep schema convert members.csv --schema \"Loyalty Members\" --to out
  aep schema convert export.csv --schema \"Loyalty Members\" --mapping export.yaml --to out
  aep schema convert export.csv --schema \"Loyalty Members\" --mapping export.yaml --to out --dry-run
")]
pub(crate) struct Args {
    /// The files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// The schema, by $id, meta:altId or title
    #[arg(long, value_name = "ID|TITLE")]
    schema: String,
    /// The directory for the Parquet files
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// What the columns become, as YAML [default: each is named by its XDM path]
    #[arg(long, value_name = "FILE")]
    mapping: Option<String>,
    /// Format of the files [default: told by their content]
    #[arg(long, value_enum, value_name = "FORMAT")]
    input_format: Option<Rows>,
    /// Examples to show of each kind of finding
    #[arg(long, value_name = "N", default_value_t = 5)]
    examples: usize,
    /// Threads [default: one for each processor]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Write the rows that fit although others do not
    #[arg(long)]
    keep_good: bool,
}

/// The mapping in a file, or the one that takes columns by their names.
pub(crate) fn mapping(file: Option<&str>) -> Result<Mapping> {
    match file {
        Some(file) => Mapping::parse(&document::text(file, "the mapping")?, file),
        None => Ok(Mapping::default()),
    }
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let mapping = Arc::new(mapping(args.mapping.as_deref())?);
    let schemas = ctx.ingest().await?.schemas();
    let id = schemas.find(&args.schema).await?;
    let schema = schemas.resolved(&id).await?;
    let mut options = Options::default();
    options.drop_bad = true;
    options.check.max_examples = args.examples;
    options.check.csv = mapping.csv().clone();
    options.check.threads = args
        .threads
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let (dry, keep_good, format) = (ctx.dry_run(), args.keep_good, args.input_format);
    let (mut made, mut mapped, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for path in args.files {
        let (schema, mapping) = (Arc::clone(&schema), Arc::clone(&mapping));
        let (options, to) = (options.clone(), args.to.clone());
        let work = tokio::task::spawn_blocking(move || -> Result<_> {
            let format = match format {
                Some(format) => format.into(),
                None => validate::sniff(&path)?.format,
            };
            if dry {
                let lines = convert::explain(&path, format, &schema, &mapping)?;
                return Ok((lines, Vec::new(), None));
            }
            let stem = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let done = convert::file(&path, format, &schema, &mapping, &options, &to, &stem)?;
            let kept = keep_good || done.findings.is_ok();
            let mut files = Vec::new();
            for file in &done.files {
                let failed = |error| {
                    Error::new(ErrorKind::Io, "keep the converted file")
                        .with("file", file.display())
                        .because(error)
                };
                if kept {
                    let size = std::fs::metadata(file).map_err(failed)?.len();
                    files.push((file.clone(), size));
                } else {
                    std::fs::remove_file(file).map_err(failed)?;
                }
            }
            let rows = if kept { done.rows } else { 0 };
            let made = files
                .into_iter()
                .map(|(file, size)| made_of(&path, rows, &file, size));
            Ok((Vec::new(), made.collect(), Some(done.findings)))
        });
        let (lines, files, findings): (Vec<_>, Vec<Value>, Option<Findings>) = work
            .await
            .map_err(|error| Error::new(ErrorKind::Other, "convert the file").because(error))??;
        for line in &lines {
            mapped.push(value(line)?);
        }
        made.extend(files);
        all.extend(findings);
    }
    if dry {
        ctx.out.rows(&MAPPED, &mapped)?;
        return Ok(Exit::Success);
    }
    if all.iter().all(Findings::is_ok) {
        ctx.out.rows(&MADE, &made)?;
        return Ok(Exit::Success);
    }
    if keep_good {
        ctx.messages.note(&format!(
            "{} files were written without the rows below",
            made.len()
        ));
    }
    show(&all, ctx)
}

fn made_of(input: &std::path::Path, rows: u64, file: &std::path::Path, size: u64) -> Value {
    json!({
        "input": input.display().to_string(),
        "rows": rows,
        "file": file.display().to_string(),
        "bytes": size,
    })
}
