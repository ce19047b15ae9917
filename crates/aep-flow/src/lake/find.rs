//! The flow of one dataset, and its runs.

use aep_core::{DatasetId, Error, ErrorKind, Result};
use futures::{Stream, StreamExt, TryStreamExt, stream};

use super::{LakeFlow, LakeFlows};
use crate::flows::Flow;
use crate::platform::{self, DatasetInfo};
use crate::runs::{Run, RunFilter, RunStatus};
use crate::verbs::single;

/// Source connections that are looked up at a time.
const AT_ONCE: usize = 4;

impl LakeFlows {
    /// The flow of the dataset with this id or name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if no flow of the dataset goes there, [`ErrorKind::Usage`] with the candidates if several
    /// do, or if several datasets have the name.
    pub async fn find(&self, dataset: &str) -> Result<LakeFlow> {
        let (id, name) = self.dataset(dataset).await?;
        let this = self.clone();
        let looked: Vec<(Flow, Option<DatasetId>)> = self
            .flows()
            .map_ok(move |flow| {
                let this = this.clone();
                async move {
                    let read = this.dataset_of(&flow).await?;
                    Ok::<_, Error>((flow, read))
                }
            })
            .try_buffered(AT_ONCE)
            .try_filter(|(_, read)| std::future::ready(read.as_ref() == Some(&id)))
            .try_collect()
            .await?;
        let found: Vec<Flow> = looked.into_iter().map(|(flow, _)| flow).collect();
        let ids: Vec<String> = found.iter().map(|flow| flow.id.to_string()).collect();
        let flow =
            single(found, &ids, self.word(), dataset).map_err(|error| match error.kind() {
                ErrorKind::NotFound => error
                    .because("no flow reads this dataset")
                    .hint("the dataset has to be enabled for profiles, and filled once"),
                _ => error,
            })?;
        Ok(LakeFlow {
            flow,
            dataset: Some(id),
            dataset_name: name,
        })
    }

    /// The runs of the flow of the dataset with this id or name, the newest first; of one state, if it is given.
    ///
    /// # Errors
    ///
    /// The stream yields what [`find`](Self::find) fails with, or the error of the page that failed, and ends.
    pub fn runs(
        &self,
        dataset: &str,
        state: Option<RunStatus>,
    ) -> impl Stream<Item = Result<Run>> + Send + use<> {
        let (this, dataset) = (self.clone(), dataset.to_owned());
        stream::once(async move {
            let found = this.find(&dataset).await?;
            let filter = RunFilter {
                state,
                ..RunFilter::of(found.flow.id)
            };
            Ok::<_, Error>(this.service.runs().list(filter))
        })
        .try_flatten()
        .boxed()
    }

    /// A dataset by id or name, with its name if it is known.
    async fn dataset(&self, id_or_name: &str) -> Result<(DatasetId, Option<String>)> {
        let client = self.service.client();
        let looks_like_id =
            id_or_name.len() == 24 && id_or_name.bytes().all(|byte| byte.is_ascii_hexdigit());
        if looks_like_id {
            let id = DatasetId::new(id_or_name)?;
            if let Some(DatasetInfo { name, .. }) = platform::look_dataset(client, &id).await?
                && !name.is_empty()
            {
                return Ok((id, Some(name)));
            }
        }
        let found = platform::dataset_ids_named(client, id_or_name).await?;
        let ids: Vec<String> = found.iter().map(ToString::to_string).collect();
        if found.is_empty() && looks_like_id {
            // a dataset that is gone may still have its flow
            return Ok((DatasetId::new(id_or_name)?, None));
        }
        let id =
            single(found, &ids, "dataset", id_or_name).map_err(|error| match error.kind() {
                ErrorKind::NotFound => {
                    error.hint("`aep dataset list` shows the datasets of the sandbox")
                }
                _ => error,
            })?;
        Ok((id, Some(id_or_name.to_owned())))
    }
}
