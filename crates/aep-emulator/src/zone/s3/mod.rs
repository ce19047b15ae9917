//! The S3 face: Amazon's protocol over the buckets of the state.
//!
//! s3s reads requests, checks signatures and writes answers; the operations are here. Times are the emulator's, except
//! that signatures are as old as the machine's clock says.

#![allow(
    clippy::wildcard_imports,
    reason = "every operation has types of its own, with its name in theirs"
)]

mod access;
mod answer;
mod body;
mod buckets;
mod copy;
mod delete;
mod get;
mod list;
mod multipart;
mod operation;
mod put;
mod sums;

use axum::body::Body;
use axum::response::Response;
use http::Request;
use s3s::dto::*;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::validation::NameValidation;
use s3s::{S3, S3Request, S3Response, S3Result};

pub(crate) use answer::{expired, fault, slow_down};
pub(crate) use operation::{is_signed, key_id, name};

use super::disk::Disk;

/// The face of one state. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Face(S3Service);

impl Face {
    pub(crate) fn new(disk: Disk) -> Self {
        let mut builder = S3ServiceBuilder::new(Operations { disk: disk.clone() });
        builder.set_auth(access::Keys(disk.clone()));
        builder.set_access(access::Scopes(disk));
        builder.set_validation(AnyName);
        Self(builder.build())
    }

    /// Answers a request.
    pub(crate) async fn call(&self, request: Request<Body>) -> Response {
        match self.0.call(request.map(s3s::Body::http_body_unsync)).await {
            Ok(response) => response.map(Body::new),
            Err(error) => {
                let error: s3s::StdError = error.into();
                tracing::error!(error = &*error, "the S3 face failed");
                answer::fault(500, None)
            }
        }
    }
}

/// Names of sandboxes can be longer than those of buckets, and only buckets that exist are found anyway.
struct AnyName;

impl NameValidation for AnyName {
    fn validate_bucket_name(&self, name: &str) -> bool {
        !name.is_empty()
    }
}

/// The operations.
struct Operations {
    disk: Disk,
}

macro_rules! operations {
    ($($name:ident: $input:ident => $output:ident = $work:path;)*) => {
        #[async_trait::async_trait]
        impl S3 for Operations {
            $(async fn $name(&self, req: S3Request<$input>) -> S3Result<S3Response<$output>> {
                $work(&self.disk, req).await
            })*
        }
    };
}

operations! {
    list_buckets: ListBucketsInput => ListBucketsOutput = buckets::list;
    create_bucket: CreateBucketInput => CreateBucketOutput = buckets::create;
    head_bucket: HeadBucketInput => HeadBucketOutput = buckets::head;
    get_bucket_location: GetBucketLocationInput => GetBucketLocationOutput = buckets::location;
    get_bucket_versioning: GetBucketVersioningInput => GetBucketVersioningOutput = buckets::versioning;
    list_objects: ListObjectsInput => ListObjectsOutput = list::first;
    list_objects_v2: ListObjectsV2Input => ListObjectsV2Output = list::second;
    put_object: PutObjectInput => PutObjectOutput = put::put;
    get_object: GetObjectInput => GetObjectOutput = get::get;
    head_object: HeadObjectInput => HeadObjectOutput = get::head;
    copy_object: CopyObjectInput => CopyObjectOutput = copy::copy;
    delete_object: DeleteObjectInput => DeleteObjectOutput = delete::one;
    delete_objects: DeleteObjectsInput => DeleteObjectsOutput = delete::several;
    create_multipart_upload: CreateMultipartUploadInput => CreateMultipartUploadOutput = multipart::create::create;
    upload_part: UploadPartInput => UploadPartOutput = multipart::part::upload;
    complete_multipart_upload: CompleteMultipartUploadInput => CompleteMultipartUploadOutput = multipart::complete::complete;
    abort_multipart_upload: AbortMultipartUploadInput => AbortMultipartUploadOutput = multipart::abort::abort;
    list_parts: ListPartsInput => ListPartsOutput = multipart::list::parts;
    list_multipart_uploads: ListMultipartUploadsInput => ListMultipartUploadsOutput = multipart::list::uploads;
}
