//! Bytes in and out.

use aep_core::ErrorKind;
use aep_flow::zone::{
    Action, Compare, Direction, GetOptions, GetTarget, PutSource, SyncOptions, ZoneObject,
};
use futures::TryStreamExt;

use super::{Landing, content, landing};

async fn put(landing: &Landing, name: &str, bytes: &[u8], key: &str) {
    let file = landing.file(name, bytes);
    let transfer = landing
        .zone
        .put(PutSource::path(file), key, landing.options());
    transfer.join().await.unwrap();
}

async fn list(landing: &Landing, prefix: &str) -> Vec<ZoneObject> {
    landing.zone.list(prefix).try_collect().await.unwrap()
}

#[tokio::test]
async fn files_of_every_size_come_back_byte_for_byte() {
    let landing = landing().await;
    let part = 5 * 1024 * 1024;
    for (number, size) in [0, 1, part, part + 1, 2 * part + 12_345]
        .into_iter()
        .enumerate()
    {
        let key = format!("sizes/{number}.bin");
        put(&landing, "f.bin", &content(size), &key).await;
        let to = landing.path(&format!("out/{number}"));
        let mut options = GetOptions::default();
        options.range = 3_000_000;
        let got = landing.zone.get(&key, GetTarget::file(&to), options);
        assert_eq!(got.join().await.unwrap().bytes, size as u64);
        assert!(std::fs::read(&to).unwrap() == content(size), "{size}");
    }
    // one request for what fits into a part, and nothing looks whether it arrived
    assert_eq!(landing.world.calls("putObject"), 3);
    assert_eq!(landing.world.calls("uploadPart"), 5);
}

#[tokio::test]
async fn checksums_are_taken() {
    let landing = landing().await;
    let size = 5 * 1024 * 1024 + 1;
    let mut options = landing.options();
    options.checksum = true;
    for (key, bytes) in [("small", content(10)), ("large", content(size))] {
        let file = landing.file("f", &bytes);
        let transfer = landing
            .zone
            .put(PutSource::path(file), key, options.clone());
        transfer.join().await.unwrap();
        assert!(
            landing.zone.read(key, u64::MAX).await.unwrap() == bytes,
            "{key}"
        );
    }
}

#[tokio::test]
async fn any_unicode_in_keys() {
    let landing = landing().await;
    for key in [
        "Zoë/日本語 🙂.csv",
        "a b!'();@&=+$,%#[].csv",
        "100%/%41",
        "day=2026-01-01/x",
    ] {
        put(&landing, "f", key.as_bytes(), key).await;
        assert_eq!(
            landing.zone.read(key, 100).await.unwrap(),
            key.as_bytes(),
            "{key}"
        );
        assert_eq!(landing.zone.head(key).await.unwrap().key, key);
    }
    assert_eq!(list(&landing, "").await.len(), 4);
    assert_eq!(list(&landing, "Zoë/").await[0].key, "Zoë/日本語 🙂.csv");
}

#[tokio::test]
async fn a_stream_goes_in_and_out() {
    let landing = landing().await;
    for size in [0, 100, 5 * 1024 * 1024, 11 * 1024 * 1024 + 7] {
        let bytes = content(size);
        let reader = std::io::Cursor::new(bytes.clone());
        let put = landing
            .zone
            .put(PutSource::reader(reader), "stream", landing.options());
        assert_eq!(put.join().await.unwrap().bytes, size as u64);
        assert!(
            landing.zone.read("stream", u64::MAX).await.unwrap() == bytes,
            "{size}"
        );
    }
    let nameless = landing.zone.put(
        PutSource::reader(std::io::Cursor::new(Vec::new())),
        "",
        landing.options(),
    );
    assert_eq!(nameless.join().await.unwrap_err().kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn a_thousand_files_are_a_thousand_requests() {
    let landing = landing().await;
    for number in 0..1_000 {
        landing.file(
            &format!("data/{:02}/{number}", number % 17),
            number.to_string().as_bytes(),
        );
    }
    let source = PutSource::path(landing.path("data"));
    let report = landing
        .zone
        .put(source, "many", landing.options())
        .join()
        .await
        .unwrap();
    assert_eq!(
        (report.files.len(), landing.world.calls("putObject")),
        (1_000, 1_000)
    );
    let all = list(&landing, "many/").await;
    assert_eq!(all.len(), 1_000);
    assert!(landing.world.calls("listObjects") <= 2);
    assert_eq!(landing.zone.delete_folder("many").await.unwrap(), 1_000);
    assert!(list(&landing, "many/").await.is_empty());
    assert_eq!(
        std::fs::read_dir(landing.path("state/dlz"))
            .unwrap()
            .count(),
        0
    );
}

#[tokio::test]
async fn both_sides_are_made_alike() {
    let landing = landing().await;
    for name in ["a", "b/c", "b/ü"] {
        landing.file(&format!("data/{name}"), name.as_bytes());
    }
    let sync = async |direction, directory: &str, options: SyncOptions| {
        let transfer = landing
            .zone
            .sync(direction, landing.path(directory), "in", options);
        transfer.join().await.unwrap()
    };
    let by_content = || SyncOptions {
        compare: Compare::Checksum,
        delete: true,
        ..SyncOptions::default()
    };
    let dry = SyncOptions {
        dry_run: true,
        ..SyncOptions::default()
    };
    assert_eq!(sync(Direction::Up, "data", dry).await.steps.len(), 3);
    assert!(list(&landing, "").await.is_empty());
    let first = sync(Direction::Up, "data", by_content()).await;
    assert!(first.steps.iter().all(|step| step.action == Action::Add));
    let again = sync(Direction::Up, "data", by_content()).await;
    assert!(
        again.steps.iter().all(|step| step.action == Action::Keep),
        "{again:?}"
    );
    let down = sync(Direction::Down, "copy", by_content()).await;
    assert_eq!(down.bytes, 8);
    assert_eq!(
        std::fs::read(landing.path("copy/b/ü")).unwrap(),
        "b/ü".as_bytes()
    );
    std::fs::remove_file(landing.path("data/a")).unwrap();
    landing.file("data/b/c", b"d/e");
    let changed = sync(Direction::Up, "data", by_content()).await;
    let actions: Vec<_> = changed.steps.iter().map(|step| step.action).collect();
    assert_eq!(actions, [Action::Delete, Action::Replace, Action::Keep]);
    let down = sync(Direction::Down, "copy", by_content()).await;
    assert_eq!(down.deleted, 1);
    assert!(!landing.path("copy/a").exists());
    assert_eq!(std::fs::read(landing.path("copy/b/c")).unwrap(), b"d/e");
}

#[tokio::test]
async fn what_is_refused_is_refused_before_a_request() {
    let landing = landing().await;
    let file = landing.file("f", b"x");
    for key in ["CON", "a/../b", "a:b", "x/lpt1", "a\u{7}"] {
        let put = landing
            .zone
            .put(PutSource::path(&file), key, landing.options());
        let error = put.join().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{key:?}");
    }
    let none = landing
        .zone
        .put(PutSource::path("/no/such"), "k", landing.options());
    assert_eq!(none.join().await.unwrap_err().kind(), ErrorKind::NotFound);
    assert!(landing.emulator().requests().all().is_empty());
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_nothing_is_deleted() {
    let landing = landing().await;
    put(&landing, "f", b"x", "there").await;
    let get = landing.zone.get(
        "none",
        GetTarget::file(landing.path("o")),
        GetOptions::default(),
    );
    let error = get.join().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("`none`"), "{error}");
    let keys = ["there".to_owned(), "none".to_owned()];
    let error = landing.zone.delete(&keys).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(list(&landing, "").await.len(), 1);
    assert_eq!(landing.zone.delete(&keys[..1]).await.unwrap(), 1);
    assert!(list(&landing, "").await.is_empty());
}
