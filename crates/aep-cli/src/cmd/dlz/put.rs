//! `aep dlz put SOURCE [KEY]`.

use std::io;
use std::path::PathBuf;

use aep_core::{Error, ErrorKind, Result};
use aep_flow::zone::{PutOptions, PutReport, PutSource};

use super::{Which, watch};
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, bytes, human_bytes, text, value};

const VIEW: View = View {
    noun: "files",
    id: "key",
    columns: &[
        text("key", "key"),
        bytes("size", "bytes"),
        bytes("sent", "bytesSent"),
    ],
};

/// Put a file, a directory or standard input
///
/// A key that is left out or ends with a slash is a folder: a file keeps its name there, what is in a directory goes below.
/// An upload that was interrupted goes on where it stopped when the same command is run again.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep dlz put members.csv
  aep dlz put members.csv incoming/2026/members.csv
  aep dlz put data/ incoming/
  pg_dump crm | aep dlz put - dumps/crm.sql
")]
pub(crate) struct Args {
    /// File, directory, or `-` for standard input
    #[arg(value_name = "SOURCE")]
    source: PathBuf,
    /// Key in the zone, or a folder with a slash at its end [default: the file's name]
    #[arg(value_name = "KEY", default_value = "", hide_default_value = true)]
    key: String,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    which: Which,
}

/// How to send
#[derive(Debug, clap::Args)]
pub(super) struct How {
    /// Have the store check a CRC-64 of everything it is sent
    #[arg(long)]
    checksum: bool,
    /// Requests at a time
    #[arg(long, value_name = "N", default_value_t = PutOptions::default().concurrency)]
    concurrency: usize,
    /// Bytes of file content in memory: `16MiB`
    #[arg(long, value_name = "SIZE", value_parser = crate::cli::size)]
    memory: Option<u64>,
    /// Bytes of a part of a large file: `8MiB` [default: 4 MiB, or what the store demands]
    #[arg(long, value_name = "SIZE", value_parser = crate::cli::size)]
    part_size: Option<u64>,
}

impl How {
    pub(super) fn options(&self, ctx: &Context) -> PutOptions {
        let mut options = PutOptions::default();
        options.checksum = self.checksum;
        options.concurrency = self.concurrency;
        options.memory = self.memory.unwrap_or(options.memory);
        options.part_size = self.part_size;
        // A dry run sends nothing, so there is nothing to go on with.
        options.state_dir = (!ctx.dry_run()).then(|| ctx.env.state_dir());
        options
    }
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let zone = args.which.open(ctx).await?;
    let options = args.how.options(ctx);
    let source = if args.source.as_os_str() == "-" {
        if args.key.is_empty() || args.key.ends_with('/') {
            return Err(Error::new(ErrorKind::Usage, "put standard input")
                .because("it has no name")
                .hint("give a key: `aep dlz put - KEY`"));
        }
        PutSource::reader(standard_input()?)
    } else {
        PutSource::path(args.source)
    };
    let transfer = zone.put(source, &args.key, options);
    let report = watch::watch(transfer, "putting", ctx).await?;
    show(&report, ctx)?;
    Ok(Exit::Success)
}

fn show(report: &PutReport, ctx: &Context) -> Result<()> {
    if ctx.dry_run() {
        return Ok(());
    }
    if ctx.out.is_document() {
        ctx.out.document(&VIEW, &value(report)?, |_| Ok(()))?;
    } else {
        let rows = report.files.iter().map(value).collect::<Result<Vec<_>>>()?;
        ctx.out.rows(&VIEW, &rows)?;
    }
    let kept = report.bytes - report.bytes_sent;
    let kept = match kept {
        0 => String::new(),
        kept => format!(", {} were there already", human_bytes(kept)),
    };
    let files = match report.files.len() {
        1 => "1 file".to_owned(),
        count => format!("{count} files"),
    };
    ctx.messages.tip(&format!(
        "{files}, {} sent{kept}",
        human_bytes(report.bytes_sent)
    ));
    Ok(())
}

/// Standard input as a file of its own, which can be read beside everything else.
fn standard_input() -> Result<tokio::fs::File> {
    #[cfg(unix)]
    let owned = {
        use std::os::fd::AsFd as _;
        io::stdin().as_fd().try_clone_to_owned()
    };
    #[cfg(windows)]
    let owned = {
        use std::os::windows::io::AsHandle as _;
        io::stdin().as_handle().try_clone_to_owned()
    };
    let owned =
        owned.map_err(|error| Error::new(ErrorKind::Io, "open standard input").because(error))?;
    Ok(tokio::fs::File::from_std(std::fs::File::from(owned)))
}
