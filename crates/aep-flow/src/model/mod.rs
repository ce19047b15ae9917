//! What the objects of Flow Service have in common.

mod auth;
mod created;
mod data;
mod reference;
mod state;

use aep_core::{Error, ErrorKind, Result};
use serde_json::Value;

use crate::json::{Object, inner, number, text};

pub use auth::Auth;
pub use created::Created;
pub use data::{DataFormat, FileFormat, SchemaRef};
pub use reference::SpecRef;
pub use state::State;

pub(crate) use auth::take_secrets;
pub(crate) use data::{dataset_ids, schema_of};

/// What stands in place of a secret that was in an answer.
pub const REDACTED: &str = "[redacted]";

/// The fields that every stored object has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Common {
    /// Its name; nothing makes it unique. Empty if it has none.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Its state.
    pub state: Option<State>,
    /// The version that an update has to name, with its quotes, as the service wrote it. Empty if the answer has none.
    pub etag: String,
    /// When it was made, in milliseconds since 1970.
    pub created_at: Option<u64>,
    /// When it changed last, in milliseconds since 1970.
    pub updated_at: Option<u64>,
    /// Who made it.
    pub created_by: Option<String>,
    /// Who changed it last.
    pub updated_by: Option<String>,
}

impl Common {
    pub(crate) fn read(raw: &Object) -> Self {
        Self {
            name: text(raw, "name").unwrap_or_default(),
            description: text(raw, "description"),
            state: text(raw, "state").map(|word| State::from(word.as_str())),
            etag: etag(raw),
            created_at: number(raw, "createdAt").filter(|at| *at > 0),
            updated_at: number(raw, "updatedAt").filter(|at| *at > 0),
            created_by: text(raw, "createdBy"),
            updated_by: text(raw, "updatedBy"),
        }
    }
}

/// The etag under any of the names that the service gives it; `version` is one if it is quoted.
pub(crate) fn etag(raw: &Object) -> String {
    let version = || text(raw, "version").filter(|version| version.starts_with('"'));
    text(raw, "etag")
        .or_else(|| text(raw, "eTag"))
        .or_else(version)
        .unwrap_or_default()
}

/// What a model gives besides its own fields: the common ones, the object as it came, and that object when it is written.
macro_rules! stored {
    ($name:ident) => {
        impl std::ops::Deref for $name {
            type Target = $crate::model::Common;

            fn deref(&self) -> &Self::Target {
                &self.common
            }
        }

        impl $name {
            /// The object as the service gave it, with `[redacted]` in place of secrets.
            pub fn raw(&self) -> &serde_json::Map<String, serde_json::Value> {
                &self.raw
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.raw.serialize(serializer)
            }
        }

        impl $crate::model::Stored for $name {
            fn read(raw: $crate::json::Object) -> aep_core::Result<Self> {
                Self::from_object(raw)
            }

            fn id(&self) -> &str {
                self.id.as_str()
            }

            fn name(&self) -> &str {
                &self.common.name
            }
        }
    };
}
pub(crate) use stored;

/// The id of an object; without one nothing can be done with it.
pub(crate) fn id<I>(raw: &Object, what: &'static str, new: fn(String) -> Result<I>) -> Result<I> {
    let missing =
        || Error::new(ErrorKind::Protocol, format!("understand {what}")).because("it has no id");
    new(text(raw, "id").ok_or_else(missing)?)
}

/// The specification that an object names.
pub(crate) fn spec<I>(raw: &Object, key: &str, new: fn(String) -> Result<I>) -> Option<SpecRef<I>> {
    let spec = inner(raw, key)?;
    Some(SpecRef {
        id: new(text(spec, "id")?).ok()?,
        version: text(spec, "version"),
    })
}

/// Ids in a list; what can't be an id is left out.
pub(crate) fn ids<I>(raw: &Object, key: &str, new: fn(String) -> Result<I>) -> Vec<I> {
    let texts = crate::json::texts(raw, key);
    texts.into_iter().filter_map(|id| new(id).ok()).collect()
}

/// Something that Flow Service stores.
pub(crate) trait Stored: Sized + Send {
    /// Reads it from the service's object.
    fn read(raw: Object) -> Result<Self>;
    /// Its id.
    fn id(&self) -> &str;
    /// Its name.
    fn name(&self) -> &str;
}

/// The object of an answer that should hold one: some answers wrap it into a list.
pub(crate) fn unwrap(answer: Value) -> Option<Object> {
    let Value::Object(mut object) = answer else {
        return match answer {
            Value::Array(items) => items.into_iter().next().and_then(unwrap),
            _ => None,
        };
    };
    match object.get_mut("items") {
        Some(Value::Array(items)) => match items.drain(..).next() {
            Some(Value::Object(item)) => Some(item),
            _ => None,
        },
        _ => Some(object),
    }
}
