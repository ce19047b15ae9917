//! Whole files in one request.

use futures::StreamExt;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{IMPORT, member, ndjson};
use crate::support::{World, send};

#[tokio::test]
async fn media_types_batches_and_datasets_are_checked() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    let url = format!("{}/a.json", batch.files());
    for (media, status) in [
        (Some("application/octet-stream"), 200),
        (Some("application/octet-stream; charset=binary"), 200),
        (Some("multipart/form-data; boundary=x"), 415),
        (Some("application/x-www-form-urlencoded"), 415),
        (Some("application/json"), 415),
        (None, 400),
    ] {
        let request = world.request("PUT", &url).body("{}");
        let request = match media {
            Some(media) => request.header("content-type", media),
            None => request,
        };
        assert_eq!(send(request).await.status, status, "{media:?}");
    }
    let purchases = world.dataset("Loyalty Purchases").await;
    for (path, status) in [
        (
            format!(
                "{IMPORT}/batches/{}/dataSets/{}/files/b.json",
                batch.id, batch.dataset
            ),
            200,
        ),
        (
            format!(
                "{IMPORT}/batches/{}/datasets/{purchases}/files/b.json",
                batch.id
            ),
            404,
        ),
        (
            format!(
                "{IMPORT}/batches/01KQ3W8Z5T7M1V9X2B4C6D8E0F/datasets/{}/files/b.json",
                batch.dataset
            ),
            404,
        ),
        (format!("{}//b.json", batch.files()), 400),
        (format!("{}/a/..%2Fb.json", batch.files()), 400),
        (format!("{}/a%0ab", batch.files()), 400),
        (format!("{}/b%2F", batch.files()), 400),
        (format!("{}/b/", batch.files()), 400),
        (format!("{}/%FF", batch.files()), 400),
        (format!("{}/{}", batch.files(), "x".repeat(2000)), 414),
    ] {
        let request = world
            .request("PUT", &path)
            .header("content-type", "application/octet-stream")
            .body("{}");
        let answer = send(request).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn nothing_is_taken_after_complete() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    batch.put("a.json", ndjson(&[member(1)])).await;
    batch.finish().await;
    let answer = send(batch.send_file("PUT", "b.json").body("{}")).await;
    assert_eq!(
        (answer.status, &answer.json()["title"]),
        (428, &json!("ERR-BI-104"))
    );
}

/// The announced length alone is refused: nobody has to send 256 MB to learn that they are too many.
#[tokio::test]
async fn a_body_above_256_mib_is_refused_at_once() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    let mut stream = tokio::net::TcpStream::connect(world.emulator.addr())
        .await
        .unwrap();
    let head = format!(
        "PUT {}/a.json HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\nx-api-key: local-client\r\n\
         x-gw-ims-org-id: LOCAL@AdobeOrg\r\nx-sandbox-name: dev\r\ncontent-type: application/octet-stream\r\n\
         content-length: 268435457\r\n\r\n",
        batch.files(),
        world.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(String::from_utf8(answer).unwrap(), "HTTP/1.1 413");
}

#[tokio::test]
async fn the_1501st_file_is_one_too_many() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    let batch = &batch;
    let uploads = (0..1500).map(|n| async move { batch.put(&format!("{n}.json"), "{}").await });
    futures::stream::iter(uploads)
        .buffer_unordered(32)
        .for_each(async |()| {})
        .await;
    let answer = send(batch.send_file("PUT", "one-more.json").body("{}")).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    batch.put("7.json", "{\"a\":1}").await;
}

#[tokio::test]
async fn an_interrupted_body_leaves_nothing() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    let mut stream = tokio::net::TcpStream::connect(world.emulator.addr())
        .await
        .unwrap();
    let head = format!(
        "PUT {}/cut.json HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\nx-api-key: local-client\r\n\
         x-gw-ims-org-id: LOCAL@AdobeOrg\r\nx-sandbox-name: dev\r\ncontent-type: application/octet-stream\r\n\
         content-length: 1000\r\n\r\n{{\"half\":",
        batch.files(),
        world.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    drop(stream);
    batch.put("a.json", ndjson(&[member(1)])).await;
    let end = batch.finish().await;
    assert_eq!(end["metrics"]["inputFileCount"], 1, "{end}");
}

#[tokio::test]
async fn the_preview_shows_columns_before_anything_is_ingested() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    let rows: Vec<_> = (1..=30).map(member).collect();
    batch.put("a.json", ndjson(&rows)).await;
    let at = format!(
        "{IMPORT}/batches/{}/datasets/{}/preview",
        batch.id, batch.dataset
    );
    let shown = world
        .get(&format!("{at}?format=json&nrow=2"))
        .await
        .expect(200);
    assert_eq!(
        shown["formatParams"],
        json!({"format": "json", "delimiter": ",", "quote": "\"", "escape": "\\", "charset": "UTF-8", "header": true})
    );
    assert_eq!(
        shown["preview"]["columns"],
        json!([
            {"cid": "0", "name": "_id"}, {"cid": "1", "name": "_local/memberId"},
            {"cid": "2", "name": "_local/tier"}, {"cid": "3", "name": "_local/points"},
        ])
    );
    assert_eq!(
        shown["preview"]["rows"],
        json!([{"0": "m1", "1": "M00000001", "2": "gold", "3": 1}, {"0": "m2", "1": "M00000002", "2": "gold", "3": 2}])
    );
    for (query, status, rows) in [
        ("format=json", 200, 10),
        ("format=json&nrow=0", 200, 10),
        ("format=json&nrow=99", 200, 10),
        ("format=json&nrow=-1", 400, 0),
        ("", 400, 0),
        ("format=avro", 400, 0),
        ("format=csv&header=false", 400, 0),
        ("format=parquet", 400, 0),
    ] {
        let answer = world.get(&format!("{at}?{query}")).await;
        assert_eq!(answer.status, status, "{query}: {}", answer.text);
        if status == 200 {
            assert_eq!(
                answer.json()["preview"]["rows"].as_array().unwrap().len(),
                rows
            );
        }
    }
    let unknown = at.replace(&batch.dataset, "0123456789abcdef01234567");
    assert_eq!(
        world.get(&format!("{unknown}?format=json")).await.status,
        404
    );
}
