//! The run as Flow Service describes it.

use aep_core::{BatchId, FlowId, Result};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::RunStatus;
use super::metrics::{self, RunError, RunMetrics};
use crate::ids::{FlowSpecId, RunId};
use crate::json::{Object, as_text, at, inner, number, text};
use crate::model::{SpecRef, Stored, etag, id, spec};

/// One execution of a flow. Serialises as the object that the service gave.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The flow that ran.
    pub flow: Option<FlowId>,
    /// The specification of that flow.
    pub flow_spec: Option<SpecRef<FlowSpecId>>,
    /// How far it is; none on a run that has not begun to report.
    pub status: Option<RunStatus>,
    /// What was counted.
    pub metrics: RunMetrics,
    /// The parts of the run.
    pub activities: Vec<Activity>,
    /// What went wrong, in the run and in its parts.
    pub errors: Vec<RunError>,
    /// When it was made, in milliseconds since 1970.
    pub created_at: Option<u64>,
    /// When it changed last, in milliseconds since 1970.
    pub updated_at: Option<u64>,
    /// Its version, with its quotes. Empty if the answer does not say.
    pub etag: String,
    raw: Object,
}

/// A part of a run: `Copy Activity`, `Promotion Activity`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Activity {
    /// Its id, `copyActivity`, `promotionActivity` or another.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How far it is.
    pub status: Option<RunStatus>,
    /// What was counted.
    pub metrics: RunMetrics,
    /// What went wrong.
    pub errors: Vec<RunError>,
}

fn status(metrics: &Object) -> Option<RunStatus> {
    at(metrics, &["statusSummary", "status"])
        .and_then(as_text)
        .map(|word| RunStatus::from(word.as_str()))
}

impl Activity {
    fn read(raw: &Object) -> Self {
        let id = text(raw, "id").unwrap_or_default();
        let name = text(raw, "name").unwrap_or_else(|| id.clone());
        let errors = raw
            .get("statusSummary")
            .map(|summary| metrics::errors(summary, Some(&name)))
            .unwrap_or_default();
        Self {
            status: status(raw),
            metrics: RunMetrics::read(raw),
            errors,
            id,
            name,
        }
    }
}

impl Run {
    fn from_object(raw: Object) -> Result<Self> {
        let empty = Object::new();
        let metrics = inner(&raw, "metrics").unwrap_or(&empty);
        // the read model of Adobe's document misspells the word
        let listed = ["activities", "activites"].into_iter().find_map(|key| {
            raw.get(key)
                .or_else(|| metrics.get(key))
                .and_then(Value::as_array)
        });
        let activities: Vec<Activity> = listed
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .map(Activity::read)
            .collect();
        let mut errors = metrics
            .get("statusSummary")
            .map(|summary| metrics::errors(summary, None))
            .unwrap_or_default();
        errors.extend(activities.iter().flat_map(|one| one.errors.iter().cloned()));
        Ok(Self {
            id: id(&raw, "a run", RunId::new)?,
            flow: text(&raw, "flowId").and_then(|id| FlowId::new(id).ok()),
            flow_spec: spec(&raw, "flowSpec", FlowSpecId::new),
            status: status(metrics).or_else(|| {
                let word = text(&raw, "status").or_else(|| text(&raw, "state"))?;
                Some(RunStatus::from(word.as_str()))
                    .filter(|status| !matches!(status, RunStatus::Other(_)))
            }),
            metrics: RunMetrics::read(metrics),
            created_at: number(&raw, "createdAt").filter(|at| *at > 0),
            updated_at: number(&raw, "updatedAt").filter(|at| *at > 0),
            etag: etag(&raw),
            activities,
            errors,
            raw,
        })
    }

    /// Whether it is over, by its status.
    pub fn is_terminal(&self) -> bool {
        self.status.as_ref().is_some_and(RunStatus::is_terminal)
    }

    /// The batches that it made in the data lake.
    pub fn batches(&self) -> Vec<BatchId> {
        let mut found = Vec::new();
        for key in ["metrics", "activities", "activites"] {
            if let Some(value) = self.raw.get(key) {
                metrics::batches(value, &mut found);
            }
        }
        let ids = found.into_iter().filter_map(|id| BatchId::new(id).ok());
        ids.collect()
    }

    /// The object as the service gave it.
    pub fn raw(&self) -> &serde_json::Map<String, Value> {
        &self.raw
    }
}

impl Serialize for Run {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

impl Stored for Run {
    fn read(raw: Object) -> Result<Self> {
        Self::from_object(raw)
    }

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn name(&self) -> &'static str {
        ""
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::json;

    use super::*;
    use crate::json::object;

    fn run(value: Value) -> Run {
        Run::from_object(object(value, "a test").unwrap()).unwrap()
    }

    #[test]
    fn a_run_with_batches_in_three_places() {
        let link =
            "https://platform.adobe.io/data/foundation/export/batches/01AAA/meta?path=input_files";
        let run = run(
            json!({"id": "r-1", "flowId": "f-1", "eTag": "\"7\"", "createdAt": 1_767_225_600_000_u64,
            "metrics": {"statusSummary": {"status": "success"},
                "durationSummary": {"startedAtUTC": 1_767_225_600, "completedAtUTC": 1_767_225_601_500_u64},
                "sizeSummary": {"inputBytes": "12", "outputBytes": -1},
                "recordSummary": {"inputRecordCount": 3, "failedRecordCount": 0},
                "fileSummary": {"inputFileCount": 1, "manifest": {"fileInfo": [{"path": link}]}}},
            "activites": [{"id": "promotionActivity", "fileSummary": {"extensions": {"manifest":
                {"fileInfo": format!("[{{\"path\":\"{}\"}}]", link.replace("AAA", "BBB"))}}},
                "targetInfo": [{"reference": {"type": "Batch", "ids": ["01CCC", "01AAA"]}}]}]}),
        );
        assert_eq!(run.status, Some(RunStatus::Success));
        assert_eq!(run.metrics.started, Some(1_767_225_600_000));
        assert_eq!(run.metrics.elapsed_ms(), Some(1_500));
        assert_eq!(
            (run.metrics.input_bytes, run.metrics.output_bytes),
            (Some(12), None)
        );
        assert_eq!(run.etag, "\"7\"");
        let batches: Vec<String> = run.batches().iter().map(ToString::to_string).collect();
        assert_eq!(batches, ["01AAA", "01BBB", "01CCC"]);
    }

    #[test]
    fn a_failed_run_tells_the_errors_of_its_parts() {
        let run = run(
            json!({"id": "r-1", "metrics": {"statusSummary": {"status": "Failed",
            "errors": [{"code": "CONNECTOR-2001-500", "message": "processing failed"}]}},
            "activities": [{"id": "promotionActivity", "name": "Promotion Activity", "statusSummary":
                {"status": "failed", "extensions": {"errors": [{"code": "133", "message": "no column"}]}}}]}),
        );
        assert_eq!(run.status, Some(RunStatus::Failed));
        let codes: Vec<&str> = run.errors.iter().map(|error| error.code.as_str()).collect();
        assert_eq!(codes, ["CONNECTOR-2001-500", "133"]);
        assert_eq!(
            run.errors[1].activity.as_deref(),
            Some("Promotion Activity")
        );
    }

    #[test]
    fn a_fresh_run_has_nothing() {
        let run = run(json!({"id": "r-1", "state": "active"}));
        assert_eq!(run.status, None);
        assert_eq!(run.metrics, RunMetrics::default());
        assert!(!run.is_terminal() && run.batches().is_empty());
    }
}
