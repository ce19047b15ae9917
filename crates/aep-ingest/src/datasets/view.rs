//! What Catalog knows of a dataset's content: the fields that were seen in it, and its files.

use aep_core::{BatchId, Cursor, DatasetId, Error, ErrorKind, FileId, Page, Result, items};
use futures::Stream;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::get::missing;
use super::{Dataset, Datasets};
use crate::wire::catalog::{self, ListDatasetViewFilesOptions, PAGE};
use crate::wire::{Object, number, signed, text};

/// A file as Catalog lists it for the view of a dataset. Serialises as Catalog's object with its `id`. Its bytes are had
/// with its id, see [`Batches::files`](crate::Batches::files).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ViewFile {
    /// Its id, of the form `{batch}-{n}`.
    pub id: FileId,
    /// The batch that it is from.
    pub batch: Option<BatchId>,
    /// When it came, in milliseconds since 1970.
    pub created: Option<u64>,
    raw: Object,
}

impl ViewFile {
    fn read(id: &str, value: Value) -> Result<Self> {
        let Value::Object(mut raw) = value else {
            let error = Error::new(ErrorKind::Protocol, "understand a file").with("file", id);
            return Err(error.because("it is not an object"));
        };
        raw.shift_insert(0, "id".to_owned(), Value::from(id));
        Ok(Self {
            id: FileId::new(id)?,
            batch: text(&raw, "batchId").map(BatchId::new).transpose()?,
            created: number(&raw, "created"),
            raw,
        })
    }

    /// The object as the service gave it.
    pub fn raw(&self) -> &serde_json::Map<String, Value> {
        &self.raw
    }
}

impl Serialize for ViewFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

impl Datasets {
    /// The fields that were really there in the data, as a JSON schema like that of the dataset; none if nothing has landed
    /// yet. The schema says what may be written, this what can be read.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is no such dataset.
    pub async fn observable_schema(&self, id: &DatasetId) -> Result<Option<Value>> {
        let found = catalog::dataset_field(self.client(), id, "observableSchema").await?;
        let mut found = found.ok_or_else(|| missing(id.as_str()))?;
        let schema = found["observableSchema"].take();
        let has_fields = schema["properties"]
            .as_object()
            .is_some_and(|fields| !fields.is_empty());
        Ok(has_fields.then_some(schema))
    }

    /// The files of the dataset's view, as Catalog lists them. Fetched as they are needed.
    ///
    /// # Errors
    /// The stream yields [`ErrorKind::NotFound`] if the dataset names no view, and what Catalog fails with.
    pub fn view_files(
        &self,
        dataset: &Dataset,
    ) -> impl Stream<Item = Result<ViewFile>> + Send + use<> {
        let (client, id, view) = (
            self.client().clone(),
            dataset.id.clone(),
            dataset.view.clone(),
        );
        items(move |cursor| {
            let (client, id, view) = (client.clone(), id.clone(), view.clone());
            async move {
                let view = view.ok_or_else(|| {
                    Error::new(ErrorKind::NotFound, "list the files of the view")
                        .with("dataset", &id)
                        .because("the dataset names no view")
                })?;
                let start = if let Some(Cursor::Offset(start)) = cursor {
                    start
                } else {
                    0
                };
                let options = ListDatasetViewFilesOptions {
                    limit: Some(signed(PAGE)),
                    start: Some(signed(start)),
                    ..ListDatasetViewFilesOptions::default()
                };
                let entries = catalog::view_files(&client, &id, &view, options).await?;
                let files: Result<Vec<ViewFile>> = entries
                    .into_iter()
                    .map(|(id, value)| ViewFile::read(&id, value))
                    .collect();
                Ok(Page::by_offset(files?, start, PAGE))
            }
        })
    }
}
