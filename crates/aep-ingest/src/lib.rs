#![doc = include_str!("../README.md")]

pub mod batches;
pub mod convert;
pub mod datasets;
mod download;
mod format;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod ingest;
pub mod inputs;
pub mod jobs;
pub mod plan;
pub mod read;
mod rejects;
pub mod sample;
pub mod sandboxes;
pub mod schemas;
mod shape;
mod source;
pub mod streaming;
pub mod upload;
pub mod validate;
mod wire;
pub mod xdm;

pub use batches::{Batch, BatchFilter, BatchStatus, Batches, NewBatch, WaitOptions};
pub use datasets::{Dataset, DatasetFilter, Datasets, NewDataset};
pub use download::{DataFile, DownloadOptions, DownloadReport, Downloaded, How, Unfinished};
pub use format::{Format, InputFormat};
pub use ingest::Ingest;
pub use inputs::Inputs;
pub use jobs::{Job, JobState, Jobs};
pub use plan::Plan;
pub use read::{Position, Positions, Reader};
pub use rejects::{Rejected, RejectedFile, RejectedRows};
pub use sandboxes::{Sandbox, SandboxKind, Sandboxes};
pub use schemas::{SchemaFilter, SchemaSummary, Schemas, View};
pub use source::content;
pub use source::{Content, Identity, Source};
pub use streaming::Inlet;
pub use upload::{
    LargeFiles, OnFailure, Outcome, Phase, Progress, Report, ReportStatus, Upload, UploadHandle,
    Validate,
};
