//! The states of a batch.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where a batch is in its life. Open: a status that is not known yet keeps its text and counts as one that will change.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum BatchStatus {
    /// The client uploads; nothing is in the dataset.
    Loading,
    /// The client has completed it; the platform has not begun.
    Loaded,
    /// Waits to be processed.
    Queued,
    /// Is being processed.
    Processing,
    /// Is being processed: data goes through its staging place.
    Staging,
    /// Staging is done.
    Staged,
    /// A passing failure; the platform tries again by itself.
    Retrying,
    /// The platform has given up trying and waits for its operators. Not a failure of the data.
    Stalled,
    /// The data is in the dataset (`active` means the same).
    Success,
    /// Bad data or configuration; nothing of it is in the dataset (`failed` means the same).
    Failure,
    /// Given up by the client.
    Aborted,
    /// The client did not complete it in time.
    Abandoned,
    /// Reverted or expired: hidden, still stored.
    Inactive,
    /// Removed.
    Deleted,
    /// Moved to cold storage.
    Archived,
    /// Kept as history.
    Retained,
    /// Anything else.
    Other(String),
}

impl BatchStatus {
    /// The word on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Loading => "loading",
            Self::Loaded => "loaded",
            Self::Queued => "queued",
            Self::Processing => "processing",
            Self::Staging => "staging",
            Self::Staged => "staged",
            Self::Retrying => "retrying",
            Self::Stalled => "stalled",
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Aborted => "aborted",
            Self::Abandoned => "abandoned",
            Self::Inactive => "inactive",
            Self::Deleted => "deleted",
            Self::Archived => "archived",
            Self::Retained => "retained",
            Self::Other(word) => word,
        }
    }

    /// Whether processing is over.
    pub fn is_terminal(&self) -> bool {
        matches!(
            self,
            Self::Success
                | Self::Failure
                | Self::Aborted
                | Self::Abandoned
                | Self::Inactive
                | Self::Deleted
                | Self::Archived
                | Self::Retained
        )
    }

    /// Whether the data is, or was before it was moved away, in the dataset.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Success | Self::Archived | Self::Retained)
    }

    /// Whether nothing of the batch is in the dataset, and nothing will come: the same data may be sent again.
    pub fn left_nothing(&self) -> bool {
        matches!(
            self,
            Self::Failure | Self::Aborted | Self::Abandoned | Self::Inactive | Self::Deleted
        )
    }

    /// What it means, in a few words for a person.
    pub fn meaning(&self) -> &'static str {
        match self {
            Self::Loading => "files are being uploaded; the batch was not completed",
            Self::Loaded => "completed by the client, waits for processing",
            Self::Queued => "waits for processing",
            Self::Processing | Self::Staging => "is being processed",
            Self::Staged => "is processed, waits for promotion",
            Self::Retrying => "the platform met a passing failure and tries again by itself",
            Self::Stalled => "the platform has stopped trying; its operators have to act",
            Self::Success => "the data is in the dataset",
            Self::Failure => "the data was refused; nothing of it is in the dataset",
            Self::Aborted => "given up before it was finished; nothing of it is in the dataset",
            Self::Abandoned => "not completed in time; nothing of it is in the dataset",
            Self::Inactive => "reverted or replaced; the data is hidden",
            Self::Deleted => "reverted; the data is removed",
            Self::Archived => "the data was moved to cold storage",
            Self::Retained => "the data is kept as history",
            Self::Other(_) => "a status this version does not know",
        }
    }
}

impl From<&str> for BatchStatus {
    fn from(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "loading" => Self::Loading,
            "loaded" => Self::Loaded,
            "queued" => Self::Queued,
            "processing" => Self::Processing,
            "staging" => Self::Staging,
            "staged" => Self::Staged,
            "retrying" => Self::Retrying,
            "stalled" => Self::Stalled,
            "success" | "active" => Self::Success,
            "failure" | "failed" => Self::Failure,
            "aborted" => Self::Aborted,
            "abandoned" => Self::Abandoned,
            "inactive" => Self::Inactive,
            "deleted" => Self::Deleted,
            "archived" => Self::Archived,
            "retained" => Self::Retained,
            _ => Self::Other(word.to_owned()),
        }
    }
}

impl FromStr for BatchStatus {
    type Err = Infallible;

    fn from_str(word: &str) -> Result<Self, Infallible> {
        Ok(word.into())
    }
}

impl fmt::Display for BatchStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for BatchStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for BatchStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(String::deserialize(deserializer)?.as_str().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_pairs_of_names_mean_the_same() {
        assert_eq!(BatchStatus::from("active"), BatchStatus::Success);
        assert_eq!(BatchStatus::from("failed"), BatchStatus::Failure);
    }

    #[test]
    fn an_unknown_status_is_kept_and_is_not_the_end() {
        let status = BatchStatus::from("hibernating");
        assert_eq!(status.as_str(), "hibernating");
        assert!(!status.is_terminal() && !status.is_success());
    }

    #[test]
    fn every_status_reads_back() {
        for word in [
            "loading",
            "loaded",
            "queued",
            "processing",
            "staging",
            "staged",
            "retrying",
            "stalled",
            "success",
            "failure",
            "aborted",
            "abandoned",
            "inactive",
            "deleted",
            "archived",
            "retained",
        ] {
            assert_eq!(BatchStatus::from(word).as_str(), word);
            assert!(!matches!(BatchStatus::from(word), BatchStatus::Other(_)));
        }
    }
}
