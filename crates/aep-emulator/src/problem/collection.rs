//! The collection servers: problems of an inlet.

use serde_json::json;

use super::Problem;

const TYPE: &str = "http://ns.adobe.com/adobecloud/problem/data-collection-service";

/// A problem of an inlet; `cause` is null where there is none to tell.
pub(crate) fn inlet(status: u16, title: &str, message: &str, cause: &serde_json::Value) -> Problem {
    let mut body = json!({
        "type": format!("{TYPE}/inlet"),
        "status": status,
        "title": title,
        "report": {"message": message},
    });
    if !cause.is_null() {
        body["report"]["cause"] = cause.clone();
    }
    Problem::new(status, body)
}

/// 401, whose status is a string.
pub(crate) fn authorization(message: &str) -> Problem {
    Problem::new(
        401,
        json!({
            "type": "https://ns.adobe.com/adobecloud/problem/data-collection-service-authorization",
            "status": "401",
            "title": "Authorization",
            "report": {"message": message},
        }),
    )
}

/// Any other status.
pub(crate) fn with_status(status: u16, detail: &str) -> Problem {
    let title = match status {
        404 => "Not Found",
        405 => "Method Not Allowed",
        413 => "Payload Too Large",
        415 => "Unsupported Media Type",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        500.. => "Internal Server Error",
        _ => "Bad Request",
    };
    inlet(status, title, detail, &serde_json::Value::Null)
}
