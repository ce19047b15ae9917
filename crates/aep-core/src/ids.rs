//! Typed ids.
//!
//! An id is put into addresses, so none is empty, is a dot segment, holds a control character or a `/`. Apart from that
//! ids are opaque: the platform has changed their form before (a batch was 32 hexadecimal digits, now it is a ULID).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use crate::{Error, ErrorKind, Result};

/// The longest id we accept. An address may have 2,000 characters (see [`limits`](crate::limits)), so a longer one could
/// never be sent.
const LONGEST: usize = 1_000;

fn check(what: &'static str, value: &str, slash: bool) -> Result<()> {
    let problem = if value.is_empty() {
        "it is empty"
    } else if value == "." || value == ".." {
        "it is a dot segment"
    } else if value.chars().any(char::is_control) {
        "it holds a control character"
    } else if !slash && value.contains(['/', '\\']) {
        "it holds a slash"
    } else if value.len() > LONGEST {
        "it is longer than 1000 bytes"
    } else {
        return Ok(());
    };
    let shown: String = value.chars().filter(|c| !c.is_control()).take(60).collect();
    Err(Error::new(ErrorKind::Usage, format!("read the {what}"))
        .with("value", shown)
        .because(problem))
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal, slash: $slash:literal $(, $extra:expr)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Checks the text and takes it in.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::Usage`] if it is empty, `.`, `..`, too long, or holds a character that an id cannot have.
            pub fn new(value: impl Into<String>) -> Result<Self> {
                let value = value.into();
                check($what, &value, $slash)?;
                $( let extra: fn(&str) -> Result<()> = $extra; extra(&value)?; )?
                Ok(Self(value))
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
                id.0
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
    /// The id of a batch, a ULID today.
    BatchId, "batch id", slash: false
);
id!(
    /// The id of a dataset, 24 hexadecimal digits today.
    DatasetId, "dataset id", slash: false
);
id!(
    /// The id of a dataset file as Data Access knows it, `{batch}-{n}` today.
    FileId, "file id", slash: false
);
id!(
    /// The id of an object of Flow Service (flow, run, connection), a lower-case UUID today.
    FlowId, "flow id", slash: false
);
id!(
    /// The id of a schema or another resource of the Schema Registry: its `$id`, which is an address, or its
    /// `meta:altId`. The address builder of the [`Client`](crate::Client) encodes it as one segment.
    SchemaId, "schema id", slash: true
);
id!(
    /// The name of a sandbox: lower-case letters, digits and hyphens.
    SandboxName, "sandbox name", slash: false, |value| {
        if value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_') {
            Ok(())
        } else {
            Err(Error::new(ErrorKind::Usage, "read the sandbox name")
                .with("value", value)
                .because("a name has lower-case letters, digits and hyphens only")
                .hint("give the sandbox's name, not its title"))
        }
    }
);
id!(
    /// The id of an organisation, `…@AdobeOrg`.
    OrgId, "organisation id", slash: false, |value| {
        if value.strip_suffix("@AdobeOrg").is_some_and(|name| !name.is_empty() && name.is_ascii()) {
            Ok(())
        } else {
            Err(Error::new(ErrorKind::Usage, "read the organisation id")
                .with("value", value)
                .because("it does not end in `@AdobeOrg`"))
        }
    }
);

impl OrgId {
    /// The organisation of the emulator's demo data.
    pub(crate) fn local() -> Self {
        Self(crate::Settings::LOCAL_ORG.to_owned())
    }
}

impl SandboxName {
    /// The sandbox that is used with the emulator when none is named.
    pub(crate) fn local() -> Self {
        Self(crate::Settings::LOCAL_SANDBOX.to_owned())
    }
}
