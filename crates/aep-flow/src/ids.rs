//! The ids of Flow Service, one type for each sort of object, so that a source connection can't be given where a base
//! connection is wanted. The id of a flow itself is [`aep_core::FlowId`].

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use aep_core::{Error, FlowId, Result};
use serde::{Deserialize, Deserializer, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(Cow<'static, str>);

        impl $name {
            /// Checks the text and takes it in.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Usage`](aep_core::ErrorKind::Usage) if it is empty, too long, or holds a character that an id
            /// cannot have.
            pub fn new(value: impl Into<String>) -> Result<Self> {
                let value = value.into();
                match FlowId::new(value) {
                    Ok(id) => Ok(Self(Cow::Owned(id.into()))),
                    Err(error) => Err(error.rephrase(concat!("read the ", $what))),
                }
            }

            /// An id that is known to be good.
            #[allow(dead_code, reason = "only some ids are published")]
            pub(crate) const fn known(value: &'static str) -> Self {
                Self(Cow::Borrowed(value))
            }

            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(value: &str) -> Result<Self> {
                Self::new(value)
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(value: String) -> Result<Self> {
                Self::new(value)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into_owned()
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = String::deserialize(deserializer)?;
                Self::new(value).map_err(serde::de::Error::custom)
            }
        }
    };
}

id!(
    /// The id of a connection, which holds the credentials of one account ("base connection").
    ConnectionId, "connection id"
);
id!(
    /// The id of a source connection: what is read.
    SourceConnectionId, "source connection id"
);
id!(
    /// The id of a target connection: where it is written.
    TargetConnectionId, "target connection id"
);
id!(
    /// The id of a connection specification: the template of a system that data comes from or goes to. The published ones
    /// are constants in [`specs::connection`](crate::specs::connection).
    ConnectionSpecId, "connection spec id"
);
id!(
    /// The id of a flow specification: the template of a flow. The published ones are constants in
    /// [`specs::flow`](crate::specs::flow).
    FlowSpecId, "flow spec id"
);
id!(
    /// The id of a run: one execution of a flow.
    RunId, "run id"
);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn an_error_names_the_sort_of_id() {
        let error = RunId::new("a/b").unwrap_err();
        assert!(error.to_string().starts_with("could not read the run id"));
        assert_eq!(RunId::new("r-1").unwrap().as_str(), "r-1");
    }

    #[test]
    fn a_known_id_equals_one_that_was_read() {
        assert_eq!(
            ConnectionSpecId::known("ecadc60c-7455-4d87-84dc-2a0e293d997b"),
            "ecadc60c-7455-4d87-84dc-2a0e293d997b".parse().unwrap()
        );
    }
}
