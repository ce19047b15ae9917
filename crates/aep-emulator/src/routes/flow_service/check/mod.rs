//! What an object must be like, when it is made, changed or published.

mod connection;
mod ends;
mod flow;
mod schedule;
mod transform;

use serde_json::{Value, json};

use super::noun::Noun;
use crate::flow::specs::{self, ConnectionSpec, Fault};
use crate::problem::{self, Problem};
use crate::routes::AppState;
use crate::state::Tx;

/// How far a schedule may begin in the past.
const GRACE_MS: i64 = 5 * 60 * 1000;

/// What checks go by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    /// A draft may lack things; what it has must be right.
    pub(super) draft: bool,
    /// The emulator's time.
    pub(super) now: i64,
    /// Earliest start of a new schedule, in milliseconds.
    pub(super) earliest: i64,
}

impl Rules {
    pub(super) fn of(state: &AppState, draft: bool) -> Self {
        let now = state.clock.now_ms();
        Self {
            draft,
            now,
            earliest: if state.config.past_starts {
                i64::MIN
            } else {
                // a client goes by the machine's clock; what is now there is no past here when the emulator's is ahead
                now.saturating_sub(GRACE_MS)
                    .saturating_sub(state.clock.offset_ms().max(0))
            },
        }
    }

    /// What a fault found by a schema means for the object, if anything.
    fn refuse(&self, fault: Fault) -> Result<(), Problem> {
        match fault {
            Fault::Missing(_) if self.draft => Ok(()),
            Fault::Missing(field) => Err(missing(&field)),
            Fault::Value(field, wanted) => Err(not_allowed(&field, &wanted)),
        }
    }
}

/// Checks an object as a whole and fills in what follows from it. A connection comes with its secrets.
pub(super) fn whole(
    tx: &Tx<'_>,
    sandbox: &str,
    noun: Noun,
    new: &mut Value,
    old: Option<&Value>,
    rules: &Rules,
) -> Result<(), Problem> {
    for field in ["name", "description"] {
        if !new[field].is_null() && !new[field].is_string() {
            let detail = format!("{field} must be text");
            return Err(problem::flow::coded("1452-400", &detail));
        }
    }
    match noun {
        Noun::Connection => connection::check(tx, sandbox, new, old, rules),
        Noun::Source => ends::check_source(tx, sandbox, new, rules),
        Noun::Target => ends::check_target(tx, sandbox, new, rules),
        Noun::Flow => flow::check(tx, sandbox, new, old, rules),
        Noun::Run => Ok(()),
    }
}

/// A mandatory field is missing or empty.
fn missing(field: &str) -> Problem {
    problem::flow::connector("1304-400", &format!("{field} is missing or empty"))
}

/// A parameter has a value it must not have.
fn not_allowed(field: &str, wanted: &str) -> Problem {
    problem::flow::connector("1312-400", &format!("{field} {wanted}"))
}

/// The connection spec that an object names; its version is filled in. All specs have the version 1.0.
fn spec_of(document: &mut Value) -> Result<&'static ConnectionSpec, Problem> {
    let wanted = &document["connectionSpec"];
    let spec = wanted["id"].as_str().and_then(specs::connection_spec);
    match spec {
        Some(spec) if is_first(&wanted["version"]) => {
            document["connectionSpec"] = json!({"id": spec.id(), "version": "1.0"});
            Ok(spec)
        }
        _ => Err(problem::flow::coded(
            "1413-400",
            &format!("no connection spec is {wanted}"),
        )),
    }
}

/// `"1.0"`, also as published samples write it, or nothing, which means the newest.
fn is_first(version: &Value) -> bool {
    match version {
        Value::Null => true,
        Value::String(text) => ["1.0", "1"].contains(&text.as_str()),
        other => other.as_f64() == Some(1.0),
    }
}

/// The parameters of an object's auth that its answers leave out.
#[derive(Debug)]
pub(super) struct Secrets {
    all: bool,
    names: Vec<&'static str>,
}

impl Secrets {
    pub(super) fn has(&self, name: &str) -> bool {
        self.all || self.names.contains(&name)
    }
}

/// What is secret about a connection: parameters of format `password` (emulator choice: they are left out).
pub(super) fn secrets(connection: &Value) -> Secrets {
    let spec = connection["connectionSpec"]["id"]
        .as_str()
        .and_then(specs::connection_spec);
    let auth = spec.and_then(|spec| spec.auth(connection["auth"]["specName"].as_str()?));
    Secrets {
        // Of what no auth spec describes, all is.
        all: auth.is_none(),
        names: auth.map_or_else(Vec::new, |auth| specs::secrets(&auth["spec"]).collect()),
    }
}

/// The provider of a connection.
pub(super) fn provider(connection: &Value) -> Value {
    connection["connectionSpec"]["id"]
        .as_str()
        .and_then(specs::connection_spec)
        .map_or(Value::Null, |spec| spec.doc["providerId"].clone())
}

/// Whether messages are sent to the connection.
pub(super) fn is_inlet(connection: &Value) -> bool {
    connection["connectionSpec"]["id"] == specs::id::STREAMING
}
