//! `staging` to `staged`: every file is read, checked and written in the lake's form.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{PROMOTION, Verdict, discard, verdict::Kept};
use crate::lake::column::Column;
use crate::lake::compile;
use crate::lake::diagnose::{DiagnosticFile, Diagnostics, Tally};
use crate::lake::fault::Fault;
use crate::lake::format::InputFormat;
use crate::lake::promote::{self, Plan, stored_name};
use crate::lake::status::{self, Status};
use crate::mapping::{self, Mapper};
use crate::routes::{AppState, Job};
use crate::state::{StateError, Tx, kind};
use crate::xdm;

/// The published limit of a batch, in bytes.
const BATCH_BYTES: u64 = 100_000_000_000;

/// Files that fail as a whole before the rest of the batch is left unread.
const MAX_FAULTS: usize = 20;

/// What there is to do.
struct Work {
    columns: Result<Vec<Column>, Fault>,
    uploads: Vec<Upload>,
    format: Result<InputFormat, Fault>,
    mapper: Option<Result<Mapper, Fault>>,
    diagnostics: bool,
    percent: Option<f64>,
}

/// A file of the batch.
struct Upload {
    kept: Kept,
    /// The form of this file, where flows found it to be another than the batch's.
    format: Option<InputFormat>,
}

pub(super) async fn run(state: &AppState, job: &Job, batch: Value) -> Result<bool, StateError> {
    let work = load(state, job, batch).await?;
    let working = state.clone();
    let verdict = tokio::task::spawn_blocking(move || {
        let go_on = || !working.stop.is_cancelled();
        let verdict = stage(&working, &work, &go_on);
        go_on().then_some(verdict)
    })
    .await;
    let verdict = match verdict {
        Ok(Some(verdict)) => verdict,
        // The server is stopping; the next start does this step again.
        Ok(None) => return Ok(false),
        Err(error) if error.is_cancelled() => return Ok(false),
        Err(_) => failed(&[Fault::internal("a file made the reader panic")]),
    };
    let blobs: Vec<String> = verdict.blobs().map(str::to_owned).collect();
    let (sandbox, id, now) = (job.sandbox.clone(), job.batch.clone(), state.clock.now_ms());
    let moved = state
        .store
        .write(move |tx| -> Result<bool, StateError> {
            let Some(mut batch) = tx.get(kind::BATCH, &sandbox, &id)? else {
                return Ok(false);
            };
            let moved = status::advance(&mut batch, Status::Staged, now);
            if moved {
                tx.put(
                    PROMOTION,
                    &sandbox,
                    &id,
                    &id,
                    &serde_json::to_value(&verdict)?,
                )?;
                status::store(tx, &sandbox, &batch)?;
            }
            Ok(moved)
        })
        .await?;
    if !moved {
        // Aborted meanwhile.
        discard(state, blobs.iter().map(String::as_str));
    }
    Ok(moved)
}

impl Verdict {
    /// Blobs that staging made. A failed upload that is kept under `failed` is not among them.
    fn blobs(&self) -> impl Iterator<Item = &str> {
        self.files
            .iter()
            .chain(&self.meta)
            .map(|kept| kept.blob.as_str())
    }
}

async fn load(state: &AppState, job: &Job, batch: Value) -> Result<Work, StateError> {
    let (sandbox, id) = (job.sandbox.clone(), job.batch.clone());
    state
        .store
        .read(move |tx| {
            let dataset_id = status::dataset_of(&batch).unwrap_or_default();
            let dataset = tx
                .get(kind::DATASET, &sandbox, dataset_id)?
                .unwrap_or_default();
            let columns = match dataset["schemaRef"]["id"].as_str() {
                None => Err(Fault::schema(
                    "the dataset or its schema does not exist any more",
                )),
                Some(schema) => match xdm::resolve(tx, &sandbox, schema)? {
                    Some(schema) => Ok(compile::columns(&schema)),
                    None => Err(Fault::schema(format!("schema {schema} does not exist"))),
                },
            };
            let mut uploads: Vec<Upload> = tx
                .list(kind::UPLOAD, &sandbox, Some(&id))?
                .iter()
                .map(|doc| Upload {
                    kept: Kept {
                        name: doc["path"].as_str().unwrap_or_default().to_owned(),
                        blob: doc["blob"].as_str().unwrap_or_default().to_owned(),
                        length: doc["size"].as_u64().unwrap_or_default(),
                        records: 0,
                    },
                    format: doc
                        .get("inputFormat")
                        .and_then(|format| InputFormat::read(format).ok()),
                })
                .collect();
            uploads.sort_by(|a, b| a.kept.name.cmp(&b.kept.name));
            let mapper = match mapping::of_tags(&batch["tags"]) {
                Some((set, version)) => mapper(tx, &sandbox, &set, version)?,
                None => None,
            };
            let percent = batch["tags"]["acp_partialIngestionPercent"]
                .as_f64()
                .or_else(|| threshold(&dataset));
            let diagnostics = percent.is_some()
                || batch["tags"]["acp_enableErrorDiagnostics"] == true
                || dataset["enableErrorDiagnostics"] == true;
            let format = InputFormat::read(&batch["inputFormat"]).map_err(Fault::schema);
            Ok(Work {
                columns,
                uploads,
                format,
                mapper,
                diagnostics,
                percent,
            })
        })
        .await
}

/// The mapper of a batch. A set that Data Prep does not know is left aside: clients tag batches with ids of their own.
fn mapper(
    tx: &Tx<'_>,
    sandbox: &str,
    set: &str,
    version: Option<u64>,
) -> Result<Option<Result<Mapper, Fault>>, StateError> {
    if mapping::find(tx, sandbox, set, None)?.is_none() {
        return Ok(None);
    }
    let Some(found) = mapping::find(tx, sandbox, set, version)? else {
        let version = version.unwrap_or_default();
        let fault = Fault::mapper(format!("mapping set {set} has no version {version}"));
        return Ok(Some(Err(fault)));
    };
    Ok(Some(Mapper::read(&found).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Fault::mapper(errors.join("; "))
    })))
}

/// The older place of the threshold: a tag of the dataset, `partialBatchIngestion:["errorThresholdPercentage:5"]`.
fn threshold(dataset: &Value) -> Option<f64> {
    let values = dataset["tags"]["partialBatchIngestion"].as_array()?;
    values.iter().find_map(|value| {
        value
            .as_str()?
            .strip_prefix("errorThresholdPercentage:")?
            .trim()
            .parse()
            .ok()
    })
}

fn failed(faults: &[Fault]) -> Verdict {
    let errors = faults
        .iter()
        .map(|fault| json!({"code": fault.code, "description": fault.description}))
        .collect();
    Verdict {
        errors,
        ..Verdict::default()
    }
}

fn stage(state: &AppState, work: &Work, go_on: &dyn Fn() -> bool) -> Verdict {
    let (columns, format) = match (&work.columns, &work.format) {
        (Ok(columns), Ok(format)) => (columns, format),
        (Err(fault), _) | (_, Err(fault)) => return failed(std::slice::from_ref(fault)),
    };
    if work.uploads.is_empty() {
        return failed(&[Fault::no_files()]);
    }
    let mapper = match &work.mapper {
        None => None,
        Some(Ok(mapper)) => Some(mapper),
        Some(Err(fault)) => return failed(std::slice::from_ref(fault)),
    };
    let input_bytes: u64 = work.uploads.iter().map(|upload| upload.kept.length).sum();
    if input_bytes > BATCH_BYTES {
        return failed(&[Fault::too_large(format!(
            "the batch has {input_bytes} bytes, more than {BATCH_BYTES}"
        ))]);
    }
    let files = state.store.files();
    let mut tally = Tally::default();
    let mut diagnostics = work.diagnostics.then(|| Diagnostics::new(files));
    let mut names = HashSet::new();
    let (mut kept, mut faults, mut broken) = (Vec::new(), Vec::new(), Vec::new());
    for Upload {
        kept: upload,
        format: own,
    } in &work.uploads
    {
        let format = own.as_ref().unwrap_or(format);
        let plan = Plan {
            columns,
            format,
            patterns: state.config.check_patterns,
            mapper,
        };
        let promoted = diagnostics
            .as_mut()
            .map_or(Ok(()), |diagnostics| diagnostics.input(&upload.name))
            .and_then(|()| {
                let path = files.path(&upload.blob);
                promote::file(
                    files,
                    &path,
                    &upload.name,
                    &plan,
                    &mut tally,
                    diagnostics.as_mut(),
                    go_on,
                )
            });
        match promoted {
            Ok(None) => {}
            Ok(Some(done)) => {
                let name = unique(stored_name(&upload.name, format), &upload.name, &mut names);
                kept.push(Kept {
                    name,
                    blob: done.blob,
                    length: done.size,
                    records: done.records,
                });
            }
            Err(fault) => {
                faults.push(fault.in_file(&upload.name));
                broken.push(upload.clone());
            }
        }
        if faults.len() >= MAX_FAULTS || !go_on() {
            break;
        }
    }
    let (meta, mut failed_rows) = match diagnostics.map(Diagnostics::finish) {
        Some(Ok((meta, failed))) => (listed(meta), listed(failed)),
        Some(Err(fault)) => {
            faults.push(fault);
            (Vec::new(), Vec::new())
        }
        None => (Vec::new(), Vec::new()),
    };
    let success = faults.is_empty() && tolerable(&tally, work.percent);
    let mut verdict = failed(&faults);
    verdict.errors.extend(tally.errors(work.diagnostics));
    verdict.success = success;
    verdict.meta = meta;
    failed_rows.extend(broken);
    verdict.failed = failed_rows;
    if success {
        verdict.metrics = metrics(input_bytes, work.uploads.len(), &tally, &kept);
        verdict.observed = tally.observed(columns);
        verdict.files = kept;
    } else {
        discard(state, kept.iter().map(|kept| kept.blob.as_str()));
    }
    verdict
}

/// Without partial ingestion any failed row fails the batch; with it, more than the allowed share does.
fn tolerable(tally: &Tally, percent: Option<f64>) -> bool {
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of rows stay far below 2^53"
    )]
    let (read, failed) = (tally.rows_read() as f64, tally.rows_failed() as f64);
    failed * 100.0 <= percent.unwrap_or(0.0) * read
}

fn metrics(input_bytes: u64, inputs: usize, tally: &Tally, kept: &[Kept]) -> Value {
    let mut metrics = json!({
        "inputByteSize": input_bytes,
        "inputFileCount": inputs,
        "inputRecordCount": tally.rows_read(),
        "outputByteSize": kept.iter().map(|kept| kept.length).sum::<u64>(),
        "outputFileCount": kept.len(),
        "outputRecordCount": tally.rows_read() - tally.rows_failed(),
        "failedRecordCount": tally.rows_failed(),
    });
    if let Some(days) = tally.days() {
        metrics["partitionCount"] = Value::from(days);
    }
    metrics
}

fn listed(files: Vec<DiagnosticFile>) -> Vec<Kept> {
    files
        .into_iter()
        .map(|file| Kept {
            name: file.name,
            blob: file.blob,
            length: file.size,
            records: file.records,
        })
        .collect()
}

/// Two uploads may come to the same name once their endings are replaced; the second keeps its ending too.
fn unique(name: String, upload: &str, names: &mut HashSet<String>) -> String {
    let mut candidate = name;
    let mut count = 1;
    while !names.insert(candidate.clone()) {
        candidate = if count == 1 {
            format!("{upload}.parquet")
        } else {
            format!("{upload}-{count}.parquet")
        };
        count += 1;
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lake::diagnose::Cause;

    #[test]
    fn the_share_of_failed_rows_decides() {
        let mut tally = Tally::default();
        assert!(tolerable(&tally, None));
        for _ in 0..95 {
            tally.landed();
        }
        for _ in 0..5 {
            tally.failed(&[Cause::Type]);
        }
        assert!(tolerable(&tally, Some(5.0)));
        assert!(!tolerable(&tally, Some(4.9)));
        assert!(!tolerable(&tally, None));
    }

    #[test]
    fn names_do_not_collide() {
        let mut names = HashSet::new();
        assert_eq!(
            unique("a.parquet".into(), "a.json", &mut names),
            "a.parquet"
        );
        assert_eq!(
            unique("a.parquet".into(), "a.ndjson", &mut names),
            "a.ndjson.parquet"
        );
        assert_eq!(
            unique("a.parquet".into(), "a.ndjson", &mut names),
            "a.ndjson-2.parquet"
        );
    }

    #[test]
    fn the_older_threshold() {
        let dataset = json!({"tags": {"partialBatchIngestion": ["errorThresholdPercentage:5"]}});
        assert_eq!(threshold(&dataset), Some(5.0));
        assert_eq!(threshold(&json!({})), None);
    }
}
