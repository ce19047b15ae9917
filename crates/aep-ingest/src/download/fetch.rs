//! One file: in ranges, under a temporary name, checked, renamed.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use aep_core::{Client, Error, ErrorKind, Response, Result};
use bytes::{Bytes, BytesMut};
use futures::{StreamExt, TryStreamExt};
use http::StatusCode;
use http::header::CONTENT_RANGE;
use tempfile::NamedTempFile;
use tokio::sync::Semaphore;

use super::{DataFile, DownloadOptions};
use crate::plan::{Limits, Parts};
use crate::wire::access;

/// Bytes that are written at once.
const WRITE: usize = 256 * 1024;

/// How often a range may break off without a single byte more.
const VAIN: u32 = 5;

/// Downloads one file; answers its size.
pub(super) async fn one(
    client: &Client,
    file: &DataFile,
    target: &Path,
    options: &DownloadOptions,
    requests: &Semaphore,
) -> Result<u64> {
    let local =
        |error: io::Error| failed(file, "write the download", error).with("to", target.display());
    let directory = target.parent().unwrap_or(Path::new(".")).to_owned();
    let temporary = blocking(move || {
        std::fs::create_dir_all(&directory)?;
        temporary(&directory)
    });
    let temporary = temporary.await.map_err(local)?;

    let bytes = match file.length {
        Some(0) => 0,
        Some(length) if length > options.range_bytes && file.origin().has_ranges() => {
            let limits = Limits {
                single_put_bytes: 0,
                chunk_bytes: options.range_bytes.max(1),
                ..Limits::default()
            };
            let parts = Parts::of(length, &limits).iter().map(|part| {
                let temporary = &temporary;
                async move {
                    let _slot = requests.acquire().await;
                    let file_out = temporary.reopen().map_err(local)?;
                    Range {
                        client,
                        file,
                        options,
                        first: part.start,
                        len: Some(part.len),
                    }
                    .fetch(file_out)
                    .await
                }
            });
            let sizes: Vec<u64> = futures::stream::iter(parts)
                .buffer_unordered(options.concurrency.max(1))
                .try_collect()
                .await?;
            sizes.iter().sum()
        }
        length => {
            let _slot = requests.acquire().await;
            let file_out = temporary.reopen().map_err(local)?;
            Range {
                client,
                file,
                options,
                first: 0,
                len: length,
            }
            .fetch(file_out)
            .await?
        }
    };
    if let Some(expected) = file.length.filter(|expected| *expected != bytes) {
        return Err(failed(
            file,
            "download a file",
            format!("{bytes} of {expected} bytes came"),
        )
        .of_kind(ErrorKind::Protocol));
    }
    let (target_path, overwrite) = (target.to_owned(), options.overwrite);
    blocking(move || {
        temporary.as_file().sync_all()?;
        let kept = if overwrite {
            temporary.persist(target_path)
        } else {
            temporary.persist_noclobber(target_path)
        };
        kept.map(drop).map_err(|error| error.error)
    })
    .await
    .map_err(local)?;
    Ok(bytes)
}

struct Range<'a> {
    client: &'a Client,
    file: &'a DataFile,
    options: &'a DownloadOptions,
    first: u64,
    len: Option<u64>,
}

impl Range<'_> {
    /// Fetches the range into `out`, going on where an answer broke off. Answers the number of bytes.
    async fn fetch(&self, mut out: File) -> Result<u64> {
        let mut done = 0;
        let mut vain = 0;
        loop {
            let before = done;
            let (file_out, result) = self.attempt(out, &mut done).await;
            out = file_out;
            match result {
                Ok(()) if self.len.is_none_or(|len| done >= len) => return Ok(done),
                // the service may send less than was asked for
                Ok(()) if done > before => vain = 0,
                Ok(()) => {
                    let error = format!("the bytes from {} on never came", self.first + done);
                    return Err(
                        failed(self.file, "download a file", error).of_kind(ErrorKind::Protocol)
                    );
                }
                Err(error) if self.len.is_some() && error.is_retryable() => {
                    vain = if done > before { 1 } else { vain + 1 };
                    if vain >= VAIN {
                        return Err(error);
                    }
                    tokio::time::sleep(Duration::from_millis(100) * 2_u32.pow(vain)).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn attempt(&self, out: File, done: &mut u64) -> (File, Result<()>) {
        let first = self.first + *done;
        let left = self.len.map(|len| len - *done);
        // without a known length, or for the whole of a small file, a plain request is the safest
        let whole = first == 0 && left == self.file.length;
        let range = if whole {
            None
        } else {
            left.map(|left| (first, first + left - 1))
        };
        let answer =
            match access::content(self.client, self.file.origin(), self.file.path(), range).await {
                Ok(answer) => answer,
                Err(error) => return (out, Err(error)),
            };
        let at = match begins(&answer) {
            Ok(at) => at,
            Err(error) => return (out, Err(error)),
        };
        if at > first {
            let error = format!("bytes from {first} on were asked for, the answer begins at {at}");
            return (
                out,
                Err(failed(self.file, "download a file", error).of_kind(ErrorKind::Protocol)),
            );
        }
        self.copy(answer, out, first, first - at, left, done).await
    }

    /// Writes the answer from `first` on, without its first `skip` bytes and no more than `left`.
    async fn copy(
        &self,
        answer: Response,
        mut out: File,
        first: u64,
        mut skip: u64,
        mut left: Option<u64>,
        done: &mut u64,
    ) -> (File, Result<()>) {
        let mut stream = answer.into_stream();
        let mut held = BytesMut::new();
        let mut at = first;
        let mut end = Ok(());
        loop {
            let piece = match stream.next().await {
                Some(Ok(piece)) => Some(piece),
                Some(Err(error)) => {
                    end = Err(error);
                    None
                }
                None => None,
            };
            let last = piece.is_none();
            if let Some(mut piece) = piece {
                let over = usize::try_from(skip).unwrap_or(usize::MAX).min(piece.len());
                skip -= over as u64;
                let mut piece = piece.split_off(over);
                if let Some(left) = &mut left {
                    piece.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
                    *left -= piece.len() as u64;
                }
                held.extend_from_slice(&piece);
            }
            if held.len() >= WRITE || (last && !held.is_empty()) {
                let bytes = held.split().freeze();
                let count = bytes.len() as u64;
                let written;
                (out, written) = write(out, at, bytes).await;
                if let Err(error) = written {
                    return (out, Err(failed(self.file, "write the download", error)));
                }
                at += count;
                *done += count;
                if let Some(tell) = &self.options.on_bytes {
                    tell(count);
                }
            }
            if last || left == Some(0) && held.is_empty() {
                return (out, end);
            }
        }
    }
}

/// Where the bytes of the answer begin in the file.
fn begins(answer: &Response) -> Result<u64> {
    if answer.status() != StatusCode::PARTIAL_CONTENT {
        return Ok(0);
    }
    let header = answer.header(CONTENT_RANGE.as_str()).unwrap_or_default();
    parse_first(header).ok_or_else(|| {
        Error::new(ErrorKind::Protocol, "download a file")
            .with("Content-Range", header)
            .because("it can't be understood")
    })
}

fn parse_first(header: &str) -> Option<u64> {
    let range = header.trim().strip_prefix("bytes")?.trim_start();
    range.split_once('-')?.0.trim().parse().ok()
}

async fn write(mut out: File, at: u64, bytes: Bytes) -> (File, io::Result<()>) {
    let spare = out.try_clone();
    let done = tokio::task::spawn_blocking(move || {
        let written = out
            .seek(SeekFrom::Start(at))
            .and_then(|_| out.write_all(&bytes));
        (out, written)
    });
    match (done.await, spare) {
        (Ok(done), _) => done,
        (Err(stopped), Ok(spare)) => (spare, Err(io::Error::other(stopped))),
        (Err(stopped), Err(_)) => std::panic::resume_unwind(stopped.into_panic()),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|stopped| Err(io::Error::other(stopped)))
}

/// An empty file next to where it will be, with the permissions that a new file has.
fn temporary(directory: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".aep-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory)
}

fn failed(
    file: &DataFile,
    doing: &'static str,
    why: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    Error::new(ErrorKind::Io, doing)
        .with("file", &file.name)
        .because(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_range_is_read_leniently() {
        assert_eq!(parse_first("bytes 100-199/249058"), Some(100));
        assert_eq!(parse_first("bytes  0-9/*"), Some(0));
        assert_eq!(parse_first("items 0-9/10"), None);
        assert_eq!(parse_first(""), None);
    }
}
