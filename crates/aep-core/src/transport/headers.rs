//! The headers of an attempt.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_LENGTH};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::Request;
use super::failed::Failed;
use super::network::{Broken, What};
use crate::auth::Held;

/// Our id of the attempt on the way out, the server's on the way back.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the server calls its id: the platform, Azure's storage, Amazon's.
pub(crate) const REQUEST_IDS: [HeaderName; 3] = [
    REQUEST_ID,
    HeaderName::from_static("x-ms-request-id"),
    HeaderName::from_static("x-amz-request-id"),
];

/// The client's headers, the caller's, the token, a request id, the length.
pub(crate) fn outgoing(
    request: &Request,
    headers: &HeaderMap,
    held: Option<&Held>,
) -> Result<HeaderMap, Failed> {
    let mut sent = headers.clone();
    for (name, value) in &request.headers {
        sent.insert(name.clone(), value.clone());
    }
    if request.verbatim {
        if let Some(signature) = sent.get_mut(AUTHORIZATION) {
            signature.set_sensitive(true);
        }
    } else {
        sent.remove(AUTHORIZATION);
    }
    if let Some(held) = held {
        let mut bearer = HeaderValue::try_from(format!("Bearer {}", held.secret().expose()))
            .map_err(|_| build("the token holds a character that a header cannot"))?;
        bearer.set_sensitive(true);
        sent.insert(AUTHORIZATION, bearer);
    }
    if !request.verbatim && !sent.contains_key(REQUEST_ID) {
        let id = HeaderValue::try_from(uuid::Uuid::new_v4().to_string())
            .map_err(|_| build("the request id cannot be sent"))?;
        sent.insert(REQUEST_ID, id);
    }
    let bodyless = matches!(
        request.method,
        Method::GET | Method::HEAD | Method::DELETE | Method::OPTIONS
    );
    if bodyless && request.body.is_empty() {
        sent.remove(CONTENT_LENGTH);
    } else {
        sent.insert(CONTENT_LENGTH, HeaderValue::from(request.body.len()));
    }
    Ok(sent)
}

fn build(why: &str) -> Failed {
    Failed::Network(Broken::new(What::Build, why))
}

/// A service may quote what it was sent. The body of an error must not bring the token or the client secret into a log,
/// neither as it is nor in the encoding of a form.
pub(crate) fn without_secrets(body: Bytes, held: Option<&Held>, request: &Request) -> Bytes {
    let token = held.map(|held| held.secret().expose().as_str());
    let own = request.secret.iter().map(|secret| secret.expose().as_str());
    let mut out = body;
    for secret in token
        .into_iter()
        .chain(own)
        .filter(|secret| secret.len() >= 4)
    {
        let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        for form in [Cow::Borrowed(secret), Cow::Owned(encoded)] {
            let text = String::from_utf8_lossy(&out);
            if text.contains(&*form) {
                out = Bytes::from(text.replace(&*form, "[redacted]"));
            }
        }
    }
    out
}
