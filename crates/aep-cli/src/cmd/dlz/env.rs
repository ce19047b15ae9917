//! `aep dlz env --format TOOL`.

use aep_core::Result;
use aep_flow::zone::EnvFormat;

use super::Which;
use crate::context::Context;
use crate::exit::Exit;

/// Print how another tool reaches the same place, credentials included
///
/// Whoever sees the output can read and write the zone until the credentials expire.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  eval \"$(aep dlz env --format rclone)\" && rclone ls dlz:dlz-user-container
  aep dlz env --format duckdb > zone.sql
")]
pub(crate) struct Args {
    /// The tool
    // In place of the flag of the same name that all other commands have: this output has no other form.
    #[arg(id = "format", long = "format", short = 'o', required = true, value_name = "TOOL", value_parser = crate::cli::names::<Tool>())]
    tool: String,
    #[command(flatten)]
    which: Which,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Tool {
    /// Variables for azcopy
    Azcopy,
    /// Variables that make a remote `dlz:` for rclone
    Rclone,
    /// Lines for spark-defaults.conf
    Spark,
    /// SQL that makes a secret
    Duckdb,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let zone = args.which.open(ctx).await?;
    let format: EnvFormat = args.tool.parse()?;
    let text = zone.env(format).await?;
    ctx.messages
        .warn("what follows holds the credentials of the zone: keep it from others");
    ctx.out.line(text.expose().trim_end())?;
    ctx.out.flush()?;
    Ok(Exit::Success)
}
