//! The part file, and what the journal is told of it.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use twox_hash::xxhash3_128::Hasher;

use super::fetch::{Job, Shared, blocking};
use super::range::Mark;

/// Bytes after which the journal says that they are there.
const PIECE: u64 = 4 * 1024 * 1024;

/// The part file at the place of a range, and what of it the journal does not know yet.
pub(super) struct Out {
    file: File,
    shared: Arc<Shared>,
    key: String,
    /// Whether a later run can go on after these bytes.
    noted: bool,
    first: u64,
    pub(super) at: u64,
    hash: Hasher,
}

impl Out {
    pub(super) async fn open(
        shared: &Arc<Shared>,
        job: &Job,
        part: &Path,
        at: u64,
    ) -> io::Result<Self> {
        let part = part.to_owned();
        let file = blocking(move || {
            let mut file = OpenOptions::new().write(true).open(part)?;
            file.seek(SeekFrom::Start(at))?;
            Ok(file)
        })
        .await?;
        Ok(Self {
            file,
            shared: Arc::clone(shared),
            key: job.key(),
            noted: job.file.length.is_some() && job.file.origin().has_ranges(),
            first: at,
            at,
            hash: Hasher::new(),
        })
    }

    pub(super) async fn write(self, bytes: Bytes, mark: Arc<Mark>) -> (Self, io::Result<()>) {
        let mut out = self;
        let done = tokio::task::spawn_blocking(move || {
            let written = out.put(&bytes, mark.get());
            (out, written)
        });
        match done.await {
            Ok(done) => done,
            Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
        }
    }

    fn put(&mut self, bytes: &[u8], mark: Option<&str>) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.hash.write(bytes);
        self.at += bytes.len() as u64;
        if self.at - self.first >= PIECE {
            self.note(mark)?;
        }
        Ok(())
    }

    /// Tells the journal of the bytes that came since it was told last.
    pub(super) fn note(&mut self, mark: Option<&str>) -> io::Result<()> {
        if self.noted && self.at > self.first {
            let range = (self.first, self.at);
            self.shared
                .journal
                .piece(&self.key, range, &self.hash, mark)?;
        }
        self.first = self.at;
        self.hash = Hasher::new();
        Ok(())
    }
}
