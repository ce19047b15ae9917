//! An inlet that writes down what it gets.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use aep_core::{Client, Settings, Writes};
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// How the inlet answers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mood {
    /// Takes in what has a small number.
    Good,
    /// Takes at most so many messages at once.
    AtMost(usize),
    /// Says nothing about the messages.
    Silent,
    /// Is not there.
    Missing,
    /// Answers 503 once, with `Retry-After`.
    BusyOnce,
    /// Leaves out the entry of the message with this number.
    Short(usize),
    /// Has no validation.
    Unchecked,
}

#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) target: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Seen {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

pub(super) struct Server {
    seen: Arc<Mutex<Vec<Seen>>>,
    settings: Settings,
}

impl Server {
    pub(super) async fn start(mood: Mood) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut settings = Settings::local(format!("http://{address}").parse().unwrap());
        // asking for the type of the sandbox is no part of these tests
        settings.writes = Writes::Production;
        let log = Arc::clone(&seen);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let log = Arc::clone(&log);
                let service = service_fn(move |request| answer(request, mood, Arc::clone(&log)));
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        Self { seen, settings }
    }

    pub(super) fn client(&self) -> Client {
        Client::new(self.settings.clone()).unwrap()
    }

    /// What the inlet got; the token's request is left out.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn answer(
    request: Request<Incoming>,
    mood: Mood,
    log: Arc<Mutex<Vec<Seen>>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let target = parts.uri.to_string();
    if !target.starts_with("/collection/") {
        return Ok(reply(
            200,
            &json!({"access_token": "token", "expires_in": 86_399}),
        ));
    }
    let first = {
        let mut log = log.lock().unwrap();
        log.push(Seen {
            target: target.clone(),
            headers: parts.headers,
            body: body.clone(),
        });
        log.len() == 1
    };
    let sent: Value = serde_json::from_slice(&body).unwrap();
    let batch = target.starts_with("/collection/batch/");
    Ok(match mood {
        Mood::Missing => reply(404, &json!({"title": "no such inlet", "status": 404})),
        Mood::BusyOnce if first => {
            let mut busy = reply(503, &json!({"title": "busy", "status": 503}));
            busy.headers_mut()
                .insert("retry-after", "1".parse().unwrap());
            busy
        }
        Mood::Unchecked if target.contains("syncValidation=true") => {
            reply(501, &json!({"title": "not supported", "status": 501}))
        }
        Mood::Short(missing) if batch => {
            let mut body = many(&sent);
            body["responses"].as_array_mut().unwrap().remove(missing);
            reply(207, &body)
        }
        Mood::Silent => reply(if batch { 207 } else { 200 }, &json!({"inletId": "i1"})),
        Mood::AtMost(most)
            if sent["messages"]
                .as_array()
                .is_some_and(|all| all.len() > most) =>
        {
            reply(413, &json!({"title": "too large", "status": 413}))
        }
        _ if batch => reply(207, &many(&sent)),
        _ if sent["n"].as_u64() > Some(1000) => reply(
            400,
            &json!({"type": "x", "status": 400, "title": "Invalid XDM Message Format",
                    "report": {"message": "Message is invalid"}}),
        ),
        _ => reply(
            200,
            &json!({"inletId": "i1", "xactionId": "x:0", "receivedTimeMs": 1}),
        ),
    })
}

fn many(sent: &Value) -> Value {
    let messages = sent["messages"].as_array().unwrap().iter().enumerate();
    let responses: Vec<Value> = messages
        .map(|(at, message)| {
            if message["n"].as_u64() > Some(1000) {
                json!({"statusCode": 400, "message": "Message has unknown xdm format"})
            } else {
                json!({"xactionId": format!("b:{at}")})
            }
        })
        .collect();
    json!({"inletId": "i1", "batchId": "b", "receivedTimeMs": 1, "responses": responses})
}

fn reply(status: u16, body: &Value) -> Response<Full<Bytes>> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from(body.to_string())))
        .unwrap()
}
