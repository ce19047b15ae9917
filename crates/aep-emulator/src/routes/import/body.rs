//! Bodies of files: straight to disk, never in memory whole.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};

use axum::body::Body;
use futures::StreamExt;
use http::{HeaderMap, header};

use crate::operations::Service;
use crate::problem::{self, Problem, catalog};
use crate::routes::json::essence;

/// How much is gathered before it is written.
const BLOCK: usize = 1024 * 1024;

/// The only media type for bytes of files.
const OCTETS: &str = "application/octet-stream";

/// 400 without a media type, 415 with another than `application/octet-stream`.
pub(super) fn check_media(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(media) = headers.get(header::CONTENT_TYPE) else {
        return Err(catalog::bad_request(
            "A valid content-type must be specified",
        ));
    };
    let media = essence(media.to_str().unwrap_or_default());
    if media == OCTETS {
        return Ok(());
    }
    Err(problem::of(
        Service::Import,
        415,
        &format!("media type {media} is not supported: send the bytes as {OCTETS}"),
    ))
}

/// The length that the client announced.
pub(super) fn announced(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// 413.
pub(super) fn too_large(limit: u64) -> Problem {
    problem::of(
        Service::Import,
        413,
        &format!("the body is larger than {limit} bytes"),
    )
}

/// Writes the body into `file` from byte `at` on and puts it on disk. More than `limit` bytes are refused.
pub(super) async fn receive(body: Body, file: File, at: u64, limit: u64) -> Result<u64, Problem> {
    let mut stream = body.into_data_stream();
    let mut file = Some(file);
    let mut block = Vec::with_capacity(BLOCK);
    let mut total: u64 = 0;
    let mut written: u64 = 0;
    loop {
        let chunk = match stream.next().await {
            Some(Ok(chunk)) => chunk,
            Some(Err(_)) => {
                return Err(catalog::bad_request(
                    "the body ended before its announced length",
                ));
            }
            None => break,
        };
        total += chunk.len() as u64;
        if total > limit {
            return Err(too_large(limit));
        }
        block.extend_from_slice(&chunk);
        if block.len() >= BLOCK {
            let full = std::mem::replace(&mut block, Vec::with_capacity(BLOCK));
            file = write(file.take(), at + written, full, false).await?;
            written = total;
        }
    }
    write(file.take(), at + written, block, true).await?;
    Ok(total)
}

async fn write(
    file: Option<File>,
    at: u64,
    block: Vec<u8>,
    last: bool,
) -> Result<Option<File>, Problem> {
    blocking(move || {
        let Some(mut file) = file else {
            return Ok(None);
        };
        file.seek(SeekFrom::Start(at))?;
        file.write_all(&block)?;
        if last {
            file.sync_data()?;
        }
        Ok(Some(file))
    })
    .await
}

/// File work off the async threads.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(std::io::Error::other("the work was cut off")))
        .map_err(|error| {
            tracing::error!(%error, "the emulator's files failed");
            problem::of(
                Service::Import,
                500,
                &format!("the emulator's files failed: {error}"),
            )
        })
}
