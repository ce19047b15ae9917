//! What a file's address is made of.

/// The kinds of landing zone that the calls' `type` parameter names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ZoneType {
    /// `user_drop_zone`: where files are put for source flows.
    UserDropZone,
    /// `dlz_destination`: where exports are written.
    DlzDestination,
    /// `dlz_databricks_source`.
    DatabricksSource,
}

impl ZoneType {
    pub(crate) const ALL: [Self; 3] = [
        Self::UserDropZone,
        Self::DlzDestination,
        Self::DatabricksSource,
    ];

    /// The value of `type`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::UserDropZone => "user_drop_zone",
            Self::DlzDestination => "dlz_destination",
            Self::DatabricksSource => "dlz_databricks_source",
        }
    }

    /// The type that `type` names, if it is one.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Its Azure container, with which paths of flows and explore calls begin.
    pub(crate) fn container(self) -> &'static str {
        match self {
            Self::UserDropZone => "dlz-user-container",
            Self::DlzDestination => "dlz-destination",
            Self::DatabricksSource => "dlz-databricks-container",
        }
    }

    /// Its folder in the sandbox's S3 bucket. The first name is published, the others are the emulator's choice.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::UserDropZone => "dlz-adf-connectors",
            Self::DlzDestination => "dlz-destination",
            Self::DatabricksSource => "dlz-databricks-container",
        }
    }
}

/// A storage that holds files: keys are relative to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    /// A landing zone of a sandbox.
    Landing { sandbox: String, kind: ZoneType },
    /// A bucket that stands for somebody's cloud storage; made with `PUT /__emulator/buckets/{name}`.
    Bucket(String),
}

impl Place {
    pub(crate) fn landing(sandbox: &str, kind: ZoneType) -> Self {
        Self::Landing {
            sandbox: sandbox.to_owned(),
            kind,
        }
    }

    pub(crate) fn bucket(name: &str) -> Self {
        Self::Bucket(name.to_owned())
    }
}

/// The S3 bucket of a sandbox's landing zones.
pub(crate) fn bucket_of(sandbox: &str) -> String {
    format!("{BUCKET}{sandbox}")
}

/// What the names of those buckets begin with.
pub(super) const BUCKET: &str = "dlz-prod-";

/// The key behind a path as flows and explore calls write it: `dlz-user-container/in/a.csv` is `in/a.csv`. The bucket
/// and the S3 folder in front mean the same. A path without any of them is a key already.
pub(crate) fn key_of<'p>(sandbox: &str, kind: ZoneType, path: &'p str) -> &'p str {
    let path = path.trim_start_matches('/');
    let path = below(path, &bucket_of(sandbox)).unwrap_or(path);
    below(path, kind.container())
        .or_else(|| below(path, kind.folder()))
        .unwrap_or(path)
}

fn below<'p>(path: &'p str, top: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(top)?;
    if rest.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_key_below_its_container() {
        let key = |path| key_of("dev", ZoneType::UserDropZone, path);
        assert_eq!(key("dlz-user-container/in/a.csv"), "in/a.csv");
        assert_eq!(key("/dlz-user-container"), "");
        assert_eq!(key("dlz-prod-dev/dlz-adf-connectors/in/"), "in/");
        assert_eq!(key("dlz-adf-connectors/a"), "a");
        assert_eq!(key("dlz-user-containers/a"), "dlz-user-containers/a");
        assert_eq!(key("in/a.csv"), "in/a.csv");
    }
}
