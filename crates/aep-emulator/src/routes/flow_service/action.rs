//! `POST /{noun}/{id}/action?op=…`.

use axum::extract::{Path, RawQuery, State};
use http::HeaderMap;
use serde_json::{Value, json};

use super::check::{self, Rules};
use super::create::open_inlet;
use super::noun::Noun;
use super::object::{self, load, receipt};
use super::patch::{if_match, is_at};
use super::settle;
use crate::gateway::Caller;
use crate::problem::{Problem, flow};
use crate::routes::{AppState, Json};

/// What can be done to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Enable,
    Disable,
    Publish,
}

/// Acts. `subOp` and the body are for providers; users need neither.
pub(super) async fn act(
    noun: Noun,
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json, Problem> {
    let op = Op::read(noun, &op_of(query.as_deref())?)?;
    let wanted = if_match(&headers);
    let now = state.clock.now_ms();
    let rules = Rules::of(&state, false);
    let (sandbox, settling) = (caller.sandbox.clone(), state.config.flow_settling);
    let document = state
        .store
        .write(move |tx| -> Result<Value, Problem> {
            let mut document = load(tx, &caller.sandbox, noun, &id)?;
            if let Some(wanted) = wanted {
                is_at(&document, &wanted)?;
            }
            let (from, to) = op.step();
            if document["state"] != from {
                let detail = format!("{op:?} does not fit the state {}", document["state"]);
                return Err(flow::coded("1422-400", &detail));
            }
            if op == Op::Publish {
                if noun == Noun::Connection {
                    object::unseal(tx, &caller.sandbox, &mut document)?;
                }
                let old = document.clone();
                // As if it were made now: its schedule has not begun.
                let before = (noun == Noun::Connection).then_some(&old);
                check::whole(tx, &caller.sandbox, noun, &mut document, before, &rules)?;
                if noun == Noun::Connection {
                    open_inlet(&mut document);
                    let secret = check::secrets(&document);
                    object::seal(tx, &caller.sandbox, &mut document, |name| secret.has(name))?;
                }
            }
            document["state"] = json!(to);
            object::touch(&mut document, &caller, now);
            if noun == Noun::Flow {
                settle::turn(&mut document, now, settling, op.way(), to);
                object::operated(&mut document, now, op.name(), &json!([]));
            }
            object::store(tx, &caller.sandbox, noun, &document)?;
            Ok(document)
        })
        .await?;
    if noun == Noun::Flow {
        settle::watch(&state, &sandbox, &document);
        state.engine.notify();
    }
    Ok(Json(receipt(&document)))
}

/// The value of `op`, in upper case.
pub(super) fn op_of(query: Option<&str>) -> Result<String, Problem> {
    url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(key, value)| key == "op" && !value.is_empty())
        .map(|(_, value)| value.to_ascii_uppercase())
        .ok_or_else(|| flow::coded("2119-400", "the query parameter op is missing"))
}

impl Op {
    fn read(noun: Noun, name: &str) -> Result<Self, Problem> {
        match (name, noun) {
            ("PUBLISH", _) => Ok(Self::Publish),
            ("ENABLE", Noun::Flow) => Ok(Self::Enable),
            ("DISABLE", Noun::Flow) => Ok(Self::Disable),
            ("FINALIZE" | "FINALIZE_UPDATE", Noun::Flow | Noun::Connection) => {
                Err(flow::coded("1402-400", &format!("{name} is for providers")))
            }
            _ => Err(flow::coded(
                "1435-400",
                &format!("unsupported action {name} on {}", noun.path()),
            )),
        }
    }

    /// The state it needs and the state it leads to.
    fn step(self) -> (&'static str, &'static str) {
        match self {
            Self::Enable => ("disabled", "enabled"),
            Self::Disable => ("enabled", "disabled"),
            Self::Publish => ("draft", "enabled"),
        }
    }

    /// The state on the way.
    fn way(self) -> &'static str {
        match self {
            Self::Enable => "enabling",
            Self::Disable => "disabling",
            Self::Publish => "initializing",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Enable => "enable",
            Self::Disable => "disable",
            Self::Publish => "publish",
        }
    }
}
