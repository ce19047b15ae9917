//! Silence, in each place where it can happen. Nothing here measures time: the silences are endless.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aep_core::transport::{Lease, holding};
use aep_core::{Body, ErrorKind, Request, Timeouts};
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{StreamExt, stream};
use http::Method;

use crate::server::{Reply, Server};
use crate::{READ, client, client_of, get, post, settings};

fn short() -> Timeouts {
    Timeouts {
        connect: Duration::from_millis(20),
        first_byte: Duration::from_millis(80),
        idle: Duration::from_millis(80),
        retry: Duration::from_secs(30),
    }
}

/// Short only where a body stands still.
fn patient() -> Timeouts {
    Timeouts {
        connect: Duration::from_mins(1),
        first_byte: Duration::from_mins(1),
        idle: Duration::from_millis(300),
        ..short()
    }
}

#[tokio::test]
async fn a_silent_server_is_given_up_and_asked_again() {
    let server = Server::replies(vec![Reply::Silence, Reply::status(200)]).await;
    let client = client(&server);
    let response = client.send(get(&client).timeouts(short())).await.unwrap();
    // On a busy machine the second answer may be late too.
    assert!(response.attempts() >= 2);
}

#[tokio::test]
async fn silence_after_a_create_is_not_repeated() {
    let server = Server::replies(vec![Reply::Silence]).await;
    let client = client(&server);
    let error = client
        .send(post(&client).timeouts(short()))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Unavailable, 1)
    );
    assert!(error.outcome_is_unknown());
    assert!(
        error.report().to_string().contains("no answer came for"),
        "{}",
        error.report()
    );
}

#[tokio::test]
async fn a_body_that_stands_still_is_given_up() {
    let server = Server::replies(vec![Reply::Stuck(b"abc".to_vec())]).await;
    let client = client(&server);
    let mut body = client
        .send(get(&client).timeouts(patient()))
        .await
        .unwrap()
        .into_stream();
    assert_eq!(body.next().await.unwrap().unwrap(), "abc");
    assert_eq!(
        body.next().await.unwrap().unwrap_err().kind(),
        ErrorKind::Unavailable
    );
    assert!(body.next().await.is_none());

    let server = Server::replies(vec![Reply::Stuck(b"abc".to_vec()), Reply::status(200)]).await;
    let client = crate::client(&server);
    client
        .fetch_bytes(get(&client).timeouts(patient()), 1_000)
        .await
        .unwrap();
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_server_that_takes_nothing_of_the_body_is_given_up() {
    // A listener that accepts nothing: the kernel takes the connection and some of the bytes, then no more.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    let mut settings = settings(&url);
    settings.credentials = aep_core::Credentials::Token(String::from("given").into());
    settings.retries = 0;
    let client = client_of(settings);
    let body = Body::from(vec![0_u8; 64 * 1024 * 1024]);
    let request = Request::new(READ, Method::PUT, client.url(&["file"]).unwrap())
        .body(body)
        .timeouts(patient());
    let error = client.send(request).await.unwrap_err();
    assert!(
        error
            .report()
            .to_string()
            .contains("took nothing of the body"),
        "{}",
        error.report()
    );
}

#[tokio::test]
async fn a_slow_source_is_not_the_servers_fault() {
    let server = Server::replies(vec![Reply::status(200)]).await;
    let client = client(&server);
    let body = Body::replay(6, || {
        stream::iter([b"abc", b"def"])
            .then(|piece| async move {
                tokio::time::sleep(Duration::from_millis(250)).await;
                Ok(Bytes::from_static(piece))
            })
            .boxed()
    });
    let request = Request::new(READ, Method::PUT, client.url(&["file"]).unwrap())
        .body(body)
        .timeouts(patient());
    client.send(request).await.unwrap();
    assert_eq!(server.seen()[0].body, b"abcdef");
}

/// One place, and a record of what happened to it.
#[derive(Default)]
struct Place(Mutex<Vec<&'static str>>);

impl Lease for Place {
    fn release(&self) {
        self.0.lock().unwrap().push("released");
    }

    fn renew(&self) -> BoxFuture<'_, ()> {
        self.0.lock().unwrap().push("renewed");
        Box::pin(async {})
    }
}

#[tokio::test]
async fn a_place_is_given_back_while_a_request_waits_to_be_sent_again() {
    let place = Arc::new(Place::default());
    let server = Server::replies(vec![
        Reply::status(503),
        Reply::status(429),
        Reply::status(200),
    ])
    .await;
    let client = client(&server);
    holding(place.clone(), client.send(get(&client)))
        .await
        .unwrap();
    let expected = ["released", "renewed", "released", "renewed"];
    assert_eq!(*place.0.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_place_is_given_back_while_no_answer_comes() {
    let place = Arc::new(Place::default());
    let server = Server::replies(vec![Reply::Silence]).await;
    let client = client(&server);
    let sending = async move { client.send(post(&client)).await };
    let task = tokio::spawn(holding(place.clone(), sending));
    while place.0.lock().unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(*place.0.lock().unwrap(), ["released"]);
    task.abort();
}

#[tokio::test]
async fn a_client_may_have_its_own_timeouts() {
    let server = Server::replies(vec![Reply::Silence, Reply::status(200)]).await;
    let client = client(&server).with_timeouts(short());
    assert_eq!(client.timeouts(), short());
    assert!(client.send(get(&client)).await.unwrap().attempts() >= 2);
}
