//! As much of S3, path style, as an upload needs.

use hyper::http::request::Parts;
use hyper::{Method, StatusCode};

use super::{ETAG, Reply, State, object, query};

pub(super) const BUCKET: &str = "dlz-discard";
pub(super) const FOLDER: &str = "dlz-adf-connectors";
const XML: &str = "application/xml";

pub(super) fn reply(head: &Parts, received: u64, state: &State) -> Reply {
    let path = head.uri.path();
    let key = path.trim_start_matches('/').split_once('/');
    let is_bucket = key.is_none_or(|(_, key)| key.is_empty());
    let ok = || Reply::new(StatusCode::OK);
    match head.method {
        Method::PUT => {
            state.stored(path, received, query(head, "partNumber").is_some());
            ok().header("etag", ETAG)
        }
        Method::POST if query(head, "uploads").is_some() => ok().body(
            XML,
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><InitiateMultipartUploadResult><Bucket>{BUCKET}</Bucket>\
                 <Key>key</Key><UploadId>discard</UploadId></InitiateMultipartUploadResult>"
            ),
        ),
        Method::POST if query(head, "uploadId").is_some() => ok().body(
            XML,
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><CompleteMultipartUploadResult><Bucket>{BUCKET}</Bucket>\
                 <Key>key</Key><ETag>{ETAG}</ETag></CompleteMultipartUploadResult>"
            ),
        ),
        Method::DELETE => Reply::new(StatusCode::NO_CONTENT),
        _ if query(head, "location").is_some() => {
            ok().body(XML, "<LocationConstraint>us-east-1</LocationConstraint>")
        }
        Method::GET if is_bucket => ok().body(
            XML,
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult><Name>{BUCKET}</Name>\
                 <KeyCount>0</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>"
            ),
        ),
        _ if is_bucket => ok().header("x-amz-bucket-region", "us-east-1"),
        _ => match state.size(path) {
            Some(size) => object(StatusCode::OK, size),
            None => Reply::new(StatusCode::NOT_FOUND),
        },
    }
}
