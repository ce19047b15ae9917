//! Redirects: followed for reads, never to a worse place, and with credentials only on the same server.

use http::header::{ACCEPT, LOCATION, RANGE};
use http::{HeaderMap, Method, StatusCode};
use url::Url;

use super::address;
use super::failed::Failed;
use super::headers::REQUEST_ID;

/// Whether an answer is a redirect that is followed.
pub(crate) fn is_followed(status: StatusCode, method: &Method) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
        && matches!(*method, Method::GET | Method::HEAD)
}

/// Where it leads: an https address, or one on this machine if it came from there.
pub(crate) fn target(status: StatusCode, headers: &HeaderMap, from: &Url) -> Result<Url, Failed> {
    let location = headers
        .get(LOCATION)
        .and_then(|to| to.to_str().ok())
        .filter(|to| !to.is_empty());
    let to = location.and_then(|to| from.join(to).ok());
    let good = to.as_ref().is_some_and(|to| {
        let worse = from.scheme() == "https" && to.scheme() == "http";
        !worse && address::check_scheme(to).is_ok()
    });
    match to {
        Some(to) if good => Ok(to),
        to => {
            let host = to.as_ref().and_then(Url::host_str).unwrap_or("nowhere");
            Err(Failed::Redirect(format!(
                "{status} is a redirect to `{host}` that is not followed: it leads to no address that may be used"
            )))
        }
    }
}

/// The headers for another server: whatever else the client and the caller put in was for the first one.
pub(crate) fn for_strangers(headers: HeaderMap) -> HeaderMap {
    headers
        .into_iter()
        .filter_map(|(name, value)| Some((name?, value)))
        .filter(|(name, _)| [ACCEPT, RANGE, REQUEST_ID].contains(name))
        .collect()
}
