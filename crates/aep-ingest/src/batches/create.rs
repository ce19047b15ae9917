//! Making batches.

use std::collections::BTreeMap;
use std::time::Duration;

use aep_core::{BatchId, DatasetId, Error, ErrorKind, Result};
use uuid::Uuid;

use super::{Batch, Batches};
use crate::Format;
use crate::wire::catalog::{self, ListBatchesOptions};
use crate::wire::import::{self, IngestBatch, InputFormat};

/// A batch to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewBatch {
    /// The dataset that its data goes to.
    pub dataset: DatasetId,
    /// The format of all its files.
    pub format: Format,
    /// How CSV files are written; the platform's defaults if none.
    pub csv: CsvOptions,
    /// An id of the client's, unique in the organisation. One is made if none is given, so that a batch whose answer
    /// was lost can be found again.
    pub external_id: Option<String>,
    /// Share of bad rows, in percent, up to which the good ones are taken; partial ingestion is off if none.
    pub partial_percent: Option<f64>,
    /// Whether rows that fail are kept with their reasons. Always on with partial ingestion.
    pub diagnostics: bool,
    /// Tags, each with its values.
    pub tags: BTreeMap<String, Vec<String>>,
    /// Batches that this one replaces.
    pub replay: Option<Replay>,
}

/// How CSV is written, where it differs from the platform's defaults (`,`, `"`, `\`, UTF-8, a header line).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CsvOptions {
    /// Column separator.
    pub delimiter: Option<char>,
    /// Quoting character.
    pub quote: Option<char>,
    /// Escape character.
    pub escape: Option<char>,
    /// Text that stands for null.
    pub null_marker: Option<String>,
    /// `US-ASCII`, `UTF-8` or `ISO-8859-1`.
    pub charset: Option<String>,
}

/// What a batch replaces: the old ones become inactive when it succeeds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replay {
    /// Batches, by id.
    pub predecessors: Vec<BatchId>,
    /// Batches, by the id that the client gave them.
    pub predecessors_by_external_id: Vec<String>,
}

impl NewBatch {
    /// A batch of files in `format`, with everything else at its default.
    pub fn new(dataset: DatasetId, format: Format) -> Self {
        Self {
            dataset,
            format,
            csv: CsvOptions::default(),
            external_id: None,
            partial_percent: None,
            diagnostics: false,
            tags: BTreeMap::new(),
            replay: None,
        }
    }

    fn body(&self, external_id: &str) -> IngestBatch {
        IngestBatch {
            dataset_id: self.dataset.to_string(),
            enable_error_diagnostics: (self.diagnostics || self.partial_percent.is_some())
                .then_some(true),
            external_id: Some(external_id.to_owned()),
            input_format: self.input_format(),
            partial_ingestion_percent: self.partial_percent,
            replay: self.replay.as_ref().map(|replay| import::Replay {
                predecessors: replay
                    .predecessors
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
                predecessors_by_external_id: replay.predecessors_by_external_id.clone(),
                reason: Some("replace".to_owned()),
                ..import::Replay::default()
            }),
            tags: self.tags.clone().into_iter().collect(),
            extra: serde_json::Map::new(),
        }
    }

    fn input_format(&self) -> InputFormat {
        let csv = (self.format == Format::Csv).then_some(&self.csv);
        let sign = |choose: fn(&CsvOptions) -> Option<char>| csv.and_then(choose).map(String::from);
        InputFormat {
            format: crate::format::wire(self.format).to_owned(),
            is_multi_line_json: match self.format {
                Format::Json => Some(true),
                Format::NdJson => Some(false),
                Format::Csv | Format::Parquet => None,
            },
            header: csv.map(|_| true),
            delimiter: sign(|csv| csv.delimiter),
            quote: sign(|csv| csv.quote),
            escape: sign(|csv| csv.escape),
            null_marker: csv.and_then(|csv| csv.null_marker.clone()),
            charset: csv.and_then(|csv| csv.charset.clone()),
            extra: serde_json::Map::new(),
        }
    }
}

/// The tag that names the run that made a batch, and the number of the batch in it.
pub(crate) const RUN_TAG: &str = "aepRun";

/// How often a batch is looked for, and how long apart, after an answer that says nothing: Catalog may be behind.
const LOOKS: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(200),
    Duration::from_secs(1),
];

/// How often creation is tried at all.
const TRIES: u32 = 3;

impl Batches {
    /// Makes a batch. It is `loading` until it is [completed](Batches::complete).
    ///
    /// The call itself must not be repeated, so an answer that leaves open whether there is a batch now (a connection
    /// that broke, a 5xx) is followed by a look into Catalog for the external id, and only if nothing is found by
    /// another try.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a share that isn't between 0 and 100, or a replay that replaces nothing;
    /// [`ErrorKind::NotFound`] for an unknown dataset; what the platform refuses.
    pub async fn create(&self, new: NewBatch) -> Result<Batch> {
        check(&new)?;
        self.ingest.guard().await?;
        let external_id = new
            .external_id
            .clone()
            .unwrap_or_else(|| format!("aep-{}", Uuid::new_v4().simple()));
        let body = new.body(&external_id);
        let failed = |error: Error| {
            error
                .with("dataset", &new.dataset)
                .with("external id", &external_id)
        };
        let mut tried = 1;
        loop {
            let error = match import::create(self.client(), &body).await {
                Ok(answer) => match Batch::read(None, answer) {
                    Ok(batch) => return Ok(batch),
                    Err(error) => error,
                },
                Err(error) if error.outcome_is_unknown() || error.kind() == ErrorKind::Protocol => {
                    error
                }
                // a try before this one was carried out after all, and has taken the external id
                Err(error) if tried > 1 && matches!(error.status(), Some(400 | 409)) => error,
                Err(error) => return Err(failed(error)),
            };
            tracing::debug!(external_id, %error, "the answer to the creation of a batch is unclear: looking for it");
            let tag = new.tags.get(RUN_TAG).map_or(&[][..], Vec::as_slice);
            match self.find_made(&external_id, tag).await {
                Ok(Some(batch)) => return Ok(batch),
                Ok(None) => {}
                // still nobody knows whether there is a batch
                Err(looked) => {
                    return Err(failed(error).with("looking for it failed", looked.report()));
                }
            }
            if tried == TRIES {
                return Err(failed(error));
            }
            tried += 1;
        }
    }

    /// A batch that was asked for, if there is one now: by the id that it was given, or by its tag where the platform does
    /// not look for the id.
    pub(crate) async fn find_made(
        &self,
        external_id: &str,
        tag: &[String],
    ) -> Result<Option<Batch>> {
        for pause in LOOKS {
            tokio::time::sleep(pause).await;
            if let Some(batch) = self.by_external_id(external_id).await? {
                return Ok(Some(batch));
            }
        }
        self.by_run(tag).await
    }

    async fn by_run(&self, tag: &[String]) -> Result<Option<Batch>> {
        if tag.is_empty() {
            return Ok(None);
        }
        let wanted: Vec<String> = tag
            .iter()
            .map(|value| format!("{RUN_TAG}:{value}"))
            .collect();
        let options = ListBatchesOptions {
            tags: Some(&wanted.join(",")),
            limit: Some(2),
            ..ListBatchesOptions::default()
        };
        for (key, value) in catalog::batches(self.client(), options).await? {
            let found = value["tags"][RUN_TAG].as_array();
            let has = |wanted: &String| {
                found.is_some_and(|values| values.iter().any(|value| value == wanted))
            };
            if tag.iter().all(has) {
                return Batch::read(Some(&key), value).map(Some);
            }
        }
        Ok(None)
    }

    async fn by_external_id(&self, external_id: &str) -> Result<Option<Batch>> {
        let options = ListBatchesOptions {
            external_id: Some(external_id),
            limit: Some(2),
            ..ListBatchesOptions::default()
        };
        let found = catalog::batches(self.client(), options).await?;
        for (key, value) in found {
            // a service that does not know the filter would answer with any batch
            if value["externalId"].as_str() == Some(external_id) {
                return Batch::read(Some(&key), value).map(Some);
            }
        }
        Ok(None)
    }

    /// Makes a batch that replaces others when it succeeds. All of their data has to be uploaded again.
    ///
    /// # Errors
    /// As [`Batches::create`].
    pub async fn replay(&self, new: NewBatch, replay: Replay) -> Result<Batch> {
        self.create(NewBatch {
            replay: Some(replay),
            ..new
        })
        .await
    }
}

fn check(new: &NewBatch) -> Result<()> {
    let usage = |key, value: String, why: &'static str| {
        Err(Error::new(ErrorKind::Usage, "create a batch")
            .with(key, value)
            .because(why))
    };
    if let Some(percent) = new
        .partial_percent
        .filter(|percent| !(*percent > 0.0 && *percent <= 100.0))
    {
        return usage(
            "percent",
            percent.to_string(),
            "the share of bad rows is above 0 and at most 100",
        );
    }
    if new.replay.as_ref().is_some_and(|replay| {
        replay.predecessors.is_empty() && replay.predecessors_by_external_id.is_empty()
    }) {
        return usage(
            "dataset",
            new.dataset.to_string(),
            "a replay needs at least one batch to replace",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use serde_json::{Value, json};

    use super::*;

    fn new(format: Format) -> NewBatch {
        NewBatch::new(DatasetId::new("635865d23b3f261ba5a8589b").unwrap(), format)
    }

    fn body(new: &NewBatch) -> Value {
        serde_json::to_value(new.body("x")).unwrap()
    }

    #[test]
    fn only_json_says_how_its_lines_are() {
        let format = |kind| body(&new(kind))["inputFormat"].clone();
        assert_eq!(
            format(Format::Json),
            json!({"format": "json", "isMultiLineJson": true})
        );
        assert_eq!(
            format(Format::NdJson),
            json!({"format": "json", "isMultiLineJson": false})
        );
        assert_eq!(format(Format::Parquet), json!({"format": "parquet"}));
        assert_eq!(
            format(Format::Csv),
            json!({"format": "csv", "header": true})
        );
    }

    #[test]
    fn partial_ingestion_brings_diagnostics() {
        let sent = body(&NewBatch {
            partial_percent: Some(5.0),
            ..new(Format::Json)
        });
        assert_eq!(sent["partialIngestionPercent"], json!(5.0));
        assert_eq!(sent["enableErrorDiagnostics"], json!(true));
        let sent = body(&new(Format::Json));
        assert!(sent.get("enableErrorDiagnostics").is_none() && sent.get("tags").is_none());
    }

    #[test]
    fn predecessors_are_sent_as_plain_ids() {
        let replay = Replay {
            predecessors: vec![BatchId::new("b1").unwrap()],
            ..Replay::default()
        };
        let sent = body(&NewBatch {
            replay: Some(replay),
            ..new(Format::Json)
        });
        assert_eq!(
            sent["replay"],
            json!({"reason": "replace", "predecessors": ["b1"]})
        );
    }

    #[test]
    fn a_share_outside_of_percent_is_refused() {
        for percent in [0.0, -1.0, 100.5, f64::NAN] {
            let error = check(&NewBatch {
                partial_percent: Some(percent),
                ..new(Format::Csv)
            })
            .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage);
        }
    }
}
