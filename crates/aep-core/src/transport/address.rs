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
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::new(ErrorKind::Config, "use the address")
            .with("address", shown(url))
            .because("an address holds neither a user nor a password"));
    }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;
    use crate::ErrorKind;

    fn base() -> Url {
        "https://platform.adobe.io/prefix/?old=1#part"
            .parse()
            .unwrap()
    }

    #[test]
    fn segments_are_encoded_whole() {
        let join = |segments: &[&str]| join(&base(), segments).unwrap().to_string();
        assert_eq!(join(&[]), "https://platform.adobe.io/prefix");
        assert_eq!(join(&["a", "b"]), "https://platform.adobe.io/prefix/a/b");
        assert_eq!(
            join(&["https://ns.adobe.com/t/schemas/1"]),
            "https://platform.adobe.io/prefix/https%3A%2F%2Fns.adobe.com%2Ft%2Fschemas%2F1"
        );
        assert_eq!(
            join(&["day=1", "ü ?#%"]),
            "https://platform.adobe.io/prefix/day=1/%C3%BC%20%3F%23%25"
        );
        assert_eq!(join(&["..."]), "https://platform.adobe.io/prefix/...");
        assert_eq!(
            join(&["%2e%2e"]),
            "https://platform.adobe.io/prefix/%252e%252e"
        );
    }

    #[test]
    fn what_would_climb_is_refused() {
        for segment in ["", ".", ".."] {
            assert_eq!(
                join(&base(), &["a", segment, "b"]).unwrap_err().kind(),
                ErrorKind::Usage
            );
        }
    }

    #[test]
    fn a_written_out_default_port_is_the_same_server() {
        let same =
            |left: &str, right: &str| same_origin(&left.parse().unwrap(), &right.parse().unwrap());
        assert!(same(
            "https://platform.adobe.io",
            "https://PLATFORM.adobe.io:443/x"
        ));
        assert!(!same(
            "https://platform.adobe.io",
            "http://platform.adobe.io:443"
        ));
        assert!(!same(
            "https://platform.adobe.io",
            "https://platform.adobe.io:444"
        ));
        assert!(!same(
            "https://platform.adobe.io",
            "https://platform.adobe.io.example.com"
        ));
    }

    #[test]
    fn what_is_shown_holds_no_secret() {
        let url: Url = "https://user:pass@host/path?sig=x#y".parse().unwrap();
        assert_eq!(shown(&url), "https://host/path");
    }

    proptest! {
        #[test]
        fn any_segments_come_out_as_they_went_in(segments in prop::collection::vec("\\PC{1,20}", 1..6)) {
            let borrowed: Vec<&str> = segments.iter().map(String::as_str).collect();
            if segments.iter().any(|segment| segment == "." || segment == "..") {
                prop_assert!(join(&base(), &borrowed).is_err());
                return Ok(());
            }
            let url = join(&base(), &borrowed).unwrap();
            prop_assert_eq!(url.host_str(), Some("platform.adobe.io"));
            let back: Vec<String> = url
                .path_segments()
                .unwrap()
                .skip(1)
                .map(|part| percent_encoding::percent_decode_str(part).decode_utf8().unwrap().into_owned())
                .collect();
            prop_assert_eq!(back, segments);
        }
    }
}
