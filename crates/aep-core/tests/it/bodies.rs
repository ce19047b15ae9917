//! Bodies in both directions.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aep_core::{Body, ErrorKind, Request};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use http::Method;

use crate::server::{Reply, Server};
use crate::{CREATE, READ, client, get, post};

fn put(client: &aep_core::Client, body: Body) -> Request {
    Request::new(READ, Method::PUT, client.url(&["file"]).unwrap())
        .doing("upload the file")
        .body(body)
}

#[tokio::test]
async fn the_headers_are_those_of_the_platform() {
    let server = Server::replies(vec![Reply::status(200)]).await;
    let client = client(&server);
    client
        .send(get(&client).query(&[("a", "b c"), ("d", "ü&=")]))
        .await
        .unwrap();
    let seen = &server.seen()[0];
    assert_eq!(seen.target, "/thing?a=b+c&d=%C3%BC%26%3D");
    for (name, value) in [
        ("authorization", "Bearer token-1"),
        ("x-api-key", "local-client"),
        ("x-gw-ims-org-id", "LOCAL@AdobeOrg"),
        ("x-sandbox-name", "dev"),
        ("accept", "application/json"),
        ("accept-encoding", "gzip"),
    ] {
        assert_eq!(
            seen.headers.get(name).map(String::as_str),
            Some(value),
            "{name}"
        );
    }
    assert!(
        !seen.headers.contains_key("content-length") && !seen.headers.contains_key("content-type")
    );
    assert!(seen.headers["user-agent"].starts_with("aep/"));
}

#[tokio::test]
async fn what_is_not_wanted_is_not_sent() {
    let server = Server::replies(vec![Reply::status(200)]).await;
    let client = client(&server);
    client.send(get(&client).without_sandbox()).await.unwrap();
    client
        .send(get(&client).without_credentials())
        .await
        .unwrap();
    let seen = server.seen();
    assert!(
        !seen[0].headers.contains_key("x-sandbox-name")
            && seen[0].headers.contains_key("authorization")
    );
    for name in ["authorization", "x-api-key", "x-gw-ims-org-id"] {
        assert!(!seen[1].headers.contains_key(name), "{name}");
    }
    let prod = client.with_sandbox("prod".parse().unwrap());
    prod.send(get(&prod)).await.unwrap();
    assert_eq!(server.seen()[2].headers["x-sandbox-name"], "prod");
}

#[tokio::test]
async fn a_post_without_a_body_says_so() {
    let server = Server::replies(vec![Reply::status(200)]).await;
    let client = client(&server);
    let url = client.url(&["batches", "b"]).unwrap();
    client
        .send(Request::new(CREATE, Method::POST, url))
        .await
        .unwrap();
    assert_eq!(server.seen()[0].headers["content-length"], "0");
}

#[tokio::test]
async fn bytes_and_streams_arrive_whole_and_with_their_length() {
    let server = Server::replies(vec![Reply::status(200)]).await;
    let client = client(&server);
    let content: Vec<u8> = (0..1_000_003_u32).map(|n| n.to_le_bytes()[0]).collect();
    client
        .send(put(&client, Body::from(content.clone())))
        .await
        .unwrap();
    let parts = content.clone();
    let replay = Body::replay(content.len() as u64, move || {
        let pieces: Vec<_> = parts
            .chunks(70_001)
            .map(|piece| Ok(Bytes::copy_from_slice(piece)))
            .collect();
        stream::iter(pieces).boxed()
    });
    client.send(put(&client, replay)).await.unwrap();
    for seen in server.seen() {
        assert_eq!(seen.headers["content-length"], content.len().to_string());
        assert!(!seen.headers.contains_key("transfer-encoding"));
        assert_eq!(seen.headers["content-type"], "application/octet-stream");
        assert!(seen.body == content);
    }
}

#[tokio::test]
async fn a_stream_is_opened_again_for_every_attempt() {
    let server = Server::replies(vec![Reply::status(503), Reply::Drop, Reply::status(200)]).await;
    let client = client(&server);
    let opened = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&opened);
    let body = Body::replay(5, move || {
        count.fetch_add(1, Ordering::SeqCst);
        stream::iter([
            Ok(Bytes::from_static(b"he")),
            Ok(Bytes::from_static(b"llo")),
        ])
        .boxed()
    });
    client.send(put(&client, body)).await.unwrap();
    assert_eq!(opened.load(Ordering::SeqCst), 3);
    assert!(server.seen().iter().all(|seen| seen.body == b"hello"));
}

#[tokio::test]
async fn an_error_of_the_source_is_not_retried_and_comes_back() {
    let server = Server::replies(vec![Reply::status(200)]).await;
    let client = client(&server);
    let body = Body::replay(10, || {
        let broken = io::Error::new(io::ErrorKind::PermissionDenied, "the disk says no");
        stream::iter([Ok(Bytes::from_static(b"he")), Err(broken)]).boxed()
    });
    let error = client.send(put(&client, body)).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Io, 1));
    assert_eq!(
        error.report().to_string(),
        "could not upload the file\n  caused by: the disk says no"
    );
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_source_of_another_length_is_an_error() {
    for (length, says) in [
        (6, "it ended after 5 of 6 bytes"),
        (4, "it is longer than 4 bytes"),
    ] {
        let server = Server::replies(vec![Reply::status(200)]).await;
        let client = client(&server);
        let body = Body::replay(length, || {
            stream::iter([Ok(Bytes::from_static(b"hello"))]).boxed()
        });
        let error = client.send(put(&client, body)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
        assert!(
            error.report().to_string().contains(says),
            "{}",
            error.report()
        );
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_never_short() {
    let server = Server::replies(vec![Reply::Half(200, b"half".to_vec())]).await;
    let client = client(&server);
    let error = client
        .send(get(&client))
        .await
        .unwrap()
        .bytes(1_000)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Unavailable, Some(200))
    );

    let pieces: Vec<_> = client
        .send(get(&client))
        .await
        .unwrap()
        .into_stream()
        .collect()
        .await;
    assert_eq!(pieces.first().unwrap().as_deref().unwrap(), b"half");
    assert!(pieces.last().unwrap().is_err());
}

#[tokio::test]
async fn fetching_retries_a_body_that_breaks_off() {
    let server = Server::replies(vec![
        Reply::Half(200, b"{".to_vec()),
        Reply::json(200, r#"{"a":1}"#),
    ])
    .await;
    let client = client(&server);
    let value: serde_json::Value = client.fetch_json(get(&client)).await.unwrap();
    assert_eq!(value["a"], 1);
    let bytes = client.fetch_bytes(get(&client), 7).await.unwrap();
    assert_eq!(&bytes[..], b"{\"a\":1}");
}

#[tokio::test]
async fn an_answer_that_is_no_json_is_asked_for_again() {
    for spoilt in ["{\"a\":", "\u{fffd}", "<html></html>", "{} {}"] {
        let server = Server::replies(vec![Reply::json(200, spoilt), Reply::json(200, "[7]")]).await;
        let client = client(&server);
        let answer: Vec<u8> = client.fetch_json(get(&client)).await.unwrap();
        assert_eq!((answer, server.seen().len()), (vec![7], 2), "{spoilt}");

        let server = Server::replies(vec![Reply::json(200, spoilt)]).await;
        let client = crate::client(&server);
        let error = client.fetch_json::<u8>(get(&client)).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Protocol, Some(200))
        );
        assert!(
            error.report().to_string().contains("no JSON"),
            "{}",
            error.report()
        );

        let made = post(&client).expecting_json().buffered(1_000);
        let error = client.send(made).await.unwrap_err();
        assert_eq!(
            (error.attempts(), error.outcome_is_unknown()),
            (1, true),
            "{spoilt}"
        );
    }
}

#[tokio::test]
async fn an_answer_may_be_too_long() {
    let server = Server::replies(vec![Reply::json(200, r#"{"a":1}"#)]).await;
    let client = client(&server);
    assert_eq!(
        client
            .fetch_bytes(get(&client), 6)
            .await
            .unwrap_err()
            .kind(),
        ErrorKind::Limit
    );
    let response = client.send(get(&client)).await.unwrap();
    assert_eq!(
        response.bytes(6).await.unwrap_err().kind(),
        ErrorKind::Limit
    );
    assert_eq!(server.seen().len(), 2, "there is no sense in asking again");
}

#[tokio::test]
async fn json_that_is_none_names_the_place() {
    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only read into")]
    struct Thing {
        list: Vec<u8>,
    }
    let server = Server::replies(vec![Reply::json(200, r#"{"list":[1,"two"]}"#)]).await;
    let client = client(&server);
    let error = client.fetch_json::<Thing>(get(&client)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert_eq!(
        error.to_string(),
        "could not read the thing, field `list[1]`"
    );
}

#[tokio::test]
async fn a_gzipped_answer_is_unpacked() {
    // "hello" as gzip wrote it.
    let packed: Vec<u8> = vec![
        0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0, 0x86,
        0xa6, 0x10, 0x36, 0x05, 0, 0, 0,
    ];
    let whole = Reply::Answer(
        200,
        vec![("Content-Encoding", "gzip".into())],
        packed.clone(),
    );
    let broken = Reply::Answer(
        200,
        vec![("Content-Encoding", "gzip".into())],
        packed[..16].to_vec(),
    );
    let server = Server::replies(vec![broken, whole]).await;
    let client = client(&server);
    assert_eq!(
        &client.fetch_bytes(get(&client), 100).await.unwrap()[..],
        b"hello"
    );
    assert_eq!(
        server.seen().len(),
        2,
        "a broken archive is a body that breaks off"
    );
}

#[tokio::test]
async fn an_empty_answer_is_fine() {
    let server = Server::replies(vec![Reply::Answer(204, vec![], vec![])]).await;
    let client = client(&server);
    assert!(
        client
            .fetch_bytes(get(&client), 0)
            .await
            .unwrap()
            .is_empty()
    );
    let rest: Vec<Bytes> = client
        .send(get(&client).buffered(10))
        .await
        .unwrap()
        .into_stream()
        .try_collect()
        .await
        .unwrap();
    assert!(rest.is_empty());
}

#[tokio::test]
async fn a_dry_run_sends_reads_and_writes_the_rest_down() {
    let server = Server::replies(vec![Reply::status(200)]).await;
    let (client, recorder) = client(&server).recording();
    client.send(get(&client)).await.unwrap();
    client.send(post(&client).read_only()).await.unwrap();
    let request = post(&client)
        .query(&[("sig", "p8e-hidden"), ("limit", "3")])
        .json(&serde_json::json!({"name": "a", "params": {"clientSecret": "p8e-hidden", "tags": {"token": null}}}))
        .unwrap();
    let error = client.send(request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(error.context(), [("dry_run", "true".to_owned())]);
    assert_eq!(server.seen().len(), 2);
    let list = recorder.requests();
    assert_eq!(list.len(), 1);
    let text = list[0].to_string();
    assert!(
        text.starts_with(&format!(
            "POST {}thing?sig=[redacted]&limit=3\n",
            server.url()
        )),
        "{text}"
    );
    assert!(
        text.contains("x-sandbox-name: dev\n") && text.contains(r#""clientSecret": "[redacted]""#),
        "{text}"
    );
    assert!(
        !text.contains("p8e-hidden")
            && !serde_json::to_string(&list).unwrap().contains("p8e-hidden")
    );
}

#[tokio::test]
async fn an_answer_before_the_end_of_the_body_is_read() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    // A gateway that refuses a body by its length answers at once, and reads on for a while before it closes.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut some = vec![0; 1_000];
            socket.read_exact(&mut some).await.unwrap();
            let answer =
                b"HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
            socket.write_all(answer).await.unwrap();
            tokio::io::copy(&mut socket, &mut tokio::io::sink())
                .await
                .ok();
        }
    });
    let mut settings = crate::settings(&url);
    settings.credentials = aep_core::Credentials::Token(String::from("given").into());
    let client = crate::client_of(settings);
    for body in [
        Body::from(vec![0_u8; 16 * 1024 * 1024]),
        Body::replay(16 * 1024 * 1024, || {
            stream::iter((0..256).map(|_| Ok(Bytes::from(vec![0_u8; 64 * 1024])))).boxed()
        }),
    ] {
        let error = client.send(put(&client, body)).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Limit, Some(413)),
            "{}",
            error.report()
        );
    }
}

#[tokio::test]
async fn ten_thousand_damaged_answers_are_errors_or_answers() {
    use rand::rngs::StdRng;
    use rand::{Rng as _, RngExt as _, SeedableRng as _};

    let whole = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nRetry-After: 0\r\n\
                  Location: /x\r\nContent-Length: 20\r\nx-request-id: abc\r\n\r\n{\"error_code\":\"1\"}..";
    let server = Server::start(move |_, number| {
        let mut random = StdRng::seed_from_u64(number as u64);
        let mut bytes = whole.to_vec();
        for _ in 0..random.random_range(1..6) {
            let place = random.random_range(0..bytes.len());
            match random.random_range(0..4) {
                0 => bytes.truncate(place.max(1)),
                1 => bytes[place] = random.random(),
                2 => drop(bytes.splice(place..place, [0, b'\r', b'\n', 0xff])),
                _ => {
                    let mut noise = [0; 16];
                    random.fill_bytes(&mut noise);
                    bytes.splice(place..place, noise);
                }
            }
        }
        Reply::Raw(bytes)
    })
    .await;
    let mut settings = crate::settings(&server.url());
    settings.retries = 0;
    let client = crate::client_of(settings);
    let asked = stream::iter(0..10_000).for_each_concurrent(8, async |number| {
        let request = get(&client).buffered(1_000);
        let request = if number % 2 == 0 {
            request
        } else {
            request.expecting_json()
        };
        if let Err(error) = client.send(request).await {
            assert!(
                error.attempts() == 1 && error.report().to_string().lines().count() >= 2,
                "{error:?}"
            );
        }
    });
    asked.await;
}
