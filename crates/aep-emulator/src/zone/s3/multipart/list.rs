//! `ListParts` and `ListMultipartUploads`.

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result};

use super::find;
use crate::zone::disk::{self, Disk};
use crate::zone::s3::access::Scope;
use crate::zone::s3::answer::{Failed, etag, time};
use crate::zone::s3::sums::{kind, sums_out};

/// Entries of a page, at most and by default.
const PAGE: i32 = 1000;

fn limit(asked: Option<i32>) -> i32 {
    asked.unwrap_or(PAGE).clamp(0, PAGE)
}

pub(in crate::zone::s3) async fn parts(
    disk: &Disk,
    req: S3Request<ListPartsInput>,
) -> S3Result<S3Response<ListPartsOutput>> {
    let input = req.input;
    let limit = limit(input.max_parts);
    let after = input.part_number_marker.unwrap_or_default();
    let (id, key) = (input.upload_id.clone(), input.key.clone());
    let (upload, all) = disk
        .read(&input.bucket, move |tx, bucket| {
            let upload = find(tx, bucket, &id, &key)?;
            Ok::<_, Failed>((upload, disk::Part::all(tx, &bucket.name, &id)?))
        })
        .await?;
    let mut rest = all.into_iter().filter(|part| part.number > after);
    let page: Vec<Part> = rest
        .by_ref()
        .take(usize::try_from(limit).unwrap_or_default())
        .map(|part| shown(&part))
        .collect();
    let more = rest.next().is_some();
    Ok(S3Response::new(ListPartsOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(input.upload_id),
        part_number_marker: Some(after),
        next_part_number_marker: page.last().and_then(|part| part.part_number),
        max_parts: Some(limit),
        is_truncated: Some(more),
        parts: Some(page),
        checksum_type: upload.algorithm.as_ref().map(|_| kind(upload.composite)),
        checksum_algorithm: upload
            .algorithm
            .map(|name| ChecksumAlgorithm::from(name.to_ascii_uppercase())),
        storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
        ..ListPartsOutput::default()
    }))
}

fn shown(part: &disk::Part) -> Part {
    let mut shown = Part {
        part_number: Some(part.number),
        e_tag: Some(etag(&part.etag)),
        size: i64::try_from(part.piece.size).ok(),
        last_modified: Some(time(part.modified)),
        ..Part::default()
    };
    sums_out!(shown, part.checksums);
    shown
}

/// By key, then by start. Uploads of one key are never split over two pages.
pub(in crate::zone::s3) async fn uploads(
    disk: &Disk,
    req: S3Request<ListMultipartUploadsInput>,
) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
    let scope = Scope::of(&req)?;
    let input = req.input;
    let prefix = input.prefix.clone().unwrap_or_default();
    scope.prefix(&prefix)?;
    let limit = limit(input.max_uploads);
    let after = input.key_marker.clone();
    let all = disk
        .read(&input.bucket, move |tx, bucket| {
            Ok::<_, Failed>(disk::Upload::all(tx, &bucket.name, &prefix)?)
        })
        .await?;
    let mut rest = all
        .into_iter()
        .filter(|(_, upload)| after.as_ref().is_none_or(|after| upload.key > *after))
        .peekable();
    let mut page: Vec<MultipartUpload> = Vec::new();
    let wanted = usize::try_from(limit).unwrap_or_default();
    while let Some((_, next)) = rest.peek() {
        let same = page.last().and_then(|last| last.key.as_ref()) == Some(&next.key);
        if page.len() >= wanted && !same {
            break;
        }
        let Some((id, upload)) = rest.next() else {
            break;
        };
        page.push(MultipartUpload {
            key: Some(upload.key),
            upload_id: Some(id),
            initiated: Some(time(upload.started)),
            ..MultipartUpload::default()
        });
    }
    let more = rest.peek().is_some();
    let last = page.last().cloned().filter(|_| more);
    Ok(S3Response::new(ListMultipartUploadsOutput {
        bucket: Some(input.bucket),
        prefix: input.prefix,
        key_marker: input.key_marker,
        max_uploads: Some(limit),
        is_truncated: Some(more),
        next_key_marker: last.as_ref().and_then(|last| last.key.clone()),
        next_upload_id_marker: last.and_then(|last| last.upload_id),
        uploads: Some(page),
        ..ListMultipartUploadsOutput::default()
    }))
}
