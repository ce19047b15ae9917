//! `aep batch create`.

use aep_core::Result;
use aep_ingest::NewBatch;
use aep_ingest::batches::CsvOptions;

use super::CARD;
use crate::cli::pair;
use crate::cmd::ingest::Rows;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::value;

/// Create a batch to put files into
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep batch create --dataset \"Loyalty Members\" --input-format ndjson
  ID=$(aep batch create --dataset Orders --input-format parquet -o id)
  aep batch put $ID part-*.parquet && aep batch complete $ID --wait
")]
pub(crate) struct Args {
    /// The dataset, by id or name
    #[arg(long, value_name = "ID|NAME")]
    dataset: String,
    #[command(flatten)]
    options: Options,
    /// An id of your own, unique in the organisation
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
}

/// What `create` and `replay` share.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Format of the files: one JSON array per file is `json`, one object per line is `ndjson`
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) input_format: Rows,
    /// Take the good rows if at most this share of the rows is bad
    #[arg(long, value_name = "PERCENT")]
    pub(super) partial: Option<f64>,
    /// Keep the rows that fail, with their reasons
    #[arg(long)]
    pub(super) diagnostics: bool,
    /// A tag; may be given more than once
    #[arg(long, value_name = "K=V", value_parser = pair)]
    pub(super) tag: Vec<(String, String)>,
    /// Column separator of CSV files [default: ,]
    #[arg(long, value_name = "CHAR")]
    pub(super) csv_delimiter: Option<char>,
}

impl Options {
    pub(super) fn batch(&self, dataset: aep_core::DatasetId) -> NewBatch {
        let mut batch = NewBatch::new(dataset, self.input_format.into());
        batch.csv = CsvOptions {
            delimiter: self.csv_delimiter,
            ..CsvOptions::default()
        };
        batch.partial_percent = self.partial;
        batch.diagnostics = self.diagnostics;
        for (key, value) in &self.tag {
            batch
                .tags
                .entry(key.clone())
                .or_default()
                .push(value.clone());
        }
        batch
    }
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let ingest = ctx.ingest().await?;
    let dataset = ingest.datasets().find(&args.dataset).await?;
    let mut new = args.options.batch(dataset.id);
    new.external_id.clone_from(&args.external_id);
    let batch = ingest.batches().create(new).await?;
    ctx.out.one(&CARD, &value(&batch)?)?;
    ctx.messages.tip(&format!(
        "next: `aep batch put {0} FILE`, then `aep batch complete {0}`",
        batch.id
    ));
    Ok(Exit::Success)
}
