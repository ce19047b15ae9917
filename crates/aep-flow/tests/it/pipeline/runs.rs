//! Pipelines that run.

use std::time::Duration;

use aep_core::SandboxName;
use aep_flow::document::Secrets;
use aep_flow::manager::Part;
use aep_flow::mapping::Mapping;
use aep_flow::pipeline::{LakeToZone, StorageToLake};
use aep_flow::schedule::{Frequency, IngestSchedule};
use aep_flow::zone::{PutOptions, PutSource};
use aep_flow::{FileFormat, FlowService, Run, RunFilter, RunStatus, Start, WatchOptions, ZoneType};
use futures::TryStreamExt as _;

use crate::world::{MEMBERS, World, world};

const ROWS: &str = "number,first\nm-1,Zoë\nm-2,Ann\nm-3,Bob\n";

fn rules() -> Vec<Mapping> {
    vec![
        Mapping::copy("number", "_id"),
        Mapping::copy("first", "person.name.firstName"),
        Mapping::constant("M00000001", "_local.memberId"),
        Mapping::constant("gold", "_local.tier"),
    ]
}

async fn put(service: &FlowService, key: &str, rows: &'static str) {
    let zone = service.landing_zone(ZoneType::UserDropZone);
    let source = PutSource::reader(rows.as_bytes());
    zone.put(source, key, PutOptions::default())
        .join()
        .await
        .unwrap();
}

/// The only run of a flow, when it is over.
async fn run_of(world: &World, service: &FlowService, flow: &aep_core::FlowId) -> Run {
    world.emulator.clock().advance(Duration::from_mins(1));
    loop {
        let filter = RunFilter::of(flow.clone());
        let runs: Vec<Run> = service.runs().list(filter).try_collect().await.unwrap();
        if let Some(run) = runs.first() {
            return service
                .runs()
                .wait(&run.id, WatchOptions::default())
                .await
                .unwrap();
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn files_of_the_landing_zone_land_in_the_dataset() {
    let world = world().await;
    put(&world.flow, "in/a.csv", ROWS).await;
    let pipeline = StorageToLake::landing_zone("nightly", "in/", MEMBERS)
        .format(FileFormat::Delimited)
        .mapping(rules());
    let made = world.flow.pipelines().create(pipeline).await.unwrap();
    let run = run_of(&world, &world.flow, &made.flow).await;
    assert_eq!(run.status, Some(RunStatus::Success), "{:?}", run.errors);
    assert_eq!(run.metrics.input_records, Some(3));
    assert_eq!(run.metrics.output_records, Some(3));
    let summary = world.flow.manager(&made.flow).summary().await.unwrap();
    let Part::Known(runs) = &summary.runs else {
        panic!("{:?}", summary.runs);
    };
    assert_eq!(runs[0].id, run.id);
    assert_eq!(runs[0].input_records, Some(3));
}

#[tokio::test]
async fn a_pipeline_from_a_document_runs_as_the_first_did() {
    let world = world().await;
    let schedule = IngestSchedule::new(Start::Now, Frequency::Hour(1)).unwrap();
    let pipeline = StorageToLake::landing_zone("hourly", "in/", MEMBERS)
        .format(FileFormat::Delimited)
        .mapping(rules())
        .schedule(schedule);
    let made = world.flow.pipelines().create(pipeline).await.unwrap();
    let document = world.flow.manager(&made.flow).to_document().await.unwrap();
    let here = world.flow.client().sandbox().unwrap().as_str();
    let other = if here == "prod" { "dev" } else { "prod" };
    let other = SandboxName::new(other).unwrap();
    let elsewhere = FlowService::new(world.flow.client().with_sandbox(other));
    put(&elsewhere, "in/a.csv", ROWS).await;
    let again = document
        .create(&elsewhere, &Secrets::new(), None)
        .await
        .unwrap();
    let run = run_of(&world, &elsewhere, &again.flow).await;
    assert_eq!(run.status, Some(RunStatus::Success), "{:?}", run.errors);
    assert_eq!(run.metrics.output_records, Some(3));
}

#[tokio::test]
async fn what_is_exported_lies_in_the_landing_zone() {
    let world = world().await;
    put(&world.flow, "in/a.csv", ROWS).await;
    let ingest = StorageToLake::landing_zone("in", "in/", MEMBERS)
        .format(FileFormat::Delimited)
        .mapping(rules());
    let ingest = world.flow.pipelines().create(ingest).await.unwrap();
    run_of(&world, &world.flow, &ingest.flow).await;
    let export = LakeToZone::new("out", [MEMBERS], "exports/members");
    let made = world.flow.pipelines().create(export).await.unwrap();
    let run = run_of(&world, &world.flow, &made.flow).await;
    assert_eq!(run.status, Some(RunStatus::Success), "{:?}", run.errors);
    let zone = world.flow.landing_zone(ZoneType::DlzDestination);
    let files: Vec<_> = zone.list("exports/").try_collect().await.unwrap();
    assert!(
        files.iter().any(|file| file.key.ends_with(".parquet")),
        "{files:?}"
    );
}
