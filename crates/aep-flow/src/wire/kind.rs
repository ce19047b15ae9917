//! The sorts of objects.

/// The sorts of objects that Flow Service stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Connection,
    Source,
    Target,
    Flow,
    Run,
}

impl Kind {
    /// The word for one of them.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Source => "source connection",
            Self::Target => "target connection",
            Self::Flow => "flow",
            Self::Run => "run",
        }
    }

    /// The command about them.
    pub(crate) fn command(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Source => "source",
            Self::Target => "target",
            Self::Flow => "flow",
            Self::Run => "run",
        }
    }
}
