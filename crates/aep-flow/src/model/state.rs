//! The states of connections and flows.

use std::fmt;

use serde::{Serialize, Serializer};

/// Where a connection, a source or target connection or a flow is in its life. Open: a word that is not known yet is kept.
///
/// The words are those of Adobe's Flow Service document and its error texts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum State {
    /// In use.
    Enabled,
    /// Out of use: a flow starts no runs.
    Disabled,
    /// Not published yet; may be incomplete.
    Draft,
    /// Being made.
    Initializing,
    /// Waits for its provider.
    Pending,
    /// Being made (source and target connections).
    InProgress,
    /// Being changed.
    Updating,
    /// On its way to enabled.
    Enabling,
    /// On its way to disabled.
    Disabling,
    /// Enabled, its provider is not done yet.
    EnabledFinalizing,
    /// Being deleted.
    DeleteFinalizing,
    /// Anything else.
    Other(String),
}

impl State {
    /// The word on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Draft => "draft",
            Self::Initializing => "initializing",
            Self::Pending => "pending",
            Self::InProgress => "inProgress",
            Self::Updating => "updating",
            Self::Enabling => "enabling",
            Self::Disabling => "disabling",
            Self::EnabledFinalizing => "enabled-finalizing",
            Self::DeleteFinalizing => "delete-finalizing",
            Self::Other(word) => word,
        }
    }

    /// Whether it will change by itself, so that changes are refused until it has.
    pub fn is_passing(&self) -> bool {
        !matches!(
            self,
            Self::Enabled | Self::Disabled | Self::Draft | Self::Other(_)
        )
    }
}

impl From<&str> for State {
    fn from(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "enabled" => Self::Enabled,
            "disabled" => Self::Disabled,
            "draft" => Self::Draft,
            "initializing" => Self::Initializing,
            "pending" => Self::Pending,
            "inprogress" => Self::InProgress,
            "updating" => Self::Updating,
            "enabling" => Self::Enabling,
            "disabling" => Self::Disabling,
            "enabled-finalizing" => Self::EnabledFinalizing,
            "delete-finalizing" => Self::DeleteFinalizing,
            _ => Self::Other(word.to_owned()),
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_reads_back_and_unknown_ones_are_kept() {
        for word in [
            "enabled",
            "disabled",
            "draft",
            "initializing",
            "pending",
            "inProgress",
            "updating",
            "enabling",
            "disabling",
            "enabled-finalizing",
            "delete-finalizing",
        ] {
            let state = State::from(word);
            assert_eq!(state.as_str(), word);
            assert!(!matches!(state, State::Other(_)), "{word}");
        }
        assert_eq!(State::from("paused").as_str(), "paused");
        assert!(State::Updating.is_passing() && !State::Draft.is_passing());
    }
}
