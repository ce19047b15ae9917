//! The data plane against a store in memory that can be told to fail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod get;
mod put;
mod resume;
mod store;
mod sync;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use aep_core::Result;
use tempfile::TempDir;
use tokio::sync::watch;

use super::progress::{Board, Transfer, TransferProgress};
use super::put::{PutOptions, PutReport, plan, send};
use super::store::{Backend, Parts};
use super::{Place, ZoneObject, list};
use store::Memory;

/// A store in memory, and a directory of files.
struct World {
    store: Memory,
    backend: Backend,
    dir: TempDir,
}

const PARTS: Parts = Parts {
    least: 1,
    most: 10_000,
};

fn world() -> World {
    let store = Memory::default();
    let backend = Backend {
        objects: Arc::new(store.clone()),
        multipart: Arc::new(store.clone()),
        place: Place::S3 {
            bucket: "bucket".into(),
            folder: "folder".into(),
        },
        endpoint: "memory:".into(),
        parts: PARTS,
        keyring: None,
    };
    World {
        store,
        backend,
        dir: TempDir::new().unwrap(),
    }
}

impl World {
    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn file(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    fn options(&self) -> PutOptions {
        PutOptions {
            part_size: Some(1_000),
            state_dir: Some(self.path("state")),
            ..PutOptions::default()
        }
    }

    async fn put(&self, source: &Path, target: &str) -> Result<PutReport> {
        self.put_with(source, target, self.options()).await
    }

    async fn put_with(
        &self,
        source: &Path,
        target: &str,
        options: PutOptions,
    ) -> Result<PutReport> {
        let (transfer, _) = self.start(source, target, options);
        transfer.join().await
    }

    fn start(
        &self,
        source: &Path,
        target: &str,
        options: PutOptions,
    ) -> (Transfer<PutReport>, watch::Receiver<TransferProgress>) {
        let (backend, source, target) =
            (self.backend.clone(), source.to_owned(), target.to_owned());
        let transfer = Transfer::start(tracing::Span::none(), |board: Board, _| async move {
            let files = plan(&source, &target)?;
            send(backend, &source, &target, files, options, board).await
        });
        let progress = transfer.progress();
        (transfer, progress)
    }

    async fn list(&self, prefix: &str) -> Vec<ZoneObject> {
        use futures::TryStreamExt as _;
        let mut all: Vec<ZoneObject> = list::list(&self.backend, prefix)
            .unwrap()
            .try_collect()
            .await
            .unwrap();
        all.sort_by(|one, two| one.key.cmp(&two.key));
        all
    }

    async fn content(&self, key: &str) -> Vec<u8> {
        super::get::read(&self.backend, key, u64::MAX)
            .await
            .unwrap()
            .to_vec()
    }

    fn journals(&self) -> usize {
        std::fs::read_dir(self.path("state/dlz")).map_or(0, Iterator::count)
    }
}

/// Content in which every place differs from its neighbours.
fn content(size: usize) -> Vec<u8> {
    let at = |place: usize| u8::try_from(place % 256).unwrap();
    (0..size)
        .map(|place| at(place % 251) ^ at(place / 251))
        .collect()
}
