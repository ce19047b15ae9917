//! `aep dlz rm KEY...`.

use aep_core::{Error, ErrorKind, Result};
use serde_json::json;

use super::Which;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::ROWS;

/// Delete files
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep dlz rm incoming/members.csv --yes
  aep dlz rm incoming/2025/ --recursive --yes
")]
pub(crate) struct Args {
    /// Keys in the zone; with --recursive folders
    #[arg(value_name = "KEY", required = true)]
    keys: Vec<String>,
    /// Delete folders with everything in them
    #[arg(long, short)]
    recursive: bool,
    #[command(flatten)]
    which: Which,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let zone = args.which.open(ctx).await?;
    if !args.recursive
        && let Some(folder) = args.keys.iter().find(|key| key.ends_with('/'))
    {
        return Err(Error::new(ErrorKind::Usage, "delete the folder")
            .with("folder", folder)
            .because("it is a folder")
            .hint("add --recursive to delete everything in it"));
    }
    let what = match (args.recursive, args.keys.as_slice()) {
        (true, keys) => format!("everything below {}", keys.join(", ")),
        (false, [key]) => format!("`{key}`"),
        (false, keys) => format!("{} files", keys.len()),
    };
    ctx.confirm(&format!("delete {what} from `{}`", zone.zone()))?;
    let mut deleted = 0;
    if args.recursive {
        for folder in &args.keys {
            deleted += zone.delete_folder(folder).await?;
        }
    } else {
        deleted = zone.delete(&args.keys).await?;
    }
    ctx.out
        .document(&ROWS, &json!({"deleted": deleted}), |out| {
            out.line(&format!("deleted {deleted}"))
        })?;
    Ok(Exit::Success)
}
