//! A whole pipeline as one document: to read, to keep under version control, and to make it again in another sandbox.
//!
//! ```yaml
//! document: aep-pipeline/v1
//! name: nightly events
//! kind: source
//! flowSpec: {id: 9753525b-82c7-4dce-8a9b-5ccfce2b9876, version: "1.0", name: CloudStorageToAEP}
//! source:
//!   name: nightly events source
//!   connectionSpec: {id: ecadc60c-7455-4d87-84dc-2a0e293d997b, version: "1.0", name: amazon-s3}
//!   data: {format: delimited}
//!   params: {path: acme-bucket/events/, type: folder, recursive: true}
//!   base:
//!     name: acme bucket
//!     connectionSpec: {id: ecadc60c-7455-4d87-84dc-2a0e293d997b, version: "1.0"}
//!     auth: {specName: Access Key, params: {}}
//! target:
//!   name: nightly events target
//!   connectionSpec: {id: c604ff05-7f1a-43c0-8e18-33bf874cb11c, version: "1.0", name: datalake}
//!   params: {dataSetId: 65e0aa}
//! datasets:
//!   - {id: 65e0aa, name: Web Events, role: target, schema: {id: "https://ns.adobe.com/acme/schemas/1", title: Web Events}}
//! schedule: {startTime: 1767225600, frequency: hour, interval: 1}
//! secrets:
//!   - source.base.auth.params.s3AccessKey
//!   - source.base.auth.params.s3SecretKey
//! ```
//!
//! Secrets are not in it; `secrets` names the places where they belong, and [`Secrets`] brings them. Datasets are found
//! by name in the sandbox where the pipeline is made, and their ids and schemas put in place of the old ones.

mod create;
mod model;
mod parse;
mod resolve;
mod schedule;
mod secrets;
#[cfg(test)]
mod tests;
mod write;

pub use self::model::{
    AuthEntry, BaseEntry, DatasetEntry, DatasetRole, EndEntry, MappingEntry, PipelineDocument,
    SchemaEntry, SpecEntry,
};
pub use self::secrets::Secrets;
