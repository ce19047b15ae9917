//! `GetObject` and `HeadObject`.

use std::ops::Range;

use futures::TryStreamExt as _;
use http_body::Frame;
use http_body_util::StreamBody;
use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::answer::{self, etag, time};
use super::put::fits;
use super::sums::{kind, sums_out};
use crate::zone::disk::{self, Disk};

/// The parts of a request that both have.
struct Asked {
    if_match: Option<ETagCondition>,
    if_none_match: Option<ETagCondition>,
    if_modified_since: Option<Timestamp>,
    if_unmodified_since: Option<Timestamp>,
    range: Option<s3s::dto::Range>,
    part: Option<i32>,
}

macro_rules! asked {
    ($input:expr) => {
        Asked {
            if_match: $input.if_match.clone(),
            if_none_match: $input.if_none_match.clone(),
            if_modified_since: $input.if_modified_since.clone(),
            if_unmodified_since: $input.if_unmodified_since.clone(),
            range: $input.range,
            part: $input.part_number,
        }
    };
}

/// Sets what both answers say of an object.
macro_rules! described {
    ($output:ident, $object:expr, $part:expr, $sums:expr) => {{
        let object = &$object;
        let header = |name: &str| object.headers.get(name).cloned();
        let mut output = $output {
            accept_ranges: Some("bytes".to_owned()),
            content_length: i64::try_from($part.range.end - $part.range.start).ok(),
            content_range: $part.shown.clone(),
            parts_count: $part.count,
            e_tag: Some(etag(&object.etag)),
            last_modified: Some(time(object.modified)),
            cache_control: header("cache-control"),
            content_disposition: header("content-disposition"),
            content_encoding: header("content-encoding"),
            content_language: header("content-language"),
            content_type: Some(
                header("content-type").unwrap_or_else(|| "binary/octet-stream".to_owned()),
            ),
            metadata: Some(object.metadata.clone().into_iter().collect()),
            ..$output::default()
        };
        // Of a part of the bytes the checksums would not be true.
        if $sums && $part.shown.is_none() {
            sums_out!(output, object.checksums);
            output.checksum_type = Some(kind(object.composite));
        }
        output
    }};
}

/// The bytes that are meant.
struct Part {
    range: Range<u64>,
    /// `Content-Range`, unless it is everything.
    shown: Option<String>,
    count: Option<i32>,
}

/// Conditions are looked at in the order of RFC 9110.
fn check(object: &disk::Object, asked: &Asked) -> S3Result<()> {
    let failed = || {
        s3_error!(
            PreconditionFailed,
            "at least one of the preconditions you specified did not hold"
        )
    };
    // Dates in headers have no fractions of a second.
    let modified = time(object.modified / 1000 * 1000);
    if let Some(wanted) = &asked.if_match {
        if !fits(wanted, &object.etag) {
            return Err(failed());
        }
    } else if asked
        .if_unmodified_since
        .as_ref()
        .is_some_and(|since| modified > *since)
    {
        return Err(failed());
    }
    let unchanged = match &asked.if_none_match {
        Some(unwanted) => fits(unwanted, &object.etag),
        None => asked
            .if_modified_since
            .as_ref()
            .is_some_and(|since| modified <= *since),
    };
    if unchanged {
        return Err(s3_error!(NotModified));
    }
    Ok(())
}

fn part(object: &disk::Object, asked: &Asked) -> S3Result<Part> {
    let whole = 0..object.size;
    let shown = |range: &Range<u64>| {
        Some(format!(
            "bytes {}-{}/{}",
            range.start,
            range.end.saturating_sub(1),
            object.size
        ))
    };
    if let Some(number) = asked.part {
        let count = object.pieces.len();
        let at = usize::try_from(number)
            .ok()
            .filter(|number| (1..=count).contains(number))
            .ok_or_else(|| s3_error!(InvalidRange, "the object has no such part"))?;
        let start = object.pieces[..at - 1].iter().map(|piece| piece.size).sum();
        let range = start..start + object.pieces[at - 1].size;
        return Ok(Part {
            shown: shown(&range),
            range,
            count: object.upload.as_ref().and(i32::try_from(count).ok()),
        });
    }
    match &asked.range {
        Some(asked) => {
            let range = asked.check(object.size)?;
            Ok(Part {
                shown: shown(&range),
                range,
                count: None,
            })
        }
        None => Ok(Part {
            range: whole,
            shown: None,
            count: None,
        }),
    }
}

async fn find(disk: &Disk, bucket: &str, key: &str) -> S3Result<disk::Object> {
    let found = disk.object(bucket, key).await.map_err(answer::error)?;
    found.ok_or_else(|| s3_error!(NoSuchKey, "the specified key does not exist"))
}

fn wants_sums(mode: Option<&ChecksumMode>) -> bool {
    mode.is_some_and(|mode| mode.as_str() == ChecksumMode::ENABLED)
}

pub(super) async fn get(
    disk: &Disk,
    req: S3Request<GetObjectInput>,
) -> S3Result<S3Response<GetObjectOutput>> {
    let input = req.input;
    let asked = asked!(input);
    let object = find(disk, &input.bucket, &input.key).await?;
    check(&object, &asked)?;
    let part = part(&object, &asked)?;
    let partial = part.shown.is_some();
    let sums = wants_sums(input.checksum_mode.as_ref());
    let mut output = described!(GetObjectOutput, object, part, sums);
    let stream = disk
        .bytes(&object, part.range)
        .await
        .map_err(answer::error)?;
    let body = s3s::Body::http_body_unsync(StreamBody::new(stream.map_ok(Frame::data)));
    output.body = Some(StreamingBlob::from(body));
    let mut response = S3Response::new(output);
    if partial {
        response.status = Some(http::StatusCode::PARTIAL_CONTENT);
    }
    Ok(response)
}

pub(super) async fn head(
    disk: &Disk,
    req: S3Request<HeadObjectInput>,
) -> S3Result<S3Response<HeadObjectOutput>> {
    let input = req.input;
    let asked = asked!(input);
    let object = find(disk, &input.bucket, &input.key).await?;
    check(&object, &asked)?;
    let part = part(&object, &asked)?;
    let sums = wants_sums(input.checksum_mode.as_ref());
    let output = described!(HeadObjectOutput, object, part, sums);
    let mut response = S3Response::new(output);
    if part.shown.is_some() {
        response.status = Some(http::StatusCode::PARTIAL_CONTENT);
    }
    Ok(response)
}
