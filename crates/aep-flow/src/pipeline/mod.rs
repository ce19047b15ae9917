//! Guided creation: everything that a flow needs, from the account to the schedule, in one call.
//!
//! A pipeline is a value: what it can't be without are the arguments of its constructor, the rest has documented defaults.
//!
//! ```no_run
//! use aep_core::Secret;
//! use aep_flow::mapping::Mapping;
//! use aep_flow::pipeline::StorageToLake;
//! use aep_flow::{CloudAccount, FlowService};
//!
//! # async fn example(service: FlowService) -> aep_core::Result<()> {
//! let account = CloudAccount::AmazonS3 {
//!     access_key: Secret::new("AKIA…".to_owned()),
//!     secret_key: Secret::new("…".to_owned()),
//! };
//! let pipeline = StorageToLake::cloud("nightly events", account, "acme-bucket/events/", "Web Events")
//!     .mapping(vec![Mapping::copy("id", "_id")]);
//! println!("{}", service.pipelines().plan(pipeline.clone()).await?);
//! let made = service.pipelines().create(pipeline).await?;
//! println!("flow {}", made.flow);
//! # Ok(())
//! # }
//! ```
//!
//! Names are resolved and the whole plan is checked before the first change. If a step fails, what was made is deleted
//! again, the last thing first, and the error names what could not be deleted; the same happens when the future is
//! dropped before it is done. Every step that is done is reported ([`Pipelines::on_step`]).

mod account;
mod dataset;
mod http;
mod plan;
mod run;
mod step;
mod storage;
mod undo;
mod zone;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use aep_core::Result;
use futures::FutureExt as _;

use self::run::{Stop, Work, cancelled, run, stopping};
use crate::FlowService;
use crate::document::{PipelineDocument, Secrets};

pub use self::account::Account;
pub use self::dataset::{Rules, TargetDataset, TargetSchema};
pub use self::http::HttpToLake;
pub use self::plan::{Plan, PlannedStep};
pub use self::run::{Made, OnStep};
pub use self::step::{Step, StepKind};
pub use self::storage::StorageToLake;
pub use self::zone::LakeToZone;

pub(crate) use self::step::{Draft, insert};

/// Any of the pipelines that can be made in one call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Pipeline {
    /// Files of a cloud storage, a server or the landing zone into a dataset.
    StorageToLake(StorageToLake),
    /// Datasets into the landing zone.
    LakeToZone(LakeToZone),
    /// Messages over HTTP into a dataset.
    HttpToLake(HttpToLake),
}

impl From<StorageToLake> for Pipeline {
    fn from(pipeline: StorageToLake) -> Self {
        Self::StorageToLake(pipeline)
    }
}

impl From<LakeToZone> for Pipeline {
    fn from(pipeline: LakeToZone) -> Self {
        Self::LakeToZone(pipeline)
    }
}

impl From<HttpToLake> for Pipeline {
    fn from(pipeline: HttpToLake) -> Self {
        Self::HttpToLake(pipeline)
    }
}

/// The steps of a pipeline, with everything looked up that could be looked up.
#[derive(Debug)]
pub(crate) struct Drafts {
    pub(crate) drafts: Vec<Draft>,
    pub(crate) known: BTreeMap<StepKind, String>,
}

/// Makes pipelines.
#[derive(Clone)]
pub struct Pipelines {
    service: FlowService,
    on_step: Option<OnStep>,
    stop: Option<Stop>,
}

impl Pipelines {
    pub(crate) fn new(service: FlowService) -> Self {
        Self {
            service,
            on_step: None,
            stop: None,
        }
    }

    /// Tells about every step when it is done.
    #[must_use]
    pub fn on_step(mut self, tell: impl Fn(&Step) + Send + Sync + 'static) -> Self {
        self.on_step = Some(Arc::new(tell));
        self
    }

    /// Stops when this future resolves: the request under way is waited for, what was made is deleted again, and the error
    /// is [`Cancelled`](aep_core::ErrorKind::Cancelled) and says so. Dropping the future of [`create`](Self::create) does
    /// the same, but then nobody is told, and the end of the process cuts it off.
    #[must_use]
    pub fn stop_when(mut self, stop: impl Future<Output = ()> + Send + 'static) -> Self {
        self.stop = Some(stop.boxed().shared());
        self
    }

    /// What [`create`](Self::create) would send. Names are resolved, nothing is changed.
    ///
    /// # Errors
    /// As [`create`](Self::create) before its first change.
    pub async fn plan(&self, pipeline: impl Into<Pipeline>) -> Result<Plan> {
        let drafts = self.drafts(pipeline.into()).await?;
        Ok(Plan::of(&drafts))
    }

    /// Makes the pipeline. With a client of a dry run all of its requests are recorded, and the error is that of any dry
    /// run.
    ///
    /// # Errors
    /// [`Usage`](aep_core::ErrorKind::Usage) for values that can't work, [`NotFound`](aep_core::ErrorKind::NotFound) for
    /// names that nobody has; both before anything is changed. After that: the error of the step that failed, with what
    /// was deleted again (`deleted again`), what was not (`stays on the server`), and what nobody knows about because the
    /// answer was lost (`may exist all the same`).
    pub async fn create(&self, pipeline: impl Into<Pipeline>) -> Result<Made> {
        self.make(self.drafts(pipeline.into())).await
    }

    /// Makes the pipeline of a document, as [`PipelineDocument::create`] does.
    ///
    /// # Errors
    /// As [`PipelineDocument::create`].
    pub async fn create_document(
        &self,
        document: &PipelineDocument,
        secrets: &Secrets,
    ) -> Result<Made> {
        self.make(document.drafts(&self.service, secrets)).await
    }

    async fn make(&self, drafts: impl Future<Output = Result<Drafts>>) -> Result<Made> {
        let Drafts { drafts, known } = tokio::select! {
            drafts = drafts => drafts?,
            () = stopping(self.stop.clone()) => return Err(cancelled()),
        };
        self.service.guard_writes().await?;
        run(Work {
            service: self.service.clone(),
            drafts,
            known,
            on_step: self.on_step.clone(),
            stop: self.stop.clone(),
        })
        .await
    }

    async fn drafts(&self, pipeline: Pipeline) -> Result<Drafts> {
        match pipeline {
            Pipeline::StorageToLake(pipeline) => pipeline.drafts(&self.service).await,
            Pipeline::LakeToZone(pipeline) => pipeline.drafts(&self.service).await,
            Pipeline::HttpToLake(pipeline) => pipeline.drafts(&self.service).await,
        }
    }
}

impl fmt::Debug for Pipelines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipelines")
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}
