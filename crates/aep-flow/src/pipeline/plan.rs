//! What a guided creation would do.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::Drafts;
use super::step::StepKind;

/// The requests that a guided creation would send, in their order. Secrets are `[redacted]`, and ids of things that do
/// not exist yet are words in angle brackets.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Plan {
    /// The steps.
    pub steps: Vec<PlannedStep>,
}

/// One request of a [`Plan`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PlannedStep {
    /// What it makes.
    pub kind: StepKind,
    /// The name that it gets.
    pub name: String,
    /// The HTTP method.
    pub method: &'static str,
    /// The path below the gateway's address.
    pub path: &'static str,
    /// The body.
    pub body: Value,
}

impl Plan {
    pub(crate) fn of(work: &Drafts) -> Self {
        let steps = work
            .drafts
            .iter()
            .map(|draft| PlannedStep {
                kind: draft.kind,
                name: draft.name.clone(),
                method: "POST",
                path: draft.kind.path(),
                body: draft.shown(&work.known),
            })
            .collect();
        Self { steps }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            writeln!(f, "{} {}\n{:#}", step.method, step.path, step.body)?;
        }
        Ok(())
    }
}
