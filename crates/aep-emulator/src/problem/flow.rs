//! Flow Service and the providers behind it: `FLOW-nnnn-sss` and `CONNECTOR-nnnn-sss` problems.
//!
//! Both families have one shape; that the second is called CONNECTOR is the emulator's choice, for its prefix is not
//! published. The last group of a code is the status.

use serde_json::json;

use super::Problem;

/// A problem of Flow Service: `coded("1403-400", …)` is `FLOW-1403-400`.
pub(crate) fn coded(code: &str, detail: &str) -> Problem {
    problem("FLOW", code, flow_title(code), detail)
}

/// A problem of a provider or of the landing zone: `connector("1360-400", …)` is `CONNECTOR-1360-400`.
pub(crate) fn connector(code: &str, detail: &str) -> Problem {
    problem("CONNECTOR", code, connector_title(code), detail)
}

/// `FLOW-1439-404`, with the object and its kind in the report.
pub(crate) fn not_found(resource: &str, id: &str) -> Problem {
    let detail = format!("{resource} {id} not found");
    let mut problem = coded("1439-404", &detail);
    problem.body["report"]["id"] = json!(id);
    problem.body["report"]["type"] = json!(resource);
    problem
}

/// Rules shared with other services. Where Flow Service has no code for a status, the number is 1000 (emulator choice).
pub(crate) fn with_status(status: u16, detail: &str) -> Problem {
    let number = match status {
        400 => "1100",
        401 => "2000",
        403 => "2118",
        404 => "1439",
        412 => "1404",
        500 => "1400",
        503 => "1103",
        504 => "1104",
        _ => "1000",
    };
    coded(&format!("{number}-{status}"), detail)
}

/// The generic codes of providers; of a status without one, the number is 1000 (emulator choice).
pub(crate) fn connector_with_status(status: u16, detail: &str) -> Problem {
    let number = match status {
        401 => "1001",
        403 => "1002",
        404 => "1003",
        408 => "1006",
        412 => "1013",
        415 => "1004",
        500 => "1005",
        503 => "1011",
        504 => "1012",
        _ => "1000",
    };
    connector(&format!("{number}-{status}"), detail)
}

fn problem(family: &str, code: &str, title: &str, detail: &str) -> Problem {
    let status = status_of(code);
    Problem::new(
        status,
        json!({
            "type": format!("https://ns.adobe.com/aep/errors/{family}-{code}"),
            "title": title,
            "status": status,
            // Filled in when the answer is written.
            "report": {"detailed-message": detail, "request-id": ""},
            "errorMessage": detail,
            "errorDetails": detail,
        }),
    )
}

fn status_of(code: &str) -> u16 {
    code.rsplit('-')
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or(500)
}

fn flow_title(code: &str) -> &'static str {
    match code {
        "1101-404" | "1439-404" => "Resource not found",
        "1403-400" | "2001-401" | "2002-401" | "2105-400" => "Header is missing",
        "1404-412" => "Version not matching",
        "2000-401" => "Invalid authorization token",
        "2100-404" | "2101-404" | "2103-404" => "Sandbox not found",
        "2110-400" => "Headers not allowed",
        "2118-403" => "Missing permission",
        "2119-400" => "Query parameter missing",
        "2120-403" | "2121-403" => "Forbidden",
        "2200-500" | "2250-500" => "External service request error",
        _ => match status_of(code) {
            405 => "Method not allowed",
            413 => "Payload too large",
            414 => "URI too long",
            415 => "Unsupported media type",
            501 => "Not implemented",
            503 => "Service Unavailable",
            504 => "Gateway Timeout",
            500.. => "Internal Error",
            _ => "Invalid request",
        },
    }
}

fn connector_title(code: &str) -> &'static str {
    match status_of(code) {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        412 => "Precondition Failed",
        413 => "Payload Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        500.. => "Internal Server Error",
        _ => "Bad Request",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_group_is_the_status() {
        let stale = coded("1404-412", "stale");
        assert_eq!(stale.status, 412);
        assert_eq!(
            stale.body["type"],
            "https://ns.adobe.com/aep/errors/FLOW-1404-412"
        );
        assert_eq!(stale.body["title"], "Version not matching");
        let past = connector("1360-400", "the past");
        assert_eq!(past.status, 400);
        assert_eq!(
            past.body["type"],
            "https://ns.adobe.com/aep/errors/CONNECTOR-1360-400"
        );
        assert_eq!(past.body["title"], "Bad Request");
        let gone = not_found("flows", "x");
        assert_eq!(gone.body["report"]["type"], "flows");
    }
}
