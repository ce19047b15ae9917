//! A server that speaks as much of the platform and of the cloud stores as an upload needs, counts the bytes and keeps
//! none of them: so the client is what is measured.

mod azure;
mod platform;
mod s3;

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::error::{Context, Result};

pub(super) use platform::{BATCH, DATASET};

/// Where the landing zone of the server's organisation lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Provider {
    Azure,
    S3,
}

/// What was received since the last look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Received {
    /// Bytes of files.
    pub(super) bytes: u64,
    /// Requests that carried such bytes.
    pub(super) requests: u64,
}

/// The running server; it stops with the runtime that it owns.
pub(super) struct Discard {
    url: String,
    state: Arc<State>,
    _runtime: tokio::runtime::Runtime,
}

struct State {
    /// The server's own address, for links in answers.
    url: String,
    provider: Provider,
    schema: Value,
    bytes: AtomicU64,
    requests: AtomicU64,
    slow: AtomicBool,
    /// Sizes of stored objects by path: clients ask for them after an upload.
    sizes: Mutex<HashMap<String, u64>>,
}

impl State {
    fn size(&self, path: &str) -> Option<u64> {
        let sizes = self.sizes.lock().unwrap_or_else(PoisonError::into_inner);
        sizes.get(path).copied()
    }

    /// Adds to the size of an object that comes in parts, or sets it.
    fn stored(&self, path: &str, bytes: u64, part: bool) {
        let mut sizes = self.sizes.lock().unwrap_or_else(PoisonError::into_inner);
        let size = sizes.entry(path.to_owned()).or_default();
        *size = if part { *size + bytes } else { bytes };
    }
}

impl Discard {
    /// Starts on a free port; `schema` is the resolved XDM schema of its only dataset.
    pub(super) fn start(schema: Value, provider: Provider) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .doing(|| "could not start the discard server")?;
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .doing(|| "could not listen on a port")?;
        let address = listener.local_addr().doing(|| "could not read the port")?;
        let url = format!("http://{address}");
        let state = Arc::new(State {
            url: url.clone(),
            provider,
            schema,
            bytes: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            slow: AtomicBool::new(false),
            sizes: Mutex::default(),
        });
        runtime.spawn(serve(listener, Arc::clone(&state)));
        Ok(Self {
            url,
            state,
            _runtime: runtime,
        })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The container by its own protocol, with a shared access signature.
    pub(super) fn container_url(&self, key: &str) -> String {
        azure::sas_uri(&self.url, key)
    }

    /// Reads the body of each upload no faster than about 60 MB/s.
    pub(super) fn slow(&self, slow: bool) {
        self.state.slow.store(slow, Ordering::Relaxed);
    }

    /// What was received since the last call; stored objects are forgotten.
    pub(super) fn take(&self) -> Received {
        let mut sizes = self
            .state
            .sizes
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        sizes.clear();
        Received {
            bytes: self.state.bytes.swap(0, Ordering::Relaxed),
            requests: self.state.requests.swap(0, Ordering::Relaxed),
        }
    }
}

async fn serve(listener: TcpListener, state: Arc<State>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let answer = service_fn(move |request| answer(request, Arc::clone(&state)));
            // A connection that breaks is the client's matter.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer)
                .await;
        });
    }
}

/// An answer of one of the three faces.
struct Reply {
    status: StatusCode,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Reply {
    fn new(status: StatusCode) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn body(mut self, kind: &'static str, body: impl Into<String>) -> Self {
        self.body = body.into();
        self.header("content-type", kind)
    }
}

async fn answer(
    request: Request<Incoming>,
    state: Arc<State>,
) -> std::result::Result<Response<Full<Bytes>>, Infallible> {
    let (head, mut body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let of_platform = ["/ims/", "/data/"]
        .iter()
        .any(|base| path.starts_with(base));
    let is_file = path.contains("/files/") || (!of_platform && head.method == Method::PUT);
    let slow = is_file && state.slow.load(Ordering::Relaxed);
    let mut received = 0;
    while let Some(Ok(frame)) = body.frame().await {
        let Some(data) = frame.data_ref().filter(|_| is_file) else {
            continue;
        };
        received += data.len() as u64;
        if slow {
            tokio::time::sleep(Duration::from_millis(data.len() as u64 / 65_536)).await;
        }
    }
    if is_file && !is_block_list(&head) {
        state.bytes.fetch_add(received, Ordering::Relaxed);
        state.requests.fetch_add(1, Ordering::Relaxed);
    }
    let reply = if of_platform {
        platform::reply(&head.method, path.trim_end_matches('/'), &state)
    } else if path.starts_with(azure::ACCOUNT) {
        azure::reply(&head, received, &state)
    } else {
        s3::reply(&head, received, &state)
    };
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    Ok(response
        .body(Full::new(reply.body.into()))
        .unwrap_or_default())
}

fn is_block_list(head: &Parts) -> bool {
    query(head, "comp") == Some("blocklist")
}

/// A query parameter as it was sent; a name without a value reads as empty.
fn query<'a>(head: &'a Parts, name: &str) -> Option<&'a str> {
    let query = head.uri.query()?;
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then_some(value)
    })
}

/// Headers of an object of this size.
fn object(status: StatusCode, size: u64) -> Reply {
    Reply::new(status)
        .header("content-length", size.to_string())
        .header("etag", ETAG)
        .header("last-modified", DATE)
        .header("accept-ranges", "bytes")
}

const ETAG: &str = "\"0x8DC0000000000000\"";
const DATE: &str = "Thu, 01 Jan 2026 00:00:00 GMT";
