//! A whole file in one request.

use axum::body::Body;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use serde_json::json;

use super::body::{announced, blocking, check_media, receive, too_large};
use super::target::Target;
use crate::gateway::Caller;
use crate::problem::Problem;
use crate::routes::AppState;

/// 256 MB, read as powers of two: the larger of the two readings.
const SMALL_BYTES: u64 = 256 * 1024 * 1024;

/// `PUT …/files/{path}`: 200 with an empty body; a second upload to the same path replaces the first.
pub(super) async fn upload(
    State(state): State<AppState>,
    caller: Caller,
    target: Target,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    check_media(&headers)?;
    if announced(&headers).is_some_and(|length| length > SMALL_BYTES) {
        return Err(too_large(SMALL_BYTES));
    }
    let (asked, sandbox) = (target.clone(), caller.sandbox.clone());
    state
        .store
        .read(move |tx| asked.open_batch(tx, &sandbox))
        .await?;
    let files = state.store.files().clone();
    let (pending, file) = blocking(move || {
        let mut pending = files.begin()?;
        let file = pending.file()?.try_clone()?;
        Ok((pending, file))
    })
    .await?;
    let size = receive(body, file, 0, SMALL_BYTES).await?;
    let blob = blocking(move || pending.commit()).await?;
    let doc =
        json!({"path": target.path, "size": size, "blob": blob, "state": "done", "ranges": []});
    let stored = state
        .store
        .write(move |tx| {
            target.open_batch(tx, &caller.sandbox)?;
            let before = target.upload(tx, &caller.sandbox)?;
            target.store(tx, &caller.sandbox, before.as_ref(), &doc)
        })
        .await;
    let unneeded = stored.as_ref().map_or(Some(blob), Clone::clone);
    if let Some(blob) = unneeded {
        let files = state.store.files().clone();
        blocking(move || files.remove(&blob)).await?;
    }
    stored.map(|_| StatusCode::OK)
}
