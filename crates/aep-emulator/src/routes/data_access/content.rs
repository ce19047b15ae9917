//! Bytes, whole or by a range.

use std::io::SeekFrom;
use std::path::Path;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use crate::operations::Service;
use crate::problem::{self, Problem, catalog};

/// What a request wants of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Want {
    All,
    /// First byte and how many.
    Part(u64, u64),
    Impossible,
}

/// Answers the bytes at `path`, or only their headers.
pub(super) async fn answer(
    path: &Path,
    name: &str,
    headers: &HeaderMap,
    with_body: bool,
) -> Result<Response, Problem> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => catalog::not_found(&format!("file {name} is gone")),
        _ => problem::of(
            Service::DataAccess,
            500,
            &format!("file {name} can't be read: {error}"),
        ),
    };
    let mut file = File::open(path).await.map_err(failed)?;
    let size = file.metadata().await.map_err(failed)?.len();
    let range = headers
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok());
    let (status, first, length) = match want(range, size) {
        Want::All => (StatusCode::OK, 0, size),
        Want::Part(first, length) => (StatusCode::PARTIAL_CONTENT, first, length),
        Want::Impossible => {
            return Err(problem::of(
                Service::DataAccess,
                416,
                &format!("file {name} has {size} bytes"),
            )
            .header(header::CONTENT_RANGE, &format!("bytes */{size}")));
        }
    };
    let body = if with_body {
        file.seek(SeekFrom::Start(first)).await.map_err(failed)?;
        Body::from_stream(ReaderStream::with_capacity(file.take(length), 128 * 1024))
    } else {
        Body::empty()
    };
    let mut response = (status, body).into_response();
    let answered = response.headers_mut();
    answered.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(media_type(name)),
    );
    answered.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    answered.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if status == StatusCode::PARTIAL_CONTENT {
        let shown = format!("bytes {first}-{}/{size}", first + length - 1);
        if let Ok(value) = HeaderValue::from_str(&shown) {
            answered.insert(header::CONTENT_RANGE, value);
        }
    }
    Ok(response)
}

/// One range is answered, also an open one or the last bytes (emulator choice); what is no such range is ignored.
fn want(range: Option<&str>, size: u64) -> Want {
    let Some((first, last)) = range
        .and_then(|text| text.trim().strip_prefix("bytes="))
        .filter(|text| !text.contains(','))
        .and_then(|text| text.split_once('-'))
    else {
        return Want::All;
    };
    let (first, last) = (first.trim(), last.trim());
    let (first, last) = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => (first, last),
        (Ok(first), Err(_)) if last.is_empty() => (first, u64::MAX),
        (Err(_), Ok(0)) if first.is_empty() => return Want::Impossible,
        (Err(_), Ok(tail)) if first.is_empty() => (size.saturating_sub(tail), u64::MAX),
        _ => return Want::All,
    };
    if first >= size {
        return Want::Impossible;
    }
    Want::Part(first, last.min(size - 1) - first + 1)
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("parquet") => "application/parquet",
        Some("csv") => "application/csv",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        for (text, wanted) in [
            ("bytes=0-99", Want::Part(0, 100)),
            ("bytes=0-0", Want::Part(0, 1)),
            ("bytes=990-5000", Want::Part(990, 10)),
            ("bytes=100-", Want::Part(100, 900)),
            ("bytes=-10", Want::Part(990, 10)),
            ("bytes=-5000", Want::Part(0, 1000)),
            ("bytes=1000-", Want::Impossible),
            ("bytes=1000-1001", Want::Impossible),
            ("bytes=-0", Want::Impossible),
            ("bytes=9-3", Want::All),
            ("bytes=0-1,5-6", Want::All),
            ("bytes=x-y", Want::All),
            ("items=0-1", Want::All),
            ("bytes=-", Want::All),
        ] {
            assert_eq!(want(Some(text), 1000), wanted, "{text}");
        }
        assert_eq!(want(None, 0), Want::All);
        assert_eq!(want(Some("bytes=0-"), 0), Want::Impossible);
    }
}
