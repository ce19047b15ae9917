//! The nouns against the emulator: what is made, changed and deleted there.

mod catalogue;
mod life;
mod listing;
mod refused;
mod running;
mod stores;

use aep_core::{DatasetId, FlowId, SchemaId};
use aep_flow::schedule::Frequency;
use aep_flow::{
    Created, FlowService, IngestSchedule, NewFlow, NewSource, NewTarget, SourceConnectionId, Start,
    TargetConnectionId,
};

use crate::world::MEMBERS;

/// The dataset that every sandbox of the emulator has, with its schema.
async fn members(flow: &FlowService) -> (DatasetId, SchemaId) {
    let api = aep_gen::catalog::client(flow.client());
    let options = aep_gen::catalog::ListDatasetsOptions {
        name: Some(MEMBERS),
        ..aep_gen::catalog::ListDatasetsOptions::default()
    };
    let found = aep_gen::finish(api.list_datasets(options).await).unwrap();
    let (id, dataset) = found.into_first().unwrap();
    let dataset = serde_json::to_value(dataset).unwrap();
    let schema = dataset["schemaRef"]["id"].as_str().unwrap();
    (DatasetId::new(id).unwrap(), SchemaId::new(schema).unwrap())
}

async fn source(flow: &FlowService, name: &str) -> Created<SourceConnectionId> {
    let new = NewSource::landing_zone(name, "dlz-user-container/in/");
    flow.sources().create(new).await.unwrap()
}

async fn target(flow: &FlowService, name: &str) -> Created<TargetConnectionId> {
    let (dataset, schema) = members(flow).await;
    let new = NewTarget::data_lake(name, dataset, schema);
    flow.targets().create(new).await.unwrap()
}

/// A flow from the landing zone into the dataset, with a start that does not come during a test.
async fn flow_named(flow: &FlowService, name: &str, frequency: Frequency) -> Created<FlowId> {
    let later = Start::At(jiff::Timestamp::from_second(4_102_444_800).unwrap());
    let schedule = IngestSchedule::new(later, frequency).unwrap();
    let (source, target) = (source(flow, name).await, target(flow, name).await);
    let new = NewFlow::landing_zone_to_lake(name, source.id, target.id, schedule);
    flow.flows().create(new).await.unwrap()
}
