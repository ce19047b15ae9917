//! A small HTTP server that does what a script says, down to half an answer.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// What to do with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// A whole answer.
    Answer(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// The head of an answer and a body shorter than it says, then the end of the connection.
    Half(u16, Vec<u8>),
    /// The head and a part of the body, then nothing.
    Stuck(Vec<u8>),
    /// Close the connection without an answer.
    Drop,
    /// No answer, and the connection stays open.
    Silence,
    /// These bytes, whatever they are, then the end of the connection.
    Raw(Vec<u8>),
}

impl Reply {
    pub(crate) fn status(status: u16) -> Self {
        Self::Answer(status, Vec::new(), b"{}".to_vec())
    }

    pub(crate) fn json(status: u16, body: &str) -> Self {
        let kind = ("Content-Type", "application/json".to_owned());
        Self::Answer(status, vec![kind], body.as_bytes().to_vec())
    }

    pub(crate) fn with(self, name: &'static str, value: impl Into<String>) -> Self {
        match self {
            Self::Answer(status, mut headers, body) => {
                headers.push((name, value.into()));
                Self::Answer(status, headers, body)
            }
            other => other,
        }
    }

    /// The answer of IMS with this token.
    pub(crate) fn token(token: &str, expires_in: u64) -> Self {
        Self::json(
            200,
            &format!(
                r#"{{"access_token":"{token}","token_type":"bearer","expires_in":{expires_in}}}"#
            ),
        )
    }
}

type Script = dyn Fn(&Seen, usize) -> Reply + Send + Sync;

/// A running server; it stops when dropped.
pub(crate) struct Server {
    url: Url,
    seen: Arc<Mutex<Vec<Seen>>>,
    tokens: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Server {
    /// A server that gives out tokens by itself and asks the script for everything else, with the number of the request,
    /// counted from 0.
    pub(crate) async fn start(
        script: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let count = AtomicUsize::new(0);
        let tokens = Arc::new(AtomicUsize::new(0));
        let given = Arc::clone(&tokens);
        Self::bare_counting(tokens, move |seen| {
            if seen.target == "/ims/token/v3" {
                let number = given.fetch_add(1, Ordering::SeqCst) + 1;
                return Reply::token(&format!("token-{number}"), 86_399);
            }
            script(seen, count.fetch_add(1, Ordering::SeqCst))
        })
        .await
    }

    /// A server that answers with these in turn, the last one for ever.
    pub(crate) async fn replies(replies: Vec<Reply>) -> Self {
        Self::start(move |_, number| replies[number.min(replies.len() - 1)].clone()).await
    }

    /// A server that asks the script for everything, tokens too.
    pub(crate) async fn bare(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::bare_counting(Arc::default(), script).await
    }

    async fn bare_counting(
        tokens: Arc<AtomicUsize>,
        script: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap())
            .parse()
            .unwrap();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let log = Arc::clone(&seen);
        let script: Arc<Script> = Arc::new(move |seen: &Seen, _| script(seen));
        let task = tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(socket, Arc::clone(&script), Arc::clone(&log)));
            }
        });
        Self {
            url,
            seen,
            tokens,
            task,
        }
    }

    pub(crate) fn url(&self) -> Url {
        self.url.clone()
    }

    /// The requests so far, without those for tokens.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        let seen = self.seen.lock().unwrap();
        seen.iter()
            .filter(|seen| seen.target != "/ims/token/v3")
            .cloned()
            .collect()
    }

    /// All requests so far.
    pub(crate) fn all(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// How many tokens it gave out.
    pub(crate) fn tokens(&self) -> usize {
        self.tokens.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves one connection.
pub(crate) async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    mut socket: S,
    script: Arc<Script>,
    log: Arc<Mutex<Vec<Seen>>>,
) {
    while let Some(seen) = read(&mut socket).await {
        let number = {
            let mut log = log.lock().unwrap();
            log.push(seen.clone());
            log.len() - 1
        };
        match script(&seen, number) {
            Reply::Answer(status, headers, body) => {
                let mut head = format!(
                    "HTTP/1.1 {status} Reason\r\nContent-Length: {}\r\n",
                    body.len()
                );
                for (name, value) in headers {
                    head.push_str(&format!("{name}: {value}\r\n"));
                }
                head.push_str("\r\n");
                let mut answer = head.into_bytes();
                if seen.method != "HEAD" {
                    answer.extend(body);
                }
                if socket.write_all(&answer).await.is_err() {
                    return;
                }
            }
            Reply::Half(status, body) => {
                let head = format!(
                    "HTTP/1.1 {status} Reason\r\nContent-Length: {}\r\n\r\n",
                    body.len() + 100
                );
                let _ = socket.write_all(&[head.as_bytes(), &body].concat()).await;
                return;
            }
            Reply::Stuck(body) => {
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n",
                    body.len() + 100
                );
                let _ = socket.write_all(&[head.as_bytes(), &body].concat()).await;
                std::future::pending::<()>().await;
            }
            Reply::Drop => return,
            Reply::Silence => std::future::pending::<()>().await,
            Reply::Raw(bytes) => {
                let _ = socket.write_all(&bytes).await;
                return;
            }
        }
    }
}

async fn read<S: AsyncRead + Unpin>(socket: &mut S) -> Option<Seen> {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        match socket.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length: usize = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let mut body = bytes.split_off(end + 4);
    while body.len() < length {
        match socket.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(count) => body.extend_from_slice(&buffer[..count]),
        }
    }
    Some(Seen {
        method,
        target,
        headers,
        body,
    })
}
