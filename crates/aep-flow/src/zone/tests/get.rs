//! Getting.

use aep_core::{ErrorKind, Result};
use futures::TryStreamExt;

use super::{World, content, world};
use crate::zone::progress::Transfer;
use crate::zone::{GetOptions, get, list};

async fn save(world: &World, key: &str, name: &str, options: GetOptions) -> Result<u64> {
    let (backend, key, path) = (world.backend.clone(), key.to_owned(), world.path(name));
    let transfer = Transfer::start(tracing::Span::none(), |board, _| async move {
        let object = list::head(&backend, &key).await?;
        get::save(&backend, &object, &path, &options, &board).await
    });
    transfer.join().await
}

fn ranges(range: u64) -> GetOptions {
    GetOptions {
        range,
        ..GetOptions::default()
    }
}

#[tokio::test]
async fn ranges_make_the_whole() {
    let world = world();
    for size in [0, 1, 999, 1_000, 1_001, 10_500] {
        world
            .put(&world.file("f", &content(size)), "k")
            .await
            .unwrap();
        let name = format!("out/{size}");
        let bytes = save(&world, "k", &name, ranges(1_000)).await.unwrap();
        assert_eq!(bytes, size as u64);
        assert!(std::fs::read(world.path(&name)).unwrap() == content(size));
    }
    // nothing is left beside
    assert_eq!(std::fs::read_dir(world.path("out")).unwrap().count(), 6);
}

#[tokio::test]
async fn a_file_that_is_there_is_replaced_only_if_asked() {
    let world = world();
    world.put(&world.file("f", b"new"), "k").await.unwrap();
    world.file("out", b"old");
    let error = save(&world, "k", "out", GetOptions::default())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(std::fs::read(world.path("out")).unwrap(), b"old");
    let options = GetOptions {
        overwrite: true,
        ..GetOptions::default()
    };
    save(&world, "k", "out", options).await.unwrap();
    assert_eq!(std::fs::read(world.path("out")).unwrap(), b"new");
}

#[tokio::test]
async fn an_object_that_is_replaced_meanwhile_is_not_mixed() {
    let world = world();
    world
        .put(&world.file("f", &content(5_000)), "k")
        .await
        .unwrap();
    let object = list::head(&world.backend, "k").await.unwrap();
    world
        .put(&world.file("f", &content(5_000)), "k")
        .await
        .unwrap();
    let (backend, path) = (world.backend.clone(), world.path("out"));
    let transfer = Transfer::start(tracing::Span::none(), |board, _| async move {
        get::save(&backend, &object, &path, &ranges(1_000), &board).await
    });
    let error = transfer.join().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(!world.path("out").exists());
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let world = world();
    let error = save(&world, "no/such", "out", GetOptions::default())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let text = error.to_string();
    assert!(
        text.contains("no/such") && text.contains("bucket"),
        "{text}"
    );
    for key in ["", "a/../../b", "a//b"] {
        assert_eq!(
            list::head(&world.backend, key).await.unwrap_err().kind(),
            ErrorKind::Usage
        );
    }
}

#[tokio::test]
async fn a_prefix_is_a_folder_or_the_beginning_of_a_name() {
    let world = world();
    for name in ["a/1", "a/2", "ab/1", "b"] {
        world.put(&world.file("f", b"x"), name).await.unwrap();
    }
    let keys = async |prefix: &str| -> Vec<String> {
        world
            .list(prefix)
            .await
            .into_iter()
            .map(|object| object.key)
            .collect()
    };
    assert_eq!(keys("").await.len(), 4);
    assert_eq!(keys("a/").await, ["a/1", "a/2"]);
    assert_eq!(keys("a").await, ["a/1", "a/2", "ab/1"]);
    assert_eq!(keys("a/2").await, ["a/2"]);
    let none: Vec<_> = list::list(&world.backend, "zz/")
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    assert!(none.is_empty());
}
