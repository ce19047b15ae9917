//! `cargo xtask samples`: the loyalty datasets, in four formats, the same bytes for the same seed.

mod member;
mod purchase;
mod random;
mod row;
mod words;
mod write;

use std::path::{Path, PathBuf};

use self::member::Member;
use self::purchase::Purchase;
use self::row::Row;
use self::write::Files;
use crate::error::{Context, Result};
use crate::{output, workspace};

/// Inside this module many libraries fail in many ways; `run` makes it one error.
type Outcome<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What is committed: so many members, and twice as many purchases.
const MEMBERS: u64 = 300;
const SEED: u64 = 20_260_901;
/// Rows made at a time.
const BLOCK: u64 = 1_000;

/// Write the sample datasets
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder to write to; the committed samples if left out
    #[arg(long)]
    out: Option<PathBuf>,
    /// Members to write; purchases are twice as many
    #[arg(long, requires = "out", conflicts_with = "size")]
    rows: Option<u64>,
    /// Go on until a dataset is so large as JSON Lines, e.g. 1GB
    #[arg(long, requires = "out", value_parser = size)]
    size: Option<u64>,
    /// Another seed gives other rows
    #[arg(long, requires = "out", default_value_t = SEED)]
    seed: u64,
    /// Formats to write, separated by commas
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Format::ALL)]
    formats: Vec<Format>,
}

/// The form of a sample file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// One JSON array
    Json,
    /// JSON Lines
    Ndjson,
    /// The scalar columns only
    Csv,
    /// Parquet, compressed with Snappy
    Parquet,
}

impl Format {
    const ALL: [Self; 4] = [Self::Json, Self::Ndjson, Self::Csv, Self::Parquet];

    fn ending(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

/// When a dataset is long enough.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Until {
    /// After so many rows.
    Rows(u64),
    /// When its JSON Lines have so many bytes.
    Bytes(u64),
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let folder = match &args.out {
        Some(folder) => folder.clone(),
        None => workspace::root().join("samples"),
    };
    write_both(args, &folder).doing(|| format!("could not write samples to {}", folder.display()))
}

fn write_both(args: &Args, folder: &Path) -> Outcome {
    let (members, purchases) = match (args.size, args.rows.unwrap_or(MEMBERS)) {
        (Some(bytes), _) => (Until::Bytes(bytes), Until::Bytes(bytes)),
        (None, rows) => (Until::Rows(rows), Until::Rows(rows * 2)),
    };
    std::fs::create_dir_all(folder)?;
    let count = generate::<Member>(folder, members, args.seed, 0, &args.formats)?;
    output::line(format!("{count} members in {}", folder.display()));
    let count = generate::<Purchase>(folder, purchases, args.seed, count, &args.formats)?;
    output::line(format!("{count} purchases in {}", folder.display()));
    Ok(())
}

/// Writes one dataset and gives the number of its rows.
fn generate<R: Row>(
    folder: &Path,
    until: Until,
    seed: u64,
    members: u64,
    formats: &[Format],
) -> Outcome<u64> {
    let mut files = Files::create::<R>(folder, formats)?;
    let (mut rows, mut bytes) = (0, 0);
    loop {
        let block = match until {
            Until::Rows(wanted) => BLOCK.min(wanted - rows),
            Until::Bytes(wanted) if bytes >= wanted => 0,
            Until::Bytes(_) => BLOCK,
        };
        if block == 0 {
            break;
        }
        let block: Vec<R> = (rows..rows + block)
            .map(|row| R::build(seed, row, members))
            .collect();
        bytes += files.write(&block)?;
        rows += block.len() as u64;
    }
    files.finish()?;
    Ok(rows)
}

/// Reads `1GB`, `200 MB`, `64KiB`, `1000`.
pub(crate) fn size(text: &str) -> std::result::Result<u64, String> {
    let text = text.trim();
    let unit = text
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(unit);
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        other => {
            return Err(format!(
                "unknown unit `{other}`, use KB, MB, GB, KiB, MiB or GiB"
            ));
        }
    };
    let number: u64 = number
        .parse()
        .map_err(|_| format!("`{text}` is not a size, write for example 1GB"))?;
    number
        .checked_mul(factor)
        .ok_or_else(|| format!("`{text}` is too large"))
}

#[cfg(test)]
mod tests;
