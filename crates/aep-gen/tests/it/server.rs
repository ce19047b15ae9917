//! A server that writes down every request and gives the answers that it was told, in order.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use aep_core::{Client, Credentials, Secret, Settings};
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

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
}

/// The server. It stops with the test.
pub(crate) struct Server {
    seen: Arc<Mutex<Vec<Seen>>>,
    pub(crate) core: Client,
}

/// An answer: status, headers, body.
pub(crate) type Answer = (u16, &'static [(&'static str, &'static str)], &'static str);

impl Server {
    /// A server with these answers; 200 with an empty object after the last.
    pub(crate) async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let answers = Arc::new(Mutex::new(answers.into_iter().collect::<VecDeque<_>>()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = (seen.clone(), answers);
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
        settings.retries = 1;
        Self {
            seen,
            core: Client::new(settings).unwrap(),
        }
    }

    /// A server with one answer of status 200.
    pub(crate) async fn answering(body: &'static str) -> Self {
        Self::start([(200, &[][..], body)]).await
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
}

type State = (Arc<Mutex<Vec<Seen>>>, Arc<Mutex<VecDeque<Answer>>>);

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
    let (status, headers, body) = answers
        .lock()
        .unwrap()
        .pop_front()
        .unwrap_or((200, &[], "{}"));
    let mut response = Response::builder()
        .status(status)
        .header("x-request-id", "request-1");
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    Ok(response.body(Full::from(body)).unwrap())
}
