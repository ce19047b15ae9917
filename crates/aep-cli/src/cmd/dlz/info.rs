//! `aep dlz info`.

use aep_core::Result;

use super::Which;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text, value};

const VIEW: View = View {
    noun: "landing zones",
    id: "type",
    columns: &[
        text("type", "type"),
        text("provider", "provider"),
        text("container", "container"),
        text("bucket", "bucket"),
        text("folder", "folder"),
        text("files stay", "ttl.quantity"),
        text("unit", "ttl.unit"),
    ],
};

/// Where the zone lies, and how long files stay
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep dlz info
  aep dlz info --type dlz_destination -o json
")]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let info = args.which.open(ctx).await?.info().await?;
    ctx.out.one(&VIEW, &value(&info)?)?;
    Ok(Exit::Success)
}
