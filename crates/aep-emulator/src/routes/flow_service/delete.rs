//! `DELETE /{noun}/{id}`.

use axum::extract::{Path, State};
use http::StatusCode;
use serde_json::Value;

use super::noun::Noun;
use super::object::load;
use crate::gateway::Caller;
use crate::problem::{Problem, flow};
use crate::routes::AppState;
use crate::state::{Tx, kind};

/// Removes an object that nothing uses. The runs of a flow go with it (emulator choice).
pub(super) async fn delete(
    noun: Noun,
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    state
        .store
        .write(move |tx| -> Result<(), Problem> {
            let sandbox = &caller.sandbox;
            let old = load(tx, sandbox, noun, &id)?;
            removable(noun, &old)?;
            if let Some(user) = user_of(tx, sandbox, noun, &id)? {
                let (code, what) = match noun {
                    Noun::Connection => ("1418-400", "connection"),
                    _ => ("1447-400", "connection id"),
                };
                let detail = format!("the {what} {id} is used by the flow {user}");
                return Err(flow::coded(code, &detail));
            }
            match noun {
                Noun::Connection => {
                    tx.delete(kind::CONNECTION_SECRET, sandbox, &id)?;
                }
                Noun::Flow => {
                    for (run, _) in tx.entries(kind::RUN, sandbox, Some(&id))? {
                        tx.delete(kind::RUN, sandbox, &run)?;
                    }
                }
                Noun::Source | Noun::Target | Noun::Run => {}
            }
            tx.delete(noun.kind(), sandbox, &id)?;
            Ok(())
        })
        .await?;
    if noun == Noun::Flow {
        state.engine.notify();
    }
    Ok(StatusCode::NO_CONTENT)
}

fn removable(noun: Noun, document: &Value) -> Result<(), Problem> {
    let (code, what) = match (noun, document["state"].as_str().unwrap_or_default()) {
        (_, "enabled" | "disabled" | "draft") => return Ok(()),
        (Noun::Connection, "initializing") => ("1417-400", "a connection"),
        (Noun::Connection, _) => ("1416-400", "a connection"),
        (_, _) => ("1458-400", "an object"),
    };
    let detail = format!("{what} that is {} cannot be deleted", document["state"]);
    Err(flow::coded(code, &detail))
}

/// A flow that needs the object, whatever its state (emulator choice: "active" is taken as existing). A base
/// connection is needed through the source and target connections made on it.
fn user_of(tx: &Tx<'_>, sandbox: &str, noun: Noun, id: &str) -> Result<Option<String>, Problem> {
    let holds = |ids: &Value, id: &str| {
        ids.as_array()
            .is_some_and(|ids| ids.iter().any(|held| held == id))
    };
    let ends: Vec<(&str, String)> = match noun {
        Noun::Source => vec![("sourceConnectionIds", id.to_owned())],
        Noun::Target => vec![("targetConnectionIds", id.to_owned())],
        Noun::Connection => {
            let mut ends = Vec::new();
            for (kind, field) in [
                (kind::SOURCE_CONNECTION, "sourceConnectionIds"),
                (kind::TARGET_CONNECTION, "targetConnectionIds"),
            ] {
                for (end, document) in tx.entries(kind, sandbox, None)? {
                    if document["baseConnectionId"] == id {
                        ends.push((field, end));
                    }
                }
            }
            ends
        }
        Noun::Flow | Noun::Run => return Ok(None),
    };
    if ends.is_empty() {
        return Ok(None);
    }
    let flows = tx.entries(kind::FLOW, sandbox, None)?;
    Ok(flows.into_iter().find_map(|(flow, document)| {
        ends.iter()
            .any(|(field, end)| holds(&document[*field], end))
            .then_some(flow)
    }))
}
