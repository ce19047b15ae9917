//! What is said of a body is compared with the body.

use std::time::Duration;

use object_store::ObjectStoreExt;
use object_store::signer::Signer;

use super::{key, store};
use crate::support::{Answer, World, send};

/// Puts `hello` through a signed URL, with one more header.
async fn put(world: &World, name: &str, header: &str, value: &str) -> Answer {
    let url = store(world)
        .await
        .signed_url("PUT".parse().unwrap(), &key(name), Duration::from_mins(1))
        .await
        .unwrap();
    let request = world.http.put(url).header(header, value).body("hello");
    send(request).await
}

#[tokio::test]
async fn checksums_are_verified() {
    let world = World::new().await;
    for (header, right, wrong) in [
        ("x-amz-checksum-crc64nvme", "M3eFcAZSQlc=", "AAAAAAAAAAA="),
        ("x-amz-checksum-crc32", "NhCmhg==", "AAAAAA=="),
        (
            "x-amz-checksum-sha256",
            "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        ),
        (
            "content-md5",
            "XUFAKrxLKna5cZ2REBfFkg==",
            "AAAAAAAAAAAAAAAAAAAAAA==",
        ),
    ] {
        let refused = put(&world, "wrong", header, wrong).await;
        assert!(
            refused.status == 400 && refused.text.contains("BadDigest"),
            "{header}: {}",
            refused.text
        );
        let taken = put(&world, "right", header, right).await;
        assert_eq!(taken.status, 200, "{header}: {}", taken.text);
        assert_eq!(
            taken.header("x-amz-checksum-crc64nvme"),
            Some("M3eFcAZSQlc=")
        );
        let refused = put(&world, "wrong", header, "no base64").await;
        assert_eq!(refused.status, 400, "{header}");
    }
    let store = store(&world).await;
    assert!(store.head(&key("wrong")).await.is_err());
    let tag = store.head(&key("right")).await.unwrap().e_tag;
    assert_eq!(tag.unwrap(), "\"5d41402abc4b2a76b9719d911017c592\"");
}

#[tokio::test]
async fn signed_urls_expire_and_open_one_object() {
    let world = World::new().await;
    let taken = put(&world, "a", "x-other", "1").await;
    assert_eq!(taken.status, 200, "{}", taken.text);
    let store = store(&world).await;
    let at = key("a");
    let signed = || store.signed_url("GET".parse().unwrap(), &at, Duration::from_mins(1));
    let mut url = signed().await.unwrap();
    let got = send(world.http.get(url.clone())).await;
    assert_eq!((got.status, got.text.as_str()), (200, "hello"));
    url.set_path("/dlz-prod-dev/dlz-adf-connectors/b");
    let refused = send(world.http.get(url)).await;
    assert!(
        refused.text.contains("SignatureDoesNotMatch"),
        "{}",
        refused.text
    );
    let url = signed().await.unwrap();
    world.emulator.clock().advance(Duration::from_hours(12));
    let refused = send(world.http.get(url)).await;
    assert!(refused.text.contains("ExpiredToken"), "{}", refused.text);
}
