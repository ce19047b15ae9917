//! `/credentials`: what opens the zone.

use axum::extract::{RawQuery, State};

use super::query::{failed, kind, value};
use crate::gateway::Caller;
use crate::problem::{Problem, flow::connector};
use crate::routes::{AppState, Json};

pub(super) async fn show(
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    let kind = kind(query.as_deref())?;
    let answer = state.zone.credentials(&caller, kind).await;
    answer.map(Json).map_err(|error| failed(&error))
}

/// `POST ?action=refresh`: new ones, and the old ones stop working. Adobe publishes it for Azure only; that an Amazon zone
/// refuses it is the emulator's choice.
pub(super) async fn refresh(
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    let kind = kind(query.as_deref())?;
    let action = value(query.as_deref(), "action").unwrap_or_default();
    if !action.eq_ignore_ascii_case("refresh") {
        return Err(connector(
            "1705-400",
            &format!("the action \"{action}\" is not supported: it is refresh"),
        ));
    }
    let answer = state.zone.refresh(&caller, kind).await;
    answer
        .map_err(|error| failed(&error))?
        .map(Json)
        .ok_or_else(|| {
            connector(
                "1703-400",
                "the credentials of this landing zone cannot be refreshed: ask for new ones",
            )
        })
}
