//! The handle every part of the emulator shares.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, TransactionBehavior};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{DirLock, Files, StateError, Tx, db};

/// How many idle read connections are kept.
const IDLE_READERS: usize = 4;

/// The emulator's state. Cheap to clone; all clones are the same state.
#[derive(Clone)]
pub(crate) struct Store(Arc<Inner>);

struct Inner {
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    path: PathBuf,
    files: Files,
    _lock: DirLock,
    /// A temporary data directory goes away with the last clone, after the connections above.
    _temp: Option<tempfile::TempDir>,
    /// Last, so that it tells when all of the above is gone.
    gone: DropGuard,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("path", &self.0.path)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens or makes the state in `dir`, whose lock the caller has taken, and sweeps what a killed process left.
    pub(crate) fn open(
        dir: &Path,
        lock: DirLock,
        temp: Option<tempfile::TempDir>,
    ) -> Result<Self, StateError> {
        let path = dir.join("state.db");
        let mut writer = db::connect(&path)?;
        db::prepare(&mut writer)?;
        let files = Files::open(dir)?;
        let keep = Tx::new(&writer).blobs()?;
        let swept = files.sweep(&keep)?;
        if swept > 0 {
            tracing::debug!(swept, "removed files that no object names");
        }
        Ok(Self(Arc::new(Inner {
            writer: Mutex::new(writer),
            readers: Mutex::new(Vec::new()),
            path,
            files,
            _lock: lock,
            _temp: temp,
            gone: CancellationToken::new().drop_guard(),
        })))
    }

    /// Is cancelled when the last clone is gone, the database closed and the directory free for others.
    pub(crate) fn gone(&self) -> CancellationToken {
        self.0.gone.token().clone()
    }

    /// The blobs.
    pub(crate) fn files(&self) -> &Files {
        &self.0.files
    }

    /// Runs `work` on a consistent snapshot. Blocking.
    pub(crate) fn read_blocking<T, E: From<StateError>>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let idle = self
            .0
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => db::connect(&self.0.path)?,
        };
        let tx = reader.transaction().map_err(StateError::from)?;
        let answer = work(&Tx::new(&tx));
        tx.finish().map_err(StateError::from)?;
        let mut readers = self
            .0
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if readers.len() < IDLE_READERS {
            readers.push(reader);
        }
        answer
    }

    /// Runs `work` alone; on `Ok` its changes are on disk before this returns, on `Err` there are none. Blocking.
    pub(crate) fn write_blocking<T, E: From<StateError>>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        // A panic in `work` rolled its transaction back when it was dropped, so the connection is sound.
        let mut writer = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let tx = writer
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StateError::from)?;
        let answer = work(&Tx::new(&tx))?;
        tx.commit().map_err(StateError::from)?;
        Ok(answer)
    }

    /// [`Store::read_blocking`] off the async threads.
    pub(crate) async fn read<T, E>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StateError> + Send + 'static,
    {
        let store = self.clone();
        blocking(move || store.read_blocking(work)).await
    }

    /// [`Store::write_blocking`] off the async threads.
    pub(crate) async fn write<T, E>(
        &self,
        work: impl FnOnce(&Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StateError> + Send + 'static,
    {
        let store = self.clone();
        blocking(move || store.write_blocking(work)).await
    }
}

async fn blocking<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StateError> + Send + 'static,
{
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(StateError::Stopped.into()))
}
