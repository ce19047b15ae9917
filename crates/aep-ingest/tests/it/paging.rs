//! Pages are fetched when they are needed, in order, each once.

use aep_ingest::batches::Order;
use aep_ingest::{BatchFilter, Format, NewBatch};
use futures::{StreamExt, TryStreamExt};

use crate::support::world;

#[tokio::test]
async fn ten_entries_need_two_pages_of_five() {
    let world = world().await;
    let dataset = world.members().await;
    let batches = world.ingest.batches();
    let mut made = Vec::new();
    for _ in 0..13 {
        made.push(
            batches
                .create(NewBatch::new(dataset.id.clone(), Format::Json))
                .await
                .unwrap()
                .id,
        );
    }
    let filter = || BatchFilter {
        dataset: Some(dataset.id.clone()),
        order: Order::OldestFirst,
        page_size: 5,
        ..BatchFilter::default()
    };
    let before = world.calls("listBatches");
    let stream = batches.list(filter());
    assert_eq!(
        world.calls("listBatches"),
        before,
        "nothing is asked before it is polled"
    );
    let ten: Vec<_> = stream.take(10).collect().await;
    assert_eq!((ten.len(), world.calls("listBatches") - before), (10, 2));
    let all: Vec<_> = batches
        .list(filter())
        .map_ok(|batch| batch.id)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(all, made, "in the order of the server");
}

#[tokio::test]
async fn the_page_size_changes_nothing_but_the_number_of_requests() {
    let world = world().await;
    let dataset = world.members().await;
    let batches = world.ingest.batches();
    for _ in 0..7 {
        let new = NewBatch::new(dataset.id.clone(), Format::Json);
        batches.create(new).await.unwrap();
    }
    let mut lists = Vec::new();
    for page_size in 1..=9 {
        let filter = BatchFilter {
            dataset: Some(dataset.id.clone()),
            page_size,
            ..BatchFilter::default()
        };
        let before = world.calls("listBatches");
        let ids: Vec<_> = batches
            .list(filter)
            .map_ok(|batch| batch.id)
            .try_collect()
            .await
            .unwrap();
        let asked = u64::try_from(world.calls("listBatches") - before).unwrap();
        assert_eq!(asked, 7 / page_size + 1, "pages of {page_size}");
        lists.push(ids);
    }
    assert!(
        lists
            .iter()
            .all(|list| *list == lists[0] && list.len() == 7)
    );
}
