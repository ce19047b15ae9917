//! A server that speaks as much of the platform and of the cloud stores as an upload needs, counts the bytes and keeps
//! none of them: so the client is what is measured.

mod azure;
mod batches;
mod faults;
mod platform;
mod s3;

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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

use self::batches::Batches;
pub(super) use self::faults::{Fault, Met};
use self::faults::{Faults, Verdict};
pub(super) use self::platform::{MEMBERS, MEMBERS_SCHEMA, PURCHASES_SCHEMA};
use crate::error::{Context, Result};

/// Where the landing zone of the server's organisation lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Provider {
    Azure,
    S3,
}

/// The resolved XDM schemas of the two datasets.
#[derive(Debug, Clone)]
pub(super) struct Schemas {
    pub(super) members: Value,
    pub(super) purchases: Value,
}

/// What was received since the last look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Received {
    /// Bytes of files.
    pub(super) bytes: u64,
    /// Requests that carried such bytes.
    pub(super) requests: u64,
    /// All requests.
    pub(super) all: u64,
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
    schemas: Schemas,
    bytes: AtomicU64,
    requests: AtomicU64,
    all: AtomicU64,
    slow: AtomicBool,
    faults: Mutex<Faults>,
    batches: Mutex<Batches>,
    /// Sizes of stored objects by path: clients ask for them after an upload.
    sizes: Mutex<HashMap<String, u64>>,
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    fn size(&self, path: &str) -> Option<u64> {
        lock(&self.sizes).get(path).copied()
    }

    /// Adds to the size of an object that comes in parts, or sets it.
    fn stored(&self, path: &str, bytes: u64, part: bool) {
        let mut sizes = lock(&self.sizes);
        let size = sizes.entry(path.to_owned()).or_default();
        *size = if part { *size + bytes } else { bytes };
    }
}

impl Discard {
    /// Starts on a free port.
    pub(super) fn start(schemas: Schemas, provider: Provider) -> Result<Self> {
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
            schemas,
            bytes: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            all: AtomicU64::new(0),
            slow: AtomicBool::new(false),
            faults: Mutex::default(),
            batches: Mutex::default(),
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

    /// Where a file of a batch goes; the server takes it for any batch.
    pub(super) fn file_url(&self, batch: &str, name: &str) -> String {
        format!(
            "{}{}/batches/{batch}/datasets/{MEMBERS}/files/{name}",
            self.url,
            batches::IMPORT
        )
    }

    /// Reads the body of each upload no faster than about 60 MB/s.
    pub(super) fn slow(&self, slow: bool) {
        self.state.slow.store(slow, Ordering::Relaxed);
    }

    /// From now on every so-many-th request with a file meets this fault; none without one.
    pub(super) fn fault(&self, fault: Option<(Fault, u64)>) {
        lock(&self.state.faults).start(fault);
    }

    /// What the faults have met since they were started.
    pub(super) fn met(&self) -> Met {
        lock(&self.state.faults).met()
    }

    /// What was received since the last call; batches and stored objects are forgotten.
    pub(super) fn take(&self) -> Received {
        lock(&self.state.sizes).clear();
        lock(&self.state.batches).clear();
        Received {
            bytes: self.state.bytes.swap(0, Ordering::Relaxed),
            requests: self.state.requests.swap(0, Ordering::Relaxed),
            all: self.state.all.swap(0, Ordering::Relaxed),
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

/// What came with a request: the number of bytes of a file, or a document.
struct Content {
    received: u64,
    document: Vec<u8>,
}

async fn answer(
    request: Request<Incoming>,
    state: Arc<State>,
) -> std::result::Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    state.all.fetch_add(1, Ordering::Relaxed);
    let path = head.uri.path();
    let of_platform = ["/ims/", "/data/", "/collection/"]
        .iter()
        .any(|base| path.starts_with(base));
    let carries = matches!(head.method, Method::PUT | Method::PATCH);
    let is_file = carries && (!of_platform || path.contains("/files/")) && !is_block_list(&head);
    let verdict = if is_file {
        lock(&state.faults).meet(&head)
    } else {
        Verdict::Pass
    };
    if verdict == Verdict::Deaf {
        return std::future::pending().await;
    }
    let content = read(body, is_file, &state).await;
    match verdict {
        Verdict::Mute => return std::future::pending().await,
        Verdict::Unavailable => {
            let reply = Reply::new(StatusCode::SERVICE_UNAVAILABLE).header("retry-after", "1");
            return Ok(respond(reply));
        }
        Verdict::Pass | Verdict::Deaf => {}
    }
    if is_file {
        state.bytes.fetch_add(content.received, Ordering::Relaxed);
        state.requests.fetch_add(1, Ordering::Relaxed);
    }
    let reply = if of_platform {
        platform::reply(&head, &content, &state)
    } else if path.starts_with(azure::ACCOUNT) {
        azure::reply(&head, content.received, &state)
    } else {
        s3::reply(&head, content.received, &state)
    };
    Ok(respond(reply))
}

/// Reads to the end; only documents are kept.
async fn read(mut body: Incoming, is_file: bool, state: &State) -> Content {
    let slow = is_file && state.slow.load(Ordering::Relaxed);
    let mut content = Content {
        received: 0,
        document: Vec::new(),
    };
    while let Some(Ok(frame)) = body.frame().await {
        let Some(data) = frame.data_ref() else {
            continue;
        };
        content.received += data.len() as u64;
        if !is_file {
            content.document.extend_from_slice(data);
        }
        if slow {
            tokio::time::sleep(Duration::from_millis(data.len() as u64 / 65_536)).await;
        }
    }
    content
}

fn respond(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in reply.headers {
        response = response.header(name, value);
    }
    response
        .body(Full::new(reply.body.into()))
        .unwrap_or_default()
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
