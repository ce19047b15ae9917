//! Why a run fails, with the published codes.

use serde_json::{Value, json};

use crate::problem::Problem;
use crate::state::StateError;

/// Copying from the source failed.
const COPYING: &str = "CONNECTOR-1001-500";
/// Parsing, checking or transforming what was copied failed.
pub(super) const PROCESSING: &str = "CONNECTOR-2001-500";

/// Where a run failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Copy,
    Promotion,
}

/// A run that failed, and its causes as code and message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Failure {
    pub(crate) stage: Stage,
    pub(crate) causes: Vec<Value>,
}

impl Failure {
    /// The source, or what it should hold, can't be read.
    pub(crate) fn copy(code: &str, message: impl std::fmt::Display) -> Self {
        Self::new(Stage::Copy, code, message)
    }

    /// What was copied can't be processed.
    pub(crate) fn promotion(code: &str, message: impl std::fmt::Display) -> Self {
        Self::new(Stage::Promotion, code, message)
    }

    fn new(stage: Stage, code: &str, message: impl std::fmt::Display) -> Self {
        Self {
            stage,
            causes: vec![json!({"code": code, "message": message.to_string()})],
        }
    }

    /// The entry of the run's `statusSummary.errors`.
    pub(crate) fn to_error(&self) -> Value {
        let (code, what) = match self.stage {
            Stage::Copy => (COPYING, "Copying data from the source failed"),
            Stage::Promotion => (PROCESSING, "Processing the copied data failed"),
        };
        let cause = self
            .causes
            .first()
            .and_then(|cause| cause["message"].as_str());
        let message = match cause {
            Some(cause) => format!("{what}: {cause}"),
            None => format!("{what}."),
        };
        json!({"code": code, "message": message})
    }
}

/// Why a run does not go on: it failed, or the emulator did.
#[derive(Debug)]
pub(crate) enum Stop {
    Failed(Failure),
    State(StateError),
}

impl From<StateError> for Stop {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// What the import API refuses fails the processing.
impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        let detail = problem.body["detail"].as_str().unwrap_or_default();
        let code = problem.status.as_u16().to_string();
        Self::Failed(Failure::promotion(&code, detail))
    }
}
