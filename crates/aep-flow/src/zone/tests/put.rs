//! Putting.

use aep_core::ErrorKind;

use super::{content, world};
use crate::zone::progress::Transfer;

#[tokio::test]
async fn files_of_every_size_arrive_whole() {
    let world = world();
    for size in [0, 1, 999, 1_000, 1_001, 2_000, 12_345] {
        let file = world.file("f.bin", &content(size));
        let report = world.put(&file, "in/").await.unwrap();
        assert_eq!(report.bytes, size as u64);
        assert_eq!(report.files[0].key, "in/f.bin");
        assert!(world.content("in/f.bin").await == content(size), "{size}");
    }
    assert_eq!(world.journals(), 0);
    // the zone's folder is in front
    let paths = world.list("").await;
    assert_eq!(paths[0].key, "in/f.bin");
}

#[tokio::test]
async fn a_small_file_is_one_request_and_a_large_one_as_many_as_it_has_parts() {
    let world = world();
    world
        .put(&world.file("s", &content(1_000)), "")
        .await
        .unwrap();
    assert_eq!((world.store.puts(), world.store.parts()), (1, 0));
    world
        .put(&world.file("l", &content(3_001)), "")
        .await
        .unwrap();
    assert_eq!((world.store.puts(), world.store.parts()), (1, 4));
}

#[tokio::test]
async fn a_thousand_files_and_any_unicode() {
    let world = world();
    for number in 0..1_000 {
        world.file(
            &format!("data/{}/{number} ü 日本.csv", number % 7),
            number.to_string().as_bytes(),
        );
    }
    world.file("data/large.bin", &content(5_000));
    let (transfer, progress) = world.start(&world.path("data"), "in", world.options());
    let report = transfer.join().await.unwrap();
    assert_eq!((report.files.len(), world.store.puts()), (1_001, 1_000));
    let seen = progress.borrow().clone();
    assert_eq!((seen.files_done, seen.files_total), (1_001, 1_001));
    assert_eq!(
        (seen.bytes_done, seen.bytes_total),
        (report.bytes, report.bytes)
    );
    assert_eq!(world.list("in/").await.len(), 1_001);
    assert_eq!(world.content("in/3/3 ü 日本.csv").await, b"3");
    assert_eq!(world.journals(), 0);
}

#[tokio::test]
async fn a_bad_name_stops_everything_before_it_begins() {
    let world = world();
    world.file("data/good.csv", b"1");
    world.file("data/NUL", b"1");
    let error = world.put(&world.path("data"), "").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    let error = world
        .put(&world.path("data/good.csv"), "a/../b")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!((world.store.puts(), world.journals()), (0, 0));
}

#[tokio::test]
async fn a_file_that_changes_meanwhile_is_not_sent() {
    let world = world();
    let file = world.file("f", &content(10));
    let files = crate::zone::put::plan(&file, "k").unwrap();
    std::fs::write(&file, content(20)).unwrap();
    let backend = world.backend.clone();
    let options = world.options();
    let transfer = Transfer::start(tracing::Span::none(), |board, _| async move {
        crate::zone::put::send(backend, &file, "k", files, options, board).await
    });
    let error = transfer.join().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.report().to_string().contains("changed"));
    assert_eq!(world.store.puts(), 0);
}

#[tokio::test]
async fn a_cancelled_put_says_so_and_can_go_on() {
    let world = world();
    let file = world.file("f", &content(10_000));
    let (transfer, _) = world.start(&file, "k", world.options());
    transfer.cancel();
    let error = transfer.join().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    world.put(&file, "k").await.unwrap();
    assert!(world.content("k").await == content(10_000));
}

#[tokio::test]
async fn memory_is_bounded_even_if_a_part_is_larger_than_it() {
    let world = world();
    let file = world.file("f", &content(3_000_000));
    let mut options = world.options();
    options.part_size = Some(700_000);
    options.memory = 1;
    world.put_with(&file, "k", options).await.unwrap();
    assert!(world.content("k").await == content(3_000_000));
}
