//! Adobe's hosts, by environment.

use url::Url;

use crate::{Error, ErrorKind, Result};

/// The production gateway.
pub(crate) const PROD: &str = "prod";

/// The hosts of an environment: gateway, IMS, streaming.
///
/// `prod` and `stage` are published; for other names the gateway follows the same pattern, and IMS is the one of stage, as
/// the Python client aepp has it. No streaming host but the one of production is published.
pub(crate) fn of(environment: &str) -> (String, String, String) {
    let prod = environment == PROD;
    let platform = if prod {
        "https://platform.adobe.io".to_owned()
    } else {
        format!("https://platform-{environment}.adobe.io")
    };
    let ims = if prod {
        "https://ims-na1.adobelogin.com"
    } else {
        "https://ims-na1-stg1.adobelogin.com"
    };
    (
        platform,
        ims.to_owned(),
        "https://dcs.adobedc.net".to_owned(),
    )
}

/// Refuses a name that could not be a part of a host's.
pub(crate) fn check_environment(name: &str) -> Result<()> {
    let good = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-');
    if good {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Usage, "read the environment")
        .with("value", name)
        .because(
            "it is `prod`, `stage`, or another name of lower-case letters, digits and hyphens",
        ))
}

/// Whether this is a host of Adobe's.
pub(crate) fn is_adobe(url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    ["adobe.io", "adobelogin.com", "adobedc.net"]
        .iter()
        .any(|domain| {
            host == *domain
                || host
                    .strip_suffix(domain)
                    .is_some_and(|rest| rest.ends_with('.'))
        })
}

/// The environment that a gateway of Adobe's belongs to.
pub(crate) fn environment_of(gateway: &Url) -> &str {
    let host = gateway.host_str().unwrap_or_default();
    host.strip_prefix("platform-")
        .and_then(|rest| rest.strip_suffix(".adobe.io"))
        .unwrap_or(PROD)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn environments_have_hosts() {
        assert_eq!(of("prod").0, "https://platform.adobe.io");
        assert_eq!(of("prod").1, "https://ims-na1.adobelogin.com");
        assert_eq!(of("stage").0, "https://platform-stage.adobe.io");
        assert_eq!(of("stage").1, "https://ims-na1-stg1.adobelogin.com");
        assert_eq!(of("int").0, "https://platform-int.adobe.io");
        assert_eq!(of("stage").2, "https://dcs.adobedc.net");
        for name in ["", "a.b", "Prod", "-x", "x-", "x/y"] {
            assert!(check_environment(name).is_err(), "{name}");
        }
    }

    #[test]
    fn adobes_hosts_are_known() {
        let is = |url: &str| is_adobe(&url.parse().unwrap());
        assert!(
            is("https://platform.adobe.io")
                && is("https://ims-na1.adobelogin.com")
                && is("https://dcs.adobedc.net")
        );
        assert!(
            !is("https://evil-adobe.io")
                && !is("https://adobe.io.example.com")
                && !is("http://127.0.0.1")
        );
        assert_eq!(
            environment_of(&"https://platform-stage.adobe.io".parse().unwrap()),
            "stage"
        );
        assert_eq!(
            environment_of(&"https://platform.adobe.io".parse().unwrap()),
            "prod"
        );
    }
}
