//! Addresses: built segment by segment, and the rule which of them may be used at all.

use url::{Host, Url};

use crate::{Error, ErrorKind, Result};

/// `base` with these segments behind its path, each percent-encoded as one segment.
///
/// # Errors
///
/// [`ErrorKind::Usage`] for an empty segment and for `.` and `..`: an address parser would let them climb out of the path.
pub(crate) fn join(base: &Url, segments: &[&str]) -> Result<Url> {
    for segment in segments {
        if segment.is_empty() || *segment == "." || *segment == ".." {
            return Err(Error::new(ErrorKind::Usage, "build an address")
                .with("segment", segment)
                .because("a part of a path is neither empty nor `.` nor `..`"));
        }
    }
    let mut url = base.clone();
    url.set_query(None);
    url.set_fragment(None);
    let mut path = base.path().trim_end_matches('/').to_owned();
    for segment in segments {
        path.push('/');
        path.extend(percent_encoding::utf8_percent_encode(segment, SEGMENT));
    }
    url.set_path(&path);
    Ok(url)
}

/// Everything but unreserved characters and `=`, which partition directories carry (`day=1`).
const SEGMENT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'=');

/// Whether the host is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Refuses everything but https, and http to this machine.
pub(crate) fn check_scheme(url: &Url) -> Result<()> {
    match url.scheme() {
        "https" if url.host().is_some() => Ok(()),
        "http" if is_loopback(url) => Ok(()),
        scheme => {
            let why = if scheme == "http" {
                "plain http is allowed to this machine only (localhost, 127.0.0.0/8, ::1)"
            } else {
                "an address begins with https://"
            };
            Err(Error::new(ErrorKind::Config, "use the address")
                .with("address", shown(url))
                .because(why))
        }
    }
}

/// The address without what may be secret: user, password, query and fragment.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}

/// Whether both are the same server: scheme, host and port, a default port written out or not.
pub(crate) fn same_origin(left: &Url, right: &Url) -> bool {
    left.scheme() == right.scheme()
        && left.host() == right.host()
        && left.port_or_known_default() == right.port_or_known_default()
}
