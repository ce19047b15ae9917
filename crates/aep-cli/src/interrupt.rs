//! Ctrl-C in two steps: the first asks for a clean end, the second ends at once and says what remains.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

/// Counts the signals of this process.
#[derive(Debug, Clone)]
pub(crate) struct Interrupt {
    count: watch::Receiver<u32>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    cleans_up: AtomicBool,
    remains: Mutex<Option<String>>,
}

impl Interrupt {
    /// Starts to listen for Ctrl-C, and on Unix for SIGTERM.
    pub(crate) fn listen() -> Self {
        let (sender, count) = watch::channel(0);
        tokio::spawn(async move {
            loop {
                if signalled().await.is_err() {
                    return;
                }
                sender.send_modify(|count| *count += 1);
            }
        });
        Self {
            count,
            shared: Arc::default(),
        }
    }

    /// From now on the command itself answers the first signal.
    pub(crate) fn clean_up_first(&self) {
        self.shared.cleans_up.store(true, Ordering::SeqCst);
    }

    /// Says what a second signal would leave behind.
    pub(crate) fn remains(&self, text: impl Into<String>) {
        *self
            .shared
            .remains
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(text.into());
    }

    /// What remains on the server, for the last message.
    pub(crate) fn what_remains(&self) -> Option<String> {
        self.shared
            .remains
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Resolves at the first signal.
    pub(crate) async fn first(&self) {
        self.reached(1).await;
    }

    /// Resolves when the process should end: at the first signal, or at the second if the command cleans up.
    pub(crate) async fn ends(&self) {
        self.reached(1).await;
        if self.shared.cleans_up.load(Ordering::SeqCst) {
            self.reached(2).await;
        }
    }

    async fn reached(&self, wanted: u32) {
        let mut count = self.count.clone();
        if count.wait_for(|count| *count >= wanted).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(unix)]
async fn signalled() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        done = tokio::signal::ctrl_c() => done,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn signalled() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
