//! `aep dataset download ID|NAME --to DIR`.

use std::path::PathBuf;

use aep_core::Result;
use aep_ingest::DownloadOptions;

use super::Named;
use crate::cmd::batch::show_download;
use crate::context::Context;
use crate::exit::Exit;

/// Download the files of a dataset
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
    /// Directory for the files; made if it is not there
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let datasets = ctx.ingest().await?.datasets();
    let dataset = datasets.find(&args.named.dataset).await?;
    let report = datasets
        .download(&dataset.id, &args.to, DownloadOptions::default())
        .await?;
    show_download(&report, &args.to, ctx)
}
