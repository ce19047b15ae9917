//! The steps of a guided creation: what is made, in which order, and what refers to what.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::model::{Auth, REDACTED};

/// What a step makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum StepKind {
    /// A schema, in Schema Registry.
    Schema,
    /// A dataset, in Catalog.
    Dataset,
    /// The connection that holds the account.
    BaseConnection,
    /// The connection without credentials that older descriptions put before the target.
    DatasetConnection,
    /// What is read.
    SourceConnection,
    /// What is written.
    TargetConnection,
    /// A mapping set, in Data Prep.
    MappingSet,
    /// The flow.
    Flow,
}

impl StepKind {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Dataset => "dataset",
            Self::BaseConnection => "base connection",
            Self::DatasetConnection => "dataset base connection",
            Self::SourceConnection => "source connection",
            Self::TargetConnection => "target connection",
            Self::MappingSet => "mapping set",
            Self::Flow => "flow",
        }
    }

    /// Where a new one is sent to, below the gateway's address.
    pub fn path(self) -> &'static str {
        match self {
            Self::Schema => "/data/foundation/schemaregistry/tenant/schemas",
            Self::Dataset => "/data/foundation/catalog/dataSets",
            Self::BaseConnection | Self::DatasetConnection => {
                "/data/foundation/flowservice/connections"
            }
            Self::SourceConnection => "/data/foundation/flowservice/sourceConnections",
            Self::TargetConnection => "/data/foundation/flowservice/targetConnections",
            Self::MappingSet => "/data/foundation/conversion/mappingSets",
            Self::Flow => "/data/foundation/flowservice/flows",
        }
    }

    /// What stands in a plan for the id that is not known yet.
    pub(crate) fn placeholder(self) -> String {
        format!("<id of the {}>", self.words())
    }
}

impl fmt::Display for StepKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// Something that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What it is.
    pub kind: StepKind,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.kind, self.id, self.name)
    }
}

/// Something to be made: the body with gaps, and what is put into them.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) kind: StepKind,
    pub(crate) name: String,
    pub(crate) body: Value,
    pub(crate) gaps: Vec<Gap>,
}

/// A place in a body, as a JSON pointer, and what belongs there.
#[derive(Debug, Clone)]
pub(crate) struct Gap {
    pub(crate) at: String,
    pub(crate) what: Filling,
}

#[derive(Debug, Clone)]
pub(crate) enum Filling {
    /// How the account signs in, secrets included.
    Auth(Auth),
    /// The id of something that an earlier step makes.
    Id(StepKind),
}

impl Draft {
    pub(crate) fn new(kind: StepKind, name: impl Into<String>, body: Value) -> Self {
        Self {
            kind,
            name: name.into(),
            body,
            gaps: Vec::new(),
        }
    }

    /// Leaves a gap for the id of an earlier step.
    pub(crate) fn refer(mut self, at: &str, kind: StepKind) -> Self {
        insert(&mut self.body, at, Value::from(kind.placeholder()));
        self.gaps.push(Gap {
            at: at.to_owned(),
            what: Filling::Id(kind),
        });
        self
    }

    /// Leaves a gap for the way in which an account signs in.
    pub(crate) fn auth(mut self, auth: Auth) -> Self {
        insert(&mut self.body, "/auth", shown(&auth));
        self.gaps.push(Gap {
            at: "/auth".to_owned(),
            what: Filling::Auth(auth),
        });
        self
    }

    /// The body without secrets, with the ids that are known already.
    pub(crate) fn shown(&self, known: &BTreeMap<StepKind, String>) -> Value {
        let mut body = self.body.clone();
        for gap in &self.gaps {
            if let Filling::Id(kind) = &gap.what
                && let Some(id) = known.get(kind)
            {
                insert(&mut body, &gap.at, Value::from(id.as_str()));
            }
        }
        body
    }

    /// The body with its gaps filled; `id` knows what earlier steps have made.
    pub(crate) fn filled(&self, id: impl Fn(StepKind) -> String) -> Value {
        let mut body = self.body.clone();
        for gap in &self.gaps {
            let value = match &gap.what {
                Filling::Auth(auth) => auth.body(),
                Filling::Id(kind) => Value::from(id(*kind)),
            };
            insert(&mut body, &gap.at, value);
        }
        body
    }
}

/// The form of a sign-in without its secrets.
fn shown(auth: &Auth) -> Value {
    let params: Map<String, Value> = auth
        .names()
        .map(|name| {
            let value = auth.get(name).cloned();
            (
                name.to_owned(),
                value.unwrap_or_else(|| Value::from(REDACTED)),
            )
        })
        .collect();
    json!({"specName": auth.spec_name, "params": params})
}

/// Sets the value at a JSON pointer, and makes the objects on the way. An index into a list must exist, or be the next one.
pub(crate) fn insert(body: &mut Value, pointer: &str, value: Value) {
    let mut place = body;
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        if let Value::Array(entries) = place {
            let Ok(index) = step.parse::<usize>() else {
                return;
            };
            if index >= entries.len() {
                entries.push(Value::Null);
            }
            let last = entries.len() - 1;
            place = &mut entries[index.min(last)];
        } else {
            if !place.is_object() {
                *place = Value::Object(serde_json::Map::new());
            }
            place = &mut place[step];
        }
    }
    *place = value;
}

#[cfg(test)]
mod tests {
    use aep_core::Secret;

    use super::*;

    #[test]
    fn gaps_are_filled_and_never_shown() {
        let draft = Draft::new(StepKind::BaseConnection, "a", json!({"name": "a"}))
            .auth(
                Auth::new("Basic")
                    .with("host", "example.org")
                    .with_secret("password", Secret::new("hunter2".to_owned())),
            )
            .refer("/ids/0", StepKind::Dataset);
        assert!(!format!("{draft:?}").contains("hunter2"));
        assert_eq!(draft.body["auth"]["params"]["password"], REDACTED);
        assert_eq!(draft.body["auth"]["params"]["host"], "example.org");
        let body = draft.filled(|kind| format!("the {kind}"));
        assert_eq!(body["auth"]["params"]["password"], "hunter2");
        assert_eq!(body["ids"]["0"], "the dataset");
    }

    #[test]
    fn lists_are_filled_at_their_index() {
        let draft = Draft::new(StepKind::Flow, "a", json!({"sourceConnectionIds": []}))
            .refer("/sourceConnectionIds/0", StepKind::SourceConnection);
        assert_eq!(
            draft.filled(|_| "s".to_owned()),
            json!({"sourceConnectionIds": ["s"]})
        );
    }
}
