//! Large objects, and what outlives the process.

use aep_emulator::{Emulator, Fault, FaultRule};
use object_store::{ObjectStoreExt, PutPayload, WriteMultipart};

use super::{key, noise, store};
use crate::support::World;

#[tokio::test]
async fn parts_become_one_object() {
    let world = World::new().await;
    let store = store(&world).await;
    let bytes = noise(20 * 1024 * 1024 + 7);
    let upload = store.put_multipart(&key("large")).await.unwrap();
    let mut upload = WriteMultipart::new_with_chunk_size(upload, 6 * 1024 * 1024);
    upload.write(&bytes);
    let put = upload.finish().await.unwrap();
    assert!(put.e_tag.unwrap().ends_with("-4\""));
    let got = store.get(&key("large")).await.unwrap().bytes().await;
    assert!(got.unwrap() == bytes);
    // Over the seam of two parts.
    let seam = 6 * 1024 * 1024;
    let some = store
        .get_range(&key("large"), seam - 10..seam + 10)
        .await
        .unwrap();
    let seam = usize::try_from(seam).unwrap();
    assert_eq!(some, bytes[seam - 10..seam + 10]);
}

#[tokio::test]
async fn an_aborted_upload_leaves_nothing() {
    let world = World::new().await;
    let store = store(&world).await;
    let mut upload = store.put_multipart(&key("never")).await.unwrap();
    upload.put_part(noise(1000).into()).await.unwrap();
    upload.abort().await.unwrap();
    assert!(store.head(&key("never")).await.is_err());
    assert!(upload.complete().await.is_err());
}

#[tokio::test]
async fn parts_but_the_last_have_a_least_size() {
    let world = World::new().await;
    let store = store(&world).await;
    let mut upload = store.put_multipart(&key("small")).await.unwrap();
    for _ in 0..2 {
        upload.put_part(noise(1000).into()).await.unwrap();
    }
    let refused = upload.complete().await.unwrap_err().to_string();
    assert!(refused.contains("EntityTooSmall"), "{refused}");
}

#[tokio::test]
async fn objects_and_credentials_outlive_the_server() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::with(Emulator::builder().data_dir(dir.path())).await;
    let credentials = super::credentials(&world, "user_drop_zone").await;
    let store = super::builder(&world, &credentials).build().unwrap();
    let bytes = noise(6 * 1024 * 1024);
    store
        .put(&key("kept"), PutPayload::from(bytes.clone()))
        .await
        .unwrap();
    world.emulator.stop().await;
    let world = World::with(Emulator::builder().data_dir(dir.path())).await;
    let store = super::builder(&world, &credentials).build().unwrap();
    let got = store.get(&key("kept")).await.unwrap().bytes().await;
    assert!(got.unwrap() == bytes);
}

#[tokio::test]
async fn fault_rules_know_the_storage() {
    let world = World::new().await;
    let store = store(&world).await;
    let faults = world.emulator.faults();
    faults
        .add(FaultRule::new("putObject", Fault::Throttle { retry_after: None }).nth(1))
        .unwrap();
    let at = key("a");
    let put = || store.put(&at, PutPayload::from_static(b"x"));
    let refused = put().await.unwrap_err().to_string();
    assert!(refused.contains("SlowDown"), "{refused}");
    put().await.unwrap();
    faults
        .add(FaultRule::new("zone-storage.getObject", Fault::ExpiredToken).nth(1))
        .unwrap();
    let refused = store.get(&key("a")).await.unwrap_err().to_string();
    assert!(refused.contains("ExpiredToken"), "{refused}");
    // As if the keys had really expired: they stay so.
    let refused = put().await.unwrap_err().to_string();
    assert!(refused.contains("ExpiredToken"), "{refused}");
    assert_eq!(world.emulator.requests().count("putObject"), 3);
}
