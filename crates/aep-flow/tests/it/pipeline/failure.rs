//! Every step fails once, and nothing is left, or it is named.

use aep_core::{Error, ErrorKind};
use aep_emulator::{Fault, FaultRule};
use aep_flow::pipeline::{
    Account, HttpToLake, LakeToZone, Pipeline, StorageToLake, TargetDataset, TargetSchema,
};
use aep_flow::{ExportFiles, ExportFormat};
use serde_json::json;

use super::{s3, stock};
use crate::world::{MEMBERS, World, world};

fn context<'a>(error: &'a Error, key: &str) -> Option<&'a str> {
    let found = error.context().iter().find(|(known, _)| *known == key);
    found.map(|(_, value)| value.as_str())
}

fn new_dataset() -> TargetDataset {
    TargetDataset::New {
        name: "Leads".to_owned(),
        schema: TargetSchema::New(json!({"type": "object", "title": "Leads of partners",
            "allOf": [{"$ref": "https://ns.adobe.com/xdm/context/profile"}]})),
    }
}

async fn datasets(world: &World) -> usize {
    let answer = world
        .flow
        .resource("/data/foundation/catalog/dataSets")
        .await
        .unwrap();
    answer.as_object().unwrap().len()
}

/// A pipeline, and the calls that it is made of.
type Case = (fn() -> Pipeline, &'static [&'static str]);

#[tokio::test]
async fn a_step_that_fails_leaves_nothing_behind() {
    let pipelines: [Case; 3] = [
        (
            || {
                let pipeline = StorageToLake::cloud("a", s3(), "b/in/", new_dataset());
                pipeline.dataset_connection().into()
            },
            &[
                "flow-service.createConnection",
                "createSchema",
                "createDataset",
                "createSourceConnection",
                "createTargetConnection",
                "createFlow",
            ],
        ),
        (
            || LakeToZone::new("a", [MEMBERS], "out").into(),
            &[
                "createSourceConnection",
                "flow-service.createConnection",
                "createTargetConnection",
                "createFlow",
            ],
        ),
        (
            || HttpToLake::new("a", MEMBERS).into(),
            &[
                "flow-service.createConnection",
                "createSourceConnection",
                "createTargetConnection",
                "createFlow",
            ],
        ),
    ];
    for (pipeline, operations) in pipelines {
        for operation in operations {
            let world = world().await;
            let before = datasets(&world).await;
            world.fault(FaultRule::new(*operation, Fault::status(400)));
            let error = world.flow.pipelines().create(pipeline()).await.unwrap_err();
            assert_eq!(error.status(), Some(400), "{operation}: {}", error.report());
            assert_eq!(
                stock(&world.flow).await,
                Vec::<String>::new(),
                "{operation}"
            );
            assert_eq!(datasets(&world).await, before, "{operation}");
            assert_eq!(context(&error, "stays on the server"), None, "{operation}");
        }
    }
}

#[tokio::test]
async fn the_second_connection_fails_too() {
    let world = world().await;
    world.fault(FaultRule::new("flow-service.createConnection", Fault::status(400)).nth(2));
    let pipeline = StorageToLake::cloud("a", s3(), "b/in/", MEMBERS).dataset_connection();
    let error = world.flow.pipelines().create(pipeline).await.unwrap_err();
    assert!(
        error.to_string().contains("dataset base connection"),
        "{error}"
    );
    let gone = context(&error, "deleted again").unwrap();
    assert!(
        gone.starts_with("source connection ") && gone.contains(", base connection "),
        "{gone}"
    );
    assert!(stock(&world.flow).await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_deleted_again_is_named() {
    let world = world().await;
    world.fault(FaultRule::new("createFlow", Fault::status(400)));
    world.fault(FaultRule::new("deleteSourceConnection", Fault::status(403)));
    let error = world
        .flow
        .pipelines()
        .create(StorageToLake::landing_zone("a", "in/", MEMBERS))
        .await
        .unwrap_err();
    assert_eq!(error.status(), Some(400), "the first error counts");
    let stays = context(&error, "stays on the server").unwrap();
    assert!(
        stays.starts_with("source connection ") && stays.contains("(a source)"),
        "{stays}"
    );
    assert!(context(&error, "because").unwrap().contains("403"));
    world.emulator.faults().clear();
    assert_eq!(stock(&world.flow).await, ["source a source"]);
}

#[tokio::test]
async fn a_lost_answer_is_told() {
    let world = world().await;
    world.fault(FaultRule::new("createTargetConnection", Fault::ResetAfter));
    let error = world
        .flow
        .pipelines()
        .create(StorageToLake::landing_zone("a", "in/", MEMBERS))
        .await
        .unwrap_err();
    assert_eq!(
        context(&error, "may exist all the same"),
        Some("target connection named a target")
    );
    assert!(
        context(&error, "deleted again")
            .unwrap()
            .contains("source connection")
    );
    world.emulator.faults().clear();
    assert_eq!(stock(&world.flow).await, ["target a target"]);
}

#[tokio::test]
async fn dropping_the_future_deletes_what_was_made() {
    let world = world().await;
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let pipelines = world.flow.pipelines().on_step(move |step| {
        let _ = told.send(step.kind);
    });
    {
        let pipeline = StorageToLake::landing_zone("a", "in/", MEMBERS);
        let mut creation = std::pin::pin!(pipelines.create(pipeline));
        tokio::select! {
            _ = &mut creation => panic!("it was not to end"),
            kind = heard.recv() => assert!(kind.is_some()),
        }
    }
    // the work ends by itself: nothing says when, but it does
    while !stock(&world.flow).await.is_empty() || world.calls("deleteSourceConnection") == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn stopping_deletes_what_was_made_and_says_so() {
    let world = world().await;
    let (told, heard) = tokio::sync::oneshot::channel();
    let told = std::sync::Mutex::new(Some(told));
    let pipelines = world
        .flow
        .pipelines()
        .on_step(move |_| {
            if let Some(told) = told.lock().unwrap().take() {
                told.send(()).unwrap();
            }
        })
        .stop_when(async move { heard.await.unwrap() });
    // there is time to stop while the answer is waited for
    world.fault(FaultRule::new(
        "createTargetConnection",
        Fault::Delay { ms: 200 },
    ));
    let pipeline = StorageToLake::landing_zone("a", "in/", MEMBERS);
    let error = pipelines.create(pipeline).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    let gone = context(&error, "deleted again").unwrap();
    assert!(
        gone.contains("target connection"),
        "it was waited for: {gone}"
    );
    assert!(gone.contains("source connection"), "{gone}");
    assert!(stock(&world.flow).await.is_empty());
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_anything_is_made() {
    let world = world().await;
    let refused: Vec<(Pipeline, ErrorKind)> = vec![
        (
            StorageToLake::landing_zone("a", "in/", "No Such").into(),
            ErrorKind::NotFound,
        ),
        (
            StorageToLake::landing_zone("", "in/", MEMBERS).into(),
            ErrorKind::Usage,
        ),
        (
            StorageToLake::cloud("a", s3(), " ", MEMBERS).into(),
            ErrorKind::Usage,
        ),
        (
            StorageToLake::cloud("a", Account::Existing("none".to_owned()), "b/", MEMBERS).into(),
            ErrorKind::NotFound,
        ),
        (
            StorageToLake::landing_zone("a", "in/", MEMBERS)
                .mapping(vec![])
                .into(),
            ErrorKind::Usage,
        ),
        (
            StorageToLake::landing_zone(
                "a",
                "in/",
                TargetDataset::New {
                    name: MEMBERS.to_owned(),
                    schema: TargetSchema::Existing(MEMBERS.to_owned()),
                },
            )
            .into(),
            ErrorKind::Conflict,
        ),
        (LakeToZone::new("a", [MEMBERS], "").into(), ErrorKind::Usage),
        (
            LakeToZone::new("a", Vec::<String>::new(), "out").into(),
            ErrorKind::Usage,
        ),
        (
            LakeToZone::new("a", [MEMBERS], "out")
                .files(ExportFiles {
                    format: ExportFormat::Json,
                    gzip: false,
                })
                .into(),
            ErrorKind::Usage,
        ),
    ];
    for (pipeline, kind) in refused {
        let shown = format!("{pipeline:?}");
        let error = world.flow.pipelines().create(pipeline).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{shown}: {}", error.report());
    }
    assert!(world.changes().is_empty(), "{:?}", world.changes());
}
