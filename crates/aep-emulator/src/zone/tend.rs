//! What goes on beside requests.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{Zone, ZoneError};

/// How often files are looked at whose time may have passed, by the emulator's clock. A moved clock has them looked at at
/// once; nobody sees them before either.
const PAUSE: Duration = Duration::from_hours(1);

/// How often the tokens of Azure's containers are looked at.
const LOOK: Duration = Duration::from_mins(1);

fn said(result: Result<(), ZoneError>, what: &str) {
    if let Err(error) = result {
        tracing::warn!(error = &error as &dyn std::error::Error, "{what}");
    }
}

impl Zone {
    /// Has another program's storage follow the clock: what has expired ends, what is too old goes away.
    pub(crate) async fn settle(&self) {
        if let Some(azure) = &self.azure {
            said(
                azure.expire().await,
                "tokens of landing zones could not be ended",
            );
            let swept = azure.sweep(false).await.map(|_| ());
            said(swept, "blobs of landing zones could not be removed");
        }
    }

    /// Empties another program's storage after the state was emptied.
    pub(crate) async fn reset(&self) {
        if let Some(azure) = &self.azure {
            said(
                azure.reset().await,
                "the landing zones could not be emptied",
            );
        }
    }

    /// Waits for the next full second, if files have times of another program's.
    pub(crate) async fn full_second(&self) {
        if self.azure.is_some() {
            let into = jiff::Timestamp::now().subsec_millisecond();
            let left = u64::try_from(1000 - into).unwrap_or_default();
            tokio::time::sleep(Duration::from_millis(left)).await;
        }
    }

    /// Ends what runs beside the emulator.
    pub(crate) async fn stop(&self) {
        if let Some(azure) = &self.azure {
            azure.stop().await;
        }
    }

    /// Removes what has outlived its time, until `stop`.
    pub(crate) async fn tend(self, stop: CancellationToken) {
        loop {
            let swept = self.disk.sweep().await.map(|_| ());
            said(swept, "files of landing zones could not be removed");
            self.settle().await;
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.disk.pause(if self.azure.is_some() { LOOK } else { PAUSE }) => {}
            }
        }
    }
}
