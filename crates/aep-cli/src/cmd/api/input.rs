//! The body of `aep api --input`.

use std::io::{self, Read};

use aep_core::{Body, Error, ErrorKind, Request, Result};
use futures::{FutureExt, StreamExt, TryStreamExt};
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

/// The most that is taken from standard input, which has to be kept in memory to be sent again.
const MOST_FROM_STDIN: u64 = 256_000_000;

/// Puts a file, or standard input, into the request; `typed` says that a content type was given.
pub(super) async fn attach(request: Request, input: &str, typed: bool) -> Result<Request> {
    let failed = |error: io::Error| {
        Error::new(ErrorKind::Io, "read the body")
            .with("file", input.to_owned())
            .because(error)
    };
    let (start, body) = if input == "-" {
        let read = tokio::task::spawn_blocking(|| {
            let mut bytes = Vec::new();
            io::stdin()
                .lock()
                .take(MOST_FROM_STDIN + 1)
                .read_to_end(&mut bytes)
                .map(|_| bytes)
        });
        let bytes = read
            .await
            .map_err(|error| failed(io::Error::other(error)))?
            .map_err(failed)?;
        if bytes.len() as u64 > MOST_FROM_STDIN {
            return Err(
                Error::new(ErrorKind::Limit, "read the body from standard input")
                    .because("it is over 256 MB")
                    .hint("put it into a file: `--input FILE` streams it"),
            );
        }
        (bytes.first().copied(), Body::from(bytes))
    } else {
        let mut file = tokio::fs::File::open(input).await.map_err(failed)?;
        let len = file.metadata().await.map_err(failed)?.len();
        let mut first = [0_u8; 1];
        let read = file.read(&mut first).await.map_err(failed)?;
        let path = input.to_owned();
        let body = Body::replay(len, move || {
            let path = path.clone();
            let open = async move { tokio::fs::File::open(path).await.map(ReaderStream::new) };
            open.into_stream().try_flatten().boxed()
        });
        ((read == 1).then_some(first[0]), body)
    };
    if typed {
        return Ok(request.body(body));
    }
    let media = match start {
        Some(b'{' | b'[' | b'"') => "application/json",
        _ => "application/octet-stream",
    };
    Ok(request
        .header(CONTENT_TYPE, HeaderValue::from_static(media))
        .body(body))
}
