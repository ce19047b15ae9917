//! Bodies of bytes, both ways.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aep_core::Body;
use aep_gen::data_access::RetrieveDatasetFileContentOptions;
use aep_gen::{batch_ingestion, data_access, finish, finish_whole};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};

use crate::server::Server;

/// A body that counts how often it is opened.
fn counted(text: &'static str) -> (Body, Arc<AtomicUsize>) {
    let opened = Arc::new(AtomicUsize::new(0));
    let count = opened.clone();
    let body = Body::replay(text.len() as u64, move || {
        count.fetch_add(1, Ordering::SeqCst);
        futures::stream::iter(
            text.as_bytes()
                .chunks(3)
                .map(|piece| Ok(Bytes::from_static(piece))),
        )
        .boxed()
    });
    (body, opened)
}

#[tokio::test]
async fn the_slashes_of_a_file_path_are_kept_and_the_length_is_said() {
    let server = Server::start([(201, &[][..], "")]).await;
    let import = batch_ingestion::client(&server.core);
    let (body, _) = counted("{\"a\":1}");
    let path = "day=2026-01-01/größe 1+2%.json";
    finish(import.upload_small_file("b1", "d1", path, body).await).unwrap();
    let seen = server.only();
    assert_eq!(seen.method, "PUT");
    assert_eq!(
        seen.target,
        "/data/foundation/import/batches/b1/datasets/d1/files/day=2026-01-01/gr%C3%B6%C3%9Fe%201%2B2%25.json"
    );
    assert_eq!(
        seen.header("content-type"),
        Some("application/octet-stream")
    );
    assert_eq!(seen.header("content-length"), Some("7"));
    assert_eq!(seen.header("transfer-encoding"), None);
    assert_eq!(seen.body, "{\"a\":1}");
}

#[tokio::test]
async fn a_body_is_opened_again_when_the_request_is_sent_again() {
    let server = Server::start([(503, &[("retry-after", "0")][..], ""), (200, &[][..], "")]).await;
    let import = batch_ingestion::client(&server.core);
    let (body, opened) = counted("0123456789");
    finish(import.upload_small_file("b1", "d1", "a.json", body).await).unwrap();
    assert_eq!(opened.load(Ordering::SeqCst), 2);
    let bodies: Vec<_> = server.seen().into_iter().map(|seen| seen.body).collect();
    assert_eq!(bodies, ["0123456789", "0123456789"]);
}

#[tokio::test]
async fn a_part_says_its_range_and_the_answer_is_in_a_header() {
    let server = Server::start([(200, &[("range", "bytes 0-9")][..], ""); 2]).await;
    let import = batch_ingestion::client(&server.core);
    let sent =
        import.upload_large_file_part("b1", "d1", "big.json", "bytes 0-9", "0123456789".into());
    let answer = finish_whole(sent.await).unwrap();
    assert_eq!(
        (answer.status, &answer.headers["range"]),
        (200, &"bytes 0-9".parse().unwrap())
    );
    let asked = finish_whole(import.get_large_file_status("b1", "d1", "big.json").await).unwrap();
    assert_eq!(asked.headers["range"], "bytes 0-9");
    let seen = server.seen();
    assert_eq!(
        (seen[0].method.as_str(), seen[0].header("content-range")),
        ("PATCH", Some("bytes 0-9"))
    );
    assert_eq!(seen[1].method, "HEAD");
}

#[tokio::test]
async fn a_download_is_read_in_pieces_and_keeps_its_headers() {
    let server = Server::start([(206, &[("content-range", "bytes 2-5/10")][..], "2345")]).await;
    let files = data_access::client(&server.core);
    let options = RetrieveDatasetFileContentOptions {
        path: Some("row_errors/part-0.json"),
        range: Some("bytes=2-5"),
        ..Default::default()
    };
    let file = finish(files.retrieve_dataset_file_content("b1-1", options).await).unwrap();
    assert_eq!(file.status(), 206);
    assert_eq!(file.header("content-range"), Some("bytes 2-5/10"));
    let pieces: Vec<Bytes> = file.into_stream().try_collect().await.unwrap();
    assert_eq!(pieces.concat(), b"2345");
    let seen = server.only();
    assert_eq!(
        seen.target,
        "/data/foundation/export/files/b1-1?path=row_errors%2Fpart-0.json"
    );
    assert_eq!(seen.header("range"), Some("bytes=2-5"));
}
