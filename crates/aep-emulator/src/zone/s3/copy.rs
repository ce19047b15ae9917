//! `CopyObject`. The bytes are not copied: blobs never change, so they get a second name.

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result, s3_error};

use super::access::Scope;
use super::answer::{self, etag, time};
use super::put::{fits, headers_in, metadata};
use super::sums::{kind, sums_out};
use crate::zone::disk::{self, Disk};

pub(super) async fn copy(
    disk: &Disk,
    req: S3Request<CopyObjectInput>,
) -> S3Result<S3Response<CopyObjectOutput>> {
    let scope = Scope::of(&req)?;
    let input = req.input;
    let CopySource::Bucket { bucket, key, .. } = &input.copy_source else {
        return Err(s3_error!(
            NotImplemented,
            "only objects of buckets can be copied"
        ));
    };
    if **bucket != scope.bucket {
        return Err(s3_error!(AccessDenied, "the source is in another bucket"));
    }
    scope.object(key)?;
    let found = disk.object(bucket, key).await.map_err(answer::error)?;
    let source = found.ok_or_else(|| s3_error!(NoSuchKey, "the source does not exist"))?;
    let wanted = input.copy_source_if_match.as_ref();
    let unwanted = input.copy_source_if_none_match.as_ref();
    if wanted.is_some_and(|wanted| !fits(wanted, &source.etag))
        || unwanted.is_some_and(|unwanted| fits(unwanted, &source.etag))
    {
        return Err(s3_error!(
            PreconditionFailed,
            "at least one of the preconditions you specified did not hold"
        ));
    }
    let mut object = disk::Object {
        modified: disk.now(),
        ..source
    };
    let replace = input
        .metadata_directive
        .as_ref()
        .is_some_and(|directive| directive.as_str() == MetadataDirective::REPLACE);
    if replace {
        object.headers = headers_in!(input);
        object.metadata = metadata(input.metadata);
    }
    let object = disk
        .duplicate(&input.bucket, &input.key, object)
        .await
        .map_err(answer::error)?;
    let mut result = CopyObjectResult {
        e_tag: Some(etag(&object.etag)),
        last_modified: Some(time(object.modified)),
        checksum_type: Some(kind(object.composite)),
        ..CopyObjectResult::default()
    };
    sums_out!(result, object.checksums);
    Ok(S3Response::new(CopyObjectOutput {
        copy_object_result: Some(result),
        ..CopyObjectOutput::default()
    }))
}
