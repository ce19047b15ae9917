//! Downloads: their flags, their progress, and what was written.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aep_core::Result;
use aep_ingest::{DownloadOptions, DownloadReport};

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
    pub(crate) to: std::path::PathBuf,
    /// Replace files that are there
    #[arg(long)]
    overwrite: bool,
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
        on_bytes: Some(Arc::new(move |more| {
            counter.fetch_add(more, Ordering::Relaxed);
        })),
        ..DownloadOptions::default()
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
    if ctx.out.is_document() {
        ctx.out.document(&VIEW, &value(report)?, |_| Ok(()))?;
    } else {
        let files = report.files.iter().map(value).collect::<Result<Vec<_>>>()?;
        ctx.out.rows(&VIEW, &files)?;
    }
    ctx.messages.tip(&format!(
        "{} files, {} in {}",
        report.files.len(),
        human_bytes(report.bytes),
        target.to.display()
    ));
    Ok(Exit::Success)
}
