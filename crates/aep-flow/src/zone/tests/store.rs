//! A store in memory that counts, fails and forgets as it is told.

use std::fmt;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::multipart::{MultipartStore, PartId};
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartId, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

#[derive(Debug, Clone, Default)]
pub(super) struct Memory(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    store: InMemory,
    puts: AtomicUsize,
    parts: AtomicUsize,
    /// Calls that are still let through; negative is all.
    left: Mutex<Option<i64>>,
    uploads: AtomicUsize,
    completes_lost: AtomicI64,
}

impl Memory {
    /// After so many contents more, everything fails.
    pub(super) fn fail_after(&self, calls: i64) {
        *self.0.left.lock().unwrap() = Some(calls);
    }

    pub(super) fn mend(&self) {
        *self.0.left.lock().unwrap() = None;
    }

    /// So many answers to complete are lost, although it was done.
    pub(super) fn lose_completes(&self, count: i64) {
        self.0.completes_lost.store(count, Ordering::SeqCst);
    }

    pub(super) fn puts(&self) -> usize {
        self.0.puts.load(Ordering::SeqCst)
    }

    pub(super) fn parts(&self) -> usize {
        self.0.parts.load(Ordering::SeqCst)
    }

    pub(super) fn uploads(&self) -> usize {
        self.0.uploads.load(Ordering::SeqCst)
    }

    fn spend(&self) -> Result<()> {
        let mut left = self.0.left.lock().unwrap();
        match &mut *left {
            None => Ok(()),
            Some(0) => Err(broken()),
            Some(calls) => {
                *calls -= 1;
                Ok(())
            }
        }
    }
}

fn broken() -> object_store::Error {
    object_store::Error::Generic {
        store: "memory",
        source: "it was told to fail".into(),
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("memory")
    }
}

#[async_trait]
impl ObjectStore for Memory {
    async fn put_opts(&self, at: &Path, payload: PutPayload, how: PutOptions) -> Result<PutResult> {
        self.spend()?;
        self.0.puts.fetch_add(1, Ordering::SeqCst);
        self.0.store.put_opts(at, payload, how).await
    }

    async fn put_multipart_opts(
        &self,
        at: &Path,
        how: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.0.store.put_multipart_opts(at, how).await
    }

    async fn get_opts(&self, at: &Path, how: GetOptions) -> Result<GetResult> {
        self.0.store.get_opts(at, how).await
    }

    fn delete_stream(
        &self,
        paths: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.0.store.delete_stream(paths)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.0.store.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.0.store.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, how: CopyOptions) -> Result<()> {
        self.0.store.copy_opts(from, to, how).await
    }
}

#[async_trait]
impl MultipartStore for Memory {
    async fn create_multipart(&self, at: &Path) -> Result<MultipartId> {
        self.0.uploads.fetch_add(1, Ordering::SeqCst);
        self.0.store.create_multipart(at).await
    }

    async fn put_part(
        &self,
        at: &Path,
        id: &MultipartId,
        index: usize,
        data: PutPayload,
    ) -> Result<PartId> {
        self.spend()?;
        let part = self.0.store.put_part(at, id, index, data).await?;
        self.0.parts.fetch_add(1, Ordering::SeqCst);
        Ok(part)
    }

    async fn complete_multipart(
        &self,
        at: &Path,
        id: &MultipartId,
        parts: Vec<PartId>,
    ) -> Result<PutResult> {
        let done = self.0.store.complete_multipart(at, id, parts).await?;
        if self.0.completes_lost.fetch_sub(1, Ordering::SeqCst) > 0 {
            return Err(lost());
        }
        Ok(done)
    }

    async fn abort_multipart(&self, at: &Path, id: &MultipartId) -> Result<()> {
        self.0.store.abort_multipart(at, id).await
    }
}

/// As the transport says that no answer came.
fn lost() -> object_store::Error {
    super::super::store::carried(aep_core::Error::new(
        aep_core::ErrorKind::Unavailable,
        "hear the answer",
    ))
}
