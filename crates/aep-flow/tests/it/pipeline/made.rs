//! What is made.

use std::sync::{Arc, Mutex};

use aep_core::ErrorKind;
use aep_flow::mapping::Mapping;
use aep_flow::pipeline::{
    Account, HttpToLake, LakeToZone, StepKind, StorageToLake, TargetDataset, TargetSchema,
};
use aep_flow::specs::{connection, flow};
use aep_flow::{FileFormat, FlowService};
use serde_json::json;

use super::{s3, stock};
use crate::world::{MEMBERS, world};

#[tokio::test]
async fn a_landing_zone_is_read_into_a_dataset() {
    let world = world().await;
    let told = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&told);
    let pipelines = world
        .flow
        .pipelines()
        .on_step(move |step| listener.lock().unwrap().push(step.kind));
    let made = pipelines
        .create(StorageToLake::landing_zone("nightly", "in/", MEMBERS))
        .await
        .unwrap();
    let kinds = [
        StepKind::SourceConnection,
        StepKind::TargetConnection,
        StepKind::Flow,
    ];
    assert_eq!(*told.lock().unwrap(), kinds);
    assert_eq!(made.steps.len(), 3);
    assert_eq!(made.inlet_url, None);
    let flow = world.flow.flows().get(&made.flow).await.unwrap();
    assert_eq!(flow.name, "nightly");
    assert_eq!(
        flow.flow_spec.as_ref().unwrap().id,
        flow::CLOUD_STORAGE_TO_LAKE
    );
    let source = world.flow.sources().get(&flow.sources[0]).await.unwrap();
    assert_eq!(source.path().as_deref(), Some("dlz-user-container/in/"));
    assert_eq!(source.connection, None);
    let target = world.flow.targets().get(&flow.targets[0]).await.unwrap();
    assert_eq!(target.datasets().len(), 1);
    assert!(target.schema().is_some());
    assert_eq!(made.id(StepKind::Flow), Some(flow.id.as_str()));
}

/// The order of Adobe's tutorial on collecting Parquet data from third-party cloud storage: base connection, schema,
/// source connection, dataset base connection, dataset, target connection, flow.
#[tokio::test]
async fn parquet_of_a_cloud_storage_goes_the_whole_way_of_the_tutorial() {
    let world = world().await;
    let schema = json!({"type": "object", "title": "Sample Demo Profile", "description": "",
        "allOf": [{"$ref": "https://ns.adobe.com/xdm/context/profile"}]});
    let dataset = TargetDataset::New {
        name: "Leads".to_owned(),
        schema: TargetSchema::New(schema),
    };
    let pipeline = StorageToLake::cloud("partners", s3(), "partners-demo/samples/", dataset)
        .format(FileFormat::Parquet)
        .recursive()
        .dataset_connection()
        .schema_in_source();
    let plan = world.flow.pipelines().plan(pipeline.clone()).await.unwrap();
    let shown = format!(
        "{plan} {plan:?} {pipeline:?} {}",
        serde_json::to_string(&plan).unwrap()
    );
    assert!(!shown.contains("0123456789abcdefghij"), "{shown}");
    assert!(world.changes().is_empty(), "a plan changes nothing");
    let made = world.flow.pipelines().create(pipeline).await.unwrap();
    let kinds: Vec<StepKind> = made.steps.iter().map(|step| step.kind).collect();
    let planned: Vec<StepKind> = plan.steps.iter().map(|step| step.kind).collect();
    assert_eq!(kinds, planned);
    assert_eq!(
        kinds,
        [
            StepKind::BaseConnection,
            StepKind::Schema,
            StepKind::Dataset,
            StepKind::SourceConnection,
            StepKind::DatasetConnection,
            StepKind::TargetConnection,
            StepKind::Flow
        ]
    );
    let flow = world.flow.flows().get(&made.flow).await.unwrap();
    let source = world.flow.sources().get(&flow.sources[0]).await.unwrap();
    let target = world.flow.targets().get(&flow.targets[0]).await.unwrap();
    let id = |kind| made.id(kind).unwrap();
    assert_eq!(source.schema().unwrap().id.as_str(), id(StepKind::Schema));
    assert_eq!(
        source.connection.unwrap().as_str(),
        id(StepKind::BaseConnection)
    );
    assert_eq!(
        target.connection.clone().unwrap().as_str(),
        id(StepKind::DatasetConnection)
    );
    assert_eq!(target.datasets()[0].as_str(), id(StepKind::Dataset));
    assert_eq!(target.schema().unwrap().id.as_str(), id(StepKind::Schema));
}

#[tokio::test]
async fn a_connection_that_exists_is_used_by_name() {
    let world = world().await;
    let first = StorageToLake::cloud("first", s3(), "bucket/in/a.csv", MEMBERS);
    let first = world.flow.pipelines().create(first).await.unwrap();
    let again = Account::Existing("first connection".to_owned());
    let second = StorageToLake::cloud("second", again, "bucket/in/", MEMBERS)
        .mapping(vec![Mapping::copy("id", "_id")]);
    let plan = world.flow.pipelines().plan(second.clone()).await.unwrap();
    let base = first.id(StepKind::BaseConnection).unwrap();
    assert_eq!(plan.steps[0].body["baseConnectionId"], base);
    let second = world.flow.pipelines().create(second).await.unwrap();
    assert_eq!(second.id(StepKind::BaseConnection), None, "not made again");
    let flow = world.flow.flows().get(&second.flow).await.unwrap();
    assert_eq!(
        flow.mapping().unwrap().id,
        second.id(StepKind::MappingSet).unwrap()
    );
}

#[tokio::test]
async fn messages_over_http_get_an_inlet() {
    let world = world().await;
    let made = world
        .flow
        .pipelines()
        .create(HttpToLake::new("clicks", MEMBERS))
        .await
        .unwrap();
    assert!(
        made.inlet_url.as_deref().unwrap().contains("/collection/"),
        "{made:?}"
    );
    let flow = world.flow.flows().get(&made.flow).await.unwrap();
    assert_eq!(flow.flow_spec.unwrap().id, flow::STREAMING);
    assert!(flow.schedule.is_none());
    let raw = HttpToLake::new("raw clicks", MEMBERS)
        .mapping(vec![Mapping::copy("id", "_id")])
        .authenticated();
    let raw = world.flow.pipelines().create(raw).await.unwrap();
    let flow = world.flow.flows().get(&raw.flow).await.unwrap();
    assert_eq!(flow.flow_spec.unwrap().id, flow::STREAMING_MAPPED);
}

#[tokio::test]
async fn datasets_are_exported_to_the_landing_zone() {
    let world = world().await;
    let export = LakeToZone::new("out", [MEMBERS], "exports/members");
    let made = world.flow.pipelines().create(export).await.unwrap();
    let flow = world.flow.flows().get(&made.flow).await.unwrap();
    assert_eq!(
        flow.flow_spec.as_ref().unwrap().id,
        flow::LAKE_TO_LANDING_ZONE
    );
    let source = world.flow.sources().get(&flow.sources[0]).await.unwrap();
    assert_eq!(
        source.connection_spec.as_ref().unwrap().id,
        connection::DATA_LAKE_SOURCE
    );
    assert_eq!(source.datasets().len(), 1);
    let target = world.flow.targets().get(&flow.targets[0]).await.unwrap();
    let params = target.params().unwrap();
    assert_eq!(params["datasetFileType"], "PARQUET");
    assert_eq!(params["compression"], "GZIP");
    assert_eq!(params["mode"], "Server-to-server");
    assert!(flow.raw()["scheduleParams"].get("frequency").is_none());
}

#[tokio::test]
async fn a_dry_run_shows_every_request_and_sends_none() {
    let world = world().await;
    let (client, recorder) = world.flow.client().recording();
    let service = FlowService::new(client);
    let pipeline = StorageToLake::cloud("dry", s3(), "bucket/in/", MEMBERS);
    let error = service
        .pipelines()
        .create(pipeline.clone())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    let requests = recorder.requests();
    let plan = world.flow.pipelines().plan(pipeline).await.unwrap();
    assert_eq!(requests.len(), plan.steps.len());
    for (request, step) in requests.iter().zip(&plan.steps) {
        assert!(
            request.url.ends_with(step.path),
            "{} {}",
            request.url,
            step.path
        );
        assert_eq!(request.body.as_ref().unwrap()["name"], step.body["name"]);
    }
    assert!(!format!("{requests:?}").contains("0123456789abcdefghij"));
    assert!(stock(&world.flow).await.is_empty());
}
