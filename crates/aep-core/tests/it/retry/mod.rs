//! What is sent again, how often, and what comes of it.

mod vectors;

use std::time::{Duration, Instant, SystemTime};

use aep_core::ErrorKind::Unavailable;
use aep_core::Safety;
use http::Method;

use self::vectors::{Vector, vectors};
use crate::server::{Reply, Server};
use crate::{client, client_of, get, post, settings};

#[tokio::test]
async fn vectors_hold() {
    let vectors = vectors();
    assert!(vectors.len() >= 40);
    for Vector {
        name,
        replies,
        safety,
        requests,
        error,
    } in vectors
    {
        let server = Server::replies(replies).await;
        let client = client(&server);
        let request = match safety {
            Safety::Repeatable => get(&client),
            Safety::NotRepeatable => post(&client),
        };
        let result = client.send(request.buffered(1_000)).await;
        assert_eq!(server.seen().len(), requests, "{name}: {result:?}");
        match (&result, error) {
            (Ok(response), None) => assert_eq!(response.attempts() as usize, requests, "{name}"),
            (Err(failed), Some(kind)) => {
                assert_eq!(
                    (failed.kind(), failed.attempts() as usize),
                    (kind, requests),
                    "{name}: {failed:?}"
                );
            }
            _ => panic!("{name}: {result:?}"),
        }
    }
}

#[tokio::test]
async fn a_retry_after_is_waited_for() {
    let reply = Reply::status(429).with("Retry-After", "1");
    let server = Server::replies(vec![reply, Reply::status(200)]).await;
    let client = client(&server);
    let before = Instant::now();
    client.send(get(&client)).await.unwrap();
    assert!(before.elapsed() >= Duration::from_secs(1));
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_retry_after_beyond_the_budget_is_told() {
    let server = Server::replies(vec![Reply::status(429).with("Retry-After", "300")]).await;
    let client = client(&server);
    let error = client.send(get(&client)).await.unwrap_err();
    assert!(error.is_retryable());
    assert_eq!(error.hint_text(), Some("try again in 300 s"));
    assert!(
        error
            .report()
            .to_string()
            .contains("asks to wait 300 s, longer than the 30 s"),
        "{}",
        error.report()
    );
}

#[tokio::test]
async fn no_retries_means_one_attempt() {
    let server = Server::replies(vec![Reply::status(503)]).await;
    let mut settings = settings(&server.url());
    settings.retries = 0;
    let client = client_of(settings);
    let error = client.send(get(&client)).await.unwrap_err();
    assert_eq!((error.attempts(), server.seen().len()), (1, 1));
}

#[tokio::test]
async fn no_time_means_one_attempt() {
    let server = Server::replies(vec![Reply::status(503)]).await;
    let mut settings = settings(&server.url());
    settings.timeouts.retry = Duration::ZERO;
    let client = client_of(settings);
    client.send(get(&client)).await.unwrap_err();
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_even_for_a_create() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap())
        .parse()
        .unwrap();
    drop(listener);
    let mut settings = settings(&url);
    settings.credentials = aep_core::Credentials::Token(String::from("given").into());
    let client = client_of(settings);
    let error = client.send(post(&client)).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (Unavailable, 5));
    assert!(error.is_retryable() && !error.outcome_is_unknown());
    assert!(error.hint_text().unwrap().contains("emulator"));
}

#[tokio::test]
async fn an_unclear_create_says_so() {
    for reply in [
        Reply::Drop,
        Reply::status(504),
        Reply::Half(201, b"{".to_vec()),
    ] {
        let server = Server::replies(vec![reply]).await;
        let client = client(&server);
        let error = client.send(post(&client).buffered(100)).await.unwrap_err();
        assert!(
            error.outcome_is_unknown() && !error.is_retryable(),
            "{error:?}"
        );
        assert!(
            error
                .hint_text()
                .unwrap()
                .contains("look before you repeat"),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn the_quota_stops_retries_and_successes_fill_it_again() {
    let server = Server::start(|seen, _| match seen.target.as_str() {
        "/thing" => Reply::status(503),
        _ => Reply::status(200),
    })
    .await;
    let client = client(&server);
    // 500 hold 35 retries at 14: eight requests with four each, then three, then none. The token's fetch gave 1 back to a
    // full bucket.
    let mut attempts = Vec::new();
    for _ in 0..11 {
        attempts.push(client.send(get(&client)).await.unwrap_err().attempts());
    }
    assert_eq!(attempts, [5, 5, 5, 5, 5, 5, 5, 5, 4, 1, 1]);
    let error = client.send(get(&client)).await.unwrap_err();
    assert!(
        error.report().to_string().contains("have failed lately"),
        "{}",
        error.report()
    );
    for _ in 0..4 {
        let url = client.url(&["other"]).unwrap();
        client
            .send(aep_core::Request::new(crate::READ, Method::GET, url))
            .await
            .unwrap();
    }
    assert_eq!(client.send(get(&client)).await.unwrap_err().attempts(), 2);
}

#[tokio::test]
async fn a_date_is_measured_on_the_servers_clock() {
    // The server lives in 2020 and asks for an hour: too long, whatever our clock says.
    let reply = Reply::status(429)
        .with("Date", "Sun, 22 Nov 2020 11:00:00 GMT")
        .with("Retry-After", "Sun, 22 Nov 2020 12:00:00 GMT");
    let server = Server::replies(vec![reply]).await;
    let client = client(&server);
    let error = client.send(get(&client)).await.unwrap_err();
    assert!(
        error.report().to_string().contains("3600 s"),
        "{}",
        error.report()
    );
}

#[tokio::test]
async fn a_date_without_the_servers_is_measured_on_ours() {
    let reply = Reply::status(429).with("Retry-After", "Sun, 22 Nov 2020 12:00:00 GMT");
    let server = Server::replies(vec![reply]).await;
    let now = SystemTime::UNIX_EPOCH + Duration::from_hours(446_123); // 11:00:00 of that day
    let client = aep_core::Client::builder(settings(&server.url()))
        .clock(aep_core::transport::Clock::new(move || now))
        .build()
        .unwrap();
    let error = client.send(get(&client)).await.unwrap_err();
    assert!(
        error.report().to_string().contains("3600 s"),
        "{}",
        error.report()
    );
}

#[tokio::test]
async fn each_attempt_has_its_own_request_id_and_the_same_body() {
    let server = Server::replies(vec![
        Reply::status(429),
        Reply::status(429),
        Reply::status(201),
    ])
    .await;
    let client = client(&server);
    client.send(post(&client)).await.unwrap();
    let seen = server.seen();
    assert!(
        seen.iter()
            .all(|seen| seen.body == seen.body && seen.headers["content-length"] == "12")
    );
    let mut ids: Vec<_> = seen
        .iter()
        .map(|seen| seen.headers["x-request-id"].clone())
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}
