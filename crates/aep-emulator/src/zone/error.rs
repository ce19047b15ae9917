//! What can go wrong with files of a zone.

use std::io;

use crate::state::StateError;

/// Why a file of a zone could not be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ZoneError {
    /// No such file, or it has passed its time to live.
    #[error("no file `{0}`")]
    NoFile(String),
    /// No bucket of that name was made.
    #[error("no bucket `{0}`")]
    NoBucket(String),
    /// Azurite refused, or cannot be reached.
    #[error("{0}")]
    Azure(String),
    /// The emulator's state failed.
    #[error("the emulator's state failed")]
    State(#[from] StateError),
    /// A file could not be read or written.
    #[error("a file could not be read or written")]
    Io(#[from] io::Error),
}

/// Work off the async threads.
pub(super) async fn blocking<T, E>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StateError> + Send + 'static,
{
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(StateError::Stopped.into()))
}
