//! `GET` and `POST /clock`.

use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use crate::clock::TIMES;
use crate::operations::Service;
use crate::problem::{self, Problem};
use crate::routes::{AppState, Json};
use crate::state::StateError;

/// One of the three, in milliseconds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
enum Move {
    /// Forward by so much.
    #[serde(rename = "advanceMs")]
    Advance(i64),
    /// To this time since 1970-01-01 UTC.
    #[serde(rename = "nowMs")]
    Now(i64),
    /// So far from the machine's clock; 0 is real time.
    #[serde(rename = "offsetMs")]
    Offset(i64),
}

pub(super) async fn get(State(state): State<AppState>) -> Json {
    shown(&state)
}

pub(super) async fn set(State(state): State<AppState>, Json(body): Json) -> Result<Json, Problem> {
    let wanted: Move = serde_json::from_value(body).map_err(|error| {
        problem::of(
            Service::Admin,
            400,
            &format!("advanceMs, nowMs or offsetMs: {error}"),
        )
    })?;
    let (now, offset) = (state.clock.now_ms(), state.clock.offset_ms());
    let then = match wanted {
        Move::Advance(by) => now.saturating_add(by),
        Move::Now(now) => now,
        Move::Offset(wanted) => now.saturating_sub(offset).saturating_add(wanted),
    };
    if !TIMES.contains(&then) {
        return Err(problem::of(
            Service::Admin,
            400,
            "the clock goes from the year 1970 to the year 9999",
        ));
    }
    // Other programs' times of files have seconds only: a move between two of them leaves no doubt.
    state.zone.full_second().await;
    let offset = state.clock.offset_ms();
    match wanted {
        Move::Advance(by) => state.clock.set_offset_ms(offset.saturating_add(by)),
        Move::Now(now) => state.clock.set_ms(now),
        Move::Offset(offset) => state.clock.set_offset_ms(offset),
    }
    let (offset, moves) = (
        state.clock.offset_ms(),
        serde_json::to_string(&state.clock.history()).map_err(StateError::from)?,
    );
    state
        .store
        .write(move |tx| -> Result<(), StateError> {
            tx.set_meta("clock", &offset.to_string())?;
            tx.set_meta("clock moves", &moves)
        })
        .await?;
    state.zone.settle().await;
    Ok(shown(&state))
}

fn shown(state: &AppState) -> Json {
    let now = state.clock.now_ms();
    let text = jiff::Timestamp::from_millisecond(now)
        .map(|now| now.to_string())
        .unwrap_or_default();
    Json(json!({"nowMs": now, "now": text, "offsetMs": state.clock.offset_ms()}))
}
