//! The system's proxy: used for far hosts, not for this machine.
//!
//! The environment of a process cannot be changed safely from within, so the client runs in a child: this test binary
//! again, with a variable that tells it to be one.

use std::process::Stdio;

use aep_core::{Credentials, Settings};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::server::{Reply, Server};
use crate::{client_of, get, settings};

const CHILD: &str = "AEP_CORE_TEST_OF_PROXY";

#[tokio::test]
async fn far_hosts_go_through_the_proxy_and_this_machine_does_not() {
    let near = Server::replies(vec![Reply::status(200)]).await;
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let mut child = tokio::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "proxy::child", "--nocapture"])
        .env(CHILD, near.url().as_str())
        .env("HTTPS_PROXY", &address)
        .env("HTTP_PROXY", &address)
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let (mut socket, _) = proxy.accept().await.unwrap();
    let mut head = vec![0; 1_000];
    let count = socket.read(&mut head).await.unwrap();
    let head = String::from_utf8_lossy(&head[..count]).into_owned();
    assert!(
        head.starts_with("CONNECT platform.adobe.io:443 HTTP/1.1\r\n"),
        "{head}"
    );
    assert!(
        !head.contains("given"),
        "the token is for the gateway, not for the proxy: {head}"
    );
    socket
        .write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        .await
        .unwrap();
    drop(socket);
    assert!(child.wait().await.unwrap().success());
    assert_eq!(
        near.seen().len(),
        1,
        "the near server was asked without the proxy"
    );
}

/// The child's part. Alone it does nothing.
#[tokio::test]
async fn child() {
    #[expect(
        clippy::disallowed_methods,
        reason = "a message from the parent, not configuration"
    )]
    let Ok(near) = std::env::var(CHILD) else {
        return;
    };
    let near = client_of(settings(&near.parse().unwrap()));
    near.send(get(&near)).await.unwrap();

    let mut far = Settings::local("https://platform.adobe.io".parse().unwrap());
    far.credentials = Credentials::Token(String::from("given").into());
    far.retries = 0;
    let far = client_of(far);
    let error = far.send(get(&far)).await.unwrap_err();
    assert!(error.hint_text().unwrap().contains("proxy"), "{error:?}");
}
