//! What an export run writes, and where.

use serde_json::Value;

use super::folder::{Names, folder};
use super::ledger;
use crate::flow::engine::Trigger;
use crate::flow::engine::work::{Part, Phase};
use crate::flow::runs::{self, Failure, Stop, Subject};
use crate::ids;
use crate::lake::Form;
use crate::lake::status::Status;
use crate::routes::AppState;
use crate::state::{StateError, Tx, kind};

/// Chooses batches and names, and writes both down.
pub(super) async fn run(state: &AppState, subject: &mut Subject, form: Form) -> Result<(), Stop> {
    let now = state.clock.now_ms();
    let mut planned = subject.clone();
    subject.work = state
        .store
        .write(move |tx| -> Result<_, Stop> {
            let mut parts = Vec::new();
            for dataset in datasets(&planned) {
                let found = tx.get(kind::DATASET, &planned.sandbox, &dataset)?;
                let Some(found) = found else {
                    let what = format!("dataset {dataset} is not there");
                    return Err(Failure::copy("404", what).into());
                };
                let place = top(&planned, &dataset, &found, now);
                for (batch, file) in new_files(tx, &planned, &dataset)? {
                    parts.push(Part {
                        key: format!(
                            "{place}/part-{:05}-{}.{}",
                            parts.len(),
                            ids::dashed(),
                            form.ending()
                        ),
                        dataset: dataset.clone(),
                        batch,
                        file: file["id"].as_str().unwrap_or_default().to_owned(),
                        records: file["records"].as_u64().unwrap_or_default(),
                        written: None,
                    });
                }
            }
            let work = &mut planned.work;
            work.parts = parts;
            work.started = now;
            work.phase = Phase::Copying;
            runs::progress(tx, &planned.sandbox, &planned.run, work, now)?;
            Ok(planned.work)
        })
        .await?;
    Ok(())
}

/// The datasets of the source connection, or those of them that an ad-hoc run wants.
fn datasets(subject: &Subject) -> Vec<String> {
    let all = subject.source["params"]["datasets"].as_array();
    let ids = all.into_iter().flatten().filter_map(|dataset| {
        dataset["dataSetId"]
            .as_str()
            .or_else(|| dataset["datasetId"].as_str())
    });
    let wanted: &[String] = match &subject.work.trigger {
        Trigger::AdHoc { datasets } => datasets,
        _ => &[],
    };
    ids.filter(|id| wanted.is_empty() || wanted.iter().any(|wanted| wanted == id))
        .map(str::to_owned)
        .collect()
}

/// The lake's files that are to be exported, each with its batch. Incremental exports leave out the batches that runs
/// of this flow have written before.
fn new_files(
    tx: &Tx<'_>,
    subject: &Subject,
    dataset: &str,
) -> Result<Vec<(String, Value)>, StateError> {
    let full = subject.flow["scheduleParams"]["exportMode"] == "DAILY_FULL_EXPORT";
    let mut files = Vec::new();
    for batch in tx.list(kind::BATCH, &subject.sandbox, Some(dataset))? {
        if Status::of(&batch) != Some(Status::Success) {
            continue;
        }
        let id = batch["id"].as_str().unwrap_or_default();
        if !full && ledger::has(tx, &subject.sandbox, subject.flow_id(), dataset, id)? {
            continue;
        }
        for file in tx.list(kind::DATASET_FILE, &subject.sandbox, Some(id))? {
            files.push((id.to_owned(), file));
        }
    }
    Ok(files)
}

/// The folder of a dataset's files in the target's container.
fn top(subject: &Subject, dataset: &str, found: &Value, now: i64) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let params = &subject.flow["scheduleParams"];
    // Adobe's documents spell it in both ways.
    let template = ["foldernameTemplate", "folderNameTemplate"]
        .iter()
        .find_map(|key| params[*key].as_str());
    let names = Names {
        dataset_id: dataset.to_owned(),
        dataset_name: text(&found["name"]),
        destination: destination(&subject.target).to_owned(),
        instance_id: text(&subject.target["id"]),
        instance_name: text(&subject.target["name"]),
        sandbox: subject.sandbox.clone(),
        organization: text(&subject.flow["imsOrgId"]),
        time: now,
    };
    let (_, path) = subject.target_place();
    let path = path.trim_matches('/');
    let folder = folder(template, &names);
    match (path.is_empty(), folder.is_empty()) {
        (true, _) => folder,
        (false, true) => path.to_owned(),
        (false, false) => format!("{path}/{folder}"),
    }
}

/// The name of a destination, by its connection spec.
fn destination(target: &Value) -> &'static str {
    match target["connectionSpec"]["id"].as_str().unwrap_or_default() {
        "10440537-2a7b-4583-ac39-ed38d4b848e8" => "Data Landing Zone",
        "4fce964d-3f37-408f-9778-e597338a21ee" => "Amazon S3",
        "6d6b59bf-fb58-4107-9064-4d246c0e5bb2" => "Azure Blob",
        "be2c3209-53bc-47e7-ab25-145db8b873e1" => "ADLS Gen2",
        "c5d93acb-ea8b-4b14-8f53-02138444ae99" => "Google Cloud Storage",
        "36965a81-b1c6-401b-99f8-22508f1e6a26" => "SFTP",
        _ => "destination",
    }
}
