//! The stored kinds of object and what is different about them.

use crate::state::kind;

/// A kind of object that callers make (runs are made for them).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noun {
    Connection,
    Source,
    Target,
    Flow,
    Run,
}

impl Noun {
    /// Its place below the service's base, which is also what problems call it.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Connection => "connections",
            Self::Source => "sourceConnections",
            Self::Target => "targetConnections",
            Self::Flow => "flows",
            Self::Run => "runs",
        }
    }

    /// Its kind in the state.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Connection => kind::CONNECTION,
            Self::Source => kind::SOURCE_CONNECTION,
            Self::Target => kind::TARGET_CONNECTION,
            Self::Flow => kind::FLOW,
            Self::Run => kind::RUN,
        }
    }

    /// The field that holds the id of its spec.
    pub(super) fn spec_field(self) -> &'static str {
        match self {
            Self::Flow | Self::Run => "flowSpec",
            _ => "connectionSpec",
        }
    }
}
