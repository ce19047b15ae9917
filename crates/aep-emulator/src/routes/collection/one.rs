//! `POST /{inlet}`.

use axum::extract::{Path, RawQuery, State};
use http::HeaderMap;
use serde_json::{Value, json};

use super::inlet::{Inlet, refused};
use super::message::{Refusal, check, transaction};
use crate::problem::{Problem, collection};
use crate::routes::{AppState, Json};
use crate::stream;

/// Most violations that an answer tells.
const VIOLATIONS: usize = 5;

const TITLE: &str = "Invalid XDM Message Format";

/// Accepts a message; with `syncValidation` only one that fits the schema.
pub(super) async fn receive(
    State(state): State<AppState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    Json(body): Json,
) -> Result<Json, Problem> {
    let wants_validation = wants_validation(query.as_deref());
    let now = state.clock.now_ms();
    let (inlet, xaction) = (id.clone(), transaction(now));
    let xaction_id = xaction.clone();
    state
        .store
        .write(move |tx| -> Result<(), Problem> {
            let inlet = Inlet::open(tx, &inlet, &headers, now)?;
            let accepted =
                check(tx, &inlet, body, xaction_id).map_err(|refusal| match refusal {
                    Refusal::Envelope(message) => {
                        collection::inlet(400, TITLE, &message, &Value::Null)
                    }
                    Refusal::Other(message) => refused(&message),
                    Refusal::State(error) => error.into(),
                })?;
            if wants_validation {
                let violations = stream::violations(tx, &inlet.sandbox, &accepted)?;
                if !violations.is_empty() {
                    let org = &inlet.org;
                    let message = format!(
                        "inletId: [{}] imsOrgId: [{org}] Message is invalid",
                        inlet.id
                    );
                    let cause = json!({"_streamingValidation": [told(violations)]});
                    return Err(collection::inlet(400, TITLE, &message, &cause));
                }
            }
            Ok(stream::accept(tx, &inlet.sandbox, &[accepted])?)
        })
        .await?;
    state.engine.message_came();
    let validation = if wants_validation {
        json!({"status": "pass"})
    } else {
        json!({"skipped": true})
    };
    Ok(Json(json!({
        "inletId": id,
        "xactionId": xaction,
        "receivedTimeMs": state.clock.now_ms(),
        "syncValidation": validation,
    })))
}

/// `syncValidation`, or by its old name `synchronousValidation`.
fn wants_validation(query: Option<&str>) -> bool {
    url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).any(|(key, value)| {
        matches!(key.as_ref(), "syncValidation" | "synchronousValidation")
            && value.eq_ignore_ascii_case("true")
    })
}

/// One violation as it is, several below one that counts them.
fn told(mut violations: Vec<Value>) -> Value {
    violations.truncate(VIOLATIONS);
    if violations.len() == 1 {
        return violations.remove(0);
    }
    json!({
        "schemaLocation": "#",
        "pointerToViolation": "#",
        "message": format!("{} schema violations found", violations.len()),
        "causingExceptions": violations,
    })
}
