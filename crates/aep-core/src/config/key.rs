//! The keys of a profile: their names, where they may stand, what their values must look like.

use std::time::Duration;

use url::Url;

use super::hosts;
use crate::transport::address;
use crate::{Error, ErrorKind, OrgId, Result, SandboxName};

/// A key of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Key {
    /// `prod` (the default), `stage`, or another name of Adobe's: chooses the hosts.
    Environment,
    /// The gateway's address, instead of the environment's.
    BaseUrl,
    /// The address of IMS, instead of the environment's.
    ImsUrl,
    /// The address of the streaming collection, instead of Adobe's.
    StreamingUrl,
    /// The organisation, `…@AdobeOrg`.
    OrgId,
    /// The client id (API key).
    ClientId,
    /// The client secret. In `credentials.toml` only.
    ClientSecret,
    /// The scopes to ask for.
    Scopes,
    /// A token instead of a client secret. In `credentials.toml` only.
    AccessToken,
    /// The sandbox. There is no default.
    Sandbox,
    /// `development-only` (the default) or `production`.
    Writes,
    /// How often a failed request is sent again at most.
    Retries,
    /// A PEM file with certificates to trust besides the system's.
    CaFile,
    /// How long to wait for a connection: `10s`, `500ms`, `2m`, or a number of seconds.
    ConnectTimeout,
    /// How long to wait for the answer to begin.
    FirstByteTimeout,
    /// How long a body may stand still.
    IdleTimeout,
    /// How long to go on retrying a request.
    RetryTimeout,
}

impl Key {
    /// All keys, in the order in which they are shown.
    pub const ALL: [Self; 17] = [
        Self::Environment,
        Self::BaseUrl,
        Self::ImsUrl,
        Self::StreamingUrl,
        Self::OrgId,
        Self::ClientId,
        Self::ClientSecret,
        Self::Scopes,
        Self::AccessToken,
        Self::Sandbox,
        Self::Writes,
        Self::Retries,
        Self::CaFile,
        Self::ConnectTimeout,
        Self::FirstByteTimeout,
        Self::IdleTimeout,
        Self::RetryTimeout,
    ];

    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::BaseUrl => "base_url",
            Self::ImsUrl => "ims_url",
            Self::StreamingUrl => "streaming_url",
            Self::OrgId => "org_id",
            Self::ClientId => "client_id",
            Self::ClientSecret => "client_secret",
            Self::Scopes => "scopes",
            Self::AccessToken => "access_token",
            Self::Sandbox => "sandbox",
            Self::Writes => "writes",
            Self::Retries => "retries",
            Self::CaFile => "ca_file",
            Self::ConnectTimeout => "connect_timeout",
            Self::FirstByteTimeout => "first_byte_timeout",
            Self::IdleTimeout => "idle_timeout",
            Self::RetryTimeout => "retry_timeout",
        }
    }

    /// The key of that name; hyphens are as good as underscores.
    pub fn find(name: &str) -> Option<Self> {
        let name = name.replace('-', "_");
        Self::ALL.into_iter().find(|key| key.name() == name)
    }

    /// The key of that name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`], with the nearest name as a hint.
    pub fn parse(name: &str) -> Result<Self> {
        Self::find(name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name);
            let hint = match nearest(name, names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the keys are {}", names.join(", ")),
            };
            Error::new(ErrorKind::Usage, "find the key")
                .with("key", name)
                .because("there is no such key")
                .hint(hint)
        })
    }

    /// Whether the value is a secret: it stands in `credentials.toml` and is never shown.
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::ClientSecret | Self::AccessToken)
    }

    /// Why the key may not stand in a project's `aep.toml`, if so. Such a file comes with other people's repositories: it
    /// must neither hold secrets nor lead the user's secrets elsewhere.
    pub(crate) const fn not_in_project(self) -> Option<&'static str> {
        match self {
            Self::ClientSecret | Self::AccessToken => {
                Some("a project file is shared, so it holds no secrets")
            }
            Self::Writes => {
                Some("leave to write into production is given by the user, not by a project")
            }
            Self::CaFile => Some("whom to trust is decided by the user, not by a project"),
            _ => None,
        }
    }

    /// Checks a value.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`] or [`ErrorKind::Config`], with what is wrong as the cause. The value of a secret is not in it.
    pub fn check(self, value: &str) -> Result<()> {
        match self {
            Self::Environment => hosts::check_environment(value),
            Self::BaseUrl | Self::ImsUrl | Self::StreamingUrl => url(value).map(drop),
            Self::OrgId => OrgId::new(value).map(drop),
            Self::Sandbox => SandboxName::new(value).map(drop),
            Self::Writes if !matches!(value, "development-only" | "production") => {
                Err(invalid(value, "it is `development-only` or `production`"))
            }
            Self::Retries => number(value).map(drop),
            Self::ConnectTimeout
            | Self::FirstByteTimeout
            | Self::IdleTimeout
            | Self::RetryTimeout => duration(value).map(drop),
            Self::ClientId if http::HeaderValue::try_from(value).is_err() => {
                Err(invalid(value, "it holds a character that a header cannot"))
            }
            _ if value.is_empty() => Err(invalid(value, "it is empty")),
            _ => Ok(()),
        }
    }
}

fn invalid(value: &str, why: &'static str) -> Error {
    Error::new(ErrorKind::Usage, "read the value")
        .with("value", value)
        .because(why)
}

/// A number of retries.
pub(crate) fn number(value: &str) -> Result<u32> {
    value
        .trim()
        .parse()
        .map_err(|_| invalid(value, "it is not a whole number"))
}

/// An address that may be used. A path without a slash at its end is as good as one with.
pub(crate) fn url(value: &str) -> Result<Url> {
    let url = Url::parse(value.trim())
        .map_err(|error| Error::new(ErrorKind::Usage, "read the address").because(error))?;
    address::check_scheme(&url)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Error::new(ErrorKind::Usage, "read the address")
            .with("value", address::shown(&url))
            .because("it has a query or a fragment, which do not belong here"));
    }
    Ok(url)
}

/// A time: `10s`, `500ms`, `2m`, `1h`, or a number of seconds.
pub(crate) fn duration(value: &str) -> Result<Duration> {
    let value = value.trim();
    let split = value
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(value.len());
    let (digits, unit) = value.split_at(split);
    let scale = match unit.trim() {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3_600.0,
        _ => {
            return Err(invalid(
                value,
                "it is a number of seconds, or one with ms, s, m or h",
            ));
        }
    };
    let seconds = digits
        .parse::<f64>()
        .ok()
        .map(|number| number * scale)
        .filter(|seconds| *seconds > 0.0);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|time| *time <= Duration::from_hours(24 * 365))
        .ok_or_else(|| invalid(value, "it is a time above nothing and below a year"))
}

/// The name that differs least, if it differs little.
pub(crate) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = (name.chars().count() / 3).clamp(1, 3);
    names
        .into_iter()
        .map(|known| (distance(name, known), known))
        .filter(|(far, _)| *far <= most)
        .min()
        .map(|(_, known)| known)
}

/// How many letters must be put in, taken out or changed to make one name of the other.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (n, a) in left.chars().enumerate() {
        let mut before = std::mem::replace(&mut row[0], n + 1);
        for (m, b) in right.iter().enumerate() {
            let here = (before + usize::from(a != *b))
                .min(row[m] + 1)
                .min(row[m + 1] + 1);
            before = std::mem::replace(&mut row[m + 1], here);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn durations_have_units() {
        for (text, millis) in [
            ("10s", 10_000),
            ("500ms", 500),
            ("2m", 120_000),
            ("1h", 3_600_000),
            ("1.5", 1_500),
            ("7", 7_000),
        ] {
            assert_eq!(
                duration(text).unwrap(),
                Duration::from_millis(millis),
                "{text}"
            );
        }
        for text in [
            "",
            "0",
            "-1",
            "s",
            "10 parsecs",
            "1e9",
            "1.2.3",
            "99999999999999999999h",
        ] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_near_miss_is_named() {
        assert_eq!(
            Key::parse("sandbx").unwrap_err().hint_text(),
            Some("did you mean `sandbox`?")
        );
        assert_eq!(
            Key::parse("sandbox-name").unwrap_err().kind(),
            ErrorKind::Usage
        );
        assert_eq!(Key::parse("org-id").unwrap(), Key::OrgId);
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn values_are_checked() {
        for (key, good, bad) in [
            (Key::Environment, "stage", "a/b"),
            (
                Key::BaseUrl,
                "https://platform.adobe.io",
                "http://platform.adobe.io",
            ),
            (Key::ImsUrl, "http://127.0.0.1:1", "ims"),
            (Key::OrgId, "A@AdobeOrg", "A"),
            (Key::ClientId, "abc", "a\nb"),
            (Key::ClientSecret, "x", ""),
            (Key::Sandbox, "dev", "Dev"),
            (Key::Writes, "production", "yes"),
            (Key::Retries, "0", "-1"),
            (Key::IdleTimeout, "1m", "long"),
            (Key::CaFile, "/x.pem", ""),
        ] {
            assert!(key.check(good).is_ok(), "{key:?}");
            assert!(key.check(bad).is_err(), "{key:?}");
        }
    }
}
