//! `POST /sandboxes`.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::Value;

use super::read::shown;
use crate::gateway::Caller;
use crate::problem::{Problem, sandbox};
use crate::routes::{AppState, Json};
use crate::seed::sandbox_document;
use crate::state::{GLOBAL, kind};

/// Longest name.
const NAME_CHARS: usize = 256;

pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Json(body): Json,
) -> Result<Response, Problem> {
    let now = state.clock.now_ms();
    let field = |key: &str| {
        body[key]
            .as_str()
            .filter(|text| !text.trim().is_empty())
            .map(str::to_owned)
            .ok_or_else(|| sandbox::with_status(400, &format!("{key} is required")))
    };
    let (name, title, sandbox_type) = (field("name")?, field("title")?, field("type")?);
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.len() > NAME_CHARS
        || !name.starts_with(|c: char| c.is_ascii_lowercase())
        || !name.chars().all(fits)
    {
        return Err(sandbox::with_status(
            400,
            "a sandbox name is made of lower-case letters, digits and hyphens",
        ));
    }
    if !["production", "development"].contains(&sandbox_type.as_str()) {
        return Err(sandbox::with_status(
            400,
            "type must be production or development",
        ));
    }
    let document = state
        .store
        .write(move |tx| -> Result<Value, Problem> {
            if tx.get(kind::SANDBOX, GLOBAL, &name)?.is_some() {
                return Err(sandbox::with_status(
                    400,
                    &format!("a sandbox named {name} exists"),
                ));
            }
            let document = sandbox_document(&name, &title, &sandbox_type, now, &caller.user);
            tx.put(kind::SANDBOX, GLOBAL, &name, "", &document)?;
            Ok(document)
        })
        .await?;
    Ok((StatusCode::ACCEPTED, Json(shown(document, now))).into_response())
}
