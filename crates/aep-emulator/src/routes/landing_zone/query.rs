//! The query of the calls.

use crate::problem::{Problem, flow::connector};
use crate::zone::{ZoneError, ZoneType};

/// `type`, which has no default.
pub(super) fn kind(query: Option<&str>) -> Result<ZoneType, Problem> {
    let given = value(query, "type").unwrap_or_default();
    ZoneType::of_name(&given).ok_or_else(|| {
        let known = ZoneType::ALL.map(ZoneType::name).join(", ");
        connector(
            "1710-400",
            &format!("the landing zone type \"{given}\" is not supported: it is one of {known}"),
        )
    })
}

pub(super) fn value(query: Option<&str>, wanted: &str) -> Option<String> {
    url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(name, _)| name == wanted)
        .map(|(_, value)| value.into_owned())
}

/// 1700: the storage behind the zone failed.
pub(super) fn failed(error: &ZoneError) -> Problem {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "the landing zone failed"
    );
    connector("1700-500", &format!("the landing zone failed: {error}"))
}
