//! What was acknowledged is there after a restart, at the address of the new server.

use aep_emulator::Emulator;
use serde_json::json;

use super::*;

#[tokio::test]
async fn everything_is_there_again() {
    let dir = tempfile::tempdir().unwrap();
    let builder = || Emulator::builder().data_dir(dir.path());
    let world = World::with(builder()).await;
    let connection = make(&world, "connections", &s3()).await;
    let stream = make(&world, "flows", &stream_flow(&world).await).await;
    let draft = json!({"name": "d", "flowSpec": spec(CLOUD_TO_LAKE)});
    let draft = make(&world, "flows?mode=draft", &draft).await;
    let before = [
        one(&world, "connections", &connection).await,
        one(&world, "flows", &draft).await,
    ];
    let inlet = one(&world, "flows", &stream).await["options"]["inletUrl"].clone();
    // Dropped, not stopped: nothing is flushed or said.
    drop(world.emulator);
    let world = World::with(builder()).await;
    let after = [
        one(&world, "connections", &connection).await,
        one(&world, "flows", &draft).await,
    ];
    assert_eq!(before, after);
    let moved = one(&world, "flows", &stream).await["options"]["inletUrl"].clone();
    assert!(moved.as_str().unwrap().starts_with(&world.emulator.url()));
    assert_eq!(
        inlet.as_str().unwrap().rsplit('/').next(),
        moved.as_str().unwrap().rsplit('/').next()
    );
    // The secrets were kept: the object is still complete without sending them again.
    let ops = json!([{"op": "replace", "path": "/auth/params/s3AccessKey", "value": "B"}]);
    change(&world, "connections", &connection, &ops)
        .await
        .expect(200);
}
