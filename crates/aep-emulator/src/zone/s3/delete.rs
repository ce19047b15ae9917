//! `DeleteObject` and `DeleteObjects`. What is not there is deleted too.

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::access::Scope;
use super::answer::{self, Failed};
use crate::zone::disk::{self, Disk};

/// Keys in one request, at most.
const KEYS: usize = 1000;

pub(super) async fn one(
    disk: &Disk,
    req: S3Request<DeleteObjectInput>,
) -> S3Result<S3Response<DeleteObjectOutput>> {
    disk.remove(&req.input.bucket, &req.input.key)
        .await
        .map_err(answer::error)?;
    Ok(S3Response::with_status(
        DeleteObjectOutput::default(),
        http::StatusCode::NO_CONTENT,
    ))
}

pub(super) async fn several(
    disk: &Disk,
    req: S3Request<DeleteObjectsInput>,
) -> S3Result<S3Response<DeleteObjectsOutput>> {
    let scope = Scope::of(&req)?;
    let input = req.input;
    let quiet = input.delete.quiet.unwrap_or_default();
    if input.delete.objects.len() > KEYS {
        return Err(s3_error!(MalformedXML, "more than 1000 keys"));
    }
    let (mut keys, mut errors) = (Vec::new(), Vec::new());
    for asked in input.delete.objects {
        match scope.object(&asked.key) {
            Ok(()) => keys.push(asked.key),
            Err(error) => errors.push(Error {
                code: Some(error.code().as_str().to_owned()),
                message: error.message().map(str::to_owned),
                key: Some(asked.key),
                ..Error::default()
            }),
        }
    }
    let doomed = keys.clone();
    disk.write(&input.bucket, move |tx, bucket| {
        let mut blobs = Vec::new();
        for key in &doomed {
            blobs.extend(disk::Object::remove(tx, &bucket.name, key)?.unwrap_or_default());
        }
        Ok::<_, Failed>(((), blobs))
    })
    .await?;
    let deleted = keys
        .into_iter()
        .filter(|_| !quiet)
        .map(|key| DeletedObject {
            key: Some(key),
            ..DeletedObject::default()
        });
    Ok(S3Response::new(DeleteObjectsOutput {
        deleted: Some(deleted.collect()),
        errors: Some(errors),
        ..DeleteObjectsOutput::default()
    }))
}
