//! Bytes of uploads and of the lake: one file per blob, never changed in place once it has its name.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The folders `files/` (finished blobs) and `tmp/` (blobs being written) of a data directory.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    done: PathBuf,
    temp: PathBuf,
}

impl Files {
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        let files = Self {
            done: dir.join("files"),
            temp: dir.join("tmp"),
        };
        fs::create_dir_all(&files.done)?;
        fs::create_dir_all(&files.temp)?;
        Ok(files)
    }

    /// A new blob to be written. It has no name until [`Pending::commit`]; dropped before that, it is gone.
    pub(crate) fn begin(&self) -> io::Result<Pending> {
        let id = uuid::Uuid::new_v4().simple().to_string();
        let temp = self.temp.join(&id);
        let file = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&temp)?;
        Ok(Pending {
            file: Some(file),
            target: self.path(&id),
            id,
            temp,
        })
    }

    /// Where a blob lies. The file may be read by anyone; only large-file uploads write into it, at offsets.
    pub(crate) fn path(&self, blob: &str) -> PathBuf {
        self.done.join(blob.get(..2).unwrap_or("00")).join(blob)
    }

    /// Another blob of the same bytes; blobs of zones never change. Blocking.
    pub(crate) fn link(&self, blob: &str) -> io::Result<String> {
        let mut pending = self.begin()?;
        let source = self.path(blob);
        fs::remove_file(&pending.temp)?;
        if fs::hard_link(&source, &pending.temp).is_err() {
            fs::copy(&source, &pending.temp)?;
        }
        pending.file = Some(File::open(&pending.temp)?);
        pending.commit()
    }

    /// Removes a blob. Call it after the transaction that removed the last row naming it.
    pub(crate) fn remove(&self, blob: &str) -> io::Result<()> {
        match fs::remove_file(self.path(blob)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    /// Removes what a killed process left: everything unfinished, and every blob not in `keep`. Answers how many.
    pub(super) fn sweep(&self, keep: &HashSet<String>) -> io::Result<usize> {
        let mut swept = 0;
        for entry in fs::read_dir(&self.temp)? {
            fs::remove_file(entry?.path())?;
            swept += 1;
        }
        for folder in fs::read_dir(&self.done)? {
            for entry in fs::read_dir(folder?.path())? {
                let entry = entry?;
                if !entry
                    .file_name()
                    .to_str()
                    .is_some_and(|name| keep.contains(name))
                {
                    fs::remove_file(entry.path())?;
                    swept += 1;
                }
            }
        }
        Ok(swept)
    }
}

/// A blob that is being written.
#[derive(Debug)]
pub(crate) struct Pending {
    file: Option<File>,
    id: String,
    temp: PathBuf,
    target: PathBuf,
}

impl Pending {
    /// The open file; blocking.
    pub(crate) fn file(&mut self) -> io::Result<&mut File> {
        self.file
            .as_mut()
            .ok_or_else(|| io::Error::other("the blob is finished"))
    }

    /// Puts the bytes on disk under their name and answers the blob's id. Blocking: fsync of file and folder.
    pub(crate) fn commit(mut self) -> io::Result<String> {
        if let Some(file) = self.file.take() {
            file.sync_all()?;
        }
        let folder = self
            .target
            .parent()
            .ok_or_else(|| io::Error::other("a blob without a folder"))?;
        if !folder.is_dir() {
            fs::create_dir_all(folder)?;
            if let Some(root) = folder.parent() {
                File::open(root)?.sync_all()?;
            }
        }
        fs::rename(&self.temp, &self.target)?;
        File::open(folder)?.sync_all()?;
        Ok(std::mem::take(&mut self.id))
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if !self.id.is_empty() {
            // Nothing to tell anyone: what stays here is swept at the next start.
            let _ = fs::remove_file(&self.temp);
        }
    }
}
