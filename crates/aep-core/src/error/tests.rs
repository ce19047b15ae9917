#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

/// The bodies of the services, as they are documented or were observed: status, content type, body, code, what the text
/// must contain.
const BODIES: &[(&str, u16, &str, Option<&str>, &str)] = &[
    (
        "gateway",
        403,
        r#"{"error_code":"403010","message":"Oauth token is missing."}"#,
        Some("403010"),
        "Oauth token is missing.",
    ),
    (
        "Azure's storage",
        403,
        "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate the request.\nRequestId:6a1\nTime:2026-01-01T00:00:00Z</Message></Error>",
        Some("AuthenticationFailed"),
        "Server failed to authenticate the request.",
    ),
    (
        "Amazon's storage",
        400,
        "<?xml version=\"1.0\"?>\n<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message><RequestId>R1</RequestId></Error>",
        Some("ExpiredToken"),
        "The provided token has expired.",
    ),
    (
        "gateway, code as a number",
        403,
        r#"{"error_code":403010,"message":"m"}"#,
        Some("403010"),
        "m",
    ),
    (
        "gateway throttle",
        429,
        r#"{"error_code":"429050","message":"Too many requests"}"#,
        Some("429050"),
        "Too many requests",
    ),
    (
        "flow service",
        404,
        r#"{"type":"https://ns.adobe.com/aep/errors/FLOW-1439-404","title":"Resource not found","status":404,"report":{"detailed-message":"no such flow","id":"x","request-id":"req-9","type":"flows"},"errorMessage":"em","errorDetails":""}"#,
        Some("FLOW-1439-404"),
        "Resource not found: no such flow",
    ),
    (
        "flow service, older",
        412,
        r#"{"errorMessage":"Supplied version=[a] does not match"}"#,
        None,
        "Supplied version=[a] does not match",
    ),
    (
        "schema registry",
        404,
        r#"{"type":"http://ns.adobe.com/aep/errors/XDM-1010-404","title":"Resource not found","status":404,"report":{"registryRequestId":"reg-1","timestamp":"09-12-2019 11:02:37:284","detailed-message":"The requested class was not found.","sub-errors":["one",{"code":"2","message":"two"}]},"detail":"The requested class was not found."}"#,
        Some("XDM-1010-404"),
        "The requested class was not found.; one; 2 two",
    ),
    (
        "schema registry, older",
        400,
        r#"{"type":"/placeholder/type/uri","status":400,"title":"BadRequestError","detail":"d"}"#,
        None,
        "BadRequestError: d",
    ),
    (
        "catalog",
        404,
        r#"{"type":"/placeholder/type/uri","status":404,"title":"NotFoundError","detail":"Object does not exist"}"#,
        None,
        "NotFoundError: Object does not exist",
    ),
    (
        "batch ingestion",
        428,
        r#"{"type":"/placeholder/type/uri","status":428,"title":"ERR-BI-104","detail":"state"}"#,
        Some("ERR-BI-104"),
        "state",
    ),
    (
        "batch ingestion, code in a text",
        428,
        r#"{"message":"Failed: ERR-BI-106 batch ingestion format not compatible"}"#,
        Some("ERR-BI-106"),
        "not compatible",
    ),
    (
        "batch ingestion, no JSON",
        400,
        "oops ERR-BI-104.",
        Some("ERR-BI-104"),
        "oops",
    ),
    (
        "sandbox management",
        403,
        r#"{"status":403,"title":"Forbidden access","type":"http://ns.adobe.com/aep/errors/SMS-2010-403"}"#,
        Some("SMS-2010-403"),
        "Forbidden access",
    ),
    (
        "observability",
        400,
        r#"{"type":"http://ns.adobe.com/aep/errors/INSGHT-1000-400","title":"Bad","status":400,"report":{"tenantInfo":{"sandboxName":"prod"},"additionalContext":null},"error-chain":[{"serviceId":"INSGHT","errorCode":"INSGHT-1000-400","invokingServiceId":"INSGHT","unixTimeStampMs":1}]}"#,
        Some("INSGHT-1000-400"),
        "Bad",
    ),
    (
        "identity",
        400,
        r#"{"title":"t","detail":"d","report":{"errorChain":[{"errorCode":"ID-1","errorType":"x","message":"inner"}]}}"#,
        None,
        "t: d; ID-1 inner",
    ),
    (
        "ad-hoc activation",
        400,
        r#"{"message":"Not ready yet"}"#,
        None,
        "Not ready yet",
    ),
    (
        "connectors",
        400,
        r#"{"code":"bad_request","error":"path is wrong"}"#,
        Some("bad_request"),
        "path is wrong",
    ),
    (
        "streaming inlet",
        400,
        r#"{"type":"http://ns.adobe.com/adobecloud/problem/data-collection-service/inlet","status":400,"title":"Invalid XDM Message Format","report":{"message":"inletId: [i]","cause":{"_streamingValidation":[],"message":"why"}}}"#,
        None,
        "Invalid XDM Message Format: inletId: [i]; why",
    ),
    (
        "streaming auth, status as a text",
        401,
        r#"{"type":"https://ns.adobe.com/adobecloud/problem/data-collection-service-authorization","status":"401","title":"Authorization","report":{"message":"[id] Ims service token is empty"}}"#,
        None,
        "Authorization: [id] Ims service token is empty",
    ),
    (
        "ims",
        400,
        r#"{"error":"invalid_client","error_description":"invalid client_secret parameter"}"#,
        Some("invalid_client"),
        "invalid client_secret parameter",
    ),
    (
        "privacy",
        404,
        r#"{"errorCode":404,"title":"t","detail":"d","errorType":"uri=/x"}"#,
        Some("404"),
        "t: d",
    ),
    (
        "error as an object",
        500,
        r#"{"error":{"code":"E1","message":"inner"}}"#,
        Some("E1"),
        "inner",
    ),
    (
        "a list",
        400,
        r#"[{"code":"A","message":"first"},{"code":"B","message":"second"}]"#,
        Some("A"),
        "B second",
    ),
    ("a JSON text", 500, r#""just words""#, None, "just words"),
    (
        "plain text",
        502,
        "upstream\n  connect error",
        None,
        "upstream connect error",
    ),
    ("nothing", 500, "", None, ""),
    ("null", 500, "null", None, "null"),
];

#[test]
fn every_services_body_is_read() {
    for (name, status, body, code, text) in BODIES {
        let problem = Problem::read(*status, Some("application/json"), body.as_bytes());
        assert_eq!(problem.code.as_deref(), *code, "{name}: {problem:?}");
        assert_eq!(problem.status, Some(*status), "{name}");
        assert!(problem.to_string().contains(text), "{name}: {problem}");
        assert!(!problem.html, "{name}");
    }
}

#[test]
fn the_status_of_the_answer_wins_and_ids_are_found() {
    let problem = Problem::read(
        502,
        None,
        br#"{"status":"200","title":"t","report":{"request-id":"r-1"}}"#,
    );
    assert_eq!(
        (problem.status, problem.request_id.as_deref()),
        (Some(502), Some("r-1"))
    );
    let problem = Problem::read(404, None, br#"{"report":{"registryRequestId":"r-2"}}"#);
    assert_eq!(problem.request_id.as_deref(), Some("r-2"));
}

#[test]
fn html_is_known_by_its_type_or_its_looks() {
    for (kind, body) in [
        (Some("text/html; charset=utf-8"), "<p>x"),
        (None, "\n <!DOCTYPE HTML><title>No  page</title>"),
        (Some("application/json"), "<html><head><title>x</title>"),
    ] {
        let problem = Problem::read(404, kind, body.as_bytes());
        assert!(problem.html, "{body}");
        assert!(
            advice(404, &problem)
                .hint
                .unwrap()
                .contains("no such route")
        );
    }
    assert!(
        !advice(
            404,
            &Problem::read(404, None, br#"{"title":"NotFoundError"}"#)
        )
        .hint
        .is_some_and(|h| h.contains("route"))
    );
}

#[test]
fn the_codes_of_the_gateway_say_what_to_do() {
    for (code, kind) in [
        ("403010", ErrorKind::Unauthorized),
        ("401013", ErrorKind::Unauthorized),
        ("403000", ErrorKind::Forbidden),
        ("403003", ErrorKind::Forbidden),
        ("400003", ErrorKind::Config),
        ("403025", ErrorKind::Forbidden),
        ("403027", ErrorKind::Forbidden),
        ("429050", ErrorKind::RateLimited),
        ("ERR-BI-104", ErrorKind::Conflict),
        ("FLOW-1404-412", ErrorKind::Conflict),
        ("FLOW-1422-400", ErrorKind::Conflict),
        ("FLOW-2105-400", ErrorKind::Config),
        ("XDM-1521-400", ErrorKind::Conflict),
        ("invalid_scope", ErrorKind::Unauthorized),
    ] {
        let problem = Problem {
            code: Some(code.to_owned()),
            ..Problem::default()
        };
        let advice = advice(400, &problem);
        assert_eq!(advice.kind, Some(kind), "{code}");
        assert!(advice.hint.is_some_and(|hint| hint.len() > 15), "{code}");
    }
    let unknown = Problem {
        code: Some("FLOW-9999-400".into()),
        ..Problem::default()
    };
    assert_eq!(
        advice(400, &unknown),
        Advice {
            kind: None,
            hint: None
        }
    );
}

#[test]
fn layers_keep_what_callers_ask_for() {
    let inner = Error::new(ErrorKind::Unavailable, "send")
        .after_attempts(3)
        .worth_retrying(false)
        .hint("wait");
    let outer = inner.while_doing("upload").with("file", "a.json");
    assert_eq!(
        (outer.kind(), outer.attempts(), outer.is_retryable()),
        (ErrorKind::Unavailable, 3, false)
    );
    assert_eq!(
        outer.report().to_string(),
        "could not upload, file `a.json`\n  caused by: could not send\nhint: wait"
    );
    assert_eq!(
        outer.rephrase("load").of_kind(ErrorKind::Other).to_string(),
        "could not load, file `a.json`"
    );
}

#[test]
fn an_error_is_small() {
    assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
}

proptest! {
    #[test]
    fn any_body_is_survived(status in 100_u16..600, body in prop::collection::vec(any::<u8>(), 0..200)) {
        let problem = Problem::read(status, None, &body);
        let _ = (problem.to_string(), advice(status, &problem));
    }

    #[test]
    fn any_json_is_survived(status in 100_u16..600, key in "type|title|status|report|error|errors|detail|code|message",
        inner in "\\PC{0,40}") {
        for value in [serde_json::json!(inner), serde_json::json!([inner]), serde_json::json!({"message": inner})] {
            let body = serde_json::json!({ key.clone(): value }).to_string();
            let problem = Problem::read(status, None, body.as_bytes());
            prop_assert!(!problem.to_string().contains('\n'));
        }
    }
}
