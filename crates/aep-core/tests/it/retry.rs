//! What is sent again, how often, and what comes of it.

use std::time::{Duration, Instant, SystemTime};

use aep_core::ErrorKind::{
    Conflict, Forbidden, Limit, NotFound, Other, Protocol, RateLimited, Rejected, Unavailable,
};
use aep_core::{ErrorKind, Safety};
use http::Method;

use crate::server::{Reply, Server};
use crate::{client, client_of, get, post, settings};

/// One row: what the server does in turn, whether the operation may be repeated, how many requests it must see, and the
/// kind of the error if it must fail.
struct Vector {
    name: &'static str,
    replies: Vec<Reply>,
    safety: Safety,
    requests: usize,
    error: Option<ErrorKind>,
}

fn vector(
    name: &'static str,
    safety: Safety,
    replies: Vec<Reply>,
    requests: usize,
    error: impl Into<Option<ErrorKind>>,
) -> Vector {
    Vector {
        name,
        replies,
        safety,
        requests,
        error: error.into(),
    }
}

fn vectors() -> Vec<Vector> {
    use Safety::{NotRepeatable as Once, Repeatable as Again};
    let ok = || Reply::status(200);
    let s = Reply::status;
    let after = |status: u16, value: &str| Reply::status(status).with("Retry-After", value);
    let past = "Sun, 22 Nov 2020 11:00:00 GMT";
    let far = "Sun, 22 Nov 2099 11:00:00 GMT";
    vec![
        // The answer is there at once.
        vector("200", Again, vec![ok()], 1, None),
        vector("201 of a create", Once, vec![s(201)], 1, None),
        vector("204", Again, vec![s(204)], 1, None),
        vector("207 is an answer", Again, vec![s(207)], 1, None),
        // Transient statuses of what may be repeated.
        vector("408", Again, vec![s(408), ok()], 2, None),
        vector("500", Again, vec![s(500), ok()], 2, None),
        vector("502", Again, vec![s(502), ok()], 2, None),
        vector("503", Again, vec![s(503), ok()], 2, None),
        vector("504", Again, vec![s(504), ok()], 2, None),
        vector(
            "different ones in a row",
            Again,
            vec![s(503), s(429), s(502), s(504), ok()],
            5,
            None,
        ),
        vector("503 until the end", Again, vec![s(503)], 5, Unavailable),
        vector("504 until the end", Again, vec![s(504)], 5, Unavailable),
        vector("500 twice", Again, vec![s(500), s(500), ok()], 3, None),
        vector(
            "500 three times is enough",
            Again,
            vec![s(500), s(500), s(500), ok()],
            3,
            Unavailable,
        ),
        vector(
            "500s and others count apart",
            Again,
            vec![s(500), s(503), s(500), s(503), ok()],
            5,
            None,
        ),
        // The same for a create: it may have happened.
        vector("408 of a create", Once, vec![s(408), ok()], 1, Unavailable),
        vector("500 of a create", Once, vec![s(500), ok()], 1, Unavailable),
        vector("502 of a create", Once, vec![s(502), ok()], 1, Unavailable),
        vector("503 of a create", Once, vec![s(503), ok()], 1, Unavailable),
        vector(
            "503 with Retry-After of a create",
            Once,
            vec![after(503, "0"), ok()],
            1,
            Unavailable,
        ),
        vector("504 of a create", Once, vec![s(504), ok()], 1, Unavailable),
        // Throttling: nothing was processed.
        vector("429", Again, vec![s(429), ok()], 2, None),
        vector("429 of a create", Once, vec![s(429), ok()], 2, None),
        vector("429 until the end", Again, vec![s(429)], 5, RateLimited),
        vector(
            "429 until the end of a create",
            Once,
            vec![s(429)],
            5,
            RateLimited,
        ),
        vector(
            "429, then 503 of a create",
            Once,
            vec![s(429), s(503), ok()],
            2,
            Unavailable,
        ),
        // Retry-After.
        vector(
            "Retry-After: 0",
            Again,
            vec![after(429, "0"), ok()],
            2,
            None,
        ),
        vector(
            "Retry-After: a date that has passed",
            Again,
            vec![after(429, past), ok()],
            2,
            None,
        ),
        vector(
            "Retry-After: nonsense counts as none",
            Again,
            vec![after(429, "soon"), ok()],
            2,
            None,
        ),
        vector(
            "Retry-After: negative counts as none",
            Again,
            vec![after(429, "-3"), ok()],
            2,
            None,
        ),
        vector(
            "Retry-After of a 503",
            Again,
            vec![after(503, "0"), ok()],
            2,
            None,
        ),
        vector(
            "Retry-After beyond the budget",
            Again,
            vec![after(429, "31"), ok()],
            1,
            RateLimited,
        ),
        vector(
            "Retry-After without end",
            Again,
            vec![after(429, "99999999999999999999"), ok()],
            1,
            RateLimited,
        ),
        vector(
            "Retry-After: a date beyond the budget",
            Again,
            vec![after(429, far), ok()],
            1,
            RateLimited,
        ),
        vector(
            "Retry-After beyond the budget on 503",
            Again,
            vec![after(503, "3600"), ok()],
            1,
            Unavailable,
        ),
        vector(
            "Retry-After of a 400 means nothing",
            Again,
            vec![after(400, "0"), ok()],
            1,
            Rejected,
        ),
        // Lasting failures.
        vector("400", Again, vec![s(400), ok()], 1, Rejected),
        vector("403", Again, vec![s(403), ok()], 1, Forbidden),
        vector("404", Again, vec![s(404), ok()], 1, NotFound),
        vector("405", Again, vec![s(405), ok()], 1, Other),
        vector("409", Again, vec![s(409), ok()], 1, Conflict),
        vector("410", Again, vec![s(410), ok()], 1, NotFound),
        vector("412", Again, vec![s(412), ok()], 1, Conflict),
        vector("413", Again, vec![s(413), ok()], 1, Limit),
        vector("414", Again, vec![s(414), ok()], 1, Limit),
        vector("415", Again, vec![s(415), ok()], 1, Other),
        vector("422", Again, vec![s(422), ok()], 1, Rejected),
        vector("428", Again, vec![s(428), ok()], 1, Conflict),
        vector("501", Again, vec![s(501), ok()], 1, Unavailable),
        vector(
            "304 was not asked for",
            Again,
            vec![s(304), ok()],
            1,
            Protocol,
        ),
        // The network.
        vector(
            "the connection is closed",
            Again,
            vec![Reply::Drop, ok()],
            2,
            None,
        ),
        vector(
            "it is always closed",
            Again,
            vec![Reply::Drop],
            5,
            Unavailable,
        ),
        vector(
            "it is closed on a create",
            Once,
            vec![Reply::Drop, ok()],
            1,
            Unavailable,
        ),
        vector(
            "what comes is no HTTP",
            Again,
            vec![Reply::Raw(b"hello\r\n\r\n".to_vec()), ok()],
            2,
            None,
        ),
        vector(
            "half a head",
            Again,
            vec![Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-".to_vec()), ok()],
            2,
            None,
        ),
        vector(
            "half a head on a create",
            Once,
            vec![Reply::Raw(b"HTTP/1.1 201".to_vec()), ok()],
            1,
            Unavailable,
        ),
        vector(
            "half a body, buffered",
            Again,
            vec![Reply::Half(200, b"{".to_vec()), ok()],
            2,
            None,
        ),
        vector(
            "half a body on a create",
            Once,
            vec![Reply::Half(201, b"{".to_vec()), ok()],
            1,
            Unavailable,
        ),
        vector(
            "half the body of a 404",
            Again,
            vec![Reply::Half(404, b"{".to_vec()), ok()],
            1,
            NotFound,
        ),
        vector(
            "half the body of a 503",
            Again,
            vec![Reply::Half(503, b"{".to_vec()), ok()],
            2,
            None,
        ),
    ]
}

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
