//! The connection as Flow Service describes it.

use std::fmt;

use aep_core::Result;

use crate::ids::{ConnectionId, ConnectionSpecId};
use crate::json::{Object, as_flag, as_text, at};
use crate::model::{Auth, Common, SpecRef, id, spec, stored, take_secrets};

/// A connection ("base connection"): the account by which a system is reached. The fields of [`Common`] can be read from it
/// as its own. Serialises as the object that the service gave, secrets redacted.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// Name, state, etag and the like.
    pub common: Common,
    /// The specification of the system.
    pub connection_spec: Option<SpecRef<ConnectionSpecId>>,
    /// How it signs in; none for systems that need no sign-in.
    pub auth: Option<Auth>,
    raw: Object,
}

impl Connection {
    fn from_object(mut raw: Object) -> Result<Self> {
        let auth = take_secrets(&mut raw);
        Ok(Self {
            id: id(&raw, "a connection", ConnectionId::new)?,
            common: Common::read(&raw),
            connection_spec: spec(&raw, "connectionSpec", ConnectionSpecId::new),
            auth,
            raw,
        })
    }

    /// The address that messages of a streaming connection are sent to.
    pub fn inlet_url(&self) -> Option<String> {
        self.param("inletUrl")
    }

    /// The id of the inlet of a streaming connection.
    pub fn inlet_id(&self) -> Option<String> {
        self.param("inletId").or_else(|| {
            let url = self.inlet_url()?;
            let last = url.trim_end_matches('/').rsplit('/').next()?;
            Some(last.to_owned())
        })
    }

    /// Whether messages to a streaming connection have to carry a token.
    pub fn authentication_required(&self) -> bool {
        at(&self.raw, &["auth", "params", "authenticationRequired"])
            .and_then(as_flag)
            .unwrap_or(false)
    }

    fn param(&self, name: &str) -> Option<String> {
        at(&self.raw, &["auth", "params", name]).and_then(as_text)
    }
}

stored!(Connection);

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("id", &self.id)
            .field("common", &self.common)
            .field("connection_spec", &self.connection_spec)
            .field("auth", &self.auth)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::json::object;
    use crate::model::State;

    #[test]
    fn a_streaming_connection_is_read() {
        let raw = json!({"id": "c-1", "name": "in", "state": "enabled", "createdAt": "1767225600000", "etag": "\"1\"",
            "connectionSpec": {"id": "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb", "version": 1},
            "auth": {"specName": "Streaming Connection", "params": {"inletUrl": "https://dcs.adobedc.net/collection/abc",
                "authenticationRequired": "true", "sourceId": "s"}}});
        let read = Connection::from_object(object(raw.clone(), "a test").unwrap()).unwrap();
        assert_eq!(read.name, "in");
        assert_eq!(read.state, Some(State::Enabled));
        assert_eq!(
            (read.etag.as_str(), read.created_at),
            ("\"1\"", Some(1_767_225_600_000))
        );
        assert_eq!(read.inlet_id().as_deref(), Some("abc"));
        assert!(read.authentication_required());
        assert_eq!(
            read.connection_spec.as_ref().unwrap().version.as_deref(),
            Some("1")
        );
        assert_eq!(serde_json::to_value(&read).unwrap(), raw);
    }

    #[test]
    fn no_secret_is_printed() {
        let raw =
            json!({"id": "c-1", "auth": {"specName": "x", "params": {"password": "hunter2"}}});
        let read = Connection::from_object(object(raw, "a test").unwrap()).unwrap();
        let shown = format!("{read:?} {}", serde_json::to_string(&read).unwrap());
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
