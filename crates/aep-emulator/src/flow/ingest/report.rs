//! What an ingest run tells: metrics and activities in the published form.

use serde_json::{Value, json};

use crate::flow::engine::work::Phase;
use crate::flow::runs::{Failure, Outcome, Stage, Subject};
use crate::lake::status::Status;
use crate::operations::Service;
use crate::routes::AppState;

/// Sums over the batches of a run.
#[derive(Debug, Default)]
struct Sums {
    records_in: u64,
    records_out: u64,
    records_failed: u64,
    bytes_out: u64,
    files_out: u64,
}

impl Sums {
    fn of(batches: &[Value]) -> Self {
        let sum = |name: &str| {
            batches
                .iter()
                .filter_map(|batch| batch["metrics"][name].as_u64())
                .sum()
        };
        // A batch that failed has no metrics; its errors say how many rows did.
        let unmeasured: u64 = batches
            .iter()
            .filter(|batch| batch["metrics"].is_null())
            .filter_map(|batch| batch["errors"][0]["recordCount"].as_u64())
            .sum();
        let failed: u64 = sum("failedRecordCount");
        Self {
            records_in: sum("inputRecordCount"),
            records_out: sum("outputRecordCount"),
            records_failed: failed + unmeasured,
            bytes_out: sum("outputByteSize"),
            files_out: sum("outputFileCount"),
        }
    }
}

/// The parts that the run and its activities have in common.
struct Report<'a> {
    subject: &'a Subject,
    url: &'a str,
    now: i64,
}

impl<'a> Report<'a> {
    fn new(state: &'a AppState, subject: &'a Subject) -> Self {
        Self {
            subject,
            url: &state.config.url,
            now: state.clock.now_ms(),
        }
    }

    fn started(&self) -> i64 {
        match self.subject.work.started {
            0 => self.now,
            started => started,
        }
    }

    fn copied(&self) -> i64 {
        match self.subject.work.copied {
            0 => self.now,
            copied => copied,
        }
    }

    fn files(&self) -> usize {
        self.subject.work.files.len()
    }

    fn bytes(&self) -> u64 {
        self.subject.work.files.iter().map(|file| file.size).sum()
    }

    fn link(&self, batch: &str) -> String {
        let base = Service::DataAccess.base();
        format!("{}{base}/batches/{batch}/meta?path=input_files", self.url)
    }

    fn manifest(&self) -> Value {
        let prefix = &self.subject.source["params"]["path"];
        let infos: Vec<Value> = self
            .subject
            .work
            .batches
            .iter()
            .map(|batch| json!({"path": self.link(batch), "pathPrefix": prefix}))
            .collect();
        json!({"fileInfo": infos})
    }

    fn copy(&self, bytes_out: i64, files_out: usize, status: &str, errors: &[Value]) -> Value {
        json!({
            "id": "copyActivity",
            "name": "Copy Activity",
            "updatedAtUTC": self.copied(),
            "durationSummary": {"startedAtUTC": self.started(), "completedAtUTC": self.copied()},
            "latencySummary": {},
            "sizeSummary": {"inputBytes": self.bytes(), "outputBytes": bytes_out},
            "recordSummary": {},
            "fileSummary": {"inputFileCount": self.files(), "outputFileCount": files_out},
            "statusSummary": {"status": status, "extensions": extensions(errors)},
        })
    }

    fn promotion(&self, sizes: &Value, records: &Value, status: &str, errors: &[Value]) -> Value {
        let batches = &self.subject.work.batches;
        let first = batches.first().map(|batch| self.link(batch));
        json!({
            "id": "promotionActivity",
            "name": "Promotion Activity",
            "updatedAtUTC": self.now,
            "durationSummary": {"startedAtUTC": self.copied(), "completedAtUTC": self.now},
            "latencySummary": {},
            "sizeSummary": sizes,
            "recordSummary": records,
            "fileSummary": {
                "inputFileCount": self.files(),
                "extensions": {"manifest": {"fileInfo": first}},
            },
            "statusSummary": {"status": status, "extensions": extensions(errors)},
            "targetInfo": [{
                "id": self.subject.target["id"],
                "type": "Dataset",
                "reference": {"type": "Batch", "ids": batches},
            }],
        })
    }
}

fn extensions(errors: &[Value]) -> Value {
    if errors.is_empty() {
        json!({})
    } else {
        json!({"errors": errors})
    }
}

/// Entries of a batch's `errors` as a run shows them.
fn causes(batches: &[Value]) -> Vec<Value> {
    batches
        .iter()
        .flat_map(|batch| batch["errors"].as_array().into_iter().flatten())
        .map(|error| json!({"code": error["code"], "message": error["description"]}))
        .collect()
}

/// A run that found no file that is new: a success of nothing (emulator choice).
pub(super) fn nothing(state: &AppState, subject: &Subject) -> Outcome {
    let report = Report::new(state, subject);
    let copy = report.copy(0, 0, "success", &[]);
    Outcome {
        metrics: json!({
            "durationSummary": {"startedAtUTC": report.started(), "completedAtUTC": report.now},
            "sizeSummary": {"inputBytes": 0, "outputBytes": 0},
            "recordSummary": {"inputRecordCount": 0, "createdRecordCount": 0, "outputRecordCount": 0, "failedRecordCount": 0},
            "fileSummary": {"inputFileCount": 0, "outputFileCount": 0},
            "statusSummary": {"status": "success"},
        }),
        activities: json!([copy]),
    }
}

/// A run whose batches are at their end, in whatever state.
pub(super) fn promoted(state: &AppState, subject: &Subject, batches: &[Value]) -> Outcome {
    let report = Report::new(state, subject);
    let broken: Vec<&Value> = batches
        .iter()
        .filter(|batch| Status::of(batch) != Some(Status::Success))
        .collect();
    let mut causes = causes(batches);
    if let Some(batch) = broken.first().filter(|batch| batch["errors"].is_null()) {
        let what = format!("batch {} is {}", batch["id"], batch["status"]);
        causes.push(json!({"code": "400", "message": what}));
    }
    let sums = Sums::of(batches);
    let mut records = json!({
        "inputRecordCount": sums.records_in,
        "createdRecordCount": sums.records_out,
        "outputRecordCount": sums.records_out,
        "failedRecordCount": sums.records_failed,
    });
    if !causes.is_empty() {
        records["failedInfo"] = json!(causes);
    }
    let (status, sizes) = if broken.is_empty() {
        (
            "success",
            json!({"inputBytes": report.bytes(), "outputBytes": sums.bytes_out}),
        )
    } else {
        ("failed", json!({"inputBytes": -1, "outputBytes": -1}))
    };
    let mut summary = json!({"status": status});
    if !broken.is_empty() {
        let failure = Failure {
            stage: Stage::Promotion,
            causes: causes.clone(),
        };
        summary["errors"] = json!([failure.to_error()]);
    }
    let copied = i64::try_from(report.bytes()).unwrap_or(i64::MAX);
    let activities = json!([
        report.copy(copied, report.files(), "success", &[]),
        report.promotion(&sizes, &records, status, &causes),
    ]);
    Outcome {
        metrics: json!({
            "durationSummary": {"startedAtUTC": report.started(), "completedAtUTC": report.now},
            "sizeSummary": sizes,
            "recordSummary": records,
            "fileSummary": {
                "inputFileCount": report.files(),
                "outputFileCount": sums.files_out,
                "activityRefs": ["promotionActivity"],
                "manifest": report.manifest(),
            },
            "statusSummary": summary,
        }),
        activities,
    }
}

/// A run that failed before the lake had its batches.
pub(super) fn failed(state: &AppState, subject: &Subject, failure: &Failure) -> Outcome {
    let report = Report::new(state, subject);
    let sizes = json!({"inputBytes": -1, "outputBytes": -1});
    let activities = match failure.stage {
        Stage::Copy => json!([report.copy(-1, 0, "failed", &failure.causes)]),
        Stage::Promotion => {
            let copied = subject.work.phase == Phase::Promoting;
            let files = if copied { report.files() } else { 0 };
            json!([
                report.copy(-1, files, "success", &[]),
                report.promotion(&sizes, &json!({}), "failed", &failure.causes),
            ])
        }
    };
    Outcome {
        metrics: json!({
            "durationSummary": {"startedAtUTC": report.started(), "completedAtUTC": report.now},
            "sizeSummary": sizes,
            "recordSummary": {"failedInfo": failure.causes},
            "fileSummary": {"inputFileCount": report.files(), "outputFileCount": 0},
            "statusSummary": {"status": "failed", "errors": [failure.to_error()]},
        }),
        activities,
    }
}
