//! Redirects, and who is given credentials.

use aep_core::{ErrorKind, Request};
use http::Method;

use crate::server::{Reply, Server};
use crate::{READ, client, get, post};

fn to(status: u16, target: impl Into<String>) -> Reply {
    Reply::status(status).with("Location", target)
}

#[tokio::test]
async fn a_redirect_on_the_same_host_keeps_the_credentials() {
    for status in [301, 302, 303, 307, 308] {
        let server = Server::start(move |seen, _| match seen.target.as_str() {
            "/thing" => to(status, "/other?x=1"),
            _ => Reply::status(200),
        })
        .await;
        let client = client(&server);
        client.send(get(&client)).await.unwrap();
        let seen = server.seen();
        assert_eq!((seen.len(), seen[1].target.as_str()), (2, "/other?x=1"));
        assert_eq!(seen[1].headers["authorization"], "Bearer token-1");
    }
}

#[tokio::test]
async fn a_redirect_to_another_host_is_followed_without_credentials() {
    let other = Server::replies(vec![Reply::json(200, "{}")]).await;
    let target = other.url().join("file").unwrap();
    let server = Server::start(move |_, _| to(302, target.as_str())).await;
    let client = client(&server);
    let request = get(&client).header(
        http::HeaderName::from_static("x-private"),
        http::HeaderValue::from_static("p"),
    );
    client.send(request).await.unwrap();
    let seen = &other.all()[0];
    for name in [
        "authorization",
        "x-api-key",
        "x-gw-ims-org-id",
        "x-sandbox-name",
        "x-private",
    ] {
        assert!(!seen.headers.contains_key(name), "{name}");
    }
    assert_eq!(seen.headers["accept"], "application/json");
}

#[tokio::test]
async fn a_foreign_address_gets_no_credentials() {
    let server = Server::replies(vec![Reply::status(200)]).await;
    let other = Server::replies(vec![Reply::status(401)]).await;
    let client = client(&server);
    let request = Request::new(READ, Method::GET, other.url().join("file").unwrap());
    assert_eq!(
        client.send(request).await.unwrap_err().kind(),
        ErrorKind::Unauthorized
    );
    assert_eq!(other.all().len(), 1);
    assert!(!other.all()[0].headers.contains_key("authorization"));
    assert_eq!(server.tokens(), 0);
}

#[tokio::test]
async fn what_is_not_followed_is_an_error() {
    for target in [
        "http://example.com/x",
        "ftp://127.0.0.1/x",
        "file:///etc/passwd",
        ":::",
        "",
    ] {
        let server = Server::replies(vec![to(302, target), to(302, "http://example.com/x")]).await;
        let client = client(&server);
        let error = client.send(get(&client)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{target}: {error:?}");
    }
    let server = Server::start(|_, number| to(302, format!("/{number}"))).await;
    let client = client(&server);
    let error = client.send(get(&client)).await.unwrap_err();
    assert!(
        error
            .report()
            .to_string()
            .contains("too many redirects in a row"),
        "{}",
        error.report()
    );
    assert_eq!(server.seen().len(), 6);
}

#[tokio::test]
async fn a_create_is_not_redirected() {
    let server = Server::replies(vec![to(307, "/other")]).await;
    let client = client(&server);
    assert_eq!(
        client.send(post(&client)).await.unwrap_err().kind(),
        ErrorKind::Protocol
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn plain_http_goes_to_this_machine_only() {
    let server = Server::replies(vec![Reply::status(200)]).await;
    let client = client(&server);
    for url in [
        "http://platform.adobe.io/x",
        "http://127.0.0.1.example.com/",
        "ftp://localhost/",
    ] {
        let request = Request::new(READ, Method::GET, url.parse().unwrap());
        assert_eq!(
            client.send(request).await.unwrap_err().kind(),
            ErrorKind::Config,
            "{url}"
        );
    }
    for url in [
        "http://platform.adobe.io",
        "http://10.0.0.1",
        "http://localhost.evil.com",
        "https://user:CANARY@platform.adobe.io",
        "ws://localhost",
    ] {
        let settings = aep_core::Settings::local(url.parse().unwrap());
        assert_eq!(
            aep_core::Client::new(settings).unwrap_err().kind(),
            ErrorKind::Config,
            "{url}"
        );
    }
    for url in [
        "http://localhost:1",
        "http://127.9.9.9",
        "http://[::1]:80",
        "https://platform.adobe.io",
    ] {
        assert!(
            aep_core::Client::new(aep_core::Settings::local(url.parse().unwrap())).is_ok(),
            "{url}"
        );
    }
}

#[tokio::test]
async fn a_verbatim_request_is_sent_as_it_is_and_redirects_are_not_followed() {
    let server = Server::start(|seen, _| match seen.target.as_str() {
        "/away" => to(301, "/thing"),
        "/region" => Reply::status(403).with("x-amz-bucket-region", "eu-west-1"),
        _ => Reply::status(200).with("x-amz-request-id", "AMZ-1"),
    })
    .await;
    let client = client(&server);
    let to = |path: &str| {
        Request::new(READ, Method::GET, server.url().join(path).unwrap())
            .header(
                http::header::AUTHORIZATION,
                http::HeaderValue::from_static("AWS4-HMAC-SHA256 x"),
            )
            .verbatim()
    };
    let answer = client.send(to("/thing")).await.unwrap();
    assert_eq!(answer.request_id(), Some("AMZ-1"));
    let seen = &server.seen()[0];
    assert_eq!(seen.headers["authorization"], "AWS4-HMAC-SHA256 x");
    for name in [
        "x-api-key",
        "x-gw-ims-org-id",
        "x-sandbox-name",
        "x-request-id",
    ] {
        assert!(!seen.headers.contains_key(name), "{name}");
    }
    assert!(client.send(to("/away")).await.is_err());
    let answer = client.send(to("/region").accepting(&[403])).await.unwrap();
    assert_eq!(answer.header("x-amz-bucket-region"), Some("eu-west-1"));
}
