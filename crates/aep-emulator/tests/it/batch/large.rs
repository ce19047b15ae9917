//! Files in chunks.

use serde_json::json;

use super::{Batch, member, ndjson, plain_all};
use crate::support::{Answer, World, send};

async fn signal(batch: &Batch<'_>, path: &str, action: &str) -> u16 {
    let url = format!("{}/{path}?action={action}", batch.files());
    send(batch.world.request("POST", &url)).await.status
}

async fn chunk(batch: &Batch<'_>, path: &str, range: &str, bytes: &[u8]) -> Answer {
    send(
        batch
            .send_file("PATCH", path)
            .header("content-range", range)
            .body(bytes.to_vec()),
    )
    .await
}

async fn ask(batch: &Batch<'_>, path: &str) -> (u16, Option<String>) {
    let answer = send(
        batch
            .world
            .request("HEAD", &format!("{}/{path}", batch.files())),
    )
    .await;
    (answer.status, answer.header("range").map(str::to_owned))
}

#[tokio::test]
async fn chunks_come_in_any_order_and_more_than_once() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    let rows: Vec<_> = (0..500).map(member).collect();
    let text = ndjson(&rows);
    let (a, b) = (text.len() / 3, text.len() / 3 * 2);
    let span = |from: usize, to: usize| format!("bytes {from}-{}", to - 1);
    let path = "part=1/big.json";
    assert_eq!(ask(&batch, path).await, (404, None));
    assert_eq!(signal(&batch, path, "initialize").await, 201);
    assert_eq!(ask(&batch, path).await, (200, None));
    let range = |answer: Answer| {
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.header("range").unwrap().to_owned()
    };
    assert_eq!(
        range(chunk(&batch, path, &span(b, text.len()), &text[b..]).await),
        span(b, text.len())
    );
    let both = format!("bytes 0-{},{b}-{}", a - 1, text.len() - 1);
    assert_eq!(
        range(
            chunk(
                &batch,
                path,
                &format!("{}/{}", span(0, a), text.len()),
                &text[..a]
            )
            .await
        ),
        both
    );
    assert_eq!(ask(&batch, path).await, (200, Some(both.clone())));
    assert_eq!(signal(&batch, path, "COMPLETE").await, 400, "a gap");
    let early = batch.act("COMPLETE").await;
    assert_eq!(early.status, 400, "an open file: {}", early.text);
    assert_eq!(batch.status().await, "loading");
    for _ in 0..2 {
        let all = range(chunk(&batch, path, &format!("{}/*", span(a, b)), &text[a..b]).await);
        assert_eq!(all, span(0, text.len()));
    }
    assert_eq!(signal(&batch, path, "COMPLETE").await, 201);
    assert_eq!(
        signal(&batch, path, "COMPLETE").await,
        201,
        "done again it is done"
    );
    assert_eq!(ask(&batch, path).await, (200, Some(span(0, text.len()))));
    assert_eq!(chunk(&batch, path, "bytes 0-0", b"x").await.status, 428);
    let end = batch.finish().await;
    assert_eq!(end["status"], "success", "{end}");
    assert_eq!(end["metrics"]["inputByteSize"], text.len());
    assert_eq!(batch.download().await[0].0, "part=1/big.parquet");
    assert_eq!(plain_all(&batch.stored().await), plain_all(&rows));
}

#[tokio::test]
async fn overlaps_are_found_at_the_end_and_a_new_start_drops_them() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    let text = ndjson(&[member(1)]);
    signal(&batch, "x", "INITIALIZE").await;
    assert_eq!(
        signal(&batch, "x", "COMPLETE").await,
        400,
        "nothing was sent"
    );
    assert_eq!(
        chunk(&batch, "x", "bytes 0-9", &text[..10]).await.status,
        200
    );
    assert_eq!(
        chunk(&batch, "x", "bytes 5-14", &text[5..15]).await.status,
        200
    );
    assert_eq!(signal(&batch, "x", "COMPLETE").await, 400);
    assert_eq!(signal(&batch, "x", "INITIALIZE").await, 201);
    assert_eq!(ask(&batch, "x").await, (200, None));
    assert_eq!(
        chunk(&batch, "x", &format!("bytes 0-{}", text.len() - 1), &text)
            .await
            .status,
        200
    );
    assert_eq!(signal(&batch, "x", "COMPLETE").await, 201);
    assert_eq!(batch.finish().await["status"], "success");
}

#[tokio::test]
async fn wrong_chunks_are_refused() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    assert_eq!(
        chunk(&batch, "x", "bytes 0-1", b"ab").await.status,
        404,
        "never opened"
    );
    assert_eq!(signal(&batch, "x", "COMPLETE").await, 404);
    signal(&batch, "x", "INITIALIZE").await;
    for (range, status) in [
        ("bytes 0-2", 400),
        ("bytes 0-0", 400),
        ("bytes 1-0", 400),
        ("0-1", 400),
        ("items 0-1", 400),
        ("bytes 0-1/1", 400),
        ("bytes 200000000000-200000000001", 413),
        ("  bytes   0-1 / 2 ", 200),
    ] {
        let answer = chunk(&batch, "x", range, b"ab").await;
        assert_eq!(answer.status, status, "{range}: {}", answer.text);
    }
    let missing = send(batch.send_file("PATCH", "x").body("ab")).await;
    assert_eq!(missing.status, 400);
    let media = batch
        .world
        .request("PATCH", &format!("{}/x", batch.files()));
    let media = media
        .header("content-type", "multipart/form-data; boundary=b")
        .header("content-range", "bytes 0-1");
    assert_eq!(send(media.body("ab")).await.status, 415);
    assert_eq!(signal(&batch, "x", "ABORT").await, 400);
    assert_eq!(signal(&batch, "x", "").await, 400);
    assert_eq!(signal(&batch, "", "INITIALIZE").await, 404);
}

#[tokio::test]
async fn a_chunked_body_is_counted() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    signal(&batch, "x", "INITIALIZE").await;
    let body = |parts: Vec<&'static str>| {
        reqwest::Body::wrap_stream(futures::stream::iter(
            parts.into_iter().map(Ok::<_, std::io::Error>),
        ))
    };
    for (parts, status) in [
        (vec!["ab", "c"], 400),
        (vec!["a"], 400),
        (vec!["a", "b"], 200),
    ] {
        let request = batch
            .send_file("PATCH", "x")
            .header("content-range", "bytes 0-1")
            .body(body(parts.clone()));
        let answer = send(request).await;
        assert_eq!(answer.status, status, "{parts:?} {}", answer.text);
    }
    assert_eq!(ask(&batch, "x").await.1.as_deref(), Some("bytes 0-1"));
}

#[tokio::test]
async fn a_small_upload_takes_the_place_of_a_large_one() {
    let world = World::new().await;
    let batch = world.json_batch().await;
    signal(&batch, "x", "INITIALIZE").await;
    chunk(&batch, "x", "bytes 0-1", b"ab").await;
    batch.put("x", ndjson(&[member(1)])).await;
    assert_eq!(signal(&batch, "x", "COMPLETE").await, 404);
    let end = batch.finish().await;
    assert_eq!(
        (&end["status"], &end["metrics"]["outputRecordCount"]),
        (&json!("success"), &json!(1))
    );
}
