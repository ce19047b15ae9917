//! A file in chunks: INITIALIZE, PATCH with `Content-Range`, HEAD, COMPLETE.

use std::fs::File;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::action::{Action, action_of};
use super::body::{announced, blocking, check_media, receive, too_large};
use super::range::{self, Span};
use super::target::Target;
use crate::gateway::Caller;
use crate::problem::{Problem, catalog, import};
use crate::routes::AppState;

/// Largest chunk.
const CHUNK_BYTES: u64 = 512_000_000;

/// No file can be larger than the largest batch.
const FILE_BYTES: u64 = 100_000_000_000;

const RANGE: HeaderName = header::RANGE;

/// `POST …/files/{path}?action=…`.
pub(super) async fn signal(
    State(state): State<AppState>,
    caller: Caller,
    target: Target,
    RawQuery(query): RawQuery,
) -> Result<StatusCode, Problem> {
    match action_of(query.as_deref())? {
        Action::Initialize => initialize(&state, &caller, target).await,
        Action::Complete => complete(&state, caller, target).await,
        other => Err(catalog::bad_request(&format!(
            "action {other:?} is not one for a file"
        ))),
    }
}

/// Opens the file. Done again, it drops the chunks received so far (emulator choice).
async fn initialize(
    state: &AppState,
    caller: &Caller,
    target: Target,
) -> Result<StatusCode, Problem> {
    let files = state.store.files().clone();
    let blob = blocking(move || files.begin()?.commit()).await?;
    let doc = json!({"path": target.path, "size": 0, "blob": blob, "state": "open", "large": true, "ranges": []});
    let sandbox = caller.sandbox.clone();
    let stored = state
        .store
        .write(move |tx| {
            target.open_batch(tx, &sandbox)?;
            let before = target.upload(tx, &sandbox)?;
            target.store(tx, &sandbox, before.as_ref(), &doc)
        })
        .await;
    let unneeded = stored.as_ref().map_or(Some(blob), Clone::clone);
    if let Some(blob) = unneeded {
        let files = state.store.files().clone();
        blocking(move || files.remove(&blob)).await?;
    }
    stored.map(|_| StatusCode::CREATED)
}

/// `PATCH …/files/{path}`: one chunk, in any order; the answer's `Range` says what the server has.
pub(super) async fn chunk(
    State(state): State<AppState>,
    caller: Caller,
    target: Target,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    check_media(&headers)?;
    let span = content_range(&headers)?;
    let length = span.1 - span.0 + 1;
    if let Some(announced) = announced(&headers) {
        if announced > CHUNK_BYTES {
            return Err(too_large(CHUNK_BYTES));
        }
        if announced != length {
            return Err(unequal(length, announced));
        }
    }
    if span.1 >= FILE_BYTES {
        return Err(too_large(FILE_BYTES));
    }
    if length > CHUNK_BYTES {
        return Err(too_large(CHUNK_BYTES));
    }
    let (asked, sandbox) = (target.clone(), caller.sandbox.clone());
    let upload = state
        .store
        .read(move |tx| {
            asked.open_batch(tx, &sandbox)?;
            open_upload(&asked, asked.upload(tx, &sandbox)?)
        })
        .await?;
    let blob = upload["blob"].as_str().unwrap_or_default().to_owned();
    let path = state.store.files().path(&blob);
    let file = blocking(move || File::options().write(true).open(path)).await?;
    let received = receive(body, file, span.0, length)
        .await
        .map_err(|problem| {
            if problem.status == StatusCode::PAYLOAD_TOO_LARGE {
                unequal(length, length + 1)
            } else {
                problem
            }
        })?;
    if received != length {
        return Err(unequal(length, received));
    }
    let ranges = state
        .store
        .write(move |tx| {
            target.open_batch(tx, &caller.sandbox)?;
            let mut upload = open_upload(&target, target.upload(tx, &caller.sandbox)?)?;
            if upload["blob"] != blob {
                return Err(import::wrong_state(
                    "the file was initialized again while this chunk was on its way",
                ));
            }
            let mut ranges = ranges_of(&upload);
            range::add(&mut ranges, span);
            upload["ranges"] = json!(ranges);
            target.store(tx, &caller.sandbox, Some(&upload), &upload)?;
            Ok(ranges)
        })
        .await?;
    Ok(with_range(&ranges))
}

/// `HEAD …/files/{path}`: what the server has of the file.
pub(super) async fn ask(
    State(state): State<AppState>,
    caller: Caller,
    target: Target,
) -> Result<Response, Problem> {
    let ranges = state
        .store
        .read(move |tx| -> Result<Vec<Span>, Problem> {
            target.batch(tx, &caller.sandbox)?;
            let upload = target
                .upload(tx, &caller.sandbox)?
                .ok_or_else(|| unknown(&target))?;
            if upload["state"] == "open" {
                return Ok(ranges_of(&upload));
            }
            let size = upload["size"].as_u64().unwrap_or_default();
            Ok(size
                .checked_sub(1)
                .map(|last| (0, last))
                .into_iter()
                .collect())
        })
        .await?;
    Ok(with_range(&ranges))
}

/// Stitches: each byte must be there exactly once. Done again it says 201 again (emulator choice).
async fn complete(state: &AppState, caller: Caller, target: Target) -> Result<StatusCode, Problem> {
    state
        .store
        .write(move |tx| {
            target.open_batch(tx, &caller.sandbox)?;
            let mut upload = target
                .upload(tx, &caller.sandbox)?
                .filter(|upload| upload["large"] == true)
                .ok_or_else(|| unknown(&target))?;
            if upload["state"] == "done" {
                return Ok(StatusCode::CREATED);
            }
            let size = range::whole(&ranges_of(&upload)).map_err(|why| {
                catalog::bad_request(&format!("file {} is not complete: {why}", target.path))
            })?;
            upload["size"] = json!(size);
            upload["state"] = json!("done");
            upload["ranges"] = json!([]);
            target.store(tx, &caller.sandbox, Some(&upload), &upload)?;
            Ok(StatusCode::CREATED)
        })
        .await
}

fn unknown(target: &Target) -> Problem {
    catalog::not_found(&format!(
        "batch {} has no large file {}",
        target.batch, target.path
    ))
}

fn open_upload(target: &Target, upload: Option<Value>) -> Result<Value, Problem> {
    let upload = upload.ok_or_else(|| unknown(target))?;
    if upload["state"] == "open" {
        return Ok(upload);
    }
    Err(import::wrong_state(&format!(
        "file {} is complete; initialize it to send it anew",
        target.path
    )))
}

fn content_range(headers: &HeaderMap) -> Result<Span, Problem> {
    let value = headers
        .get(header::CONTENT_RANGE)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(|| catalog::bad_request("header Content-Range is missing"))?;
    range::parse(value).map_err(|why| catalog::bad_request(&why))
}

fn unequal(range: u64, length: u64) -> Problem {
    catalog::bad_request(&format!(
        "Content-Range covers {range} bytes, the body has {length}"
    ))
}

fn ranges_of(upload: &Value) -> Vec<Span> {
    let pairs = upload["ranges"].as_array().into_iter().flatten();
    pairs
        .filter_map(|pair| Some((pair[0].as_u64()?, pair[1].as_u64()?)))
        .collect()
}

fn with_range(ranges: &[Span]) -> Response {
    let mut response = StatusCode::OK.into_response();
    if let Some(value) = range::show(ranges).and_then(|text| HeaderValue::from_str(&text).ok()) {
        response.headers_mut().insert(RANGE, value);
    }
    response
}
