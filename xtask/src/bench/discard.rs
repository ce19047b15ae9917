//! A server that speaks as much of the platform as an upload needs, counts the bytes and keeps none of them: so the
//! client is what is measured.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::error::{Context, Result};

pub(super) const DATASET: &str = "5e0000000000000000000001";
pub(super) const BATCH: &str = "01J00000000000000000000000";
const SCHEMA: &str = "https://ns.adobe.com/local/schemas/members";

/// The running server; it stops with the runtime that it owns.
pub(super) struct Discard {
    url: String,
    bytes: Arc<AtomicU64>,
    _runtime: tokio::runtime::Runtime,
}

impl Discard {
    /// Starts on a free port; `schema` is the resolved XDM schema of its only dataset.
    pub(super) fn start(schema: Value) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .doing(|| "could not start the discard server")?;
        let bytes = Arc::new(AtomicU64::new(0));
        let listener = runtime
            .block_on(TcpListener::bind("127.0.0.1:0"))
            .doing(|| "could not listen on a port")?;
        let address = listener.local_addr().doing(|| "could not read the port")?;
        runtime.spawn(serve(listener, Arc::clone(&bytes), Arc::new(schema)));
        Ok(Self {
            url: format!("http://{address}"),
            bytes,
            _runtime: runtime,
        })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Bytes of files received since the last call.
    pub(super) fn take_bytes(&self) -> u64 {
        self.bytes.swap(0, Ordering::Relaxed)
    }
}

async fn serve(listener: TcpListener, bytes: Arc<AtomicU64>, schema: Arc<Value>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (bytes, schema) = (Arc::clone(&bytes), Arc::clone(&schema));
        tokio::spawn(async move {
            let answer =
                service_fn(move |request| answer(request, Arc::clone(&bytes), Arc::clone(&schema)));
            // A connection that breaks is the client's matter.
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer)
                .await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    bytes: Arc<AtomicU64>,
    schema: Arc<Value>,
) -> std::result::Result<Response<Full<Bytes>>, Infallible> {
    let (head, mut body) = request.into_parts();
    let path = head.uri.path().trim_end_matches('/');
    let is_file = path.contains("/files/");
    while let Some(Ok(frame)) = body.frame().await {
        if let (true, Some(data)) = (is_file, frame.data_ref()) {
            bytes.fetch_add(data.len() as u64, Ordering::Relaxed);
        }
    }
    let (status, document) = reply(&head.method, path, &schema);
    let document = document.map_or_else(Bytes::new, |document| document.to_string().into());
    let response = Response::builder()
        .status(status)
        .header("content-type", "application/json");
    Ok(response.body(Full::new(document)).unwrap_or_default())
}

/// The shortest answers that a client of the batch API can work with.
fn reply(method: &Method, path: &str, schema: &Value) -> (StatusCode, Option<Value>) {
    let ok = |document| (StatusCode::OK, Some(document));
    if path.starts_with("/ims/token") {
        return ok(
            json!({"access_token": "discard", "token_type": "bearer", "expires_in": 86_399}),
        );
    }
    if path.contains("/sandbox-management") {
        let sandbox = json!({"name": "dev", "type": "development", "state": "active", "title": "dev", "region": "VA7"});
        let is_one = path.ends_with("/dev");
        return ok(if is_one {
            sandbox
        } else {
            json!({"sandboxes": [sandbox]})
        });
    }
    if path.contains("/schemaregistry/") {
        return ok(schema.clone());
    }
    if path.contains("/catalog/dataSets") {
        return ok(json!({DATASET: {
            "name": "discard",
            "schemaRef": {"id": SCHEMA, "contentType": "application/vnd.adobe.xed+json;version=1"},
            "fileDescription": {"format": "parquet"},
        }}));
    }
    if path.contains("/catalog/batches") {
        return ok(json!({BATCH: {
            "id": BATCH, "status": "success", "created": 1, "started": 1, "completed": 1, "updated": 1,
            "relatedObjects": [{"type": "dataSet", "id": DATASET}],
            "metrics": {"inputRecordCount": 1, "outputRecordCount": 1, "failedRecordCount": 0},
        }}));
    }
    if path.ends_with("/import/batches") && method == Method::POST {
        return (
            StatusCode::CREATED,
            Some(json!({"id": BATCH, "status": "loading"})),
        );
    }
    (StatusCode::OK, None)
}
