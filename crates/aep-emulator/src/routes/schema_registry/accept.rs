//! The Accept headers of the registry: `application/vnd.adobe.{xed|xdm}[-variant]+json[; version=1]`.

use http::{HeaderMap, header};

use crate::problem::{Problem, registry};

/// A well-formed registry media type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a word of the media type, in any combination"
)]
pub(super) struct Accept {
    /// Spelled `xdm` rather than `xed`; descriptors know only that.
    pub(super) xdm: bool,
    /// `-id`: a summary of each entry.
    pub(super) id: bool,
    /// `-link`: paths of entries.
    pub(super) link: bool,
    /// `-v2`: paged descriptors.
    pub(super) v2: bool,
    /// `-full`: everything resolved below `properties`.
    pub(super) full: bool,
    /// `-notext`: without titles and descriptions.
    pub(super) notext: bool,
    /// `-desc`: with descriptors.
    pub(super) desc: bool,
    /// `-deprecatefield` or `-deprecated`: deprecated fields are shown.
    pub(super) deprecated: bool,
    /// Major version.
    pub(super) version: Option<u32>,
}

impl Accept {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let media = parts.next()?.to_ascii_lowercase();
        let name = media
            .strip_prefix("application/vnd.adobe.")?
            .strip_suffix("+json")?;
        let mut words = name.split('-');
        let mut accept = Self::default();
        match words.next()? {
            "xed" => {}
            "xdm" => accept.xdm = true,
            _ => return None,
        }
        for word in words {
            match word {
                "id" => accept.id = true,
                "link" => accept.link = true,
                "v2" => accept.v2 = true,
                // The flattened form is served as the full one (emulator choice).
                "full" | "flat" => accept.full = true,
                "notext" => accept.notext = true,
                "desc" => accept.desc = true,
                "deprecated" | "deprecatefield" => accept.deprecated = true,
                _ => return None,
            }
        }
        for part in parts {
            let (key, value) = part.split_once('=')?;
            if key.trim().eq_ignore_ascii_case("version") {
                let major = value.trim().split('.').next().unwrap_or_default();
                accept.version = Some(major.parse().ok()?);
            }
        }
        Some(accept)
    }

    /// For a list of resources: `xed` or `xed-id`, no version (XDM-1006).
    pub(super) fn for_list(headers: &HeaderMap) -> Result<Self, Problem> {
        let text = text(headers);
        Self::parse(text)
            .filter(|accept| {
                accept.version.is_none()
                    && !accept.full
                    && !accept.notext
                    && !accept.desc
                    && !accept.link
            })
            .ok_or_else(|| {
                invalid(
                    "XDM-1006-400",
                    text,
                    "application/vnd.adobe.xed+json, without a version",
                )
            })
    }

    /// For one resource: a version is needed (XDM-1007).
    pub(super) fn for_lookup(headers: &HeaderMap) -> Result<Self, Problem> {
        let text = text(headers);
        Self::parse(text)
            .filter(|accept| accept.version.is_some() && !accept.id && !accept.link)
            .ok_or_else(|| {
                invalid(
                    "XDM-1007-400",
                    text,
                    "application/vnd.adobe.xed+json; version=1",
                )
            })
    }

    /// For a list of descriptors: the `xdm` spelling, no version (XDM-1008).
    pub(super) fn for_descriptors(headers: &HeaderMap) -> Result<Self, Problem> {
        let text = text(headers);
        Self::parse(text)
            .filter(|accept| accept.xdm && accept.version.is_none() && !accept.full)
            .ok_or_else(|| invalid("XDM-1008-400", text, "application/vnd.adobe.xdm-id+json"))
    }

    /// For an export, one of the registry's forms or plain JSON. Which is not published (emulator choice).
    pub(super) fn for_export(headers: &HeaderMap) -> Result<(), Problem> {
        let text = text(headers);
        let plain = ["", "*/*", "application/json"].contains(&text);
        if plain || Self::parse(text).is_some() {
            return Ok(());
        }
        Err(invalid(
            "XDM-1007-400",
            text,
            "application/vnd.adobe.xed+json; version=1",
        ))
    }

    /// For one descriptor: none is needed, but a version is wrong (XDM-1009).
    pub(super) fn for_descriptor(headers: &HeaderMap) -> Result<(), Problem> {
        let text = text(headers);
        match Self::parse(text) {
            Some(accept) if accept.version.is_some() => Err(invalid(
                "XDM-1009-400",
                text,
                "application/vnd.adobe.xdm+json",
            )),
            _ => Ok(()),
        }
    }
}

fn text(headers: &HeaderMap) -> &str {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .trim()
}

fn invalid(code: &str, sent: &str, valid: &str) -> Problem {
    let sent = if sent.is_empty() { "(none)" } else { sent };
    registry::coded(
        code,
        "Accept header invalid",
        &format!("Accept {sent} is not valid here; use {valid}"),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn headers(accept: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT, accept.parse().unwrap())])
    }

    #[test]
    fn lists_take_no_version() {
        for good in [
            "application/vnd.adobe.xed-id+json",
            "application/vnd.adobe.xed+json",
            "application/vnd.adobe.xdm+json",
        ] {
            assert!(Accept::for_list(&headers(good)).is_ok(), "{good}");
        }
        for bad in [
            "application/vnd.adobe.xed+json; version=1",
            "application/json",
            "*/*",
            "application/vnd.adobe.xed-full+json",
        ] {
            let problem = Accept::for_list(&headers(bad)).unwrap_err();
            assert!(
                problem.body["type"]
                    .as_str()
                    .unwrap()
                    .ends_with("XDM-1006-400"),
                "{bad}"
            );
        }
        assert!(Accept::for_list(&HeaderMap::new()).is_err());
    }

    #[test]
    fn lookups_need_a_version() {
        for good in [
            "application/vnd.adobe.xed+json; version=1",
            "application/vnd.adobe.xed-full+json;version=1",
            "application/vnd.adobe.xed-full-notext+json; version=1.0",
            "application/vnd.adobe.xdm-full-desc+json; version=1",
            "application/vnd.adobe.xed-deprecatefield+json; version=1",
        ] {
            assert_eq!(
                Accept::for_lookup(&headers(good)).unwrap().version,
                Some(1),
                "{good}"
            );
        }
        for bad in [
            "application/vnd.adobe.xed+json",
            "application/vnd.adobe.xed-id+json; version=1",
            "application/json; version=1",
            "application/vnd.adobe.xed-fool+json; version=1",
        ] {
            let problem = Accept::for_lookup(&headers(bad)).unwrap_err();
            assert!(
                problem.body["type"]
                    .as_str()
                    .unwrap()
                    .ends_with("XDM-1007-400"),
                "{bad}"
            );
            assert_eq!(problem.status.as_u16(), 400);
        }
    }

    #[test]
    fn descriptors_know_only_the_xdm_spelling() {
        assert!(
            Accept::for_descriptors(&headers("application/vnd.adobe.xdm-link+json"))
                .unwrap()
                .link
        );
        assert!(Accept::for_descriptors(&headers("application/vnd.adobe.xed+json")).is_err());
        assert!(Accept::for_descriptor(&headers("*/*")).is_ok());
        assert!(
            Accept::for_descriptor(&headers("application/vnd.adobe.xdm+json; version=1")).is_err()
        );
    }
}
