//! Which operation a request is, for the log and for fault rules.

use http::{HeaderMap, Method, Request, Uri, header};

/// Whether a request is signed in Amazon's way, so that it can only be meant for the S3 face.
pub(crate) fn is_signed<B>(request: &Request<B>) -> bool {
    let header = request
        .headers()
        .get(header::AUTHORIZATION)
        .is_some_and(|value| value.as_bytes().starts_with(b"AWS4-HMAC-SHA256"));
    header || has(request.uri(), "X-Amz-Signature")
}

/// The id of the key that a request is signed with.
pub(crate) fn key_id<B>(request: &Request<B>) -> Option<String> {
    let header = request.headers().get(header::AUTHORIZATION);
    let credential = match header.and_then(|value| value.to_str().ok()) {
        Some(header) => header.split_once("Credential=")?.1.to_owned(),
        None => url::form_urlencoded::parse(request.uri().query()?.as_bytes())
            .find(|(name, _)| name == "X-Amz-Credential")?
            .1
            .into_owned(),
    };
    credential.split('/').next().map(str::to_owned)
}

fn has(uri: &Uri, wanted: &str) -> bool {
    let query = uri.query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == wanted)
}

/// The operation's name.
pub(crate) fn name(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<&'static str> {
    let path = uri.path().trim_start_matches('/');
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    let is_object = !key.is_empty();
    Some(match method.as_str() {
        "GET" if bucket.is_empty() => "listBuckets",
        "GET" if is_object && has(uri, "uploadId") => "listParts",
        "GET" if is_object => "getObject",
        "GET" if has(uri, "uploads") => "listMultipartUploads",
        "GET" if has(uri, "location") => "getBucketLocation",
        "GET" if has(uri, "versioning") => "getBucketVersioning",
        "GET" => "listObjects",
        "HEAD" if is_object => "headObject",
        "HEAD" => "headBucket",
        "PUT" if is_object && has(uri, "partNumber") => "uploadPart",
        "PUT" if is_object && headers.contains_key("x-amz-copy-source") => "copyObject",
        "PUT" if is_object => "putObject",
        "PUT" => "createBucket",
        "POST" if is_object && has(uri, "uploads") => "createMultipartUpload",
        "POST" if is_object && has(uri, "uploadId") => "completeMultipartUpload",
        "POST" if has(uri, "delete") => "deleteObjects",
        "DELETE" if is_object && has(uri, "uploadId") => "abortMultipartUpload",
        "DELETE" if is_object => "deleteObject",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn operations_are_told_apart_by_method_and_query() {
        let name = |method: &str, uri: &str| {
            name(
                &method.parse().unwrap(),
                &uri.parse().unwrap(),
                &HeaderMap::new(),
            )
        };
        assert_eq!(
            name("GET", "/b?list-type=2&prefix=a%2F"),
            Some("listObjects")
        );
        assert_eq!(name("GET", "/b/"), Some("listObjects"));
        assert_eq!(name("PUT", "/b/a/c"), Some("putObject"));
        assert_eq!(
            name("PUT", "/b/a?partNumber=1&uploadId=x"),
            Some("uploadPart")
        );
        assert_eq!(name("POST", "/b/a?uploads="), Some("createMultipartUpload"));
        assert_eq!(
            name("POST", "/b/a?uploadId=x"),
            Some("completeMultipartUpload")
        );
        assert_eq!(name("POST", "/b?delete"), Some("deleteObjects"));
        assert_eq!(
            name("DELETE", "/b/a?uploadId=x"),
            Some("abortMultipartUpload")
        );
        assert_eq!(name("PATCH", "/b/a"), None);
    }
}
