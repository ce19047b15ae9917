//! The rows of a batch.

use std::fs::File;
use std::path::PathBuf;

use aep_core::{Client, Error, ErrorKind, Result};
use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use futures::stream::{BoxStream, iter, try_unfold};
use futures::{StreamExt, TryStreamExt};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Map, Value};
use tokio::sync::mpsc;

use super::Reader;
use crate::download::{self, DownloadOptions};
use crate::{Batch, DataFile};

/// Rows that are decoded at once.
const ROWS: usize = 1024;

/// Rows as they are read, many at a time.
pub type Rows = BoxStream<'static, Result<RecordBatch>>;

impl Reader {
    /// The rows of a batch that was handed out, as they are stored. None if it was undone meanwhile. One file at a time is
    /// brought to a temporary place on the disk, and decoded from there: memory does not follow the size of the batch.
    ///
    /// # Errors
    /// What Data Access fails with. The stream yields [`ErrorKind::Rejected`] for a file that is not Parquet: what has
    /// landed in the lake is.
    pub async fn rows(&self, batch: &Batch) -> Result<Option<Rows>> {
        let files = self.files(batch).await?;
        let client = self.batches().client().clone();
        Ok(files.map(|files| rows(client, files)))
    }
}

fn rows(client: Client, files: Vec<DataFile>) -> Rows {
    let files = files
        .into_iter()
        .filter(|file| !file.is_marker() && file.length != Some(0));
    iter(files)
        .flat_map(move |file| spooled(client.clone(), file))
        .boxed()
}

/// The rows of one file; the directory that it is in lives as long as they are read.
fn spooled(client: Client, file: DataFile) -> Rows {
    let begun = async move {
        let place = tempfile::tempdir().map_err(|error| {
            Error::new(ErrorKind::Io, "make a temporary directory").because(error)
        })?;
        let options = DownloadOptions::default();
        let name = file.name.clone();
        let report = download::all(&client, vec![file], place.path(), &options).await?;
        let path = report.files.into_iter().next().map(|file| file.path);
        let (sender, receiver) = mpsc::channel(2);
        let task = tokio::task::spawn_blocking(move || {
            let _place = place;
            if let Some(path) = path {
                decode(path, &name, &sender);
            }
        });
        Ok::<_, Error>((receiver, Some(task)))
    };
    futures::stream::once(begun)
        .map_ok(|begun| {
            try_unfold(begun, |(mut receiver, task)| async move {
                if let Some(rows) = receiver.recv().await {
                    return rows.map(|rows| Some((rows, (receiver, task))));
                }
                if let Some(task) = task {
                    task.await.map_err(|stopped| {
                        Error::new(ErrorKind::Rejected, "decode a file").because(stopped)
                    })?;
                }
                Ok(None)
            })
        })
        .try_flatten()
        .boxed()
}

/// Sends the rows of a file until nobody wants any more. Blocks.
fn decode(path: PathBuf, name: &str, sender: &mpsc::Sender<Result<RecordBatch>>) {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
        Error::new(ErrorKind::Rejected, "read the rows of a file")
            .with("file", name)
            .because(error)
    };
    let reader = File::open(path)
        .map_err(|error| failed(error.into()))
        .and_then(|file| {
            ParquetRecordBatchReaderBuilder::try_new(file)
                .and_then(|builder| builder.with_batch_size(ROWS).build())
                .map_err(|error| failed(error.into()))
        });
    match reader {
        Err(error) => drop(sender.blocking_send(Err(error))),
        Ok(reader) => {
            for rows in reader {
                let rows = rows.map_err(|error| failed(error.into()));
                let last = rows.is_err();
                if sender.blocking_send(rows).is_err() || last {
                    return;
                }
            }
        }
    }
}

/// Rows as JSON objects in the form in which they can be sent again: fields that are null are left out, dates are
/// `2026-01-31`, times RFC 3339 in UTC.
///
/// # Errors
/// [`ErrorKind::Rejected`] for a type that JSON has no form for.
pub fn to_json(rows: &RecordBatch) -> Result<Vec<Map<String, Value>>> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| {
        Error::new(ErrorKind::Rejected, "write rows as JSON").because(error)
    };
    let rows = in_offsets(rows).map_err(|error| failed(error.into()))?;
    let mut writer = arrow::json::WriterBuilder::new()
        .with_explicit_nulls(false)
        .with_timestamp_format("%Y-%m-%dT%H:%M:%S%.fZ".to_owned())
        .with_timestamp_tz_format("%Y-%m-%dT%H:%M:%S%.fZ".to_owned())
        .build::<_, arrow::json::writer::JsonArray>(Vec::new());
    writer
        .write(&rows)
        .and_then(|()| writer.finish())
        .map_err(|error| failed(error.into()))?;
    let text = writer.into_inner();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_slice(&text).map_err(|error| failed(error.into()))
}

/// The same rows with `UTC` written as an offset, which arrow can format without a table of time zones.
fn in_offsets(rows: &RecordBatch) -> Result<RecordBatch, arrow::error::ArrowError> {
    let schema = rows.schema();
    let fields = offsets(schema.fields());
    if fields == *schema.fields() {
        return Ok(rows.clone());
    }
    let schema = SchemaRef::new(Schema::new(fields));
    let columns: Result<Vec<_>, _> = rows
        .columns()
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| arrow::compute::cast(column, field.data_type()))
        .collect();
    RecordBatch::try_new(schema, columns?)
}

fn offsets(fields: &Fields) -> Fields {
    fields.iter().map(|field| offset(field)).collect()
}

fn offset(field: &Field) -> Field {
    let inner = |field: &std::sync::Arc<Field>| std::sync::Arc::new(offset(field));
    let kind = match field.data_type() {
        DataType::Timestamp(unit, Some(_)) => DataType::Timestamp(*unit, Some("+00:00".into())),
        DataType::Struct(fields) => DataType::Struct(offsets(fields)),
        DataType::List(element) => DataType::List(inner(element)),
        DataType::LargeList(element) => DataType::LargeList(inner(element)),
        DataType::Map(entry, sorted) => DataType::Map(inner(entry), *sorted),
        other => other.clone(),
    };
    field.clone().with_data_type(kind)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, Date32Array, StringArray, StructArray, TimestampMillisecondArray,
    };
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_are_written_as_they_can_be_sent_again() {
        let at: ArrayRef = Arc::new(
            TimestampMillisecondArray::from(vec![Some(1_767_225_600_123), None])
                .with_timezone("UTC"),
        );
        let on: ArrayRef = Arc::new(Date32Array::from(vec![Some(20_454), None]));
        let inner = StructArray::from(vec![(
            Arc::new(Field::new("at", at.data_type().clone(), true)),
            Arc::clone(&at),
        )]);
        let rows = RecordBatch::try_from_iter([
            (
                "_id",
                Arc::new(StringArray::from(vec!["a", "b"])) as ArrayRef,
            ),
            ("on", on),
            ("at", at),
            ("in", Arc::new(inner)),
        ])
        .unwrap();
        assert_eq!(
            Value::from(to_json(&rows).unwrap()),
            json!([
                {"_id": "a", "on": "2026-01-01", "at": "2026-01-01T00:00:00.123Z",
                 "in": {"at": "2026-01-01T00:00:00.123Z"}},
                {"_id": "b", "in": {}},
            ])
        );
    }
}
