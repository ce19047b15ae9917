//! Secrets in requests and answers.

use std::fmt;

use aep_core::Secret;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A secret that is part of a body: a client secret, an access token.
///
/// `Debug` prints `[redacted]`, as that of [`Secret`] does. Unlike it this can be serialised, because a request has to
/// carry it: do not serialise what holds one for anything but sending.
///
/// ```
/// let secret = aep_gen::SecretText::from("p8e-something".to_owned());
/// assert_eq!(format!("{secret:?}"), "[redacted]");
/// assert_eq!(secret.expose(), "p8e-something");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(Secret<String>);

impl SecretText {
    /// The value itself.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The secret in the form that every other crate takes.
    pub fn into_secret(self) -> Secret<String> {
        self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<String> for SecretText {
    fn from(value: String) -> Self {
        Self(Secret::new(value))
    }
}

impl From<Secret<String>> for SecretText {
    fn from(value: Secret<String>) -> Self {
        Self(value)
    }
}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}
