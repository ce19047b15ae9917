//! A pipeline as a document, there and back.

use aep_core::{ErrorKind, Secret};
use aep_flow::FlowService;
use aep_flow::document::{PipelineDocument, Secrets};
use aep_flow::mapping::Mapping;
use aep_flow::pipeline::{HttpToLake, LakeToZone, StepKind, StorageToLake};

use crate::pipeline::{s3, stock};
use crate::world::{MEMBERS, World, world};

const SECRET: &str = "0123456789abcdefghijABCDEFGHIJ0123456789";

fn secrets() -> Secrets {
    Secrets::new()
        .with(
            "s3AccessKey",
            Secret::new("AKIAABCDEFGHIJ234567".to_owned()),
        )
        .with(
            "source.base.auth.params.s3SecretKey",
            Secret::new(SECRET.to_owned()),
        )
}

async fn described(world: &World) -> PipelineDocument {
    let pipeline = StorageToLake::cloud("nightly", s3(), "bucket/in/", MEMBERS)
        .description("for the tests")
        .mapping(vec![
            Mapping::copy("id", "_id"),
            Mapping::constant("gold", "_local.tier"),
        ]);
    let made = world.flow.pipelines().create(pipeline).await.unwrap();
    world.flow.manager(&made.flow).to_document().await.unwrap()
}

fn elsewhere(world: &World) -> FlowService {
    let here = world.flow.client().sandbox().unwrap().as_str();
    let other = if here == "prod" { "dev" } else { "prod" };
    FlowService::new(world.flow.client().with_sandbox(other.parse().unwrap()))
}

#[tokio::test]
async fn a_document_reads_back_and_holds_no_secret() {
    let world = world().await;
    let document = described(&world).await;
    let yaml = document.to_yaml().unwrap();
    assert!(
        !yaml.contains("AKIA") && !yaml.contains("0123456789abcdef"),
        "{yaml}"
    );
    assert!(yaml.starts_with("document: aep-pipeline/v1"), "{yaml}");
    assert_eq!(PipelineDocument::parse(&yaml).unwrap(), document);
    assert_eq!(
        PipelineDocument::parse(&document.to_json().unwrap()).unwrap(),
        document
    );
    let mut named = document.secrets.clone();
    named.sort();
    assert_eq!(
        named,
        [
            "source.base.auth.params.s3AccessKey",
            "source.base.auth.params.s3SecretKey"
        ]
    );
    assert_eq!(document.datasets[0].name, MEMBERS);
    assert_eq!(document.mapping.as_ref().unwrap().mappings.len(), 2);
    assert!(!yaml.contains("mappingId"), "{yaml}");
}

#[tokio::test]
async fn the_same_pipeline_is_made_in_another_sandbox() {
    let world = world().await;
    let document = described(&world).await;
    let elsewhere = elsewhere(&world);
    let text = document.to_yaml().unwrap();
    let document = PipelineDocument::parse(&text).unwrap();
    let plan = document.plan(&elsewhere, &secrets()).await.unwrap();
    assert!(!format!("{plan}").contains(SECRET));
    let made = document.create(&elsewhere, &secrets(), None).await.unwrap();
    let kinds: Vec<StepKind> = made.steps.iter().map(|step| step.kind).collect();
    assert_eq!(
        kinds,
        [
            StepKind::BaseConnection,
            StepKind::SourceConnection,
            StepKind::TargetConnection,
            StepKind::MappingSet,
            StepKind::Flow
        ]
    );
    let manager = elsewhere.manager(&made.flow);
    let datasets = manager.datasets().await.unwrap();
    assert_eq!(datasets[0].dataset.known().unwrap().name, MEMBERS);
    assert_ne!(
        datasets[0].id.as_str(),
        document.datasets[0].id,
        "that of this sandbox"
    );
    let again = manager.to_document().await.unwrap();
    let mut expected = document.clone();
    expected.datasets.clone_from(&again.datasets);
    expected.target.params.clone_from(&again.target.params);
    expected.target.data.clone_from(&again.target.data);
    expected.schedule.clone_from(&again.schedule);
    expected.mapping.clone_from(&again.mapping);
    assert_eq!(again, expected);
}

#[tokio::test]
async fn what_is_missing_is_named_before_anything_is_made() {
    let world = world().await;
    let document = described(&world).await;
    let before = stock(&world.flow).await;
    let error = document
        .create(&world.flow, &Secrets::new(), None)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    let text = error.report().to_string();
    assert!(
        text.contains("s3SecretKey") && text.contains("s3AccessKey"),
        "{text}"
    );
    let wrong = secrets().with("password", Secret::new("x".to_owned()));
    let error = document
        .create(&world.flow, &wrong, None)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    let mut other = document.clone();
    other.datasets[0].name = "No Such Dataset".to_owned();
    let error = other
        .create(&world.flow, &secrets(), None)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.report().to_string().contains("No Such Dataset"));
    let mut ended = document;
    ended
        .schedule
        .as_mut()
        .unwrap()
        .insert("endTime".to_owned(), 5.into());
    let error = ended
        .create(&world.flow, &secrets(), None)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(stock(&world.flow).await, before);
}

#[tokio::test]
async fn exports_and_streams_have_documents_too() {
    let world = world().await;
    let export = LakeToZone::new("out", [MEMBERS], "exports");
    let stream = HttpToLake::new("clicks", MEMBERS);
    let export = world.flow.pipelines().create(export).await.unwrap();
    let stream = world.flow.pipelines().create(stream).await.unwrap();
    let elsewhere = elsewhere(&world);
    for made in [export, stream] {
        let document = world.flow.manager(&made.flow).to_document().await.unwrap();
        assert!(document.secrets.is_empty(), "{:?}", document.secrets);
        let yaml = document.to_yaml().unwrap();
        assert!(!yaml.contains("inlet"), "{yaml}");
        let document = PipelineDocument::parse(&yaml).unwrap();
        let again = document
            .create(&elsewhere, &Secrets::new(), None)
            .await
            .unwrap();
        assert_eq!(again.inlet_url.is_some(), made.inlet_url.is_some());
        let flow = elsewhere.flows().get(&again.flow).await.unwrap();
        assert_eq!(flow.name, document.name);
    }
}

#[tokio::test]
async fn what_is_no_document_is_refused() {
    let world = world().await;
    let good = described(&world).await.to_yaml().unwrap();
    for bad in [
        String::new(),
        "name: x".to_owned(),
        "{".to_owned(),
        good.replace("aep-pipeline/v1", "aep-pipeline/v2"),
        format!("{good}\nunknownField: 1\n"),
        good.replace("source.base.auth.params.s3SecretKey", "somewhere.else"),
    ] {
        let error = PipelineDocument::parse(&bad).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{bad}");
    }
}
