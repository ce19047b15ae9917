//! `CreateMultipartUpload`.

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use crate::ids;
use crate::zone::disk::{Disk, Upload};
use crate::zone::s3::answer::Failed;
use crate::zone::s3::put::{headers_in, metadata};
use crate::zone::s3::sums::kind;

pub(in crate::zone::s3) async fn create(
    disk: &Disk,
    req: S3Request<CreateMultipartUploadInput>,
) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
    let input = req.input;
    let algorithm = input
        .checksum_algorithm
        .as_ref()
        .map(|name| name.as_str().to_ascii_lowercase());
    let full = input
        .checksum_type
        .as_ref()
        .map(|kind| kind.as_str() == ChecksumType::FULL_OBJECT);
    let composite = match (algorithm.as_deref(), full) {
        (None | Some("crc64nvme"), Some(false)) => {
            return Err(s3_error!(
                InvalidRequest,
                "this algorithm has no composite checksums"
            ));
        }
        (Some("sha1" | "sha256"), Some(true)) => {
            return Err(s3_error!(
                InvalidRequest,
                "this algorithm has no full object checksums"
            ));
        }
        (None | Some("crc64nvme"), _) => false,
        (Some(_), full) => !full.unwrap_or_default(),
    };
    let id = format!("{}{}", ids::uuid(), ids::uuid());
    let upload = Upload {
        key: input.key.clone(),
        started: disk.now(),
        headers: headers_in!(input),
        metadata: metadata(input.metadata),
        algorithm: algorithm.clone(),
        composite,
    };
    let stored = id.clone();
    disk.write(&input.bucket, move |tx, bucket| {
        Ok::<_, Failed>((upload.put(tx, &bucket.name, &stored)?, Vec::new()))
    })
    .await?;
    Ok(S3Response::new(CreateMultipartUploadOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(id),
        checksum_type: input.checksum_algorithm.as_ref().map(|_| kind(composite)),
        checksum_algorithm: input.checksum_algorithm,
        ..CreateMultipartUploadOutput::default()
    }))
}
