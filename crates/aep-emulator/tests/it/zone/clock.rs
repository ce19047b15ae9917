//! What time does to the zone.

use std::time::Duration;

use futures::TryStreamExt;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

use super::{key, store};
use crate::support::World;

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn credentials_expire_by_the_clock() {
    let mut world = World::new().await;
    let old = store(&world).await;
    let at = key("a");
    let put = |text: &'static str| old.put(&at, PutPayload::from_static(text.as_bytes()));
    put("one").await.unwrap();
    world.emulator.clock().advance(Duration::from_hours(11));
    put("two").await.unwrap();
    world.emulator.clock().advance(Duration::from_hours(1));
    let refused = put("three").await.unwrap_err().to_string();
    assert!(
        refused.contains("ExpiredToken") && refused.contains("400"),
        "{refused}"
    );
    world.token = world.new_token().await;
    let new = store(&world).await;
    let got = new.get(&key("a")).await.unwrap().bytes().await.unwrap();
    assert_eq!(got, "two");
}

#[tokio::test]
async fn files_live_for_seven_days() {
    let mut world = World::new().await;
    let first = store(&world).await;
    first
        .put(&key("old"), PutPayload::from_static(b"x"))
        .await
        .unwrap();
    let before = world.emulator.clock().now_ms();
    world.emulator.clock().advance(DAY * 3);
    world.token = world.new_token().await;
    let second = store(&world).await;
    second
        .put(&key("young"), PutPayload::from_static(b"x"))
        .await
        .unwrap();
    let modified = second.head(&key("young")).await.unwrap().last_modified;
    assert!(modified.timestamp_millis() - before > 2 * 86_400_000);
    world.emulator.clock().advance(DAY * 4);
    world.token = world.new_token().await;
    let third = store(&world).await;
    let left: Vec<_> = third.list(Some(&key(""))).try_collect().await.unwrap();
    let left: Vec<_> = left.iter().map(|meta| meta.location.clone()).collect();
    assert_eq!(left, [key("young")]);
    assert!(third.head(&key("old")).await.is_err());
}
