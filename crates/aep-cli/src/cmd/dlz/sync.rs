//! `aep dlz sync FROM TO`.

use std::path::PathBuf;

use aep_core::{Error, ErrorKind, Result};
use aep_flow::zone::{Action, Compare, Direction, SyncOptions, SyncReport};

use super::put::How;
use super::{Which, watch};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, bytes, human_bytes, text, value};

/// What the zone's side begins with.
const ZONE: &str = "dlz:";

const VIEW: View = View {
    noun: "files",
    id: "key",
    columns: &[
        text("action", "action"),
        text("key", "key"),
        bytes("size", "bytes"),
    ],
};

/// Make a folder of the zone and a directory alike
///
/// One side is a directory, the other `dlz:` with a folder or nothing behind it. Files are told apart by size and time. With
/// --dry-run nothing is done: it prints what would be.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep dlz sync data dlz:incoming/ --dry-run
  aep dlz sync data dlz:incoming/ --delete --yes
  aep dlz sync dlz:exports/ out --type dlz_destination
")]
pub(crate) struct Args {
    /// Directory, or `dlz:FOLDER`
    #[arg(value_name = "FROM")]
    from: String,
    /// `dlz:FOLDER`, or directory
    #[arg(value_name = "TO")]
    to: String,
    /// Delete what FROM does not have
    #[arg(long)]
    delete: bool,
    /// Compare contents of files of the same size; reads both sides
    #[arg(long, conflicts_with = "size_only")]
    compare_content: bool,
    /// Compare sizes only
    #[arg(long)]
    size_only: bool,
    /// Show the files that stay as they are, too
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    which: Which,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let (direction, directory, folder) = sides(&args)?;
    let zone = args.which.open(ctx).await?;
    if args.delete {
        let where_from = match direction {
            Direction::Up => format!("`{}`", zone.zone()),
            Direction::Down => format!("`{}`", directory.display()),
        };
        ctx.confirm(&format!(
            "delete files from {where_from} that the other side does not have"
        ))?;
    }
    let options = SyncOptions {
        compare: match (args.compare_content, args.size_only) {
            (true, _) => Compare::Checksum,
            (_, true) => Compare::Size,
            _ => Compare::Time,
        },
        delete: args.delete,
        dry_run: ctx.dry_run(),
        put: args.how.options(ctx),
    };
    let transfer = zone.sync(direction, directory, &folder, options);
    let report = watch::watch(transfer, "syncing", ctx).await?;
    show(&report, args.all, ctx)?;
    Ok(Exit::Success)
}

fn sides(args: &Args) -> Result<(Direction, PathBuf, String)> {
    match (args.from.strip_prefix(ZONE), args.to.strip_prefix(ZONE)) {
        (None, Some(folder)) => Ok((Direction::Up, PathBuf::from(&args.from), folder.to_owned())),
        (Some(folder), None) => Ok((Direction::Down, PathBuf::from(&args.to), folder.to_owned())),
        _ => Err(Error::new(ErrorKind::Usage, "sync")
            .because("one side is a directory, and the other begins with `dlz:`")
            .hint("`aep dlz sync data dlz:incoming/` or `aep dlz sync dlz:incoming/ data`")),
    }
}

fn show(report: &SyncReport, all: bool, ctx: &Context) -> Result<()> {
    if ctx.out.is_document() {
        ctx.out.document(&VIEW, &value(report)?, |_| Ok(()))?;
    } else {
        let rows = report
            .steps
            .iter()
            .filter(|step| all || step.action != Action::Keep)
            .map(value)
            .collect::<Result<Vec<_>>>()?;
        ctx.out.rows(&VIEW, &rows)?;
    }
    let kept = report
        .steps
        .iter()
        .filter(|step| step.action == Action::Keep)
        .count();
    let (copied, deleted) = if ctx.dry_run() {
        ("to copy", "to delete")
    } else {
        ("copied", "deleted")
    };
    ctx.messages.tip(&format!(
        "{} {copied}, {} {deleted}, {kept} files are the same",
        human_bytes(report.bytes),
        report.deleted
    ));
    Ok(())
}
