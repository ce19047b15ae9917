//! For users of the Python client aepp: every method of its `FlowService` and `FlowManager`, and what to use here.
//!
//! The names are those of aepp 0.5.8 and 0.6.0.
//!
//! # FlowService: connections and specifications
//!
//! | aepp | here | differs in |
//! |---|---|---|
//! | `getResource` | [`FlowService::resource`] | a path, not an address |
//! | `getConnections` | [`Connections::list`], [`Connections::count`] | lazy pages; filters on every page |
//! | `createConnection` | [`Connections::create`], [`Connections::create_document`] | description and draft; checked before the request |
//! | `createConnectionStreaming` | [`NewConnection::streaming`] | |
//! | `createStreamingConnection` | [`NewConnection::streaming`] | the name in aepp's documentation |
//! | `createConnectionToUPS` | [`NewConnection::profile_store`] | |
//! | `getConnection` | [`Connections::get`], [`Connections::find`] | an error if there is none |
//! | `connectionTest` | [`Connections::test`] | |
//! | `deleteConnection` | [`Connections::delete`] | |
//! | `patchConnection` | [`Connections::update`] | takes the etag that was read, so that a lost update is noticed |
//! | `getConnectionSpecs` | [`ConnectionSpecs::list`] | |
//! | `getConnectionSpecsMap` | [`ConnectionSpecs::names`] | twins of the same name are kept apart |
//! | `getConnectionSpec` | [`ConnectionSpecs::get`] | the specification itself, not a list of one |
//! | `getConnectionSpecIdFromName` | [`ConnectionSpecs::find`] | by name and role; constants in [`specs`](crate::specs) |
//!
//! # FlowService: flows
//!
//! | aepp | here | differs in |
//! |---|---|---|
//! | `getFlows` | [`Flows::list`], [`Flows::count`], [`FlowFilter`] | filters can be combined, and hold for all pages |
//! | `getUPSFlows` | [`FlowService::profile_flows`], [`LakeFlows::list`] | all of them, not the first hundred |
//! | `getUISFlows` | [`FlowService::identity_flows`], [`LakeFlows::list`] | the identity flows; aepp answers those of the profile store |
//! | `getUPSFlow` | [`LakeFlows::find`] | |
//! | `getUISFlow` | [`LakeFlows::find`] | |
//! | `getUPSFlowRuns` | [`LakeFlows::runs`] | any state |
//! | `getUISFlowRuns` | [`LakeFlows::runs`] | any state |
//! | `getFlow` | [`Flows::get`], [`Flows::find`] | an error if there is none |
//! | `deleteFlow` | [`Flows::delete`] | |
//! | `createFlow` | [`Flows::create`], [`Flows::create_document`], [`NewFlow`] | description, options, backfill; two sorts of schedule |
//! | `createFlowStreaming` | [`NewFlow::streaming`], [`NewFlow::streaming_mapped`], [`HttpToLake`] | no schedule; what was made is deleted if a step fails |
//! | `createFlowDataLakeToDataLandingZone` | [`NewFlow::lake_to_landing_zone`], [`LakeToZone`] | `timeUnit` and no `frequency` |
//! | `createFlowDataLandingZoneToDataLake` | [`NewFlow::landing_zone_to_lake`], [`StorageToLake::landing_zone`] | no look-up of published ids |
//! | `updateFlow` | [`Flows::update`] | |
//! | `postFlowAction` | [`Flows::action`], [`Flows::enable`], [`Flows::disable`] | |
//! | `updatePolicy` | [`Flows::policies`] | works |
//! | `getFlowSpecs` | [`FlowSpecs::list`] | |
//! | `getFlowSpecIdFromNames` | [`FlowSpecs::find_for`] | names with roles |
//! | `getFlowSpec` | [`FlowSpecs::get`] | |
//!
//! # FlowService: runs, source and target connections
//!
//! | aepp | here | differs in |
//! |---|---|---|
//! | `getRuns` | [`Runs::list`] | the newest first |
//! | `createRun` | [`Runs::create`] | with the window of the run |
//! | `getRun` | [`Runs::get`] | the run itself, not a list of one |
//! | `getSourceConnections` | [`SourceConnections::list`] | |
//! | `getTargetConnections` | [`TargetConnections::list`] | |
//! | `getSourceConnection` | [`SourceConnections::get`] | |
//! | `getTargetConnection` | [`TargetConnections::get`] | |
//! | `deleteSourceConnection` | [`SourceConnections::delete`] | |
//! | `deleteTargetConnection` | [`TargetConnections::delete`] | |
//! | `createSourceConnection` | [`SourceConnections::create`], [`SourceConnections::create_document`] | |
//! | `createSourceConnectionStreaming` | [`NewSource::streaming`] | JSON, not delimited |
//! | `createSourceConnectionDataLandingZone` | [`NewSource::landing_zone`] | delimiter, encoding and compression |
//! | `createSourceConnectionDataLake` | [`NewSource::data_lake`] | no format, which means nothing here |
//! | `updateSourceConnection` | [`SourceConnections::update`] | |
//! | `updateTargetConnection` | [`TargetConnections::update`] | |
//! | `createTargetConnection` | [`TargetConnections::create`], [`TargetConnections::create_document`] | |
//! | `createTargetConnectionDataLandingZone` | [`NewTarget::landing_zone`] | with what a working target needs |
//! | `createTargetConnectionDatasetToDataLandingZone` | [`NewTarget::landing_zone`] | |
//! | `createTargetConnectionDataLake` | [`NewTarget::data_lake`] | version `1` of the schema |
//!
//! # FlowService: landing zone and export
//!
//! | aepp | here | differs in |
//! |---|---|---|
//! | `getLandingZoneContainer` | [`LandingZone::info`] | one type for Azure and Amazon |
//! | `getLandingZoneContainerName` | [`LandingZone::storage_name`] | works for Amazon too |
//! | `getLandingZoneStorageName` | [`LandingZone::storage_name`] | |
//! | `getLandingZoneContainerTTL` | [`LandingZone::ttl`] | |
//! | `getLandingZoneStorageTTL` | [`LandingZone::ttl`] | the unit counts |
//! | `getLandingZoneCredential` | [`LandingZone::credentials`], [`LandingZone::refresh`] | secrets are not printed |
//! | `getLandingZoneSASUri` | [`LandingZone::sas_uri`] | |
//! | `getLandingZoneSASToken` | [`LandingZone::sas_token`] | |
//! | `getLandingZoneStorageAccountName` | [`LandingZone::namespace`] | |
//! | `getLandingZoneNamespace` | [`LandingZone::namespace`] | |
//! | `exploreLandingZone` | [`LandingZone::explore`] | |
//! | `getLandingZoneContent` | [`LandingZone::preview`] | |
//! | `getExportableDatasets` | [`Exports::datasets`] | lazy pages |
//! | `getExportableDatasetsDLZ` | [`Exports::datasets`] | asks with the documented id |
//! | `createBaseConnectionS3Target` | [`NewConnection::s3_target`] | |
//! | `createBaseConnectionBlobTarget` | [`NewConnection::blob_target`] | |
//! | `createBaseConnectionDLZTarget` | [`NewConnection::landing_zone_target`] | |
//! | `exportDatasetToDLZ` | [`Exports::dataset_to_landing_zone`], [`Exports::now`] | what was made is deleted if a step fails |
//!
//! # FlowManager
//!
//! | aepp | here | differs in |
//! |---|---|---|
//! | `FlowManager` | [`FlowService::manager`], [`FlowManager::find`] | fetches a part when it is wanted, and parts at the same time |
//! | `getFlow` | [`FlowManager::flow`], [`FlowManager::refresh`] | |
//! | `getFlowSpec` | [`FlowManager::flow_spec`] | |
//! | `getSourceConnection` | [`FlowManager::source`], [`FlowManager::source_base`] | |
//! | `getTargetConnection` | [`FlowManager::target`], [`FlowManager::target_base`] | |
//! | `getConnectionSpec` | [`FlowManager::source_spec`] | the specification itself |
//! | `getTargetConnectionSpec` | [`FlowManager::target_spec`] | the target's own, not the source's |
//! | `getMapping` | [`FlowManager::mapping_set`] | there for every flow |
//! | `getRuns` | [`FlowManager::runs`], [`FlowManager::recent_runs`] | |
//! | `updateFlow` | [`FlowManager::update`] | answers the flow, freshly read |
//! | `updateFlowMapping` | [`FlowManager::use_mapping`] | keeps the other parameters; any version |
//! | `summary` | [`FlowManager::summary`] | |
//!
//! # What belongs to it in other classes of aepp
//!
//! | aepp | here | differs in |
//! |---|---|---|
//! | `DestinationInstanceService.createAdHocDatasetExport` | [`Exports::start`], [`Exports::run`] | |
//! | `ExportDatasetToDataLandingZone.createDataFlowRunIfNotExists` | [`Exports::now`] | finds the flow by its dataset, no file |
//! | `ExportDatasetToDataLandingZone.createFlowRun` | [`Exports::run`] | knows failure, and has a deadline |
//! | `DataPrep.getMappingSet` | [`MappingSets::get`] | |
//! | `DataPrep.getMappingSets` | [`MappingSets::list`] | all pages |
//!
//! # The examples of aepp's documentation
//!
//! A streaming connection, its source connection, a target connection for a dataset, and the flow between them; there the
//! four are dictionaries:
//!
//! ```
//! use aep_core::{Client, DatasetId, SchemaId, Settings};
//! use aep_flow::connections::{NewConnection, Streaming, StreamingData};
//! use aep_flow::{FlowService, NewFlow, NewSource, NewTarget};
//!
//! # async fn example(service: FlowService, dataset: DatasetId, schema: SchemaId) -> aep_core::Result<()> {
//! let raw = Streaming { data: StreamingData::Raw, ..Streaming::default() };
//! let connection = NewConnection::streaming("My New Connection", "AnIDString", raw).description("description");
//! let connection = service.connections().create(connection).await?;
//! assert!(service.connections().test(&connection.id).await?);
//!
//! let source = service.sources().create(NewSource::streaming("My source", connection.id)).await?;
//! let target = service.targets().create(NewTarget::data_lake("Test", dataset, schema.clone())).await?;
//!
//! use aep_flow::mapping::{Mapping, NewMappingSet};
//! let mapping = NewMappingSet::new(schema, [Mapping::copy("id", "_id")]);
//! let mapping = service.mapping_sets().create(&mapping).await?;
//! let flow = NewFlow::streaming_mapped("Test Flow", source.id, target.id, mapping.id.to_string(), mapping.version);
//! let flow = service.flows().create(flow).await?;
//!
//! let inlet = service.connections().find("My New Connection").await?.inlet_url();
//! assert!(inlet.is_some());
//! # assert_eq!(service.flows().get(&flow.id).await?.name, "Test Flow");
//! # Ok(())
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! #     let emulator = aep_emulator::Emulator::builder().start().await?;
//! #     let service = FlowService::new(Client::new(Settings::local(emulator.url().parse()?))?);
//! #     let all = service.resource("/data/foundation/catalog/dataSets").await?;
//! #     let (id, dataset) = all.as_object().and_then(|all| all.iter().next()).ok_or("no dataset")?;
//! #     let schema = dataset["schemaRef"]["id"].as_str().ok_or("no schema")?;
//! #     example(service, id.parse()?, schema.parse()?).await?;
//! #     Ok(())
//! # }
//! ```
//!
//! An FTP server, by its form of sign-in; a specification by its name; the names of all of them:
//!
//! ```
//! use aep_core::{Client, Secret, Settings};
//! use aep_flow::{CloudAccount, FlowService, NewConnection, Role, specs};
//!
//! # async fn example(service: FlowService) -> aep_core::Result<()> {
//! let account = CloudAccount::Ftp {
//!     host: "ftp.example.org".to_owned(),
//!     user: "acme".to_owned(),
//!     password: Secret::new("…".to_owned()),
//! };
//! let connection = NewConnection::cloud_source("FTP connector with password", &account)?;
//! let connection = service.connections().create(connection).await?;
//! let read = service.connections().get(&connection.id).await?;
//! assert_eq!(read.connection_spec.map(|spec| spec.id), Some(specs::connection::FTP_SOURCE));
//!
//! let streaming = service.connection_specs().find("Streaming Connection", Role::Source).await?;
//! assert_eq!(streaming.id, specs::connection::STREAMING_SOURCE);
//! assert!(service.connection_specs().names().await?.len() > 20);
//! let spec = service.flow_specs().find("CloudStorageToAEP").await?;
//! assert_eq!(spec.id, specs::flow::CLOUD_STORAGE_TO_LAKE);
//! # Ok(())
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! #     let emulator = aep_emulator::Emulator::builder().start().await?;
//! #     example(FlowService::new(Client::new(Settings::local(emulator.url().parse()?))?)).await?;
//! #     Ok(())
//! # }
//! ```

// The names in the table; rustdoc fails if one of them does not exist.
#[allow(unused_imports, reason = "for the links above")]
use crate::{
    FlowService,
    connection_specs::ConnectionSpecs,
    connections::{Connections, NewConnection},
    export::Exports,
    flow_specs::FlowSpecs,
    flows::{FlowFilter, Flows, NewFlow},
    lake::LakeFlows,
    manager::FlowManager,
    mapping::MappingSets,
    pipeline::{HttpToLake, LakeToZone, StorageToLake},
    runs::Runs,
    sources::{NewSource, SourceConnections},
    targets::{NewTarget, TargetConnections},
    zone::LandingZone,
};

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "tests")]

    /// The public methods of aepp's `FlowService`.
    const SERVICE: &[&str] = &[
        "getResource",
        "getConnections",
        "createConnection",
        "createConnectionStreaming",
        "createStreamingConnection",
        "createConnectionToUPS",
        "getConnection",
        "connectionTest",
        "deleteConnection",
        "patchConnection",
        "getConnectionSpecs",
        "getConnectionSpecsMap",
        "getConnectionSpec",
        "getConnectionSpecIdFromName",
        "getFlows",
        "getUPSFlows",
        "getUISFlows",
        "getUPSFlow",
        "getUISFlow",
        "getUPSFlowRuns",
        "getUISFlowRuns",
        "getFlow",
        "deleteFlow",
        "createFlow",
        "createFlowStreaming",
        "createFlowDataLakeToDataLandingZone",
        "createFlowDataLandingZoneToDataLake",
        "updateFlow",
        "postFlowAction",
        "updatePolicy",
        "getFlowSpecs",
        "getFlowSpecIdFromNames",
        "getFlowSpec",
        "getRuns",
        "createRun",
        "getRun",
        "getSourceConnections",
        "getTargetConnections",
        "getSourceConnection",
        "getTargetConnection",
        "deleteSourceConnection",
        "deleteTargetConnection",
        "createSourceConnection",
        "createSourceConnectionStreaming",
        "createSourceConnectionDataLandingZone",
        "createSourceConnectionDataLake",
        "updateSourceConnection",
        "updateTargetConnection",
        "createTargetConnection",
        "createTargetConnectionDataLandingZone",
        "createTargetConnectionDatasetToDataLandingZone",
        "createTargetConnectionDataLake",
        "getLandingZoneContainer",
        "getLandingZoneContainerName",
        "getLandingZoneStorageName",
        "getLandingZoneContainerTTL",
        "getLandingZoneStorageTTL",
        "getLandingZoneCredential",
        "getLandingZoneSASUri",
        "getLandingZoneSASToken",
        "getLandingZoneStorageAccountName",
        "getLandingZoneNamespace",
        "exploreLandingZone",
        "getLandingZoneContent",
        "getExportableDatasets",
        "getExportableDatasetsDLZ",
        "createBaseConnectionS3Target",
        "createBaseConnectionBlobTarget",
        "createBaseConnectionDLZTarget",
        "exportDatasetToDLZ",
    ];

    /// The constructor and the public methods of aepp's `FlowManager`.
    const MANAGER: &[&str] = &[
        "FlowManager",
        "getFlow",
        "getFlowSpec",
        "getSourceConnection",
        "getTargetConnection",
        "getConnectionSpec",
        "getTargetConnectionSpec",
        "getMapping",
        "getRuns",
        "updateFlow",
        "updateFlowMapping",
        "summary",
    ];

    /// The rows below the headings that begin so: aepp's name, and ours.
    fn rows(heading: &str) -> Vec<(String, String)> {
        let mut inside = false;
        let mut rows = Vec::new();
        let text = include_str!("parity.rs");
        for line in text.lines().map_while(|line| line.strip_prefix("//!")) {
            let line = line.trim();
            if line.starts_with("# ") {
                inside = line.starts_with(heading);
            }
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            if let (true, [_, theirs, ours, ..]) = (inside, cells.as_slice())
                && let Some(theirs) = theirs.strip_prefix('`')
            {
                rows.push((theirs.trim_end_matches('`').to_owned(), (*ours).to_owned()));
            }
        }
        rows
    }

    fn complete(heading: &str, methods: &[&str]) {
        let rows = rows(heading);
        let mut theirs: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
        let mut wanted = methods.to_vec();
        theirs.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(theirs, wanted, "one row for each method");
        for (theirs, ours) in &rows {
            assert!(
                ours.starts_with("[`") && ours.ends_with("`]"),
                "{theirs} has no equivalent"
            );
        }
    }

    #[test]
    fn every_method_of_the_service_has_its_row() {
        complete("# FlowService", SERVICE);
    }

    #[test]
    fn every_method_of_the_manager_has_its_row() {
        complete("# FlowManager", MANAGER);
    }
}
