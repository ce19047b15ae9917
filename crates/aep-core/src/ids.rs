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
    /// The id of an inlet, where messages are sent: 64 hexadecimal digits today.
    InletId, "inlet id", slash: false
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn good_ids_are_taken_as_they_are() {
        for id in [
            "01EQ1C48TR4GD4FE7NH2522TCQ",
            "5d01230fc78a4e4f8c0c6b387b4b8d1c",
            "a.b",
            "...",
        ] {
            assert_eq!(BatchId::new(id).unwrap().to_string(), id);
        }
        let schema = "https://ns.adobe.com/local/schemas/0123";
        assert_eq!(SchemaId::new(schema).unwrap().as_str(), schema);
        assert_eq!("LOCAL@AdobeOrg".parse::<OrgId>().unwrap(), OrgId::local());
        assert_eq!("dev".parse::<SandboxName>().unwrap(), SandboxName::local());
    }

    #[test]
    fn bad_ids_are_refused() {
        for id in [
            "",
            ".",
            "..",
            "a/b",
            "a\\b",
            "a\nb",
            "\0",
            &"x".repeat(1_001),
        ] {
            assert_eq!(
                DatasetId::new(id).unwrap_err().kind(),
                ErrorKind::Usage,
                "{id:?}"
            );
        }
        for id in ["", "..", "a\tb"] {
            assert!(SchemaId::new(id).is_err(), "{id:?}");
        }
        for name in ["Prod", "my sandbox", "prod/x"] {
            assert!(SandboxName::new(name).is_err(), "{name:?}");
        }
        for org in ["LOCAL", "@AdobeOrg", "a@AdobeID", "x\r\n@AdobeOrg"] {
            assert!(OrgId::new(org).is_err(), "{org:?}");
        }
    }

    #[test]
    fn reading_checks_too() {
        assert_eq!(
            serde_json::to_string(&BatchId::new("b-1").unwrap()).unwrap(),
            "\"b-1\""
        );
        assert_eq!(
            serde_json::from_str::<BatchId>("\"b-1\"").unwrap().as_str(),
            "b-1"
        );
        assert!(serde_json::from_str::<BatchId>("\"../x\"").is_err());
    }

    proptest! {
        #[test]
        fn what_is_taken_stays_one_segment_of_an_address(text in ".{0,30}") {
            if let Ok(id) = FlowId::new(text.clone()) {
                prop_assert_eq!(id.as_str(), text.as_str());
                let url = crate::transport::address::join(&"https://h".parse().unwrap(), &["x", id.as_str(), "y"]);
                prop_assert_eq!(url.unwrap().path_segments().unwrap().count(), 3);
            }
        }
    }
}
