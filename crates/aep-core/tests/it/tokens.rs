//! Tokens: one fetch for all, renewal in time, once more after a 401.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use aep_core::transport::{Clock, Jitter};
use aep_core::{Client, Credentials, ErrorKind};
use futures::future::join_all;

use crate::server::{Reply, Server};
use crate::{client, client_of, get, post, settings};

fn bearer(seen: &crate::server::Seen) -> &str {
    &seen.headers["authorization"]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_tasks_share_one_fetch() {
    let server = Server::start(|_, _| Reply::status(200)).await;
    let client = client(&server);
    let tasks = (0..100).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.send(get(&client)).await })
    });
    for result in join_all(tasks).await {
        result.unwrap().unwrap();
    }
    assert_eq!((server.tokens(), server.seen().len()), (1, 100));
    assert!(
        server
            .seen()
            .iter()
            .all(|seen| bearer(seen) == "Bearer token-1")
    );
}

#[tokio::test]
async fn the_form_is_the_one_of_ims() {
    let server = Server::start(|_, _| Reply::status(200)).await;
    client(&server).token().await.unwrap();
    let seen = &server.all()[0];
    assert_eq!(seen.method, "POST");
    assert_eq!(
        seen.headers["content-type"],
        "application/x-www-form-urlencoded"
    );
    assert_eq!(
        String::from_utf8_lossy(&seen.body),
        "grant_type=client_credentials&client_id=local-client&client_secret=local-secret&scope=openid%2CAdobeID\
         %2Cread_organizations%2Cadditional_info.projectedProductContext%2Csession"
    );
    assert!(
        !seen.headers.contains_key("x-api-key") && !seen.headers.contains_key("x-sandbox-name")
    );
}

#[tokio::test]
async fn all_get_the_error_of_the_one_fetch() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let server = Server::bare(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        Reply::json(
            400,
            r#"{"error":"invalid_client","error_description":"invalid client_secret parameter"}"#,
        )
    })
    .await;
    let client = client(&server);
    let results = join_all((0..20).map(|_| client.send(get(&client)))).await;
    for result in results {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthorized);
        assert_eq!(
            error.problem().unwrap().code.as_deref(),
            Some("invalid_client")
        );
        assert_eq!(
            error.report().to_string(),
            "could not read the thing\n  caused by: could not get an access token, host `127.0.0.1`\n  caused by: 400 \
             Bad Request, invalid_client invalid client_secret parameter (request id ID)\nhint: check client_id and \
             client_secret against the credential in the Developer Console; secrets there can be rotated and removed"
                .replace("ID", error.request_id().unwrap())
        );
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_first_who_asked_may_give_up() {
    let server = Server::start(|_, _| Reply::status(200)).await;
    let client = client(&server);
    let mut first = Box::pin(client.send(get(&client)));
    // Polled once, so that the fetch is under way, then dropped.
    assert!(futures::poll!(&mut first).is_pending());
    drop(first);
    let results = join_all((0..10).map(|_| client.send(get(&client)))).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(server.tokens(), 1);
}

#[test]
fn a_fetch_lost_with_its_runtime_is_made_again() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let serving = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let server = serving.block_on(Server::start(|_, _| Reply::status(200)));
    let client = client(&server);
    runtime().block_on(async {
        let mut first = Box::pin(client.token());
        assert!(futures::poll!(&mut first).is_pending());
    });
    runtime().block_on(async { client.token().await.unwrap() });
}

#[tokio::test]
async fn a_401_renews_once_and_the_request_succeeds() {
    let server = Server::start(|seen, _| match bearer(seen) {
        "Bearer token-1" => Reply::json(
            401,
            r#"{"error_code":"401013","message":"Oauth token is not valid"}"#,
        ),
        _ => Reply::status(200),
    })
    .await;
    let client = client(&server);
    // Creates too: a refused request was not processed.
    let response = client.send(post(&client)).await.unwrap();
    assert_eq!((response.attempts(), server.tokens()), (2, 2));
}

#[tokio::test]
async fn a_lasting_401_ends_after_one_renewal() {
    let server = Server::replies(vec![Reply::json(
        401,
        r#"{"error_code":"401013","message":"no"}"#,
    )])
    .await;
    let client = client(&server);
    let error = client.send(get(&client)).await.unwrap_err();
    assert_eq!(
        (error.kind(), server.seen().len(), server.tokens()),
        (ErrorKind::Unauthorized, 2, 2)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_401s_for_one_token_renew_it_once() {
    let server = Server::start(|seen, _| match bearer(seen) {
        "Bearer token-1" => Reply::status(401),
        _ => Reply::status(200),
    })
    .await;
    let client = client(&server);
    let tasks = (0..50).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.send(get(&client)).await })
    });
    for result in join_all(tasks).await {
        result.unwrap().unwrap();
    }
    assert_eq!(server.tokens(), 2);
}

#[tokio::test]
async fn a_token_that_was_given_is_not_renewed() {
    let server = Server::replies(vec![Reply::status(401)]).await;
    let mut settings = settings(&server.url());
    settings.credentials = Credentials::Token(String::from("given-token").into());
    let client = client_of(settings);
    let error = client.send(get(&client)).await.unwrap_err();
    assert_eq!(
        (error.kind(), server.all().len()),
        (ErrorKind::Unauthorized, 1)
    );
    assert_eq!(bearer(&server.all()[0]), "Bearer given-token");
    assert!(error.hint_text().unwrap().contains("cannot be renewed"));
    assert!(client.token().await.unwrap().expires_at.is_none());
}

/// A client whose clock is moved by hand, in seconds.
fn with_clock(server: &Server) -> (Client, Arc<AtomicU64>) {
    let now = Arc::new(AtomicU64::new(1_000_000));
    let read = Arc::clone(&now);
    let clock = Clock::new(move || {
        SystemTime::UNIX_EPOCH + Duration::from_secs(read.load(Ordering::SeqCst))
    });
    let client = Client::builder(settings(&server.url()))
        .clock(clock)
        .jitter(Jitter::new(|_| Duration::ZERO));
    (client.build().unwrap(), now)
}

#[tokio::test]
async fn a_token_is_renewed_five_minutes_before_it_expires() {
    let server = Server::start(|_, _| Reply::status(200)).await;
    let (client, now) = with_clock(&server);
    let token = client.token().await.unwrap();
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + 86_399);
    assert_eq!(token.expires_at, Some(end));
    now.fetch_add(86_399 - 301, Ordering::SeqCst);
    client.token().await.unwrap();
    assert_eq!(server.tokens(), 1);
    now.fetch_add(1, Ordering::SeqCst);
    assert_eq!(client.token().await.unwrap().secret.expose(), "token-2");
}

#[tokio::test]
async fn a_short_life_is_renewed_after_nine_tenths_and_milliseconds_are_seen() {
    let server = Server::bare(|_| Reply::token("short", 2_000_000)).await; // 2,000 s
    let (client, now) = with_clock(&server);
    client.token().await.unwrap();
    now.fetch_add(1_799, Ordering::SeqCst);
    client.token().await.unwrap();
    assert_eq!(server.all().len(), 1);
    now.fetch_add(1, Ordering::SeqCst);
    client.token().await.unwrap();
    assert_eq!(server.all().len(), 2);
}

#[tokio::test]
async fn the_old_token_serves_while_a_renewal_ahead_of_time_fails() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let server = Server::bare(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::token("first", 1_000),
        _ => Reply::status(400),
    })
    .await;
    let (client, now) = with_clock(&server);
    client.token().await.unwrap();
    now.fetch_add(950, Ordering::SeqCst);
    for _ in 0..5 {
        assert_eq!(client.token().await.unwrap().secret.expose(), "first");
    }
    assert_eq!(
        asked.load(Ordering::SeqCst),
        2,
        "after a failure there is a pause"
    );
    now.fetch_add(50, Ordering::SeqCst);
    assert_eq!(
        client.token().await.unwrap_err().kind(),
        ErrorKind::Unauthorized
    );
}

#[tokio::test]
async fn ims_is_retried_too() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let server = Server::bare(move |_| match count.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::status(503),
        1 => Reply::Drop,
        2 => Reply::status(429).with("Retry-After", "0"),
        3 => Reply::Half(200, b"{\"access".to_vec()),
        _ => Reply::token("at last", 100),
    })
    .await;
    assert_eq!(
        client(&server).token().await.unwrap().secret.expose(),
        "at last"
    );
}

#[tokio::test]
async fn an_answer_of_ims_that_is_none_is_a_protocol_error() {
    for body in [
        "",
        "{}",
        "<html>",
        r#"{"access_token":""}"#,
        r#"{"access_token":7}"#,
        "[]",
    ] {
        let server = Server::bare(move |_| Reply::json(200, body)).await;
        let error = client(&server).token().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{body}");
    }
}
