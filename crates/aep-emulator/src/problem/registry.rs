//! Schema Registry: `XDM-nnnn-sss` problems with a report.

use serde_json::json;

use super::Problem;
use crate::ids;

/// A problem with one of the registry's codes; the last group of the code is the status.
pub(crate) fn coded(code: &str, title: &str, detail: &str) -> Problem {
    let status = code
        .rsplit('-')
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or(500);
    let timestamp = jiff::Zoned::now()
        .with_time_zone(jiff::tz::TimeZone::UTC)
        .strftime("%m-%d-%Y %H:%M:%S")
        .to_string();
    Problem::new(
        status,
        json!({
            "type": format!("http://ns.adobe.com/aep/errors/{code}"),
            "title": title,
            "status": status,
            "report": {
                "registryRequestId": ids::dashed(),
                "timestamp": timestamp,
                "detailed-message": detail,
                "sub-errors": [],
            },
            "detail": detail,
        }),
    )
}

/// Rules shared with other services; the registry has no code of its own for them (emulator choice).
pub(crate) fn with_status(status: u16, detail: &str) -> Problem {
    let title = match status {
        404 => "Resource not found",
        405 => "Method not allowed",
        413 => "Request too large",
        414 => "URI too long",
        415 => "Unsupported media type",
        501 => "Not implemented",
        500.. => "Internal error",
        _ => "Bad request",
    };
    coded(&format!("XDM-1000-{status}"), title, detail)
}
