//! A dataset into the landing zone, now: with the flow that does it already, else with a new one.

use std::time::Duration;

use aep_core::{DatasetId, Error, ErrorKind, FlowId, Result};
use futures::TryStreamExt as _;
use jiff::{SignedDuration, Timestamp};

use super::{AdHocOptions, Exports};
use crate::PropertyFilter;
use crate::flows::{Flow, FlowFilter};
use crate::model::State;
use crate::pipeline::LakeToZone;
use crate::platform::{self, DatasetInfo};
use crate::runs::Run;
use crate::schedule::{Every, ExportMode, ExportSchedule, Start};
use crate::specs::flow;
use crate::targets::ExportFiles;

/// How long a new flow is left alone before its first run (Adobe's answer to an earlier try says ten minutes).
const YOUNG: Duration = Duration::from_mins(10);

/// An export of one dataset now.
#[derive(Debug, Clone)]
#[must_use = "it does nothing until it is given to `Exports::now`"]
pub struct ExportNow {
    dataset: String,
    path: String,
    name: Option<String>,
    files: ExportFiles,
    every: Option<Every>,
    disable: bool,
    first_delay: Option<Duration>,
    ad_hoc: AdHocOptions,
}

/// What came of an export.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Exported {
    /// The flow.
    pub flow: FlowId,
    /// Whether it was made for this export.
    pub created: bool,
    /// The run, which is over; look at its status.
    pub run: Run,
}

impl ExportNow {
    /// This dataset, by id or name. The path is used if there is no flow yet that exports the dataset.
    pub fn new(dataset: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            dataset: dataset.into(),
            path: path.into(),
            name: None,
            files: ExportFiles::default(),
            every: None,
            disable: false,
            first_delay: None,
            ad_hoc: AdHocOptions::default(),
        }
    }

    /// The name of a flow that has to be made; `export of DATASET` if nothing is said.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// What a flow that has to be made writes; Parquet compressed with gzip if nothing is said.
    pub fn files(mut self, files: impl Into<ExportFiles>) -> Self {
        self.files = files.into();
        self
    }

    /// How often a flow that has to be made runs from now on. Without it its schedule begins in a year, so that it runs on
    /// demand only.
    pub fn every(mut self, every: Every) -> Self {
        self.every = Some(every);
        self
    }

    /// Disables the flow when the run is over.
    pub fn disable_afterwards(mut self) -> Self {
        self.disable = true;
        self
    }

    /// Pause before the first try; ten minutes after making a flow, else none.
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = Some(delay);
        self
    }

    /// How to try and wait; its first delay does not count here.
    pub fn ad_hoc(mut self, options: AdHocOptions) -> Self {
        self.ad_hoc = options;
        self
    }
}

impl Exports {
    /// Exports a dataset into the landing zone now: by the flow that exports it already (which is enabled if it is not),
    /// else by a new one, and waits until the run is over.
    ///
    /// # Errors
    /// As [`dataset_to_landing_zone`](Self::dataset_to_landing_zone) and [`run`](Self::run). A new flow stays if its run
    /// can't be started; the error names it.
    pub async fn now(&self, export: ExportNow) -> Result<Exported> {
        let client = self.service.client();
        let dataset = platform::find_dataset(client, &export.dataset).await?;
        let (flow, created) = match self.flow_of(&dataset.id).await? {
            Some(flow) => {
                if flow.state == Some(State::Disabled) {
                    self.service.flows().enable(&flow.id).await?;
                }
                (flow.id, false)
            }
            None => (self.make(&export, &dataset).await?, true),
        };
        let default = if created { YOUNG } else { Duration::ZERO };
        let options = AdHocOptions {
            first_delay: export.first_delay.unwrap_or(default),
            ..export.ad_hoc
        };
        let run = self.run(&flow, &[dataset.id], &options).await;
        let run = run.map_err(|error| {
            if created {
                error.with("new flow", &flow)
            } else {
                error
            }
        })?;
        if export.disable {
            self.service.flows().disable(&flow).await?;
        }
        Ok(Exported { flow, created, run })
    }

    /// The flow that exports this dataset into the landing zone; of several one that is enabled.
    async fn flow_of(&self, dataset: &DatasetId) -> Result<Option<Flow>> {
        let filter = FlowFilter {
            property: vec![PropertyFilter::equal(
                "flowSpec.id",
                &flow::LAKE_TO_LANDING_ZONE,
            )],
            ..FlowFilter::default()
        };
        let mut found: Option<Flow> = None;
        let mut flows = std::pin::pin!(self.service.flows().list(filter));
        while let Some(flow) = flows.try_next().await? {
            // the service may not know the condition
            let exports = flow
                .flow_spec
                .as_ref()
                .is_some_and(|spec| spec.id == flow::LAKE_TO_LANDING_ZONE);
            let better = found
                .as_ref()
                .is_none_or(|_| flow.state == Some(State::Enabled));
            let usable = matches!(flow.state, Some(State::Enabled | State::Disabled));
            if !exports || !better || !usable || !self.reads(&flow, dataset).await? {
                continue;
            }
            let enabled = flow.state == Some(State::Enabled);
            found = Some(flow);
            if enabled {
                break;
            }
        }
        Ok(found)
    }

    async fn reads(&self, flow: &Flow, dataset: &DatasetId) -> Result<bool> {
        let Some(source) = flow.sources.first() else {
            return Ok(false);
        };
        match self.service.sources().get(source).await {
            Ok(source) => Ok(source.datasets().contains(dataset)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn make(&self, export: &ExportNow, dataset: &DatasetInfo) -> Result<FlowId> {
        let name = export
            .name
            .clone()
            .unwrap_or_else(|| format!("export of {}", dataset.name));
        let pipeline = LakeToZone::new(name, [dataset.id.to_string()], &export.path)
            .files(export.files)
            .schedule(schedule(export.every)?);
        Ok(self.dataset_to_landing_zone(pipeline, None).await?.flow)
    }
}

/// By the clock from now on, or on demand only: then it begins in a year, and has an end because the platform would set one
/// before its beginning.
fn schedule(every: Option<Every>) -> Result<ExportSchedule> {
    if let Some(every) = every {
        return ExportSchedule::new(Start::Now, every);
    }
    let year = SignedDuration::from_hours(24 * 365);
    let later = |years: i32| {
        Timestamp::now()
            .checked_add(year * years)
            .map_err(|error| Error::new(ErrorKind::Other, "schedule the flow").because(error))
    };
    Ok(ExportSchedule {
        start: Start::At(later(1)?),
        end: Some(later(3)?),
        every: Every::Day,
        mode: ExportMode::default(),
        folder_template: None,
    })
}
