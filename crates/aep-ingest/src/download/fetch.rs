//! One file: in ranges, into a part file, checked, renamed.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aep_core::{Client, Error, ErrorKind, Result};
use futures::{StreamExt, TryStreamExt};
use tokio::sync::Semaphore;

use super::journal::{Identity, Journal, Kept};
use super::out::Out;
use super::range::{Mark, Missing, Range, mark_in, missing};
use super::{DataFile, DownloadOptions, How};
use crate::wire::access;

/// Everything that the files of a download share.
pub(super) struct Shared {
    pub(super) client: Client,
    pub(super) directory: PathBuf,
    pub(super) options: DownloadOptions,
    pub(super) requests: Semaphore,
    pub(super) journal: Journal,
}

/// A file and where it goes.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) file: DataFile,
    /// Below the directory, with `/` between its parts.
    pub(super) path: PathBuf,
}

impl Job {
    pub(super) fn key(&self) -> String {
        let parts: Vec<_> = self
            .path
            .iter()
            .map(|part| part.to_string_lossy().into_owned())
            .collect();
        parts.join("/")
    }

    pub(super) fn identity(&self) -> Identity {
        Identity {
            from: format!("{}/{}", self.file.origin(), self.file.path()),
            length: self.file.length,
        }
    }
}

pub(super) fn part_of(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    target.with_file_name(name)
}

/// Downloads one file, or finds that an earlier run did; answers its size and how it came.
pub(super) async fn one(shared: &Arc<Shared>, job: &Job) -> Result<(u64, How)> {
    let target = shared.directory.join(&job.path);
    let part = part_of(&target);
    let local = |error: io::Error| {
        failed(&job.file, "write the download", error).with("to", target.display())
    };
    if shared.journal.is_done(&job.key(), &job.identity())
        && let Some(length) = job.file.length
    {
        let has_all = |path: &Path| {
            let found = path.symlink_metadata();
            found.is_ok_and(|found| found.is_file() && found.len() == length)
        };
        // the journal is told before the file gets its name
        if has_all(&part) {
            std::fs::rename(&part, &target).map_err(local)?;
            return Ok((length, How::Kept));
        }
        if has_all(&target) {
            return Ok((length, How::Kept));
        }
    }
    if !shared.options.overwrite && target.symlink_metadata().is_ok() {
        return Err(exists(&target));
    }
    let (mut kept, mark) = opened(shared, job, &part).await?;
    if !kept.is_empty() && is_another(shared, job, mark.as_deref()).await? {
        kept.clear();
        let part = part.clone();
        blocking(move || File::create(part).map(drop))
            .await
            .map_err(local)?;
    }
    let how = if kept.is_empty() {
        How::Fetched
    } else {
        How::Continued
    };
    let held: u64 = kept.iter().map(|(first, end)| end - first).sum();
    let mark = Arc::new(Mark::new(mark.filter(|_| !kept.is_empty())));
    let (range_bytes, length) = (shared.options.range_bytes.max(1), job.file.length);
    let ranges: Vec<Missing> = match length {
        Some(0) => Vec::new(),
        Some(length) if job.file.origin().has_ranges() => missing(length, &kept, range_bytes),
        length => vec![Missing {
            first: 0,
            len: length,
        }],
    };
    let fetches = ranges.into_iter().map(|range| {
        let (part, mark) = (part.clone(), Arc::clone(&mark));
        async move {
            let _slot = shared.requests.acquire().await;
            let out = Out::open(shared, job, &part, range.first).await;
            let out = out.map_err(|error| failed(&job.file, "write the download", error))?;
            Range {
                shared,
                job,
                mark: &mark,
                missing: range,
            }
            .fetch(out)
            .await
        }
    });
    let sizes: Vec<u64> = futures::stream::iter(fetches)
        .buffer_unordered(shared.options.concurrency.max(1))
        .try_collect()
        .await?;
    let bytes = held + sizes.iter().sum::<u64>();
    if let Some(expected) = length.filter(|expected| *expected != bytes) {
        return Err(failed(
            &job.file,
            "download a file",
            format!("{bytes} of {expected} bytes came"),
        )
        .of_kind(ErrorKind::Protocol));
    }
    let (shared, job, overwrite) = (Arc::clone(shared), job.clone(), shared.options.overwrite);
    let named = target.clone();
    blocking(move || {
        File::open(&part)?.sync_all()?;
        if !overwrite && named.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        shared.journal.done(&job.key(), &job.identity())?;
        std::fs::rename(&part, &named)
    })
    .await
    .map_err(local)?;
    Ok((bytes, how))
}

/// Opens the part file: one that an earlier run has left, with the bytes of it that count, or a new one.
async fn opened(shared: &Arc<Shared>, job: &Job, part: &Path) -> Result<Kept> {
    let local = |error: io::Error| {
        failed(&job.file, "write the download", error).with("to", part.display())
    };
    let (key, identity) = (job.key(), job.identity());
    if !shared.options.overwrite
        && !shared.journal.is_begun(&key)
        && part.symlink_metadata().is_ok()
    {
        return Err(exists(part));
    }
    let (shared, part) = (Arc::clone(shared), part.to_owned());
    blocking(move || {
        let (kept, mark) = shared.journal.kept(&key, &identity, &part)?;
        shared.journal.begin(&key, &identity)?;
        if let Some(directory) = part.parent() {
            std::fs::create_dir_all(directory)?;
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(kept.is_empty());
        let file = options.open(&part)?;
        if let Some(length) = identity.length.filter(|_| !kept.is_empty()) {
            file.set_len(length)?;
        }
        Ok((kept, mark))
    })
    .await
    .map_err(local)
}

/// Whether the server has another file under the same name by now.
async fn is_another(shared: &Shared, job: &Job, mark: Option<&str>) -> Result<bool> {
    let Some(head) = access::head(&shared.client, job.file.origin(), job.file.path()).await? else {
        return Ok(false);
    };
    let length = head
        .get(http::header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let other_length = length.is_some() && length != job.file.length;
    let other_mark = match (mark, mark_in(&head)) {
        (Some(before), Some(now)) => before != now,
        _ => false,
    };
    Ok(other_length || other_mark)
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|stopped| Err(io::Error::other(stopped)))
}

pub(super) fn exists(path: &Path) -> Error {
    Error::new(ErrorKind::Conflict, "write the download")
        .with("file", path.display())
        .because("it is there already")
        .hint("choose another directory, or allow to replace files")
}

pub(super) fn failed(
    file: &DataFile,
    doing: &'static str,
    why: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    Error::new(ErrorKind::Io, doing)
        .with("file", &file.name)
        .because(why)
}
