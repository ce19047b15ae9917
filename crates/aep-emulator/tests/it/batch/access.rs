//! Data Access: lists, ranges, heads.

use serde_json::json;

use super::{EXPORT, member, ndjson};
use crate::support::{World, send};

#[tokio::test]
async fn lists_are_paged_by_links() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    for n in 0..5 {
        batch.put(&format!("{n}.json"), ndjson(&[member(n)])).await;
    }
    batch.finish().await;
    let whole = batch.export("files").await.expect(200);
    assert_eq!(whole["_page"], json!({"limit": 100, "count": 5}));
    assert!(whole["_links"]["next"].is_null());
    let entry = &whole["data"][0];
    for key in ["created", "updated"] {
        assert!(
            entry[key].as_str().unwrap().parse::<i64>().unwrap() > 1_600_000_000_000,
            "{entry}"
        );
    }
    assert_eq!(entry["version"], "1.0.0");
    assert_eq!(entry["dataSetViewId"].as_str().unwrap().len(), 24);

    let mut page = batch.export("files?limit=2").await.expect(200);
    let mut seen = Vec::new();
    loop {
        seen.extend(
            page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| entry["dataSetFileId"].clone()),
        );
        let next = &page["_links"]["next"]["href"];
        if next.is_null() {
            break;
        }
        page = batch.follow(next).await.expect(200);
    }
    let wanted: Vec<_> = (1..=5)
        .map(|n| json!(format!("{}-{n}", batch.id)))
        .collect();
    assert_eq!(seen, wanted);
    assert_eq!(
        batch.export("files?start=9").await.expect(200)["data"],
        json!([])
    );
    assert_eq!(
        batch.export("files?limit=1000").await.expect(200)["_page"]["limit"],
        100
    );
    for bad in ["limit=0", "limit=x", "start=-1"] {
        assert_eq!(
            batch.export(&format!("files?{bad}")).await.status,
            400,
            "{bad}"
        );
    }
}

#[tokio::test]
async fn bytes_come_whole_or_by_range() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    batch.put("day=1/a b.json", ndjson(&[member(1)])).await;
    batch.finish().await;
    let (name, bytes) = batch.download().await.remove(0);
    assert_eq!(name, "day=1/a b.parquet");
    let size = bytes.len();
    let at = format!("{EXPORT}/files/{}-1?path=day%3D1%2Fa%20b.parquet", batch.id);
    let head = send(world.request("HEAD", &at)).await;
    assert_eq!(head.status, 200);
    assert_eq!(
        head.header("content-length"),
        Some(size.to_string().as_str())
    );
    assert_eq!(head.header("content-type"), Some("application/parquet"));
    assert_eq!(head.header("accept-ranges"), Some("bytes"));
    for (range, status, shown, first, last) in [
        ("bytes=0-99", 206, format!("bytes 0-99/{size}"), 0, 100),
        (
            "bytes=100-",
            206,
            format!("bytes 100-{}/{size}", size - 1),
            100,
            size,
        ),
        (
            "bytes=-4",
            206,
            format!("bytes {}-{}/{size}", size - 4, size - 1),
            size - 4,
            size,
        ),
        (
            "bytes=5-999999999",
            206,
            format!("bytes 5-{}/{size}", size - 1),
            5,
            size,
        ),
    ] {
        let response = world
            .request("GET", &at)
            .header("range", range)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), status, "{range}");
        assert_eq!(response.headers()["content-range"], shown.as_str());
        assert_eq!(
            response.bytes().await.unwrap(),
            &bytes[first..last],
            "{range}"
        );
    }
    let past = send(
        world
            .request("GET", &at)
            .header("range", format!("bytes={size}-")),
    )
    .await;
    assert_eq!(
        (past.status, past.header("content-range")),
        (416, Some(format!("bytes */{size}").as_str()))
    );
    for (path, status) in [
        (
            format!("{EXPORT}/files/{}-1?path=other.parquet", batch.id),
            404,
        ),
        (format!("{EXPORT}/files/{}-2", batch.id), 404),
        (
            format!("{EXPORT}/files/{}-1?path=day=1/a%20b.parquet", batch.id),
            200,
        ),
        (
            format!("{EXPORT}/batches/01KQ3W8Z5T7M1V9X2B4C6D8E0F/files"),
            404,
        ),
        (
            format!("{EXPORT}/batches/01KQ3W8Z5T7M1V9X2B4C6D8E0F/meta"),
            404,
        ),
        (
            format!("{EXPORT}/batches/01KQ3W8Z5T7M1V9X2B4C6D8E0F/failed"),
            404,
        ),
        (
            format!("{EXPORT}/datasets/0123456789abcdef01234567/preview"),
            404,
        ),
    ] {
        let response = world.request("GET", &path).send().await.unwrap();
        assert_eq!(response.status(), status, "{path}");
    }
}

#[tokio::test]
async fn links_have_the_name_by_which_the_client_knows_the_host() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    batch.put("a.json", ndjson(&[member(1)])).await;
    batch.finish().await;
    let path = format!("{EXPORT}/batches/{}/files", batch.id);
    let answer = send(
        world
            .request("GET", &path)
            .header("host", "aep.example:8080"),
    )
    .await
    .expect(200);
    assert_eq!(
        answer["data"][0]["_links"]["self"]["href"],
        format!("http://aep.example:8080{EXPORT}/files/{}-1", batch.id)
    );
}

#[tokio::test]
async fn another_sandbox_sees_nothing() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    batch.put("a.json", ndjson(&[member(1)])).await;
    batch.finish().await;
    for path in [
        format!("{EXPORT}/batches/{}/files", batch.id),
        format!("{EXPORT}/files/{}-1", batch.id),
    ] {
        let request = world
            .bare("GET", &path)
            .bearer_auth(&world.token)
            .header("x-api-key", "local-client")
            .header("x-gw-ims-org-id", "LOCAL@AdobeOrg")
            .header("x-sandbox-name", "prod");
        assert_eq!(send(request).await.status, 404, "{path}");
    }
}
