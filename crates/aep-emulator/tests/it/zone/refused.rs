//! Requests that the storage turns away.

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

use super::{builder, credentials, key};
use crate::support::{World, send};

async fn refusal(store: &impl ObjectStore, at: &Path) -> String {
    let put = store.put(at, PutPayload::from_static(b"x")).await;
    put.unwrap_err().to_string()
}

#[tokio::test]
async fn signatures_and_tokens_are_checked() {
    let world = World::new().await;
    let good = credentials(&world, "user_drop_zone").await;
    let (at, other) = (key("a"), credentials(&world, "user_drop_zone").await);
    let store = builder(&world, &good)
        .with_secret_access_key("wrong")
        .build()
        .unwrap();
    assert!(refusal(&store, &at).await.contains("SignatureDoesNotMatch"));
    let store = builder(&world, &good)
        .with_access_key_id("AKIAAAAAAAAAAAAAAAAA")
        .build()
        .unwrap();
    assert!(refusal(&store, &at).await.contains("InvalidAccessKeyId"));
    let token = other["credentials"]["awsSessionToken"].as_str().unwrap();
    let store = builder(&world, &good).with_token(token).build().unwrap();
    assert!(refusal(&store, &at).await.contains("InvalidToken"));
    let anonymous = send(world.bare("GET", "/dlz-prod-dev/dlz-adf-connectors/a")).await;
    assert_eq!(anonymous.status, 403);
    assert!(
        anonymous.text.contains("AccessDenied"),
        "{}",
        anonymous.text
    );
    // No bucket, no storage: the gateway's page.
    let page = send(world.bare("GET", "/no-bucket/a")).await;
    assert_eq!(page.status, 404);
    assert!(page.text.contains("<html>"), "{}", page.text);
}

#[tokio::test]
async fn keys_open_their_own_folder_and_bucket() {
    let world = World::new().await;
    let good = credentials(&world, "user_drop_zone").await;
    let store = builder(&world, &good).build().unwrap();
    for outside in ["a", "dlz-destination/a", "dlz-adf-connectors"] {
        let refused = refusal(&store, &Path::parse(outside).unwrap()).await;
        assert!(refused.contains("AccessDenied"), "{outside}: {refused}");
    }
    let store = builder(&world, &good)
        .with_bucket_name("dlz-prod-prod")
        .build()
        .unwrap();
    let refused = refusal(&store, &key("a")).await;
    assert!(refused.contains("AccessDenied"), "{refused}");
}

#[tokio::test]
async fn other_buckets_are_made_by_the_administration() {
    let world = World::new().await;
    let make = |name: &str| send(world.bare("PUT", &format!("/__emulator/buckets/{name}")));
    let made = make("partners-demo").await.expect(201);
    make("partners-demo").await.expect(200);
    for wrong in ["no", "Upper-Case", "data", "collection", "-dash"] {
        make(wrong).await.expect(400);
    }
    let listed = send(world.bare("GET", "/__emulator/buckets"))
        .await
        .expect(200);
    assert_eq!(listed, serde_json::json!(["partners-demo"]));
    let store = object_store::aws::AmazonS3Builder::new()
        .with_endpoint(made["endpoint"].as_str().unwrap())
        .with_allow_http(true)
        .with_region("eu-west-1")
        .with_bucket_name("partners-demo")
        .with_access_key_id(made["accessKeyId"].as_str().unwrap())
        .with_secret_access_key(made["secretAccessKey"].as_str().unwrap())
        .build()
        .unwrap();
    let at = Path::parse("any/where").unwrap();
    store.put(&at, PutPayload::from_static(b"x")).await.unwrap();
    // Somebody's own storage keeps what it has.
    world
        .emulator
        .clock()
        .advance(std::time::Duration::from_hours(24 * 400));
    assert_eq!(store.head(&at).await.unwrap().size, 1);
}
