//! A server that writes down every request and gives the answers that it was told, in order.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use aep_core::{Client, Credentials, SandboxName, Secret, Settings, Writes};
use aep_flow::FlowService;
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

/// Where Flow Service is.
const BASE: &str = "/data/foundation/flowservice";

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// Path and query, as on the wire.
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The path below Flow Service.
    pub(crate) fn path(&self) -> &str {
        let path = self.target.split('?').next().unwrap();
        path.strip_prefix(BASE).unwrap_or(path)
    }

    /// The query, decoded.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The request is this one, with the headers that every request has and none that it should not have.
    pub(crate) fn is(&self, method: &str, path: &str, query: &[(&str, &str)]) -> &Self {
        assert_eq!((self.method.as_str(), self.path()), (method, path));
        let mut sent = self.query();
        let mut wanted: Vec<(String, String)> = query
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        // the order of parameters of different names means nothing
        sent.sort_by(|a, b| a.0.cmp(&b.0));
        wanted.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(sent, wanted, "{method} {path}");
        assert_eq!(self.header("authorization"), Some("Bearer token"));
        assert_eq!(self.header("x-api-key"), Some("local-client"));
        assert_eq!(self.header("x-gw-ims-org-id"), Some("LOCAL@AdobeOrg"));
        assert_eq!(self.header("x-sandbox-name"), Some("dev"));
        assert_eq!(self.header("accept"), Some("application/json"));
        if self.body.is_empty() {
            assert_eq!(self.header("content-type"), None, "{method} {path}");
        } else {
            assert_eq!(self.header("content-type"), Some("application/json"));
        }
        if method != "PATCH" {
            assert_eq!(self.header("if-match"), None);
        }
        self
    }

    /// The body is this one.
    pub(crate) fn with(&self, body: &Value) -> &Self {
        assert_eq!(&self.json(), body);
        self
    }

    /// The version that the change is made to.
    pub(crate) fn to(&self, etag: &str) -> &Self {
        assert_eq!(self.header("if-match"), Some(etag));
        self
    }

    /// There is no body.
    pub(crate) fn bare(&self) -> &Self {
        assert!(self.body.is_empty(), "{:?}", self.body);
        self
    }
}

/// An answer: status and body.
pub(crate) type Answer = (u16, Value);

/// The server. It stops with the test.
pub(crate) struct Recorder {
    seen: Arc<Mutex<Vec<Seen>>>,
    pub(crate) flow: FlowService,
}

type State = (Arc<Mutex<Vec<Seen>>>, Arc<Mutex<VecDeque<Answer>>>);

impl Recorder {
    /// A server with these answers; 200 with an empty object after the last.
    pub(crate) async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let answers = Arc::new(Mutex::new(answers.into_iter().collect::<VecDeque<_>>()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state: State = (seen.clone(), answers);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let state = state.clone();
                let service = service_fn(move |request| serve(request, state.clone()));
                tokio::spawn(async move {
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        let mut settings = Settings::local(format!("http://{address}").parse().unwrap());
        settings.credentials = Credentials::Token(Secret::new("token".to_owned()));
        settings.sandbox = Some(SandboxName::new("dev").unwrap());
        settings.retries = 1;
        // the sandbox is not asked for its type
        settings.writes = Writes::Production;
        Self {
            seen,
            flow: FlowService::new(Client::new(settings).unwrap()),
        }
    }

    /// A server with one answer of status 200.
    pub(crate) async fn answering(body: Value) -> Self {
        Self::start([(200, body)]).await
    }

    /// Everything that arrived.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The only request.
    pub(crate) fn only(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen.into_iter().next().unwrap()
    }

    /// Nothing arrived.
    pub(crate) fn silent(&self) {
        let seen = self.seen();
        assert!(seen.is_empty(), "{seen:?}");
    }
}

async fn serve(
    request: Request<Incoming>,
    (seen, answers): State,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    seen.lock().unwrap().push(Seen {
        method: head.method.to_string(),
        target: head.uri.to_string(),
        headers: head.headers,
        body,
    });
    let next = answers.lock().unwrap().pop_front();
    let (status, body) = next.unwrap_or((200, serde_json::json!({})));
    let response = Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("x-request-id", "request-1");
    let body = if body.is_null() {
        Bytes::new()
    } else {
        Bytes::from(body.to_string())
    };
    Ok(response.body(Full::from(body)).unwrap())
}
