//! Sandbox management: `{"status", "title", "type": "http://ns.adobe.com/aep/errors/SMS-nnnn-sss"}`.

use serde_json::json;

use super::Problem;

/// A problem with one of the service's codes; the last group of the code is the status.
pub(crate) fn coded(code: &str, title: &str) -> Problem {
    let status = code
        .rsplit('-')
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or(500);
    Problem::new(
        status,
        json!({"status": status, "title": title, "type": format!("http://ns.adobe.com/aep/errors/{code}")}),
    )
}

/// Codes other than SMS-2010-403 are unpublished; the number 1000 marks the emulator's own.
pub(crate) fn with_status(status: u16, title: &str) -> Problem {
    let number = if status == 403 { 2010 } else { 1000 };
    coded(&format!("SMS-{number}-{status}"), title)
}
