//! Objects: written, read, listed, copied, deleted.

use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt, PutMode, PutPayload};

use super::{key, noise, store};
use crate::support::World;

#[tokio::test]
async fn what_was_written_is_read() {
    let world = World::new().await;
    let store = store(&world).await;
    let bytes = noise(1024);
    let put = store
        .put(&key("in/a.bin"), PutPayload::from(bytes.clone()))
        .await
        .unwrap();
    let head = store.head(&key("in/a.bin")).await.unwrap();
    assert_eq!((head.size, &head.e_tag), (1024, &put.e_tag));
    let got = store.get(&key("in/a.bin")).await.unwrap().bytes().await;
    assert_eq!(got.unwrap(), bytes);
    let some = store.get_range(&key("in/a.bin"), 10..20).await.unwrap();
    assert_eq!(some, bytes[10..20]);
    let empty = key("empty");
    store.put(&empty, PutPayload::new()).await.unwrap();
    assert_eq!(store.head(&empty).await.unwrap().size, 0);
    assert!(
        store
            .get(&empty)
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap()
            .is_empty()
    );
    // Not a file system: a key may lie below another key.
    store
        .put(&key("in/a.bin/b"), PutPayload::from_static(b"below"))
        .await
        .unwrap();
    assert_eq!(store.head(&key("in/a.bin")).await.unwrap().size, 1024);
}

#[tokio::test]
async fn conditions_are_kept() {
    let world = World::new().await;
    let store = store(&world).await;
    let at = key("once");
    let put = |text: &'static str, mode: PutMode| {
        let (store, at) = (store.clone(), at.clone());
        async move {
            store
                .put_opts(&at, PutPayload::from_static(text.as_bytes()), mode.into())
                .await
        }
    };
    put("one", PutMode::Create).await.unwrap();
    let refused = put("two", PutMode::Create).await.unwrap_err();
    assert!(
        matches!(refused, object_store::Error::AlreadyExists { .. }),
        "{refused}"
    );
    let tag = store.head(&at).await.unwrap().e_tag.unwrap();
    let unchanged = GetOptions {
        if_none_match: Some(tag.clone()),
        ..GetOptions::default()
    };
    let refused = store.get_opts(&at, unchanged).await.unwrap_err();
    assert!(
        matches!(refused, object_store::Error::NotModified { .. }),
        "{refused}"
    );
    let other = GetOptions {
        if_match: Some("\"other\"".to_owned()),
        ..GetOptions::default()
    };
    let refused = store.get_opts(&at, other).await.unwrap_err();
    assert!(
        matches!(refused, object_store::Error::Precondition { .. }),
        "{refused}"
    );
    let missing = store.get(&key("nowhere")).await.unwrap_err();
    assert!(matches!(missing, object_store::Error::NotFound { .. }));
}

#[tokio::test]
async fn listings_come_in_pages_and_in_order() {
    let world = World::new().await;
    let store = store(&world).await;
    let names: Vec<Path> = (0..2100).map(|n| key(&format!("many/{n:05}"))).collect();
    futures::stream::iter(names.clone())
        .for_each_concurrent(16, |name| {
            let store = store.clone();
            async move {
                store
                    .put(&name, PutPayload::from_static(b"x"))
                    .await
                    .unwrap();
            }
        })
        .await;
    let listed: Vec<_> = store.list(Some(&key("many"))).try_collect().await.unwrap();
    let listed: Vec<Path> = listed.into_iter().map(|meta| meta.location).collect();
    assert_eq!(listed, names);
    let rest: Vec<_> = store
        .list_with_offset(Some(&key("many")), &key("many/02097"))
        .try_collect()
        .await
        .unwrap();
    assert_eq!(rest.len(), 2);
    store
        .put(&key("manyfold"), PutPayload::from_static(b"x"))
        .await
        .unwrap();
    let top = store
        .list_with_delimiter(Some(&key("")).filter(|_| false))
        .await;
    assert!(top.is_err(), "the key is for one folder only");
    let folder = Path::parse("dlz-adf-connectors").unwrap();
    let top = store.list_with_delimiter(Some(&folder)).await.unwrap();
    assert_eq!(top.common_prefixes, [key("many")]);
    assert_eq!(top.objects.len(), 1);
    let gone = futures::stream::iter(names.into_iter().map(Ok)).boxed();
    let deleted: Vec<_> = store.delete_stream(gone).try_collect().await.unwrap();
    assert_eq!(deleted.len(), 2100);
    let left: Vec<_> = store.list(Some(&folder)).try_collect().await.unwrap();
    assert_eq!(left.len(), 1);
}

#[tokio::test]
async fn odd_names_survive() {
    let world = World::new().await;
    let store = store(&world).await;
    let names = [
        "Übersicht – März.csv",
        "日本語/ファイル.json",
        "emoji 🦀.txt",
        "a b+c&d=e%41?#[]'(),;@$!~*",
        "e\u{301}",
        "é",
        "dots..and...",
        "tab\tend",
    ];
    for (n, name) in names.iter().enumerate() {
        let at: Path = std::iter::once("dlz-adf-connectors")
            .chain(name.split('/'))
            .collect();
        let body = format!("{n}");
        store.put(&at, body.clone().into()).await.unwrap();
        let got = store.get(&at).await.unwrap().bytes().await.unwrap();
        assert_eq!(got, body, "{name}");
        let prefix = Path::parse("dlz-adf-connectors").unwrap();
        let listed: Vec<_> = store.list(Some(&prefix)).try_collect().await.unwrap();
        assert!(
            listed.iter().any(|meta| meta.location == at),
            "{name}: {listed:?}"
        );
    }
    let folder = Path::parse("dlz-adf-connectors").unwrap();
    let listed: Vec<_> = store.list(Some(&folder)).try_collect().await.unwrap();
    assert_eq!(listed.len(), names.len());
}

#[tokio::test]
async fn copies_are_independent() {
    let world = World::new().await;
    let store = store(&world).await;
    store
        .put(&key("a"), PutPayload::from_static(b"first"))
        .await
        .unwrap();
    store.copy(&key("a"), &key("b ü")).await.unwrap();
    store
        .put(&key("a"), PutPayload::from_static(b"second"))
        .await
        .unwrap();
    store.delete(&key("a")).await.unwrap();
    let copy = store.get(&key("b ü")).await.unwrap().bytes().await.unwrap();
    assert_eq!(copy, "first");
}
