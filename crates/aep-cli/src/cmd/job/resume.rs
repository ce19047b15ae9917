//! `aep job resume RUN`, which is `aep ingest --resume RUN`.

use aep_core::Result;

use crate::cmd::ingest;
use crate::context::Context;
use crate::exit::Exit;

/// Go on with a job where it stopped, or wait for what the platform makes of it
///
/// What the platform has is not sent again, and of a large file only the bytes that it misses. Files that have changed since
/// are named, and nothing is sent. A job that is over is only reported.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The run, or the beginning of its id
    #[arg(value_name = "RUN")]
    run: String,
    #[command(flatten)]
    again: ingest::Again,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    ingest::resume(&args.run, &args.again, ctx).await
}
