//! The states of a batch and the steps between them.

use serde_json::{Value, json};

use crate::state::{StateError, Tx, kind};

/// Tag of batches that Catalog made, not the import service.
pub(crate) const MADE_IN_CATALOG: &str = "aep_emulator_made_in_catalog";

/// A state, by its name on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Loading,
    Loaded,
    Queued,
    Processing,
    Staging,
    Staged,
    Retrying,
    Stalled,
    Success,
    Failure,
    Aborted,
    Abandoned,
    Inactive,
    Deleted,
}

impl Status {
    const ALL: [(Self, &'static str); 14] = [
        (Self::Loading, "loading"),
        (Self::Loaded, "loaded"),
        (Self::Queued, "queued"),
        (Self::Processing, "processing"),
        (Self::Staging, "staging"),
        (Self::Staged, "staged"),
        (Self::Retrying, "retrying"),
        (Self::Stalled, "stalled"),
        (Self::Success, "success"),
        (Self::Failure, "failure"),
        (Self::Aborted, "aborted"),
        (Self::Abandoned, "abandoned"),
        (Self::Inactive, "inactive"),
        (Self::Deleted, "deleted"),
    ];

    /// The state of a batch document; `active` and `failed` are other names of `success` and `failure`.
    pub(crate) fn of(batch: &Value) -> Option<Self> {
        let name = match batch["status"].as_str()? {
            "active" => "success",
            "failed" => "failure",
            name => name,
        };
        Self::ALL
            .iter()
            .find(|(_, known)| *known == name)
            .map(|(status, _)| *status)
    }

    /// Its name on the wire.
    pub(crate) fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(status, _)| *status == self)
            .map_or("", |(_, name)| name)
    }

    /// Whether the lake has something left to do for a batch in this state. Batches that others made in Catalog are
    /// theirs to move.
    pub(crate) fn is_unfinished(self, batch: &Value) -> bool {
        let tagged = |tag: &str| !batch["tags"][tag].is_null();
        match self {
            Self::Loaded | Self::Staging | Self::Staged => !tagged(MADE_IN_CATALOG),
            // A replaced batch keeps its files; a reverted one is removed.
            Self::Inactive => !tagged("acp_successor") && !tagged(MADE_IN_CATALOG),
            _ => false,
        }
    }

    /// The transition table of the published states.
    pub(crate) fn may_become(self, next: Self) -> bool {
        use Status::{
            Abandoned, Aborted, Deleted, Failure, Inactive, Loaded, Loading, Processing, Queued,
            Retrying, Staged, Staging, Stalled, Success,
        };
        matches!(
            (self, next),
            (Loading, Loaded | Aborted | Abandoned | Failure)
                | (Loaded, Staging)
                | (Staging, Staged | Retrying | Aborted)
                | (Retrying, Staging | Stalled | Failure | Aborted)
                | (Queued | Processing, Aborted)
                | (Staged, Success | Failure)
                | (Success, Inactive)
                | (Inactive, Deleted)
        )
    }

    fn is_end(self) -> bool {
        matches!(
            self,
            Self::Success | Self::Failure | Self::Aborted | Self::Abandoned
        )
    }
}

/// Moves a batch document on, if the table allows it: status, version and times.
pub(crate) fn advance(batch: &mut Value, next: Status, now: i64) -> bool {
    if !Status::of(batch).is_some_and(|status| status.may_become(next)) {
        return false;
    }
    batch["status"] = Value::from(next.name());
    touch(batch, now);
    if next == Status::Staging {
        batch["started"] = Value::from(now);
    }
    if next.is_end() {
        batch["completed"] = Value::from(now);
    }
    true
}

/// A change of a Catalog object: the last number of its version grows.
pub(crate) fn touch(doc: &mut Value, now: i64) {
    let version = doc["version"].as_str().unwrap_or("1.0.0");
    let (head, last) = version.rsplit_once('.').unwrap_or(("1.0", "0"));
    let next = format!("{head}.{}", last.parse::<u64>().unwrap_or_default() + 1);
    doc["version"] = Value::from(next);
    doc["updated"] = Value::from(now);
}

/// Stores a batch and tells its dataset about it.
pub(crate) fn store(tx: &Tx<'_>, sandbox: &str, batch: &Value) -> Result<(), StateError> {
    let id = batch["id"].as_str().unwrap_or_default();
    let dataset = dataset_of(batch).unwrap_or_default();
    tx.put(kind::BATCH, sandbox, id, dataset, batch)?;
    let Some(mut doc) = tx.get(kind::DATASET, sandbox, dataset)? else {
        return Ok(());
    };
    let before = doc.clone();
    let status = batch["status"].clone();
    // Batch ids are ULIDs: the greater one is the later one.
    if doc["lastBatchId"].as_str().is_none_or(|last| last <= id) {
        doc["lastBatchId"] = json!(id);
        doc["lastBatchStatus"] = status.clone();
    }
    match status.as_str() {
        Some("success") => doc["lastSuccessfulBatch"] = json!(id),
        Some("failure") => doc["lastFailedBatch"] = json!(id),
        _ => {}
    }
    if doc != before {
        tx.put(kind::DATASET, sandbox, dataset, "", &doc)?;
    }
    Ok(())
}

/// The dataset a batch belongs to.
pub(crate) fn dataset_of(batch: &Value) -> Option<&str> {
    let related = batch["relatedObjects"].as_array()?;
    related
        .iter()
        .find(|object| object["type"] == "dataSet")
        .and_then(|object| object["id"].as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_published_transitions() {
        let allowed: Vec<(&str, &str)> = Status::ALL
            .iter()
            .flat_map(|from| Status::ALL.iter().map(move |to| (from, to)))
            .filter(|(from, to)| from.0.may_become(to.0))
            .map(|(from, to)| (from.1, to.1))
            .collect();
        assert_eq!(
            allowed,
            [
                ("loading", "loaded"),
                ("loading", "failure"),
                ("loading", "aborted"),
                ("loading", "abandoned"),
                ("loaded", "staging"),
                ("queued", "aborted"),
                ("processing", "aborted"),
                ("staging", "staged"),
                ("staging", "retrying"),
                ("staging", "aborted"),
                ("staged", "success"),
                ("staged", "failure"),
                ("retrying", "staging"),
                ("retrying", "stalled"),
                ("retrying", "failure"),
                ("retrying", "aborted"),
                ("success", "inactive"),
                ("inactive", "deleted"),
            ]
        );
    }

    #[test]
    fn a_step_leaves_its_marks() {
        let mut batch = json!({"status": "loaded", "version": "1.0.1", "updated": 1});
        assert!(advance(&mut batch, Status::Staging, 5));
        assert_eq!(
            batch,
            json!({"status": "staging", "version": "1.0.2", "updated": 5, "started": 5})
        );
        assert!(!advance(&mut batch, Status::Success, 6));
        assert!(advance(&mut batch, Status::Staged, 7) && advance(&mut batch, Status::Failure, 8));
        assert_eq!(
            (&batch["version"], &batch["completed"]),
            (&json!("1.0.4"), &json!(8))
        );
        assert_eq!(
            Status::of(&json!({"status": "active"})),
            Some(Status::Success)
        );
        assert_eq!(Status::of(&json!({"status": "nonsense"})), None);
    }
}
