//! The zones that a sandbox has.

use std::fmt;
use std::str::FromStr;

use aep_core::{Error, ErrorKind, Result};
use serde::Serialize;

/// Which landing zone of a sandbox: each has its own container and credentials.
///
/// Source: Experience League, "Data Landing Zone" as a source and as a destination; the third name is in the public
/// tutorials of the Databricks source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ZoneType {
    /// Files for the platform to ingest, container `dlz-user-container`.
    #[default]
    UserDropZone,
    /// Files that the platform exports, container `dlz-destination`.
    DlzDestination,
    /// Files of the Databricks source, container `dlz-databricks-container`.
    DlzDatabricksSource,
}

impl ZoneType {
    /// All of them.
    pub const ALL: [Self; 3] = [
        Self::UserDropZone,
        Self::DlzDestination,
        Self::DlzDatabricksSource,
    ];

    /// The name that the API takes as `type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserDropZone => "user_drop_zone",
            Self::DlzDestination => "dlz_destination",
            Self::DlzDatabricksSource => "dlz_databricks_source",
        }
    }
}

impl fmt::Display for ZoneType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ZoneType {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|zone| zone.as_str() == text)
            .ok_or_else(|| {
                Error::new(ErrorKind::Usage, "read the type of the landing zone")
                    .with("value", text)
                    .hint("one of user_drop_zone, dlz_destination, dlz_databricks_source")
            })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_published_names_and_no_others() {
        for zone in ZoneType::ALL {
            assert_eq!(zone.as_str().parse::<ZoneType>().unwrap(), zone);
        }
        for text in ["", "USER_DROP_ZONE", "drop", "user_drop_zone "] {
            let error = text.parse::<ZoneType>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{text}");
        }
    }
}
