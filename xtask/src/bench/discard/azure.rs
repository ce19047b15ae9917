//! As much of Blob Storage as an upload needs.

use hyper::http::request::Parts;
use hyper::{Method, StatusCode};

use super::{DATE, ETAG, Reply, State, object, query};

/// Path of the storage account; the name is the one that tools take for an emulator.
pub(super) const ACCOUNT: &str = "/devstoreaccount1";
pub(super) const CONTAINER: &str = "dlz-user-container";
pub(super) const SAS: &str = "sv=2020-04-08&si=dlz-00000000-0000-4000-8000-000000000000&sr=c&sp=racwdlm&sig=ZGlzY2FyZA%3D%3D";

pub(super) fn sas_uri(url: &str, key: &str) -> String {
    let slash = if key.is_empty() { "" } else { "/" };
    format!("{url}{ACCOUNT}/{CONTAINER}{slash}{key}?{SAS}")
}

pub(super) fn reply(head: &Parts, received: u64, state: &State) -> Reply {
    let path = head.uri.path();
    let written = || {
        Reply::new(StatusCode::CREATED)
            .header("etag", ETAG)
            .header("last-modified", DATE)
            .header("x-ms-request-id", "discard")
    };
    let is_container = query(head, "restype") == Some("container");
    match (&head.method, query(head, "comp")) {
        (&Method::PUT, Some("block")) => {
            state.stored(path, received, true);
            written()
        }
        (&Method::PUT, Some("blocklist")) => written(),
        (&Method::PUT, _) => {
            state.stored(path, received, false);
            written()
        }
        (&Method::GET, Some("list")) => Reply::new(StatusCode::OK).body(
            "application/xml",
            format!(
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ContainerName=\"{CONTAINER}\">\
                 <Blobs></Blobs><NextMarker/></EnumerationResults>"
            ),
        ),
        _ if is_container => Reply::new(StatusCode::OK)
            .header("etag", ETAG)
            .header("last-modified", DATE),
        _ => match state.size(path) {
            Some(size) => object(StatusCode::OK, size).header("x-ms-blob-type", "BlockBlob"),
            None => Reply::new(StatusCode::NOT_FOUND).header("x-ms-error-code", "BlobNotFound"),
        },
    }
}
