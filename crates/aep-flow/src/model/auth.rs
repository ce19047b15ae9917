//! How a connection signs in to its system.

use std::fmt;

use aep_core::Secret;
use serde_json::Value;

use super::REDACTED;
use crate::json::{Object, inner, text};

/// The way in which a connection signs in, and the values for it. Secrets are kept apart from everything that is printed.
#[derive(Clone, PartialEq)]
pub struct Auth {
    /// The name of the form, one of those that the connection specification lists: `Access Key`, `ConnectionString`, …
    pub spec_name: String,
    params: Vec<(String, Param)>,
}

#[derive(Clone, PartialEq)]
enum Param {
    Open(Value),
    Secret(Secret<String>),
}

impl Auth {
    /// The form of this name, without values.
    pub fn new(spec_name: impl Into<String>) -> Self {
        Self {
            spec_name: spec_name.into(),
            params: Vec::new(),
        }
    }

    /// Adds a value that anybody may see.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.put(name.into(), Param::Open(value.into()));
        self
    }

    /// Adds a value that nobody may see.
    #[must_use]
    pub fn with_secret(mut self, name: impl Into<String>, value: Secret<String>) -> Self {
        self.put(name.into(), Param::Secret(value));
        self
    }

    fn put(&mut self, name: String, value: Param) {
        self.params.retain(|(known, _)| *known != name);
        self.params.push((name, value));
    }

    /// A value that is no secret.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.params.iter().find_map(|(known, value)| match value {
            Param::Open(value) if known == name => Some(value),
            _ => None,
        })
    }

    /// A value that is a secret. What the platform answers is often masked or left out.
    pub fn secret(&self, name: &str) -> Option<&Secret<String>> {
        self.params.iter().find_map(|(known, value)| match value {
            Param::Secret(secret) if known == name => Some(secret),
            _ => None,
        })
    }

    /// The names of the values.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.params.iter().map(|(name, _)| name.as_str())
    }

    /// The names of the values that are secrets.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.params.iter().filter_map(|(name, value)| match value {
            Param::Secret(_) => Some(name.as_str()),
            Param::Open(_) => None,
        })
    }

    /// The first value that is an empty text.
    pub(crate) fn empty(&self) -> Option<&str> {
        self.params.iter().find_map(|(name, value)| {
            let empty = match value {
                Param::Open(value) => value.as_str().is_some_and(|text| text.trim().is_empty()),
                Param::Secret(secret) => secret.expose().trim().is_empty(),
            };
            empty.then_some(name.as_str())
        })
    }

    /// The form that goes into a request, secrets included.
    pub(crate) fn body(&self) -> Value {
        let params: Object = self
            .params
            .iter()
            .map(|(name, value)| {
                let value = match value {
                    Param::Open(value) => value.clone(),
                    Param::Secret(secret) => Value::from(secret.expose().as_str()),
                };
                (name.clone(), value)
            })
            .collect();
        serde_json::json!({"specName": self.spec_name, "params": params})
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth")
            .field("spec_name", &self.spec_name)
            .field("params", &self.names().collect::<Vec<_>>())
            .finish()
    }
}

/// Reads how a connection signs in, and takes the secrets out of the object, so that it may be shown.
pub(crate) fn take_secrets(raw: &mut Object) -> Option<Auth> {
    let auth = inner(raw, "auth")?;
    let mut read = Auth::new(text(auth, "specName").unwrap_or_default());
    let params = raw
        .get_mut("auth")?
        .get_mut("params")
        .and_then(Value::as_object_mut);
    for (name, value) in params.into_iter().flatten() {
        match value {
            Value::String(text) if is_secret(name) && !text.is_empty() => {
                read.put(name.clone(), Param::Secret(Secret::new(text.clone())));
                REDACTED.clone_into(text);
            }
            value => read.put(name.clone(), Param::Open(value.clone())),
        }
    }
    Some(read)
}

/// Whether the parameter of an authentication form is a secret. The published forms mark theirs with the format `password`;
/// these are the words that their names are made of.
fn is_secret(name: &str) -> bool {
    const PARTS: [&str; 13] = [
        "secret",
        "password",
        "passphrase",
        "token",
        "sasuri",
        "privatekey",
        "sshkey",
        "accesskey",
        "accountkey",
        "connectionstring",
        "principalkey",
        "apikey",
        "keycontent",
    ];
    let bare = name.to_ascii_lowercase().replace(['-', '_', ' '], "");
    PARTS.iter().any(|part| bare.contains(part)) && !bare.ends_with("accesskeyid")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::json::object;

    #[test]
    fn secrets_leave_the_object() {
        let mut raw = object(
            json!({"auth": {"specName": "Access Key", "params": {"s3AccessKey": "AKIA", "s3SecretKey": "hunter2",
                "bucket": "b", "servicePrincipalKey": "k", "accessKeyId": "GOOG"}}}),
            "a connection",
        )
        .unwrap();
        let auth = take_secrets(&mut raw).unwrap();
        assert_eq!(auth.spec_name, "Access Key");
        assert_eq!(auth.secret("s3SecretKey").unwrap().expose(), "hunter2");
        assert_eq!(auth.get("accessKeyId"), Some(&json!("GOOG")));
        assert_eq!(
            auth.secrets().collect::<Vec<_>>(),
            ["s3AccessKey", "s3SecretKey", "servicePrincipalKey"]
        );
        let shown = format!("{auth:?} {raw:?}");
        assert!(
            !shown.contains("hunter2") && !shown.contains("AKIA"),
            "{shown}"
        );
        assert_eq!(raw["auth"]["params"]["s3SecretKey"], REDACTED);
        assert_eq!(raw["auth"]["params"]["bucket"], "b");
    }

    #[test]
    fn the_body_has_everything() {
        let auth = Auth::new("Access Key")
            .with("s3AccessKey", "AKIA")
            .with_secret("s3SecretKey", Secret::new("hunter2".to_owned()));
        assert_eq!(
            auth.body(),
            json!({"specName": "Access Key", "params": {"s3AccessKey": "AKIA", "s3SecretKey": "hunter2"}})
        );
        assert!(!format!("{auth:?}").contains("hunter2"));
    }

    #[test]
    fn no_sign_in_is_none() {
        assert!(take_secrets(&mut Object::new()).is_none());
        let mut null = object(json!({"auth": null}), "a connection").unwrap();
        assert!(take_secrets(&mut null).is_none());
    }
}
