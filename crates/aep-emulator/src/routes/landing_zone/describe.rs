//! `GET ?type=`: where the zone is.

use axum::extract::{RawQuery, State};

use super::query::kind;
use crate::gateway::Caller;
use crate::problem::Problem;
use crate::routes::{AppState, Json};

pub(super) async fn describe(
    State(state): State<AppState>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    let kind = kind(query.as_deref())?;
    Ok(Json(state.zone.described(&caller, kind)))
}
