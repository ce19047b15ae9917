//! The states of a run.

use std::fmt;

use serde::{Serialize, Serializer};

/// How far a run is. Open: a word that is not known yet is kept and counts as one that will change.
///
/// The service writes the words in several spellings (`Failed`, `PARTIAL_SUCCESS`, `partialSuccess`); all are read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RunStatus {
    /// Waits for its time.
    Scheduled,
    /// Waits for its turn.
    Queued,
    /// Is at work.
    InProgress,
    /// Everything landed.
    Success,
    /// Some of it landed.
    PartialSuccess,
    /// Nothing landed, or not what should have.
    Failed,
    /// It is over; how is not said.
    Completed,
    /// It was stopped.
    Cancelled,
    /// Anything else.
    Other(String),
}

impl RunStatus {
    /// The word, in the spelling that run metrics use.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Queued => "queued",
            Self::InProgress => "inProgress",
            Self::Success => "success",
            Self::PartialSuccess => "partialSuccess",
            Self::Failed => "failed",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Other(word) => word,
        }
    }

    /// Whether the run is over.
    pub fn is_terminal(&self) -> bool {
        !matches!(
            self,
            Self::Scheduled | Self::Queued | Self::InProgress | Self::Other(_)
        )
    }

    /// Whether everything that should have landed did.
    pub fn is_success(&self) -> bool {
        matches!(self, Self::Success | Self::Completed)
    }
}

impl From<&str> for RunStatus {
    fn from(word: &str) -> Self {
        let bare: String = word
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        match bare.as_str() {
            "scheduled" => Self::Scheduled,
            "queued" => Self::Queued,
            "inprogress" | "running" | "processing" => Self::InProgress,
            "success" | "succeeded" => Self::Success,
            "partialsuccess" | "partialfailure" | "partial" => Self::PartialSuccess,
            "failed" | "failure" => Self::Failed,
            "completed" => Self::Completed,
            "cancelled" | "canceled" => Self::Cancelled,
            _ => Self::Other(word.to_owned()),
        }
    }
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for RunStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_read() {
        for (word, status, over) in [
            ("scheduled", RunStatus::Scheduled, false),
            ("IN_PROGRESS", RunStatus::InProgress, false),
            ("inProgress", RunStatus::InProgress, false),
            ("QUEUED", RunStatus::Queued, false),
            ("Failed", RunStatus::Failed, true),
            ("success", RunStatus::Success, true),
            ("PARTIAL_SUCCESS", RunStatus::PartialSuccess, true),
            ("partialSuccess", RunStatus::PartialSuccess, true),
            ("PARTIAL_FAILURE", RunStatus::PartialSuccess, true),
            ("COMPLETED", RunStatus::Completed, true),
            ("canceled", RunStatus::Cancelled, true),
            ("dreaming", RunStatus::Other("dreaming".to_owned()), false),
        ] {
            let read = RunStatus::from(word);
            assert_eq!((read.is_terminal(), &read), (over, &status), "{word}");
            assert_eq!(RunStatus::from(read.as_str()), read);
        }
    }
}
