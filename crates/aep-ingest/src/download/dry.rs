//! What a download would fetch; nothing is written.

use std::path::Path;

use aep_core::Result;

use super::report::{DownloadReport, Downloaded, How};
use super::{DataFile, DownloadOptions, fetch, name};
use crate::read::{Position, Reader};

/// Adds files to what would be fetched, and fails where a file is in the way.
pub(super) fn list(
    files: Vec<DataFile>,
    directory: &Path,
    options: &DownloadOptions,
    report: &mut DownloadReport,
) -> Result<()> {
    let files: Vec<DataFile> = files.into_iter().filter(|file| !file.is_marker()).collect();
    let paths = name::targets(files.iter().map(|file| file.name.as_str()));
    for (file, path) in files.into_iter().zip(paths) {
        let path = directory.join(path);
        if !options.overwrite && path.symlink_metadata().is_ok() {
            return Err(fetch::exists(&path));
        }
        let bytes = file.length.unwrap_or(0);
        report.bytes += bytes;
        report.files.push(Downloaded {
            name: file.name,
            path,
            bytes,
            batch: file.batch,
            how: How::Listed,
            sha256: None,
        });
    }
    Ok(())
}

/// Lists the batches that a reader hands out.
pub(super) async fn batches(
    reader: &mut Reader,
    directory: &Path,
    options: &DownloadOptions,
    keep: &mut (dyn FnMut(&Position) -> Result<()> + Send),
) -> Result<DownloadReport> {
    let mut report = DownloadReport::default();
    while let Some(batch) = reader.next().await? {
        report.replaced.extend(batch.predecessors());
        match reader.files(&batch).await? {
            Some(files) => {
                let files = files.into_iter().map(DataFile::below_batch).collect();
                list(files, directory, options, &mut report)?;
            }
            None => report.undone.push(batch.id.clone()),
        }
        reader.done(&batch);
    }
    keep(&reader.position())?;
    report
        .waiting
        .extend(reader.waiting().iter().map(Into::into));
    Ok(report)
}
