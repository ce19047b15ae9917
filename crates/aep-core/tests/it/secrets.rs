//! Planted secrets: nothing that can be printed shows one.

use std::io;
use std::sync::{Arc, Mutex};

use aep_core::{Body, Credentials, Secret};
use tracing_subscriber::fmt::MakeWriter;

use crate::server::{Reply, Server};
use crate::{client_of, get, post, settings};

const CLIENT_SECRET: &str = "p8e/CANARY+client secret";
const TOKEN: &str = "eyJ-CANARY-token";
const BODY: &str = "CANARY-in-the-body";
const SIGNATURE: &str = "CANARY-signature";

/// In which of the services' ways a secret comes back.
const SHAPES: [&str; 5] = ["problem", "gateway", "oauth", "html", "garbage"];
/// Under which statuses.
const STATUSES: [u16; 16] = [
    400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429, 500, 502, 503, 504,
];

/// `/said/{status}/{shape}`
fn say(path: &str, quoted: &str) -> Reply {
    let mut parts = path.split('/').skip(2);
    let status = parts.next().unwrap().parse().unwrap();
    let body = match parts.next().unwrap() {
        "problem" => {
            serde_json::json!({"type": "x", "title": "No", "status": status, "detail": quoted,
            "report": {"detailed-message": quoted, "sub-errors": [{"message": quoted}]}})
            .to_string()
        }
        "gateway" => serde_json::json!({"error_code": "1", "message": quoted}).to_string(),
        "oauth" => serde_json::json!({"error": "x", "error_description": quoted}).to_string(),
        "html" => format!("<html><title>{quoted}</title><body>{quoted}</body></html>"),
        _ => format!("{{{quoted}"),
    };
    Reply::json(status, &body)
}

#[derive(Debug, serde::Deserialize)]
enum Choice {
    Known,
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn clean(what: &str, text: &str) {
    assert!(!text.contains("CANARY"), "{what} shows a secret: {text}");
}

#[tokio::test]
async fn no_text_shows_a_planted_secret() {
    let log = Log::default();
    // Everything from every crate, at the finest level, also what hyper and rustls say through `log`.
    let subscriber = tracing_subscriber::fmt()
        .with_writer(log.clone())
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_ansi(false)
        .finish();
    tracing_subscriber::util::SubscriberInitExt::init(subscriber);

    // A server that quotes the token and the secret in its errors.
    let server = Server::bare(|seen| {
        let quoted = format!(
            "you sent {:?} and {}",
            seen.headers,
            String::from_utf8_lossy(&seen.body)
        );
        match seen.target.split('?').next().unwrap() {
            "/ims/token/v3" if seen.body.windows(6).any(|part| part == b"broken") => Reply::json(
                400,
                &serde_json::json!({"error": "invalid_client", "error_description": quoted})
                    .to_string(),
            ),
            "/ims/token/v3" => Reply::token(TOKEN, 86_399),
            "/thing" => Reply::json(
                403,
                &serde_json::json!({"title": "Forbidden", "detail": quoted}).to_string(),
            ),
            "/gone" => Reply::Drop,
            said if said.starts_with("/said/") => say(said, &quoted),
            "/away" => {
                Reply::status(302).with("Location", format!("http://example.com/?sig={SIGNATURE}"))
            }
            _ => Reply::json(200, &format!("[\"{BODY}\"]")),
        }
    })
    .await;

    let mut settings = settings(&server.url());
    settings.credentials = Credentials::ClientSecret {
        secret: Secret::new(CLIENT_SECRET.to_owned()),
        scopes: vec!["openid".to_owned()],
    };
    clean("Settings", &format!("{settings:?} {settings:#?}"));
    let mut broken = settings.clone();
    broken.client_id = "broken".to_owned();
    let client = client_of(settings);
    clean("Client", &format!("{client:?} {client:#?}"));
    clean("Token", &format!("{:?}", client.token().await.unwrap()));
    clean(
        "Credentials",
        &format!("{:?}", Credentials::Token(Secret::new(TOKEN.to_owned()))),
    );
    clean(
        "Secret",
        &format!("{:?}", Secret::new(TOKEN.as_bytes().to_vec())),
    );

    let request = post(&client)
        .query(&[("sig", SIGNATURE)])
        .header(
            http::header::COOKIE,
            http::HeaderValue::from_static("CANARY-cookie"),
        )
        .body(Body::from(BODY.as_bytes().to_vec()));
    clean("Request", &format!("{request:?} {request:#?}"));
    clean(
        "Body",
        &format!("{:?}", Body::from(BODY.as_bytes().to_vec())),
    );

    let mut errors = vec![client.send(get(&client)).await.unwrap_err()];
    for path in ["gone", "away"] {
        let mut request = get(&client).query(&[("sig", SIGNATURE)]);
        let url = client.url(&[path]).unwrap();
        request = aep_core::Request::new(request.operation(), http::Method::GET, url)
            .query(&[("sig", SIGNATURE)]);
        errors.push(client.send(request).await.unwrap_err());
    }
    for status in STATUSES {
        for shape in SHAPES {
            let url = client.url(&["said", &status.to_string(), shape]).unwrap();
            let request = aep_core::Request::new(crate::READ, http::Method::GET, url);
            errors.push(client.with_retries(0).send(request).await.unwrap_err());
        }
    }
    assert!(errors.len() > 60, "ways in which a secret comes back");
    let answer = aep_core::Request::new(
        crate::READ,
        http::Method::GET,
        client.url(&["answer"]).unwrap(),
    );
    let response = client.send(answer.clone()).await.unwrap();
    clean("Response", &format!("{response:?}"));
    errors.push(client.fetch_json::<u8>(answer.clone()).await.unwrap_err());
    errors.push(
        client
            .fetch_json::<Vec<u8>>(answer.clone())
            .await
            .unwrap_err(),
    );
    errors.push(client.fetch_json::<Vec<Choice>>(answer).await.unwrap_err());
    errors.push(client_of(broken).send(get(&client)).await.unwrap_err());
    for error in errors {
        clean("Debug", &format!("{error:?} {error:#?}"));
        clean("Report", &error.report().to_string());
        clean("Problem", &format!("{:?}", error.problem()));
        for cause in error.chain() {
            clean("cause", &format!("{cause} {cause:?} {cause:#?}"));
        }
        clean(
            "wrapped",
            &error.while_doing("do more").report().to_string(),
        );
    }

    let (dry, recorder) = client.recording();
    dry.send(
        post(&dry)
            .query(&[("sig", SIGNATURE)])
            .json(&serde_json::json!([
                {"auth": {"params": {"clientSecret": "CANARY", "password": "CANARY", "sshKey": "CANARY"}}},
                {"op": "replace", "path": "/auth/params/servicePrincipalKey", "value": "CANARY"},
            ]))
            .unwrap(),
    )
    .await
    .unwrap_err();
    clean(
        "Recorder",
        &format!("{recorder:?} {}", recorder.requests()[0]),
    );

    let env = aep_core::Env::from_map([
        ("AEP_CLIENT_SECRET", CLIENT_SECRET),
        ("AEP_ACCESS_TOKEN", TOKEN),
    ]);
    clean("Env", &format!("{env:?}"));

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let span = "aep.http{operation=\"listBatches\" api=\"catalog\" method=GET host=\"127.0.0.1\" attempt=1 status=200 \
                request_id=";
    assert!(log.contains(span), "the span has its fields");
    assert!(
        log.contains("TRACE") && log.contains("reqwest::connect"),
        "the log of others is there too"
    );
    for line in log.lines() {
        clean("the log", line);
    }
}
