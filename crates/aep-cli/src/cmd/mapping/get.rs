//! `aep mapping get ID`.

use aep_core::Result;
use aep_flow::MappingSetId;

use crate::context::Context;
use crate::exit::Exit;

/// Show one mapping set: every rule, or the document
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep mapping get bf5286a9c1ad4266baca76ba3adc9366
  aep mapping get bf5286a9c1ad4266baca76ba3adc9366 --version 1 -o yaml
")]
pub(crate) struct Args {
    /// The mapping set
    #[arg(value_name = "ID")]
    id: MappingSetId,
    /// A version of it [default: the newest]
    #[arg(long, value_name = "N")]
    version: Option<u64>,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let sets = ctx.flow().await?.mapping_sets();
    super::show(&sets.get(&args.id, args.version).await?, ctx)
}
