//! `If-Match`, `If-None-Match` and `Pragma: validate-only`. The etag of a Catalog object is its version.

use http::{HeaderMap, HeaderName, header};
use serde_json::{Value, json};

use crate::problem::{Problem, catalog};

/// Refuses a write whose condition does not hold for the object as it is.
pub(super) fn check(headers: &HeaderMap, current: &Value) -> Result<(), Problem> {
    let version = current["version"].as_str().unwrap_or_default();
    if let Some(wanted) = text(headers, &header::IF_MATCH)
        && !listed(wanted, version)
    {
        return Err(catalog::precondition(&format!(
            "If-Match is {wanted}, the object is at version {version}"
        )));
    }
    if let Some(unwanted) = text(headers, &header::IF_NONE_MATCH)
        && listed(unwanted, version)
    {
        return Err(catalog::precondition(&format!(
            "If-None-Match is {unwanted}, the object is at {version}"
        )));
    }
    Ok(())
}

/// Whether the write is only to be checked.
pub(super) fn is_dry(headers: &HeaderMap) -> bool {
    text(headers, &header::PRAGMA).is_some_and(|value| value.eq_ignore_ascii_case("validate-only"))
}

/// Marks an object as changed now by someone: last number of the version, `updated`, `updatedUser`.
pub(super) fn touch(document: &mut Value, now: i64, user: &str) {
    let version = document["version"].as_str().unwrap_or("1.0.0");
    let next = match version.rsplit_once('.') {
        Some((head, last)) => format!("{head}.{}", last.parse::<u64>().unwrap_or(0) + 1),
        None => format!("{version}.0.1"),
    };
    document["version"] = json!(next);
    document["updated"] = json!(now);
    document["updatedUser"] = json!(user);
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::trim)
}

/// Quotes and weakness marks are tolerated: samples show the bare version.
fn listed(header: &str, version: &str) -> bool {
    header
        .split(',')
        .map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"'))
        .any(|tag| tag == "*" || tag == version)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_version_is_the_etag() {
        let object = json!({"version": "1.0.6"});
        let status = |name: HeaderName, value: &str| {
            let headers = HeaderMap::from_iter([(name, value.parse().unwrap())]);
            check(&headers, &object).map_or_else(|problem| problem.status.as_u16(), |()| 200)
        };
        for good in ["1.0.6", "\"1.0.6\"", "W/\"1.0.6\"", "*", "1.0.5, 1.0.6"] {
            assert_eq!(status(header::IF_MATCH, good), 200, "{good}");
            assert_eq!(status(header::IF_NONE_MATCH, good), 412, "{good}");
        }
        assert_eq!(status(header::IF_MATCH, "1.0.5"), 412);
        assert_eq!(status(header::IF_NONE_MATCH, "1.0.5"), 200);
    }

    #[test]
    fn every_change_counts_the_last_number_up() {
        let mut object = json!({"version": "1.0.9", "updated": 1});
        touch(&mut object, 2, "me");
        assert_eq!(
            object,
            json!({"version": "1.0.10", "updated": 2, "updatedUser": "me"})
        );
    }
}
