//! `AbortMultipartUpload`.

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result};

use super::find;
use crate::zone::disk::{Disk, Upload};
use crate::zone::s3::answer::Failed;

pub(in crate::zone::s3) async fn abort(
    disk: &Disk,
    req: S3Request<AbortMultipartUploadInput>,
) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
    let (id, key) = (req.input.upload_id, req.input.key);
    disk.write(&req.input.bucket, move |tx, bucket| {
        find(tx, bucket, &id, &key)?;
        Ok::<_, Failed>(((), Upload::remove(tx, &bucket.name, &id)?))
    })
    .await?;
    Ok(S3Response::with_status(
        AbortMultipartUploadOutput::default(),
        http::StatusCode::NO_CONTENT,
    ))
}
