//! `GET /connections/{id}/explore` and `/connectionSpecs/{id}/explore`.

use axum::extract::{Path, RawQuery, State};

use super::noun::Noun;
use super::object::load;
use crate::flow::specs::{self, Category, id};
use crate::gateway::Caller;
use crate::problem::{Problem, flow};
use crate::routes::{AppState, Json};
use crate::zone::{self, Refused, Source, ZoneType};

/// Files behind a base connection: its buckets, or the landing zone.
pub(super) async fn by_connection(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    let sandbox = caller.sandbox.clone();
    let document = state
        .store
        .read(move |tx| load(tx, &sandbox, Noun::Connection, &id))
        .await?;
    let spec = document["connectionSpec"]["id"]
        .as_str()
        .unwrap_or_default();
    let source = match spec {
        id::LANDING_ZONE => landing(caller, ZoneType::UserDropZone),
        id::LANDING_ZONE_TARGET => landing(caller, ZoneType::DlzDestination),
        spec => {
            let has_files = specs::connection_spec(spec)
                .is_some_and(|spec| spec.category == Category::Files && spec.is_explorable());
            if !has_files {
                let detail = format!("connections of spec {spec} cannot be explored here");
                return Err(flow::connector("1336-400", &detail));
            }
            Source::Buckets
        }
    };
    explore(&state, &source, query).await
}

/// Without a connection: the landing zone alone.
pub(super) async fn by_spec(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json, Problem> {
    if specs::connection_spec(&id).is_none() {
        return Err(flow::not_found("connectionSpecs", &id));
    }
    if id != id::LANDING_ZONE {
        let detail = format!("the connection spec {id} is explored by a connection only");
        return Err(flow::connector("1372-400", &detail));
    }
    explore(&state, &landing(caller, ZoneType::UserDropZone), query).await
}

fn landing(caller: Caller, kind: ZoneType) -> Source {
    Source::Landing {
        sandbox: caller.sandbox,
        kind,
    }
}

async fn explore(
    state: &AppState,
    source: &Source,
    query: Option<String>,
) -> Result<Json, Problem> {
    zone::explore(&state.zone, source, query.as_deref())
        .await
        .map(Json)
        .map_err(|refused: Refused| {
            let code = format!("{}-{}", refused.code, refused.status);
            flow::connector(&code, &refused.detail)
        })
}
