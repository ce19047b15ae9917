//! Flow Service: connections, flows and runs.
//!
//! An answer to a single look-up is a list of one. Texts of errors are the emulator's, codes are published.

mod action;
mod body;
mod check;
mod configs;
mod connections;
mod create;
mod delete;
mod explore;
mod noun;
mod object;
mod patch;
mod path;
mod project;
mod query;
mod read;
mod runs;
mod settle;
mod specs;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::routing::{MethodRouter, get, post};
use http::HeaderMap;

use super::AppState;
use crate::gateway::Caller;
use body::Body;
use noun::Noun;

pub(crate) use settle::resume;

/// Routes below `/data/foundation/flowservice`.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/connections", many(Noun::Connection))
        .route("/connections/search", search(Noun::Connection))
        .route("/connections/{id}", one(Noun::Connection))
        .route("/connections/{id}/test", get(connections::test))
        .route("/connections/{id}/explore", get(explore::by_connection))
        .route("/connections/{id}/configs", get(connections::configs))
        .route("/connections/{id}/action", act(Noun::Connection))
        .route(
            "/connectionSpecs",
            get(specs::list_connection_specs).post(specs::refuse),
        )
        .route(
            "/connectionSpecs/{id}",
            get(specs::get_connection_spec).put(specs::refuse),
        )
        .route("/connectionSpecs/{id}/explore", get(explore::by_spec))
        .route("/connectionSpecs/{id}/configs", get(configs::of_spec))
        .route("/sourceConnections", many(Noun::Source))
        .route("/sourceConnections/{id}", one(Noun::Source))
        .route("/sourceConnections/{id}/action", act(Noun::Source))
        .route("/targetConnections", many(Noun::Target))
        .route("/targetConnections/{id}", one(Noun::Target))
        .route("/targetConnections/{id}/action", act(Noun::Target))
        .route("/flows", many(Noun::Flow))
        .route("/flows/search", search(Noun::Flow))
        .route("/flows/{id}", one(Noun::Flow))
        .route("/flows/{id}/action", act(Noun::Flow))
        .route(
            "/flowSpecs",
            get(specs::list_flow_specs).post(specs::refuse),
        )
        .route("/flowSpecs/search", post(specs::search_flow_specs))
        .route(
            "/flowSpecs/{id}",
            get(specs::get_flow_spec).put(specs::refuse),
        )
        .route(
            "/runs",
            get(
                async |state: State<AppState>, caller: Caller, query: RawQuery| {
                    read::list(Noun::Run, state, caller, query).await
                },
            )
            .post(runs::create),
        )
        .route(
            "/runs/{id}",
            get(
                async |state: State<AppState>, caller: Caller, id: Path<String>| {
                    read::get(Noun::Run, state, caller, id).await
                },
            )
            .put(runs::replace),
        )
        .route("/runs/{id}/action", post(runs::act))
}

/// List and create.
fn many(noun: Noun) -> MethodRouter<AppState> {
    get(
        move |state: State<AppState>, caller: Caller, query: RawQuery| {
            read::list(noun, state, caller, query)
        },
    )
    .post(
        move |state: State<AppState>, caller: Caller, query: RawQuery, body: Body| {
            create::create(noun, state, caller, query, body)
        },
    )
}

/// Look up, change and delete.
fn one(noun: Noun) -> MethodRouter<AppState> {
    get(
        move |state: State<AppState>, caller: Caller, id: Path<String>| {
            read::get(noun, state, caller, id)
        },
    )
    .patch(
        move |state: State<AppState>,
              caller: Caller,
              id: Path<String>,
              headers: HeaderMap,
              body: Body| { patch::patch(noun, state, caller, id, headers, body) },
    )
    .delete(
        move |state: State<AppState>, caller: Caller, id: Path<String>| {
            delete::delete(noun, state, caller, id)
        },
    )
}

fn search(noun: Noun) -> MethodRouter<AppState> {
    post(
        move |state: State<AppState>, caller: Caller, query: RawQuery, body: Body| {
            read::search(noun, state, caller, query, body)
        },
    )
}

fn act(noun: Noun) -> MethodRouter<AppState> {
    post(
        move |state: State<AppState>,
              caller: Caller,
              id: Path<String>,
              query: RawQuery,
              headers: HeaderMap| { action::act(noun, state, caller, id, query, headers) },
    )
}
