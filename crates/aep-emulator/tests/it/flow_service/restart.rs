//! What was acknowledged is there after a restart, at the address of the new server.

use aep_emulator::Emulator;
use serde_json::json;

use super::*;
use crate::batch::killed::Server;

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

#[tokio::test]
async fn a_killed_process_keeps_what_it_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(dir.path());
    let mut made = Vec::new();
    for n in 0..5 {
        let mut body = s3();
        body["name"] = json!(format!("bucket {n}"));
        let (status, answer) = server.json("POST", &at("connections"), body).await;
        assert_eq!(status, 201);
        made.push((n, answer["id"].as_str().unwrap().to_owned()));
    }
    let (status, _) = server
        .json(
            "DELETE",
            &at(&format!("connections/{}", made[0].1)),
            Value::Null,
        )
        .await;
    assert_eq!(status, 204);
    server.kill();
    let world = World::with(Emulator::builder().data_dir(dir.path())).await;
    let count = world.get(&at("connections?count=true")).await.expect(200);
    assert_eq!(count, json!({"count": 4}));
    for (n, id) in &made[1..] {
        let found = one(&world, "connections", id).await;
        assert_eq!(found["name"], format!("bucket {n}"));
        // Its secret is there too: without it the change would be refused.
        let ops = json!([{"op": "replace", "path": "/auth/params/s3AccessKey", "value": "B"}]);
        change(&world, "connections", id, &ops).await.expect(200);
    }
}
