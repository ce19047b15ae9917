//! `aep schema sample ID|TITLE`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use aep_core::{Error, ErrorKind, Result};
use aep_ingest::Format;
use aep_ingest::sample::Sampler;

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Format as Shown, Output, ROWS};

/// Rows that fit a schema
///
/// With --rows they are made up here, from the schema and the seed: every type, enumeration, pattern, bound, length and
/// format is kept, and the same seed gives the same rows. Without, the platform is asked for one.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep schema sample \"Loyalty Members\" > member.json
  aep schema sample \"Loyalty Members\" --rows 1000 --seed 7 > members.ndjson
  aep schema sample \"Loyalty Members\" --rows 1000000 --to members.parquet
")]
pub(crate) struct Args {
    /// The schema, by $id, meta:altId or title
    #[arg(value_name = "ID|TITLE")]
    schema: String,
    /// Make this many rows up; as JSON Lines, or with -o json or csv
    #[arg(long, value_name = "N")]
    rows: Option<u64>,
    /// What the rows are made of: the same seed gives the same rows
    #[arg(long, value_name = "S", default_value_t = 0, requires = "rows")]
    seed: u64,
    /// A new file for the rows, in the format that its name says: .parquet, .ndjson, .json or .csv
    #[arg(long, value_name = "FILE", requires = "rows")]
    to: Option<PathBuf>,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let schemas = ctx.ingest().await?.schemas();
    let id = schemas.find(&args.schema).await?;
    let Some(rows) = args.rows else {
        let sample = schemas.sample(&id).await?;
        ctx.out
            .document(&ROWS, &sample, |out| out.line(&format!("{sample:#}")))?;
        return Ok(Exit::Success);
    };
    let schema = schemas.resolved(&id).await?;
    if let Some(path) = args.to {
        let format = named(&path)?;
        let work = tokio::task::spawn_blocking(move || {
            Sampler::new(&schema, args.seed)?.file(rows, format, &path)
        });
        work.await
            .map_err(|error| Error::new(ErrorKind::Other, "write the rows").because(error))??;
        return Ok(Exit::Success);
    }
    let format = match ctx.out.format() {
        Shown::Table | Shown::Ndjson => Format::NdJson,
        Shown::Json => Format::Json,
        Shown::Csv => Format::Csv,
        Shown::Yaml | Shown::Id => {
            return Err(Error::new(ErrorKind::Usage, "write the rows")
                .because("rows are written as json, ndjson or csv"));
        }
    };
    Sampler::new(&schema, args.seed)?.write(rows, format, Stdout(&ctx.out))?;
    ctx.out.flush()?;
    Ok(Exit::Success)
}

/// The format that a file's name says.
fn named(path: &Path) -> Result<Format> {
    let extension = path
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    match extension.as_str() {
        "parquet" => Ok(Format::Parquet),
        "ndjson" | "jsonl" => Ok(Format::NdJson),
        "json" => Ok(Format::Json),
        "csv" => Ok(Format::Csv),
        _ => Err(Error::new(ErrorKind::Usage, "write the rows")
            .with("file", path.display())
            .because("its name says no format: it ends in .parquet, .ndjson, .json or .csv")),
    }
}

/// Standard output, for writers of bytes.
struct Stdout<'o>(&'o Output);

impl Write for Stdout<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.raw(bytes).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
