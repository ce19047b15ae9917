//! `aep api`: any call, by method and path or by the name of an operation, with credentials and headers done.

mod call;
mod describe;
mod fill;
mod input;
mod known;
mod list;
mod pages;
mod raw;

use aep_core::{Error, ErrorKind, Result};

use crate::context::Context;
use crate::exit::Exit;

/// Any call of the platform, with credentials and headers done
#[derive(Debug, clap::Args)]
#[command(
    subcommand_negates_reqs = true,
    before_help = "\
Examples:
  aep api GET /data/foundation/catalog/dataSets -f limit=5
  aep api GET /data/foundation/catalog/batches --paginate -f limit=100 -o ndjson
  aep api POST /data/foundation/import/batches --input batch.json
  aep api GET /data/foundation/schemaregistry/tenant/schemas --jq '.results[].title'
  aep api list catalog
  aep api describe listDatasets
  aep api call listDatasets -f limit=5 -f property=name~^Loyalty
"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    raw: Option<raw::Args>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the operations that `call` knows
    List(list::Args),
    /// Say what an operation does and takes
    Describe(describe::Args),
    /// Call an operation by its name, its parameters checked before anything is sent
    Call(call::Args),
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    match (args.command, args.raw) {
        (Some(_), Some(_)) => Err(Error::new(ErrorKind::Usage, "read the command")
            .because("method and path stand before `list`, `describe` or `call`")
            .hint("give one of both")),
        (Some(Command::List(args)), None) => list::run(&args, ctx),
        (Some(Command::Describe(args)), None) => describe::run(&args, ctx),
        (Some(Command::Call(args)), None) => call::run(args, ctx).await,
        (None, Some(args)) => raw::run(args, ctx).await,
        // The parser asks for method and path where no command is given.
        (None, None) => Ok(Exit::Usage),
    }
}
