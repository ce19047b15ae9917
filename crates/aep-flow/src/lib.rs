#![doc = include_str!("../README.md")]

pub mod cloud;
pub mod connection_specs;
pub mod connections;
pub mod document;
pub mod explore;
pub mod export;
mod filter;
pub mod flow_specs;
pub mod flows;
mod guard;
mod ids;
mod json;
pub mod lake;
pub mod manager;
pub mod mapping;
pub mod model;
pub mod parity;
mod patch;
pub mod pipeline;
mod platform;
pub mod runs;
pub mod schedule;
mod search;
mod service;
pub mod sources;
pub mod specs;
pub mod targets;
mod verbs;
mod wire;
pub mod zone;

pub use cloud::CloudAccount;
pub use connection_specs::{Configs, ConnectionSpec, ConnectionSpecs, SpecFilter};
pub use connections::{
    Connection, ConnectionAction, ConnectionFilter, Connections, NewConnection, Streaming,
    StreamingData,
};
pub use document::{PipelineDocument, Secrets};
pub use explore::{Exploration, Explore};
pub use export::Exports;
pub use filter::PropertyFilter;
pub use flow_specs::{FlowSpec, FlowSpecs};
pub use flows::{
    Flow, FlowAction, FlowFilter, FlowKind, FlowOptions, FlowSide, Flows, NewFlow, PolicyChange,
};
pub use ids::{
    ConnectionId, ConnectionSpecId, FlowSpecId, RunId, SourceConnectionId, TargetConnectionId,
};
pub use lake::{LakeFlow, LakeFlows};
pub use manager::FlowManager;
pub use mapping::{MappingSet, MappingSetId, MappingSets};
pub use model::{Auth, Common, Created, DataFormat, FileFormat, SchemaRef, SpecRef, State};
pub use patch::PatchOp;
pub use pipeline::{Pipeline, Pipelines};
pub use platform::{DatasetInfo, SchemaInfo};
pub use runs::{Run, RunFilter, RunStatus, RunWindow, Runs, WatchOptions};
pub use schedule::{Every, ExportMode, ExportSchedule, Frequency, IngestSchedule, Schedule, Start};
pub use search::Search;
pub use service::FlowService;
pub use sources::{NewSource, SourceConnection, SourceConnections, SourceFilter};
pub use specs::Role;
pub use targets::{
    ExportFiles, ExportFormat, NewTarget, TargetConnection, TargetConnections, TargetFilter,
};
pub use zone::{LandingZone, ZoneType};
