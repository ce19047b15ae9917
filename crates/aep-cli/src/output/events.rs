//! `--progress json` of an ingestion: what happens, one JSON object per line, for a scheduler to read.

use std::sync::{Arc, Mutex, PoisonError};

use aep_ingest::upload::Event;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Messages;

/// Writes events to standard error. Each has `event` and `time`, and from the first one on `run`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Events(Arc<Mutex<Option<String>>>);

impl Events {
    pub(crate) fn tell(&self, event: &Event) {
        if let Event::Start { run, .. } = event {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(run.to_string());
        }
        self.put(event);
    }

    /// An event that only the command knows of: an object with the field `event`.
    pub(crate) fn put(&self, event: &impl Serialize) {
        let Ok(Value::Object(event)) = serde_json::to_value(event) else {
            return;
        };
        let run = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        Messages::put(&line(event, Timestamp::now(), run).to_string());
    }
}

/// Name, time and run come first.
fn line(event: Map<String, Value>, time: Timestamp, run: Option<String>) -> Value {
    let mut line = Map::new();
    if let Some(name) = event.get("event") {
        line.insert("event".to_owned(), name.clone());
    }
    line.insert("time".to_owned(), format!("{time:.3}").into());
    line.extend(run.map(|run| ("run".to_owned(), run.into())));
    for (key, value) in event {
        line.entry(key).or_insert(value);
    }
    Value::Object(line)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use aep_core::BatchId;
    use aep_ingest::BatchStatus;

    use super::*;

    #[test]
    fn the_form_is_the_documented_one() {
        let event = Event::Batch {
            batch: BatchId::new("b1").unwrap(),
            status: BatchStatus::Retrying,
            detail: Some("Timeout: late".to_owned()),
        };
        let Value::Object(event) = serde_json::to_value(event).unwrap() else {
            unreachable!("it is an object");
        };
        let line = line(event, Timestamp::UNIX_EPOCH, Some("r1".to_owned()));
        assert_eq!(
            line.to_string(),
            r#"{"event":"batch","time":"1970-01-01T00:00:00.000Z","run":"r1","batch":"b1","status":"retrying","detail":"Timeout: late"}"#
        );
    }
}
