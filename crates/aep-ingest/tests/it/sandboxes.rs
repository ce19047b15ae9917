//! Sandboxes and the guard of production.

use aep_core::{ErrorKind, SandboxName};
use aep_ingest::{Inputs, SandboxKind};
use futures::TryStreamExt;
use serde_json::json;

use crate::support::{MEMBERS, World, ndjson, world};

#[tokio::test]
async fn sandboxes_are_listed_and_found() {
    let world = world().await;
    let all: Vec<_> = world.ingest.sandboxes().list().try_collect().await.unwrap();
    let names: Vec<&str> = all.iter().map(|sandbox| sandbox.name.as_str()).collect();
    assert!(
        names.contains(&"prod") && names.contains(&"dev"),
        "{names:?}"
    );
    let dev = world
        .ingest
        .sandboxes()
        .get(&SandboxName::new("dev").unwrap())
        .await
        .unwrap();
    assert_eq!(dev.kind, SandboxKind::Development);
    let error = world
        .ingest
        .sandboxes()
        .get(&SandboxName::new("nope").unwrap())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.hint_text().unwrap().contains("dev"));
}

async fn make_sandbox(world: &World, name: &str, kind: &str) {
    let client = world.ingest.client();
    let url = client
        .url(&["data", "foundation", "sandbox-management", "sandboxes"])
        .unwrap();
    let operation = aep_core::Operation {
        api: "sandbox",
        id: "createSandbox",
        safety: aep_core::Safety::NotRepeatable,
    };
    let request = aep_core::Request::new(operation, http::Method::POST, url);
    client
        .send(
            request
                .json(&json!({"name": name, "title": name, "type": kind}))
                .unwrap(),
        )
        .await
        .unwrap();
}

#[tokio::test]
async fn production_is_not_written_to_by_accident() {
    let world = world().await;
    make_sandbox(&world, "live", "production").await;
    world
        .emulator
        .clock()
        .advance(std::time::Duration::from_mins(1));
    world.emulator.requests().clear();
    let live = |settings: &mut aep_core::Settings| {
        settings.sandbox = Some(SandboxName::new("live").unwrap());
    };
    let ingest = world.with(live);
    assert_eq!(
        ingest.sandboxes().guard_writes().await.unwrap_err().kind(),
        ErrorKind::Forbidden
    );
    let path = world.file("a.ndjson", ndjson(1));
    let dataset = world.members().await;
    let error = ingest
        .upload(dataset, Inputs::paths([path]))
        .start()
        .join()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);
    assert!(error.hint_text().unwrap().contains("--allow-production"));
    assert_eq!(world.changes(), Vec::<String>::new());

    let allowed = world.production();
    allowed.sandboxes().guard_writes().await.unwrap();
}

#[tokio::test]
async fn no_sandbox_is_no_place_to_write() {
    let world = world().await;
    let ingest = world.with(|settings| settings.sandbox = None);
    assert_eq!(
        ingest.sandboxes().guard_writes().await.unwrap_err().kind(),
        ErrorKind::Config
    );
    let unknown = world.with(|settings| settings.sandbox = Some(SandboxName::new("gone").unwrap()));
    assert_eq!(
        unknown.sandboxes().guard_writes().await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn the_type_is_asked_for_once() {
    let world = world().await;
    for _ in 0..3 {
        world.ingest.sandboxes().guard_writes().await.unwrap();
    }
    assert_eq!(world.calls("listAvailableSandboxes"), 1);
    assert!(world.ingest.datasets().find(MEMBERS).await.is_ok());
}
