//! Downloads: their flags, their progress, and what was written.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aep_core::{Error, ErrorKind, Result};
use aep_ingest::{DownloadOptions, DownloadReport, Downloaded, How};

use crate::cmd::ingest::part_size;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Step, View, bytes, human_bytes, text, value};

const VIEW: View = View {
    noun: "files",
    id: "path",
    columns: &[text("file", "path"), bytes("size", "bytes")],
};

/// How often the number of bytes is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// Where files go
#[derive(Debug, clap::Args)]
pub(crate) struct Target {
    /// Directory for the files; made if it is not there
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// Replace files that are there
    #[arg(long)]
    overwrite: bool,
    /// Write the SHA-256 of every file here, as `sha256sum -c` reads it in the directory of the files
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Bytes asked for at once, such as `8MB`, if answers are cut off on the way [default: 32 MiB]
    #[arg(long, value_name = "SIZE", value_parser = part_size)]
    part_size: Option<u64>,
    /// Requests at once [default: 4]
    #[arg(long, value_name = "N")]
    concurrency: Option<NonZeroUsize>,
}

/// Runs a download and shows how many bytes have come.
pub(crate) async fn watched<T, F>(
    target: &Target,
    ctx: &Context,
    download: impl FnOnce(DownloadOptions) -> F,
) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let come = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&come);
    let options = DownloadOptions {
        overwrite: target.overwrite,
        dry: ctx.dry_run(),
        checksums: target.manifest.is_some(),
        range_bytes: target
            .part_size
            .unwrap_or_else(|| DownloadOptions::default().range_bytes),
        concurrency: target
            .concurrency
            .map_or_else(|| DownloadOptions::default().concurrency, NonZeroUsize::get),
        on_bytes: Some(Arc::new(move |more| {
            counter.fetch_add(more, Ordering::Relaxed);
        })),
    };
    let mut progress = ctx.progress();
    let mut work = std::pin::pin!(download(options));
    let mut looks = tokio::time::interval(LOOK);
    // The first look is at once, when nothing can have come yet.
    looks.tick().await;
    let done = loop {
        tokio::select! {
            done = &mut work => break done,
            _ = looks.tick() => progress.show(Step {
                phase: "fetching".to_owned(),
                detail: human_bytes(come.load(Ordering::Relaxed)),
                ..Step::default()
            }),
        }
    };
    progress.finish();
    done
}

/// What was written where.
pub(crate) fn show(report: &DownloadReport, target: &Target, ctx: &Context) -> Result<Exit> {
    let dry = ctx.dry_run();
    if let Some(path) = target.manifest.as_ref().filter(|_| !dry) {
        write_manifest(report, &target.to, path)?;
    }
    if ctx.out.is_document() {
        ctx.out.document(&VIEW, &value(report)?, |_| Ok(()))?;
    } else {
        let files = report.files.iter().map(value).collect::<Result<Vec<_>>>()?;
        ctx.out.rows(&VIEW, &files)?;
    }
    let done = format!(
        "{} files, {} in {}",
        report.files.len(),
        human_bytes(report.bytes),
        target.to.display()
    );
    if dry {
        ctx.messages
            .note(&format!("dry run, nothing was written: {done}"));
    } else {
        ctx.messages.tip(&done);
    }
    notes(report, ctx);
    Ok(Exit::Success)
}

fn notes(report: &DownloadReport, ctx: &Context) {
    let earlier = |file: &&Downloaded| matches!(file.how, How::Continued | How::Kept);
    let earlier = report.files.iter().filter(earlier).count();
    if earlier > 0 {
        ctx.messages.note(&format!(
            "{earlier} files, or the beginning of them, were there from an interrupted download"
        ));
    }
    for batch in &report.undone {
        ctx.messages.note(&format!(
            "batch {batch} was undone meanwhile; none of its files is kept"
        ));
    }
    for batch in &report.replaced {
        ctx.messages.note(&format!(
            "batch {batch} is replaced by a batch that was downloaded: what was read of it before no longer counts"
        ));
    }
    for batch in &report.waiting {
        ctx.messages.note(&format!(
            "batch {} is {}: it comes once it is a success, `--since-last` does not pass it",
            batch.id, batch.status
        ));
    }
}

/// Lines of a checksum and a name, relative to the directory of the files.
fn write_manifest(report: &DownloadReport, directory: &Path, path: &Path) -> Result<()> {
    let mut text = String::new();
    for file in &report.files {
        let Some(sum) = &file.sha256 else { continue };
        let name = file.path.strip_prefix(directory).unwrap_or(&file.path);
        let name = name.to_string_lossy();
        // the form that sha256sum has for names with such characters
        let escaped = name.replace('\\', "\\\\").replace('\n', "\\n");
        let mark = if *name == escaped { "" } else { "\\" };
        text.extend([mark, sum, "  ", &escaped, "\n"]);
    }
    std::fs::write(path, text).map_err(|error| {
        Error::new(ErrorKind::Io, "write the manifest")
            .with("file", path.display())
            .because(error)
    })
}
