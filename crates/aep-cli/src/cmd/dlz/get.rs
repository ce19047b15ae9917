//! `aep dlz get KEY [PATH]`.

use std::path::PathBuf;

use aep_core::{Error, ErrorKind, Result};
use aep_flow::zone::{GetOptions, GetTarget};

use super::{Which, cat, watch};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, bytes, text, value};

const VIEW: View = View {
    noun: "files",
    id: "path",
    columns: &[
        text("key", "key"),
        text("path", "path"),
        bytes("size", "bytes"),
    ],
};

/// Get a file
///
/// It appears under its name only when it is whole. A folder is fetched with `aep dlz sync`.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep dlz get incoming/members.csv
  aep dlz get incoming/members.csv copies/
  aep dlz get incoming/members.csv - | head
")]
pub(crate) struct Args {
    /// Key in the zone
    #[arg(value_name = "KEY")]
    key: String,
    /// File, directory, or `-` for standard output [default: the key's last part]
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long)]
    overwrite: bool,
    /// Ranges at a time
    #[arg(long, value_name = "N", default_value_t = GetOptions::default().concurrency)]
    concurrency: usize,
    #[command(flatten)]
    which: Which,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let zone = args.which.open(ctx).await?;
    if args
        .path
        .as_ref()
        .is_some_and(|path| path.as_os_str() == "-")
    {
        return cat::write(&zone, &args.key, ctx).await;
    }
    let path = target(&args)?;
    let mut options = GetOptions::default();
    options.overwrite = args.overwrite;
    options.concurrency = args.concurrency;
    let transfer = zone.get(&args.key, GetTarget::file(path), options);
    let report = watch::watch(transfer, "getting", ctx).await?;
    ctx.out.one(&VIEW, &value(&report)?)?;
    Ok(Exit::Success)
}

fn target(args: &Args) -> Result<PathBuf> {
    let name = args.key.rsplit('/').next().unwrap_or_default();
    let directory = match &args.path {
        None => PathBuf::new(),
        Some(path) if path.is_dir() || path.to_string_lossy().ends_with('/') => path.clone(),
        Some(path) => return Ok(path.clone()),
    };
    if matches!(name, "" | "." | "..") || name.contains('\\') {
        return Err(Error::new(ErrorKind::Usage, "name the file")
            .with("key", &args.key)
            .because("the last part of the key is no name for a file")
            .hint("give a path: `aep dlz get KEY PATH`"));
    }
    Ok(directory.join(name))
}
