//! What goes on beside requests.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Zone;

/// How often files are looked at whose time may have passed, by the emulator's clock. A moved clock has them looked at at
/// once; nobody sees them before either.
const PAUSE: Duration = Duration::from_hours(1);

impl Zone {
    /// Removes what has outlived its time, until `stop`.
    pub(crate) async fn tend(self, stop: CancellationToken) {
        loop {
            match self.disk.sweep().await {
                Ok(0) => {}
                Ok(swept) => tracing::debug!(swept, "removed files after their time to live"),
                Err(error) => tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "files of landing zones could not be removed"
                ),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.disk.pause(PAUSE) => {}
            }
        }
    }
}
