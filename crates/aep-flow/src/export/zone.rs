//! Exports into the landing zone.

use aep_core::{DatasetId, Result};

use super::Exports;
use crate::pipeline::{LakeToZone, Made, OnStep, Pipelines};
use crate::platform;

impl Exports {
    /// Makes an export of datasets into the landing zone: looks whether they can be exported, then makes base connection,
    /// source connection, target connection and flow. `on_step` is told about every step that is done.
    ///
    /// # Errors
    /// [`Usage`](aep_core::ErrorKind::Usage) if a dataset can't be exported or an option can't work, before anything is
    /// changed; else as [`Pipelines::create`].
    pub async fn dataset_to_landing_zone(
        &self,
        export: LakeToZone,
        on_step: Option<OnStep>,
    ) -> Result<Made> {
        let mut ids: Vec<DatasetId> = Vec::new();
        for id_or_name in export.datasets() {
            let found = platform::find_dataset(self.service.client(), id_or_name).await?;
            ids.push(found.id);
        }
        self.exportable(&ids).await?;
        let mut pipelines = Pipelines::new(self.service.clone());
        if let Some(tell) = on_step {
            pipelines = pipelines.on_step(move |step| tell(step));
        }
        pipelines.create(export).await
    }
}
