//! `CompleteMultipartUpload`.

use std::collections::BTreeMap;

use s3s::crypto::{Checksum as _, Md5};
use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::unknown;
use crate::ids;
use crate::state::Tx;
use crate::zone::disk::{self, Bucket, Disk, Part, Piece, Upload};
use crate::zone::s3::answer::{Failed, etag};
use crate::zone::s3::put::Condition;
use crate::zone::s3::sums::{self, Named, kind, sums_in, sums_out};

/// Every part but the last has at least so many bytes.
const SMALLEST: u64 = 5 * 1024 * 1024;

struct Asked {
    upload: String,
    key: String,
    listed: Vec<CompletedPart>,
    sums: Named,
    size: Option<u64>,
    condition: Condition,
    now: i64,
}

pub(in crate::zone::s3) async fn complete(
    disk: &Disk,
    req: S3Request<CompleteMultipartUploadInput>,
) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
    let input = req.input;
    let asked = Asked {
        sums: sums_in!(input),
        size: input.mpu_object_size.and_then(|size| size.try_into().ok()),
        condition: Condition {
            if_match: input.if_match,
            if_none_match: input.if_none_match,
        },
        upload: input.upload_id,
        key: input.key.clone(),
        listed: input
            .multipart_upload
            .and_then(|listed| listed.parts)
            .unwrap_or_default(),
        now: disk.now(),
    };
    let object = disk
        .write(&input.bucket, move |tx, bucket| finish(tx, bucket, &asked))
        .await?;
    let mut output = CompleteMultipartUploadOutput {
        location: Some(format!("/{}/{}", input.bucket, input.key)),
        bucket: Some(input.bucket),
        key: Some(input.key),
        e_tag: Some(etag(&object.etag)),
        checksum_type: Some(kind(object.composite)),
        ..CompleteMultipartUploadOutput::default()
    };
    sums_out!(output, object.checksums);
    Ok(S3Response::new(output))
}

fn finish(
    tx: &Tx<'_>,
    bucket: &Bucket,
    asked: &Asked,
) -> Result<(disk::Object, Vec<String>), Failed> {
    let Some(upload) = Upload::find(tx, &bucket.name, &asked.upload, &asked.key)? else {
        // The answer to the first try may have been lost: completing twice is completing once.
        let there = disk::Object::find(tx, bucket, &asked.key, asked.now)?;
        return match there {
            Some(object) if object.upload.as_ref() == Some(&asked.upload) => {
                Ok((object, Vec::new()))
            }
            _ => Err(unknown().into()),
        };
    };
    asked.condition.check(tx, bucket, &asked.key, asked.now)?;
    let parts = chosen(Part::all(tx, &bucket.name, &asked.upload)?, &asked.listed)?;
    let object = assembled(upload, &parts, asked.now, &asked.upload);
    sums::agree(&asked.sums, &object.checksums)?;
    if asked.size.is_some_and(|size| size != object.size) {
        return Err(s3_error!(
            InvalidRequest,
            "the object is not as large as the request says"
        )
        .into());
    }
    let mut unneeded = Upload::remove(tx, &bucket.name, &asked.upload)?;
    unneeded.retain(|blob| !object.pieces.iter().any(|piece| piece.blob == *blob));
    unneeded.extend(object.put(tx, &bucket.name, &asked.key)?);
    Ok((object, unneeded))
}

/// The parts that the request lists, which must be there, in order, and large enough.
fn chosen(there: Vec<Part>, listed: &[CompletedPart]) -> Result<Vec<Part>, Failed> {
    if listed.is_empty() {
        return Err(s3_error!(MalformedXML, "no parts are listed").into());
    }
    let mut there: BTreeMap<i32, Part> =
        there.into_iter().map(|part| (part.number, part)).collect();
    let mut parts: Vec<Part> = Vec::with_capacity(listed.len());
    for wanted in listed {
        let number = wanted.part_number.unwrap_or_default();
        if parts.last().is_some_and(|last| last.number >= number) {
            return Err(s3_error!(
                InvalidPartOrder,
                "the list of parts was not in ascending order"
            )
            .into());
        }
        let fits = |part: &Part| {
            let tag = wanted.e_tag.as_ref();
            tag.is_none_or(|tag| tag.value() == part.etag)
                && sums::agree(&sums_in!(wanted), &part.checksums).is_ok()
        };
        let part = there.remove(&number).filter(fits).ok_or_else(|| {
            Failed::from(s3_error!(
                InvalidPart,
                "one or more of the specified parts could not be found"
            ))
        })?;
        parts.push(part);
    }
    let too_small = parts
        .iter()
        .rev()
        .skip(1)
        .any(|part| part.piece.size < SMALLEST);
    if too_small {
        return Err(s3_error!(
            EntityTooSmall,
            "a part is smaller than the minimum of 5 MiB"
        )
        .into());
    }
    Ok(parts)
}

fn assembled(upload: Upload, parts: &[Part], now: i64, id: &str) -> disk::Object {
    let summed: Vec<(Piece, Named)> = parts
        .iter()
        .map(|part| (part.piece.clone(), part.checksums.clone()))
        .collect();
    let mut checksums = Named::new();
    let algorithm = upload.algorithm.as_deref();
    if upload.composite {
        let sum =
            algorithm.and_then(|name| Some((name.to_owned(), sums::composite(name, &summed)?)));
        checksums.extend(sum);
    } else {
        for name in ["crc64nvme"].into_iter().chain(algorithm) {
            checksums.extend(sums::whole(name, &summed).map(|sum| (name.to_owned(), sum)));
        }
    }
    let mut md5 = Md5::new();
    for part in parts {
        md5.update(&digits(&part.etag));
    }
    disk::Object {
        size: parts.iter().map(|part| part.piece.size).sum(),
        etag: format!("{}-{}", ids::hex(&md5.finalize()), parts.len()),
        modified: now,
        pieces: parts.iter().map(|part| part.piece.clone()).collect(),
        checksums,
        composite: upload.composite,
        headers: upload.headers,
        metadata: upload.metadata,
        upload: Some(id.to_owned()),
    }
}

fn digits(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks_exact(2);
    pairs
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
