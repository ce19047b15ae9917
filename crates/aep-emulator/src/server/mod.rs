//! Sockets: a plain HTTP/1.1 server whose connections can be cut for real.

mod entry;
mod spoil;
mod upload;
mod wire;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::routes::AppState;

pub(crate) use entry::faults_changed;
pub(crate) use wire::Wire;

/// How long requests that are under way may take once the server has been told to stop.
pub(crate) const GRACE: Duration = Duration::from_secs(5);

/// Who sent a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Accepts until `stop`, then lets the requests under way finish.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    state: AppState,
    stop: CancellationToken,
) {
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                connections.spawn(connection(
                    stream,
                    peer,
                    router.clone(),
                    state.clone(),
                    stop.clone(),
                ));
            }
            Err(error) => {
                // Out of file descriptors, or the client has gone already: neither ends the server.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
    drop(listener);
    connections.close();
    if tokio::time::timeout(GRACE, connections.wait())
        .await
        .is_err()
    {
        tracing::warn!("requests still under way were cut off");
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    state: AppState,
    stop: CancellationToken,
) {
    let _ = stream.set_nodelay(true);
    let wire = Wire::default();
    let io = TokioIo::new(wire::Line::new(stream, wire.clone()));
    let service = service_fn({
        let wire = wire.clone();
        move |request: Request<Incoming>| {
            let mut request = request.map(|body| Body::new(upload::Upload::new(body)));
            request.extensions_mut().insert(Peer(peer));
            let (router, state, wire) = (router.clone(), state.clone(), wire.clone());
            async move {
                Ok::<_, std::convert::Infallible>(entry::handle(request, router, state, wire).await)
            }
        }
    });
    let serving = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(io, service);
    tokio::pin!(serving);
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = wire.cut() => return,
        () = stop.cancelled() => {
            serving.as_mut().graceful_shutdown();
            tokio::select! {
                ended = serving.as_mut() => ended,
                () = wire.cut() => return,
                () = tokio::time::sleep(GRACE) => return,
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
