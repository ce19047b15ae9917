//! A lake that gives its files the names, sizes and breaks that a test wants.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use aep_core::{Client, Settings};
use aep_ingest::Ingest;
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The only batch.
pub(crate) const BATCH: &str = "b1";

/// What a test may change while it runs.
#[derive(Default)]
pub(crate) struct State {
    /// Names and contents, in the order of the list.
    pub(crate) files: Vec<(String, Vec<u8>)>,
    /// An answer breaks off after so many bytes of its body, if it would be longer; then the connection breaks.
    pub(crate) breaks_after: Option<usize>,
    /// How many answers may be given with bytes at all; then nothing is answered but 503.
    pub(crate) answers: Option<usize>,
    /// The batch is undone as soon as the second file is asked for.
    pub(crate) undone: bool,
    /// `ETag` of all files.
    pub(crate) etag: Option<String>,
    /// The list of a file's parts is a bare array with numbers, as in the oldest guide.
    pub(crate) bare: bool,
    /// `Range` of the requests for bytes.
    pub(crate) ranges: Vec<Option<String>>,
}

pub(crate) type Shared = Arc<Mutex<State>>;

pub(crate) struct Lake {
    pub(crate) state: Shared,
    pub(crate) ingest: Ingest,
}

impl Lake {
    pub(crate) async fn start(files: &[(&str, &[u8])]) -> Self {
        let state = Arc::new(Mutex::new(State {
            files: files
                .iter()
                .map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec()))
                .collect(),
            ..State::default()
        }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let shared = Arc::clone(&shared);
                let service = service_fn(move |request| {
                    let answered = answer(&request, &shared);
                    std::future::ready(Ok::<_, Infallible>(answered))
                });
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service),
                );
            }
        });
        let mut settings = Settings::local(format!("http://{address}").parse().unwrap());
        settings.retries = 0;
        let ingest = Ingest::new(Client::new(settings).unwrap());
        Self { state, ingest }
    }

    /// The ranges that were asked for since the last time.
    pub(crate) fn ranges(&self) -> Vec<Option<String>> {
        std::mem::take(&mut self.state.lock().unwrap().ranges)
    }
}

type Body = BoxBody<Bytes, std::io::Error>;

fn answer(request: &Request<Incoming>, shared: &Shared) -> Response<Body> {
    let path = request.uri().path();
    let query: HashMap<String, String> =
        url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    if path.starts_with("/ims/") {
        return json_of(&json!({"access_token": "token", "expires_in": 86_399}));
    }
    let mut state = shared.lock().unwrap();
    if let Some(id) = path.strip_prefix("/data/foundation/catalog/batches/") {
        let status = if state.undone { "inactive" } else { "success" };
        return json_of(&json!({id: {"id": id, "status": status, "created": 1}}));
    }
    if path == "/data/foundation/catalog/batches" {
        return json_of(&json!({BATCH: {"id": BATCH, "status": "success", "created": 1}}));
    }
    if path == format!("/data/foundation/export/batches/{BATCH}/files") {
        let all =
            (0..state.files.len()).map(|at| json!({"dataSetFileId": format!("{BATCH}-{at}")}));
        return json_of(&json!({"data": all.collect::<Vec<_>>()}));
    }
    let file = path.strip_prefix("/data/foundation/export/files/b1-");
    let Some(at) = file.and_then(|at| at.parse::<usize>().ok()) else {
        return status(404);
    };
    let Some((name, bytes)) = state.files.get(at).cloned() else {
        return status(404);
    };
    if !query.contains_key("path") {
        let length = if state.bare {
            json!(bytes.len())
        } else {
            json!(bytes.len().to_string())
        };
        let list = json!([{"name": name, "length": length}]);
        return json_of(&if state.bare {
            list
        } else {
            json!({"data": list})
        });
    }
    let etag = state.etag.clone();
    let head = |status: u16, length: usize| {
        let mut builder = Response::builder()
            .status(status)
            .header("content-length", length);
        if let Some(etag) = &etag {
            builder = builder.header("etag", etag);
        }
        builder
    };
    if request.method() == Method::HEAD {
        return head(200, bytes.len()).body(full(Bytes::new())).unwrap();
    }
    let range = request
        .headers()
        .get("range")
        .map(|range| range.to_str().unwrap().to_owned());
    state.ranges.push(range.clone());
    if state.undone && at > 0 {
        return status(404);
    }
    if let Some(left) = &mut state.answers {
        if *left == 0 {
            return status(503);
        }
        *left -= 1;
    }
    let (status, from, to) = match range.as_deref().and_then(|range| {
        let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
        Some((first.parse::<usize>().ok()?, last.parse::<usize>().ok()?))
    }) {
        Some((first, last)) => (206, first, (last + 1).min(bytes.len())),
        None => (200, 0, bytes.len()),
    };
    let mut builder = head(status, to - from);
    if status == 206 {
        let range = format!("bytes {from}-{}/{}", to - 1, bytes.len());
        builder = builder.header("content-range", range);
    }
    let part = Bytes::copy_from_slice(&bytes[from..to]);
    let body = match state.breaks_after {
        Some(most) if part.len() > most => {
            let first = stream::iter([Ok(Frame::data(part.slice(..most)))]);
            let broken = stream::once(async {
                // so that the bytes are on their way before the connection breaks
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                Err(std::io::Error::other("the lake breaks off"))
            });
            BodyExt::boxed(StreamBody::new(first.chain(broken)))
        }
        _ => full(part),
    };
    builder.body(body).unwrap()
}

fn full(bytes: Bytes) -> Body {
    Full::new(bytes).map_err(|never| match never {}).boxed()
}

fn status(code: u16) -> Response<Body> {
    let body = json!({"title": "no", "status": code}).to_string();
    Response::builder()
        .status(code)
        .header("content-type", "application/json")
        .body(full(Bytes::from(body)))
        .unwrap()
}

fn json_of(value: &Value) -> Response<Body> {
    Response::builder()
        .header("content-type", "application/json")
        .body(full(Bytes::from(value.to_string())))
        .unwrap()
}
