//! The connection specification as Flow Service describes it.

use aep_core::Result;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::ids::ConnectionSpecId;
use crate::json::{Object, as_flag, as_text, at, inner, text};
use crate::model::id;
use crate::specs::{self, Role};

/// The template of a system. Serialises as the object that the service gave.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ConnectionSpec {
    /// Its id, the same for every customer.
    pub id: ConnectionSpecId,
    /// Its name. A system that is a source and a destination has two specifications, at times of the same name.
    pub name: String,
    /// Its version, `1.0` today.
    pub version: Option<String>,
    /// The provider.
    pub provider: Option<String>,
    /// The forms of sign-in; none if the system needs no sign-in.
    pub auth: Vec<AuthForm>,
    raw: Object,
}

/// A form of sign-in.
#[derive(Debug, Clone, PartialEq)]
pub struct AuthForm {
    /// Its name, for [`Auth::new`](crate::Auth::new).
    pub name: String,
    /// What sort it is: `KeyBased`, `ConnectionString`, …
    pub kind: Option<String>,
    /// The JSON schema of its values.
    pub schema: Value,
}

impl AuthForm {
    /// The names of its values.
    pub fn params(&self) -> Vec<&str> {
        self.schema
            .get("properties")
            .and_then(Value::as_object)
            .map(|properties| properties.keys().map(String::as_str).collect())
            .unwrap_or_default()
    }
}

impl ConnectionSpec {
    pub(super) fn read(raw: Object) -> Result<Self> {
        let forms = raw.get("authSpec").and_then(Value::as_array);
        Ok(Self {
            id: id(&raw, "a connection specification", ConnectionSpecId::new)?,
            name: text(&raw, "name").unwrap_or_default(),
            version: text(&raw, "version"),
            provider: text(&raw, "providerId"),
            auth: forms
                .into_iter()
                .flatten()
                .filter_map(Value::as_object)
                .map(|form| AuthForm {
                    name: text(form, "name").unwrap_or_default(),
                    kind: text(form, "type"),
                    schema: form.get("spec").cloned().unwrap_or_default(),
                })
                .collect(),
            raw,
        })
    }

    /// Whether it is a source, by its published id or by what it says of itself.
    pub fn is_source(&self) -> bool {
        self.plays(Role::Source)
    }

    /// Whether it is a target, by its published id or by what it says of itself.
    pub fn is_target(&self) -> bool {
        self.plays(Role::Target)
    }

    /// Whether it is on this side. Some say nothing of themselves: they are on both.
    pub fn plays(&self, role: Role) -> bool {
        if let Some(known) = specs::known(&self.id) {
            return known.role == role;
        }
        let roles = self.roles();
        roles.is_empty() || roles.contains(&role)
    }

    /// What it says of itself.
    fn roles(&self) -> Vec<Role> {
        let filled = |key: &str| inner(&self.raw, key).is_some_and(|spec| !spec.is_empty());
        let says = |path: &[&str]| at(&self.raw, path).and_then(as_flag);
        let source = says(&["attributes", "isSource"])
            .or_else(|| says(&["sourceSpec", "attributes", "uiAttributes", "isSource"]));
        let destination = says(&["attributes", "isDestination"]);
        let mut roles = Vec::new();
        if source.unwrap_or_else(|| filled("sourceSpec")) {
            roles.push(Role::Source);
        }
        if destination.unwrap_or_else(|| filled("targetSpec")) {
            roles.push(Role::Target);
        }
        roles
    }

    /// How often it delivers: `batch`, `streaming`, `interactive` or another word, if it says.
    pub fn frequency(&self) -> Option<String> {
        let paths: [&[&str]; 3] = [
            &[
                "sourceSpec",
                "attributes",
                "uiAttributes",
                "frequency",
                "key",
            ],
            &[
                "targetSpec",
                "attributes",
                "uiAttributes",
                "frequency",
                "key",
            ],
            &["attributes", "frequency"],
        ];
        paths
            .into_iter()
            .find_map(|path| at(&self.raw, path).and_then(as_text))
    }

    /// The category in the user interface, `cloud storage`.
    pub fn category(&self) -> Option<String> {
        let paths: [&[&str]; 2] = [
            &["attributes", "category"],
            &[
                "sourceSpec",
                "attributes",
                "uiAttributes",
                "category",
                "label",
            ],
        ];
        paths
            .into_iter()
            .find_map(|path| at(&self.raw, path).and_then(as_text))
    }

    /// The object as the service gave it.
    pub fn raw(&self) -> &serde_json::Map<String, Value> {
        &self.raw
    }
}

impl Serialize for ConnectionSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::json::object;

    fn spec(value: Value) -> ConnectionSpec {
        ConnectionSpec::read(object(value, "a test").unwrap()).unwrap()
    }

    #[test]
    fn the_side_is_known_by_id_or_told() {
        let known = spec(json!({"id": specs::connection::AMAZON_S3_TARGET, "name": "Amazon S3"}));
        assert!(known.is_target() && !known.is_source());
        let source = spec(
            json!({"id": "x-1", "sourceSpec": {"name": "s"}, "attributes": {"isSource": true}}),
        );
        assert!(source.is_source() && !source.is_target());
        let silent = spec(json!({"id": "x-1"}));
        assert!(silent.is_source() && silent.is_target());
    }

    #[test]
    fn forms_of_sign_in_are_listed() {
        let spec = spec(
            json!({"id": "x-1", "version": 1, "authSpec": [{"name": "Access Key", "type": "KeyBased",
            "spec": {"properties": {"s3AccessKey": {}, "s3SecretKey": {"format": "password"}}}}]}),
        );
        assert_eq!(spec.auth[0].params(), ["s3AccessKey", "s3SecretKey"]);
        assert_eq!(spec.version.as_deref(), Some("1"));
    }
}
