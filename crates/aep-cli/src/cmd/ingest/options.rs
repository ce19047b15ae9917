//! The flags of `aep ingest`.

use std::path::PathBuf;
use std::str::FromStr;

use aep_core::BatchId;
use aep_ingest::upload::Period;
use aep_ingest::validate::OnUnknown;
use aep_ingest::{Format, InputFormat};
use clap::ValueEnum;

use crate::cli::{pair, size};

/// Upload files into a dataset, watch, and report what landed
///
/// Files, directories and patterns are planned into batches, every row is checked against the dataset's schema, and only
/// then is anything sent. The report says what is in the dataset: rows read, landed and failed, by batch.
///
/// Ctrl-C aborts the batches and says so; a second Ctrl-C ends at once. Every run is written down as it goes: after a crash
/// `--resume` goes on where it stopped. A file whose content was sent into the dataset before is not sent again.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "\
Examples:
  aep ingest members.json --dataset \"Loyalty Members\"
  aep ingest export.csv --dataset \"Loyalty Members\" --convert parquet --mapping export.yaml
  aep ingest data/ 'more/*.parquet' --dataset Orders --partial 5 --diagnostics
  aep ingest members.ndjson --dataset \"Loyalty Members\" --rejects bad.ndjson
  zcat rows.ndjson.gz | aep ingest - --input-format ndjson --dataset Orders
  aep ingest members.json --dataset \"Loyalty Members\" -o json --jq '.batches[].recordsLanded'
  aep ingest --resume 0b7e6a52
",
    override_usage = "\
aep ingest [OPTIONS] --dataset <ID|NAME> <PATH>...
       aep ingest --resume <RUN>"
)]
pub(crate) struct Args {
    /// Files, directories, patterns, or `-` for standard input
    #[arg(value_name = "PATH", required_unless_present = "resume")]
    pub(super) paths: Vec<PathBuf>,
    /// The dataset, by id or name
    #[arg(
        short,
        long,
        value_name = "ID|NAME",
        required_unless_present = "resume"
    )]
    pub(super) dataset: Option<String>,
    /// Go on with a run that was interrupted; it knows its files, dataset and settings
    #[arg(long, value_name = "RUN", conflicts_with_all = ["paths", "dataset"])]
    pub(super) resume: Option<String>,
    /// What the files are written in
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub(super) input_format: Input,
    /// What is done about rows that do not fit the schema
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub(super) validate: Validate,
    /// Set rows aside that do not fit the schema, and go on with the others; the reasons are in FILE.reasons.ndjson
    #[arg(long, value_name = "FILE")]
    pub(super) rejects: Option<PathBuf>,
    /// What a field is that the schema does not have
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub(super) unknown: Unknown,
    /// Examples to show of each rule that is broken at each path; all are counted
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(super) examples: usize,
    /// A batch that becomes inactive once this data is in the dataset; may be given more than once
    #[arg(long, value_name = "BATCH")]
    pub(super) replaces: Vec<BatchId>,
    /// Convert files that are not Parquet before they are sent, so that they fit the dataset's schema
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) convert: Option<Convert>,
    /// What their columns become, as YAML [default: each is named by its XDM path]
    #[arg(long, value_name = "FILE", requires = "convert")]
    pub(super) mapping: Option<String>,
    /// How files over the size of one request are sent
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub(super) large_files: LargeFiles,
    /// Largest request with data, such as `64MB`, if a proxy on the way takes less than the platform
    #[arg(long, value_name = "SIZE", value_parser = part_size)]
    pub(super) part_size: Option<u64>,
    /// Send small files of one directory packed together
    #[arg(long)]
    pub(super) pack: bool,
    /// Take the good rows if at most this share of the rows is bad
    #[arg(long, value_name = "PERCENT")]
    pub(super) partial: Option<f64>,
    /// Keep the rows that fail on the platform, with their reasons
    #[arg(long)]
    pub(super) diagnostics: bool,
    /// A tag of the batches; may be given more than once
    #[arg(long, value_name = "K=V", value_parser = pair)]
    pub(super) tag: Vec<(String, String)>,
    #[command(flatten)]
    pub(super) again: Again,
}

/// What may be said anew when a run is taken up again
#[derive(Debug, clap::Args)]
pub(crate) struct Again {
    /// Stop when the platform has all files; do not wait for what comes of them
    #[arg(long)]
    pub(super) no_wait: bool,
    /// Requests at once
    #[arg(long, value_name = "auto|N", default_value = "auto")]
    pub(super) concurrency: Concurrency,
    /// File content in memory at once, such as `64MB`
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(super) memory: Option<u64>,
    /// What becomes of unfinished batches [default: abort, or what the run was started with]
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(super) on_failure: Option<OnFailure>,
    /// Make no more batches than this in a minute, hour or day; may be given more than once [default: 138/minute, and 90/day
    /// into datasets with profiles]
    #[arg(long, value_name = "N/PERIOD", value_parser = pace)]
    pub(super) pace: Vec<(u32, Period)>,
    /// Send files although their content was sent into the dataset before
    #[arg(long)]
    pub(super) allow_duplicate: bool,
}

fn pace(text: &str) -> Result<(u32, Period), String> {
    let wrong = || "a number of batches and a period, such as `60/hour`".to_owned();
    let (most, period) = text.split_once('/').ok_or_else(wrong)?;
    let most = most.trim().parse().ok().filter(|most| *most > 0);
    let period = match period.trim() {
        "minute" => Period::Minute,
        "hour" => Period::Hour,
        "day" => Period::Day,
        _ => return Err(wrong()),
    };
    Ok((most.ok_or_else(wrong)?, period))
}

pub(crate) fn part_size(text: &str) -> Result<u64, String> {
    match size(text)? {
        0 => Err("a size above 0".to_owned()),
        bytes => Ok(bytes),
    }
}

/// A format that has to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rows {
    /// Apache Parquet
    Parquet,
    /// One JSON array per file
    Json,
    /// One JSON object per line
    Ndjson,
    /// Comma-separated values with a header line
    Csv,
}

impl From<Rows> for Format {
    fn from(rows: Rows) -> Self {
        match rows {
            Rows::Parquet => Self::Parquet,
            Rows::Json => Self::Json,
            Rows::Ndjson => Self::NdJson,
            Rows::Csv => Self::Csv,
        }
    }
}

/// A format, or what the content says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Input {
    /// Told by the content of each file
    #[default]
    Auto,
    /// Apache Parquet
    Parquet,
    /// One JSON array per file
    Json,
    /// One JSON object per line
    Ndjson,
    /// Comma-separated values with a header line
    Csv,
}

impl From<Input> for InputFormat {
    fn from(input: Input) -> Self {
        match input {
            Input::Auto => Self::Auto,
            Input::Parquet => Self::Parquet,
            Input::Json => Self::Json,
            Input::Ndjson => Self::NdJson,
            Input::Csv => Self::Csv,
        }
    }
}

/// `--convert`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Convert {
    /// Apache Parquet with the physical types of XDM
    Parquet,
}

/// `--validate`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Validate {
    /// Nothing is sent
    #[default]
    Strict,
    /// They are reported, and everything is sent
    Warn,
    /// Rows are not looked at
    Off,
}

impl From<Validate> for aep_ingest::Validate {
    fn from(validate: Validate) -> Self {
        match validate {
            Validate::Strict => Self::Strict,
            Validate::Warn => Self::Warn,
            Validate::Off => Self::Off,
        }
    }
}

/// `--unknown`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Unknown {
    /// A reason to refuse the row
    #[default]
    Error,
    /// Reported; the row is good
    Warn,
}

impl From<Unknown> for OnUnknown {
    fn from(unknown: Unknown) -> Self {
        match unknown {
            Unknown::Error => Self::Error,
            Unknown::Warn => Self::Warn,
        }
    }
}

/// `--on-failure`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum OnFailure {
    /// They are aborted: nothing stays on the server
    Abort,
    /// They stay open with the files that they have
    Keep,
}

impl From<OnFailure> for aep_ingest::OnFailure {
    fn from(on_failure: OnFailure) -> Self {
        match on_failure {
            OnFailure::Abort => Self::Abort,
            OnFailure::Keep => Self::Keep,
        }
    }
}

/// `--large-files`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum LargeFiles {
    /// Split if the format allows it, in chunks otherwise
    #[default]
    Auto,
    /// As several smaller files with the same rows
    Split,
    /// In chunks that the platform puts together again
    Chunk,
}

impl From<LargeFiles> for aep_ingest::LargeFiles {
    fn from(large_files: LargeFiles) -> Self {
        match large_files {
            LargeFiles::Auto => Self::Auto,
            LargeFiles::Split => Self::Split,
            LargeFiles::Chunk => Self::Chunk,
        }
    }
}

/// `--concurrency`: a number, or none for `auto`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Concurrency(pub(super) Option<usize>);

impl FromStr for Concurrency {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("auto") {
            return Ok(Self(None));
        }
        match text.parse() {
            Ok(0) | Err(_) => Err("a number from 1, or `auto`".to_owned()),
            Ok(count) => Ok(Self(Some(count))),
        }
    }
}
