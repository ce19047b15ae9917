//! Batches on their way to the end, as no emulator makes them: stalled, retried, unheard of.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aep_core::{BatchId, Client, ErrorKind, Settings};
use aep_ingest::{BatchStatus, Ingest, WaitOptions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const ID: &str = "01KQ3W8Z5T7M1V9X2B4C6D8E0F";

/// A Catalog that answers with these in turn, the last one for ever: a status of the batch, or a status of HTTP.
async fn catalog(answers: &'static [&'static str]) -> Ingest {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut looks = 0;
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(socket.read_u8().await.unwrap());
            }
            let is_token = head.starts_with(b"POST /ims");
            let answer = if is_token {
                "token"
            } else {
                looks += 1;
                answers[(looks - 1).min(answers.len() - 1)]
            };
            let (status, body) = match answer.parse::<u16>() {
                Ok(status) => (status, String::new()),
                Err(_) if is_token => {
                    (200, r#"{"access_token":"t","expires_in":86399}"#.to_owned())
                }
                Err(_) => (200, batch(answer)),
            };
            let answer = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            socket.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let mut settings = Settings::local(url.parse().unwrap());
    settings.retries = 0;
    Ingest::new(Client::new(settings).unwrap())
}

fn batch(status: &str) -> String {
    let detail = match status {
        "retrying" | "stalled" => {
            r#","tags":{"acp_stallDetail":["java.io.IOException","the lake is full"]}"#
        }
        _ => "",
    };
    format!(r#"{{"{ID}":{{"id":"{ID}","status":"{status}"{detail}}}}}"#)
}

fn options(told: &Arc<Mutex<Vec<String>>>) -> WaitOptions {
    let told = Arc::clone(told);
    WaitOptions {
        first_pause: Some(Duration::from_millis(1)),
        longest_pause: Duration::from_millis(2),
        on_change: Some(Arc::new(move |batch| {
            let detail = batch.stall_detail().unwrap_or_default();
            told.lock()
                .unwrap()
                .push(format!("{} {detail}", batch.status));
        })),
        ..WaitOptions::default()
    }
}

#[tokio::test]
async fn every_state_is_told_and_the_stalled_ones_with_their_reason() {
    let ingest = catalog(&[
        "loading",
        "loaded",
        "queued",
        "processing",
        "staging",
        "retrying",
        "retrying",
        "staging",
        "stalled",
        "staged",
        "hibernating",
        "active",
    ])
    .await;
    let told = Arc::default();
    let id = BatchId::new(ID).unwrap();
    let batch = ingest.batches().wait(&id, options(&told)).await.unwrap();
    assert_eq!(batch.status, BatchStatus::Success);
    let reason = "java.io.IOException: the lake is full";
    let expected = [
        "loading ".to_owned(),
        "loaded ".to_owned(),
        "queued ".to_owned(),
        "processing ".to_owned(),
        "staging ".to_owned(),
        format!("retrying {reason}"),
        "staging ".to_owned(),
        format!("stalled {reason}"),
        "staged ".to_owned(),
        "hibernating ".to_owned(),
        "success ".to_owned(),
    ];
    assert_eq!(*told.lock().unwrap(), expected);
}

#[tokio::test]
async fn each_end_is_an_end() {
    for end in [
        "success",
        "active",
        "failure",
        "failed",
        "aborted",
        "abandoned",
        "inactive",
        "deleted",
        "archived",
        "retained",
    ] {
        let answers: &'static [&'static str] = vec!["staging", end].leak();
        let ingest = catalog(answers).await;
        let id = BatchId::new(ID).unwrap();
        let batch = ingest
            .batches()
            .wait(&id, options(&Arc::default()))
            .await
            .unwrap();
        assert_eq!(batch.status, BatchStatus::from(end));
    }
}

#[tokio::test]
async fn a_catalog_that_fails_for_a_while_is_asked_again() {
    let ingest = catalog(&["staging", "503", "503", "500", "503", "success"]).await;
    let id = BatchId::new(ID).unwrap();
    let batch = ingest
        .batches()
        .wait(&id, options(&Arc::default()))
        .await
        .unwrap();
    assert_eq!(batch.status, BatchStatus::Success);

    let ingest = catalog(&["staging", "503"]).await;
    let error = ingest
        .batches()
        .wait(&id, options(&Arc::default()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(
        error.hint_text().unwrap().contains("aep batch wait"),
        "{}",
        error.report()
    );
}

#[tokio::test]
async fn who_waits_too_long_is_told_how_to_come_back() {
    let ingest = catalog(&["stalled"]).await;
    let id = BatchId::new(ID).unwrap();
    let options = options(&Arc::default()).timeout(Duration::from_millis(20));
    let error = ingest.batches().wait(&id, options).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let text = error.report().to_string();
    assert!(
        text.contains("stalled")
            && text.contains("the lake is full")
            && text.contains("aep batch wait"),
        "{text}"
    );
}
