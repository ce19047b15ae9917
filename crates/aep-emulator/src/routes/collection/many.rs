//! `POST /batch/{inlet}`: several messages, each with an answer of its own.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::inlet::{Inlet, refused};
use super::message::{Refusal, check, transaction};
use crate::problem::Problem;
use crate::routes::{AppState, Json};
use crate::stream;

/// Accepts those messages that can be accepted: 207 whenever there was an envelope to read.
pub(super) async fn receive(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Json(mut body): Json,
) -> Result<Response, Problem> {
    let Value::Array(messages) = body["messages"].take() else {
        return Err(refused("messages must be an array"));
    };
    let now = state.clock.now_ms();
    let (inlet, batch) = (id.clone(), transaction(now));
    let batch_id = batch.clone();
    let responses = state
        .store
        .write(move |tx| -> Result<Vec<Value>, Problem> {
            let inlet = Inlet::open(tx, &inlet, &headers, now)?;
            let (mut accepted, mut responses) = (Vec::new(), Vec::new());
            for (at, message) in messages.into_iter().enumerate() {
                let xaction = format!("{batch}:{at}");
                match check(tx, &inlet, message, xaction.clone()) {
                    Ok(message) => {
                        accepted.push(message);
                        responses.push(json!({"xactionId": xaction}));
                    }
                    Err(Refusal::Envelope(message) | Refusal::Other(message)) => {
                        responses.push(json!({"statusCode": 400, "message": message}));
                    }
                    Err(Refusal::State(error)) => return Err(error.into()),
                }
            }
            stream::accept(tx, &inlet.sandbox, &accepted)?;
            Ok(responses)
        })
        .await?;
    state.engine.message_came();
    let answer = json!({
        "inletId": id,
        "batchId": batch_id,
        "receivedTimeMs": state.clock.now_ms(),
        "responses": responses,
    });
    Ok((StatusCode::MULTI_STATUS, Json(answer)).into_response())
}
