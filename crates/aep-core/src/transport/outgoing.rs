//! The body of one attempt: it tells the watchdog when something moves, keeps the promised length, and remembers why its
//! source failed.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use http_body::{Frame, SizeHint};
use tokio::time::Instant;

use super::network::{Broken, What};
use super::{Body, Timeouts};

/// Bytes in memory are handed out in pieces of this size, so that a large body in slow motion is told from a stuck one.
const PIECE: usize = 256 * 1024;

/// An answer that takes longer than this is unusual: meanwhile others may be sent.
const QUIET: Duration = Duration::from_secs(1);

/// Where an attempt is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Connecting, or everything is sent: the next thing to happen is the answer.
    Waiting,
    /// The network takes the body.
    Sending,
    /// The body's source does not deliver: not the network's fault, so the clock stands still.
    Reading,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    since: Instant,
    connected: bool,
    failed: Option<io::Error>,
}

/// What an attempt and its watchdog share.
#[derive(Debug, Clone)]
pub(crate) struct Progress(Arc<Mutex<State>>);

impl Progress {
    pub(crate) fn start() -> Self {
        let state = State {
            phase: Phase::Waiting,
            since: Instant::now(),
            connected: false,
            failed: None,
        };
        Self(Arc::new(Mutex::new(state)))
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn enter(&self, phase: Phase) {
        self.change(|state| {
            state.phase = phase;
            state.since = Instant::now();
            state.connected = true;
        });
    }

    /// The error of the body's source, if that is why the attempt failed.
    pub(crate) fn source_error(&self) -> Option<io::Error> {
        self.change(|state| state.failed.take())
    }

    /// Returns when nothing has moved for longer than allowed. Before that it says once if the answer takes unusually
    /// long.
    pub(crate) async fn watch(&self, timeouts: &Timeouts, quiet: impl Fn()) -> Broken {
        let mut told = false;
        loop {
            let (phase, since, connected) =
                self.change(|state| (state.phase, state.since, state.connected));
            let limit = match phase {
                Phase::Waiting if connected => timeouts.first_byte,
                Phase::Waiting => timeouts.connect.saturating_add(timeouts.first_byte),
                Phase::Sending | Phase::Reading => timeouts.idle,
            };
            let until = since.checked_add(limit);
            if phase != Phase::Reading && until.is_some_and(|until| until <= Instant::now()) {
                let text = match phase {
                    Phase::Waiting => "no answer came for",
                    Phase::Sending | Phase::Reading => "the server took nothing of the body for",
                };
                return Broken::new(What::Silent, format!("{text} {} s", limit.as_secs_f32()));
            }
            if phase == Phase::Waiting && !told && since.elapsed() >= QUIET {
                told = true;
                quiet();
            }
            // The phase may change meanwhile: look again soon enough for the shortest limit.
            let shortest = timeouts.idle.min(timeouts.first_byte);
            let soon = Instant::now() + if told { shortest } else { shortest.min(QUIET) };
            tokio::time::sleep_until(
                until
                    .filter(|_| phase != Phase::Reading)
                    .map_or(soon, |until| until.min(soon)),
            )
            .await;
        }
    }
}

/// See the module.
pub(crate) struct Outgoing {
    source: Source,
    left: u64,
    length: u64,
    progress: Progress,
}

enum Source {
    Bytes(Bytes),
    // The lock is never contended: it makes a stream that is only Send fit a body that must be Sync.
    Stream(Mutex<BoxStream<'static, io::Result<Bytes>>>),
}

impl Outgoing {
    pub(crate) fn open(body: &Body, progress: Progress) -> Self {
        let source = match body {
            Body::Empty => Source::Bytes(Bytes::new()),
            Body::Bytes(bytes) => Source::Bytes(bytes.clone()),
            Body::Replay { open, .. } => Source::Stream(Mutex::new(open())),
        };
        Self {
            source,
            left: body.len(),
            length: body.len(),
            progress,
        }
    }

    fn fail(&mut self, error: io::Error) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let told = io::Error::new(error.kind(), "the body's source failed");
        self.progress.change(|state| state.failed = Some(error));
        Poll::Ready(Some(Err(told)))
    }
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = self.get_mut();
        let piece = match &mut this.source {
            Source::Bytes(bytes) if bytes.is_empty() => None,
            Source::Bytes(bytes) => Some(Ok(bytes.split_to(bytes.len().min(PIECE)))),
            Source::Stream(stream) => {
                let stream = stream.get_mut().unwrap_or_else(PoisonError::into_inner);
                this.progress.enter(Phase::Reading);
                ready!(stream.poll_next_unpin(context))
            }
        };
        let short = || {
            let sent = this.length - this.left;
            io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!(
                    "it ended after {sent} of {} bytes: was it changed meanwhile?",
                    this.length
                ),
            )
        };
        match piece {
            Some(Ok(piece)) => {
                let Some(left) = this.left.checked_sub(piece.len() as u64) else {
                    let text = format!(
                        "it is longer than {} bytes: was it changed meanwhile?",
                        this.length
                    );
                    return this.fail(io::Error::new(io::ErrorKind::InvalidData, text));
                };
                this.left = left;
                this.progress.enter(if left == 0 {
                    Phase::Waiting
                } else {
                    Phase::Sending
                });
                Poll::Ready(Some(Ok(Frame::data(piece))))
            }
            Some(Err(error)) => this.fail(error),
            None if this.left > 0 => {
                let error = short();
                this.fail(error)
            }
            None => {
                this.progress.enter(Phase::Waiting);
                Poll::Ready(None)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        // A stream is asked once more after its last byte, to find out that it has grown.
        self.left == 0 && matches!(self.source, Source::Bytes(_))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::atomic::{AtomicU32, Ordering};

    use futures::stream;
    use http_body_util::BodyExt;

    use super::*;

    const TIMEOUTS: Timeouts = Timeouts {
        connect: Duration::from_secs(10),
        first_byte: Duration::from_secs(90),
        idle: Duration::from_secs(30),
        retry: Duration::from_mins(2),
    };

    /// When the watchdog barks, in seconds, if this happens.
    async fn barks(happens: impl AsyncFnOnce(&Progress)) -> u64 {
        let progress = Progress::start();
        let start = Instant::now();
        let watch = progress.watch(&TIMEOUTS, || ());
        let story = async {
            happens(&progress).await;
            std::future::pending::<()>().await;
        };
        tokio::select! {
            _ = watch => start.elapsed().as_secs(),
            () = story => unreachable!("it has no end"),
        }
    }

    async fn seconds(count: u64) {
        tokio::time::sleep(Duration::from_secs(count)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn each_phase_has_its_limit() {
        assert_eq!(
            barks(async |_| {}).await,
            100,
            "connecting and the first byte"
        );
        let sending = async |progress: &Progress| {
            seconds(5).await;
            progress.enter(Phase::Sending);
        };
        assert_eq!(barks(sending).await, 35);
        let moving = async |progress: &Progress| {
            for _ in 0..20 {
                seconds(29).await;
                progress.enter(Phase::Sending);
            }
        };
        assert_eq!(
            barks(moving).await,
            20 * 29 + 30,
            "a slow upload that moves is not cut off"
        );
        let sent = async |progress: &Progress| {
            progress.enter(Phase::Sending);
            seconds(20).await;
            progress.enter(Phase::Waiting);
        };
        assert_eq!(barks(sent).await, 110, "after the last byte of the body");
        let reading = async |progress: &Progress| {
            progress.enter(Phase::Reading);
            seconds(3_600).await;
            progress.enter(Phase::Sending);
        };
        assert_eq!(
            barks(reading).await,
            3_630,
            "a slow source is not the server's fault"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_takes_long_is_told_once() {
        let progress = Progress::start();
        let told = AtomicU32::new(0);
        let quiet = || {
            told.fetch_add(1, Ordering::Relaxed);
        };
        let start = Instant::now();
        let story = async {
            progress.enter(Phase::Sending);
            seconds(20).await;
            assert_eq!(told.load(Ordering::Relaxed), 0, "the body still goes out");
            progress.enter(Phase::Waiting);
            seconds(3).await;
            assert_eq!(told.load(Ordering::Relaxed), 1);
            std::future::pending::<()>().await;
        };
        tokio::select! {
            _ = progress.watch(&TIMEOUTS, quiet) => {}
            () = story => unreachable!("it has no end"),
        }
        assert_eq!(told.load(Ordering::Relaxed), 1);
        assert_eq!(start.elapsed().as_secs(), 110);
    }

    #[tokio::test]
    async fn bytes_are_handed_out_in_pieces() {
        let body = Body::from(vec![7_u8; PIECE * 2 + 1]);
        let mut outgoing = Outgoing::open(&body, Progress::start());
        let mut lengths = Vec::new();
        while let Some(frame) = outgoing.frame().await {
            lengths.push(frame.unwrap().into_data().unwrap().len());
        }
        assert_eq!(lengths, [PIECE, PIECE, 1]);
    }

    #[tokio::test]
    async fn empty_pieces_do_no_harm() {
        let body = Body::replay(3, || {
            let pieces =
                ["", "ab", "", "c", ""].map(|piece| Ok(Bytes::from_static(piece.as_bytes())));
            stream::iter(pieces).boxed()
        });
        let progress = Progress::start();
        let all = Outgoing::open(&body, progress.clone())
            .collect()
            .await
            .unwrap()
            .to_bytes();
        assert_eq!(&all[..], b"abc");
        assert!(progress.source_error().is_none());
    }
}
