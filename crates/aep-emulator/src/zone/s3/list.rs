//! Listings, in both versions.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::access::Scope;
use super::answer::{self, etag, time};
use crate::zone::disk::{Disk, Entry, Page, Wanted};

/// Entries of a page, at most and by default.
const PAGE: i32 = 1000;

/// What stays as it is under `encoding-type=url`.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

/// Names on their way out: spelt as they are, or percent-encoded.
struct Spelling(bool);

impl Spelling {
    fn of(encoding: Option<&EncodingType>) -> Self {
        Self(encoding.is_some_and(|encoding| encoding.as_str() == EncodingType::URL))
    }

    fn write(&self, name: &str) -> String {
        if self.0 {
            utf8_percent_encode(name, PLAIN).to_string()
        } else {
            name.to_owned()
        }
    }
}

fn limit(asked: Option<i32>) -> S3Result<i32> {
    match asked {
        None => Ok(PAGE),
        Some(asked) if asked < 0 => Err(s3_error!(InvalidArgument, "max-keys is negative")),
        Some(asked) => Ok(asked.min(PAGE)),
    }
}

async fn page(disk: &Disk, bucket: &str, wanted: Wanted) -> S3Result<Page> {
    disk.page(bucket, wanted).await.map_err(answer::error)
}

/// Contents and folded prefixes.
fn split(page: Page, spelling: &Spelling) -> (Vec<Object>, Vec<CommonPrefix>) {
    let (mut contents, mut prefixes) = (Vec::new(), Vec::new());
    for entry in page.entries {
        match entry {
            Entry::Object(key, object) => contents.push(Object {
                key: Some(spelling.write(&key)),
                size: i64::try_from(object.size).ok(),
                e_tag: Some(etag(&object.etag)),
                last_modified: Some(time(object.modified)),
                storage_class: Some(ObjectStorageClass::from_static(
                    ObjectStorageClass::STANDARD,
                )),
                ..Object::default()
            }),
            Entry::Prefix(prefix) => prefixes.push(CommonPrefix {
                prefix: Some(spelling.write(&prefix)),
            }),
        }
    }
    (contents, prefixes)
}

pub(super) async fn first(
    disk: &Disk,
    req: S3Request<ListObjectsInput>,
) -> S3Result<S3Response<ListObjectsOutput>> {
    let scope = Scope::of(&req)?;
    let input = req.input;
    scope.prefix(input.prefix.as_deref().unwrap_or_default())?;
    let limit = limit(input.max_keys)?;
    let wanted = Wanted {
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: input.delimiter.clone(),
        after: input.marker.clone(),
        limit: usize::try_from(limit).unwrap_or_default(),
    };
    let page = page(disk, &input.bucket, wanted).await?;
    let spelling = Spelling::of(input.encoding_type.as_ref());
    let (more, last) = (
        page.more,
        page.entries
            .last()
            .map(|entry| spelling.write(entry.name())),
    );
    let (contents, prefixes) = split(page, &spelling);
    Ok(S3Response::new(ListObjectsOutput {
        name: Some(input.bucket),
        prefix: Some(spelling.write(input.prefix.as_deref().unwrap_or_default())),
        marker: Some(spelling.write(input.marker.as_deref().unwrap_or_default())),
        delimiter: input.delimiter.map(|text| spelling.write(&text)),
        max_keys: Some(limit),
        is_truncated: Some(more),
        next_marker: last.filter(|_| more),
        encoding_type: input.encoding_type,
        contents: Some(contents),
        common_prefixes: Some(prefixes),
        ..ListObjectsOutput::default()
    }))
}

pub(super) async fn second(
    disk: &Disk,
    req: S3Request<ListObjectsV2Input>,
) -> S3Result<S3Response<ListObjectsV2Output>> {
    let scope = Scope::of(&req)?;
    let input = req.input;
    scope.prefix(input.prefix.as_deref().unwrap_or_default())?;
    let limit = limit(input.max_keys)?;
    let after = match &input.continuation_token {
        Some(token) => Some(read_token(token)?),
        None => input.start_after.clone(),
    };
    let wanted = Wanted {
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: input.delimiter.clone(),
        after,
        limit: usize::try_from(limit).unwrap_or_default(),
    };
    let page = page(disk, &input.bucket, wanted).await?;
    let spelling = Spelling::of(input.encoding_type.as_ref());
    let next = page
        .entries
        .last()
        .filter(|_| page.more)
        .map(|entry| URL_SAFE_NO_PAD.encode(entry.name()));
    let count = i32::try_from(page.entries.len()).unwrap_or(limit);
    let (contents, prefixes) = split(page, &spelling);
    Ok(S3Response::new(ListObjectsV2Output {
        name: Some(input.bucket),
        prefix: Some(spelling.write(input.prefix.as_deref().unwrap_or_default())),
        delimiter: input.delimiter.map(|text| spelling.write(&text)),
        start_after: input.start_after.map(|text| spelling.write(&text)),
        continuation_token: input.continuation_token,
        max_keys: Some(limit),
        key_count: Some(count),
        is_truncated: Some(next.is_some()),
        next_continuation_token: next,
        encoding_type: input.encoding_type,
        contents: Some(contents),
        common_prefixes: Some(prefixes),
        ..ListObjectsV2Output::default()
    }))
}

/// A continuation token is the last name of the page before, hidden.
fn read_token(token: &str) -> S3Result<String> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| s3_error!(InvalidArgument, "the continuation token is incorrect"))
}
