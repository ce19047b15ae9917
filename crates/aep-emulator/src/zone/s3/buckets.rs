//! Buckets themselves. They come with sandboxes or by the administration, never by this face.

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::access::Scope;
use super::answer::{self, time};
use crate::zone::ZoneError;
use crate::zone::disk::{Bucket, Disk};

async fn find(disk: &Disk, name: &str) -> S3Result<Bucket> {
    disk.read(name, |_, bucket| Ok::<_, ZoneError>(bucket.clone()))
        .await
        .map_err(answer::error)
}

/// The one bucket that the key opens.
pub(super) async fn list(
    disk: &Disk,
    req: S3Request<ListBucketsInput>,
) -> S3Result<S3Response<ListBucketsOutput>> {
    let bucket = find(disk, &Scope::of(&req)?.bucket).await?;
    let shown = s3s::dto::Bucket {
        name: Some(bucket.name),
        creation_date: Some(time(bucket.created)),
        ..s3s::dto::Bucket::default()
    };
    Ok(S3Response::new(ListBucketsOutput {
        buckets: Some(vec![shown]),
        ..ListBucketsOutput::default()
    }))
}

/// Tools make a bucket before they use it, and take "it is yours already" for an answer.
pub(super) async fn create(
    disk: &Disk,
    req: S3Request<CreateBucketInput>,
) -> S3Result<S3Response<CreateBucketOutput>> {
    find(disk, &req.input.bucket).await?;
    Err(s3_error!(
        BucketAlreadyOwnedByYou,
        "the bucket is there already"
    ))
}

pub(super) async fn head(
    disk: &Disk,
    req: S3Request<HeadBucketInput>,
) -> S3Result<S3Response<HeadBucketOutput>> {
    find(disk, &req.input.bucket).await?;
    Ok(S3Response::new(HeadBucketOutput::default()))
}

/// Every region is right; an empty answer means the first one.
pub(super) async fn location(
    disk: &Disk,
    req: S3Request<GetBucketLocationInput>,
) -> S3Result<S3Response<GetBucketLocationOutput>> {
    find(disk, &req.input.bucket).await?;
    Ok(S3Response::new(GetBucketLocationOutput::default()))
}

/// Never switched on, which is what an empty answer means.
pub(super) async fn versioning(
    disk: &Disk,
    req: S3Request<GetBucketVersioningInput>,
) -> S3Result<S3Response<GetBucketVersioningOutput>> {
    find(disk, &req.input.bucket).await?;
    Ok(S3Response::new(GetBucketVersioningOutput::default()))
}
