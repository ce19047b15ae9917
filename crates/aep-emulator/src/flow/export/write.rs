//! The planned files, one after the other.

use std::io::Write;

use serde_json::json;

use crate::flow::engine::work;
use crate::flow::runs::{Failure, Stop, Subject};
use crate::lake::{Form, take_out};
use crate::routes::AppState;
use crate::state::{StateError, kind};
use crate::zone::{Place, ZoneError};

/// Writes what is not written yet, and the manifest if one is wanted.
pub(super) async fn run(state: &AppState, subject: &mut Subject, form: Form) -> Result<(), Stop> {
    let (place, _) = subject.target_place();
    for at in 0..subject.work.parts.len() {
        if subject.work.parts[at].written.is_none() {
            let size = part(state, subject, at, form, &place).await?;
            subject.work.parts[at].written = Some(size);
            let (sandbox, run, work) = (
                subject.sandbox.clone(),
                subject.run.clone(),
                subject.work.clone(),
            );
            state
                .store
                .write(move |tx| work::store(tx, &sandbox, &run, &work))
                .await?;
        }
    }
    if subject.target["params"]["includeFileManifest"] == true {
        manifest(state, subject, &place).await?;
    }
    Ok(())
}

async fn part(
    state: &AppState,
    subject: &Subject,
    at: usize,
    form: Form,
    place: &Place,
) -> Result<u64, Stop> {
    let part = &subject.work.parts[at];
    let (sandbox, id) = (subject.sandbox.clone(), part.file.clone());
    let file = state
        .store
        .read(move |tx| tx.get(kind::DATASET_FILE, &sandbox, &id))
        .await?;
    let Some(blob) = file.as_ref().and_then(|file| file["blob"].as_str()) else {
        let what = format!("batch {} was removed while it was exported", part.batch);
        return Err(Failure::copy("404", what).into());
    };
    let stored = state.store.files().path(blob);
    let taken = tokio::task::spawn_blocking(move || {
        let temp = tempfile::NamedTempFile::new().map_err(|error| Failure::copy("500", error))?;
        let to = temp.reopen().map_err(|error| Failure::copy("500", error))?;
        take_out(&stored, form, to)
            .map_err(|fault| Failure::copy(fault.code, &fault.description))?;
        Ok::<_, Failure>(temp)
    })
    .await
    .map_err(|_| StateError::Stopped)??;
    let written = state
        .zone
        .write_from(place, &part.key, taken.path())
        .await
        .map_err(storage)?;
    Ok(written.size)
}

/// `manifest-{destination}-{run}.json` beside the folders. That it is asked for by `includeFileManifest` of the target is
/// the emulator's choice: where the switch is, is not published.
async fn manifest(state: &AppState, subject: &Subject, place: &Place) -> Result<(), Stop> {
    let results: Vec<serde_json::Value> = subject
        .work
        .parts
        .iter()
        .map(|part| {
            let (path, name) = part.key.rsplit_once('/').unwrap_or(("", &part.key));
            json!({"sinkPath": path, "name": name, "size": part.written})
        })
        .collect();
    let body = json!({
        "flowRunId": subject.run,
        "scheduledTime": jiff::Timestamp::from_millisecond(subject.work.started)
            .map(|time| time.to_string())
            .unwrap_or_default(),
        "exportResults": results,
    });
    let mut temp = tempfile::NamedTempFile::new().map_err(StateError::from)?;
    temp.write_all(body.to_string().as_bytes())
        .and_then(|()| temp.flush())
        .map_err(StateError::from)?;
    let (_, path) = subject.target_place();
    let target = subject.target["id"].as_str().unwrap_or_default();
    let name = format!("manifest-{target}-{}.json", subject.run);
    let key = match path.trim_matches('/') {
        "" => name,
        path => format!("{path}/{name}"),
    };
    state
        .zone
        .write_from(place, &key, temp.path())
        .await
        .map_err(storage)?;
    Ok(())
}

fn storage(error: ZoneError) -> Stop {
    match error {
        ZoneError::State(error) => Stop::State(error),
        other => Failure::copy("500", other).into(),
    }
}
