//! A file in the making.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use aep_core::{Error, ErrorKind, Result};
use tempfile::NamedTempFile;

#[derive(Debug)]
pub(super) struct Out {
    path: PathBuf,
    file: BufWriter<NamedTempFile<File>>,
    written: u64,
    pub(super) rows: u64,
}

impl Out {
    /// Next to where it will be, readable by this user only: it holds rows.
    pub(super) fn new(path: &Path) -> io::Result<Self> {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let file = tempfile::Builder::new()
            .prefix(".aep-")
            .suffix(".part")
            .tempfile_in(folder)?;
        Ok(Self {
            path: path.to_owned(),
            file: BufWriter::new(file),
            written: 0,
            rows: 0,
        })
    }

    pub(super) fn name(&self) -> String {
        self.path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }

    /// The row ends.
    pub(super) fn end(&mut self) -> io::Result<()> {
        self.rows += 1;
        self.write_all(b"\n")
    }

    pub(super) fn mark(&mut self) -> io::Result<(u64, u64)> {
        self.file.flush()?;
        Ok((self.written, self.rows))
    }

    pub(super) fn back(&mut self, (written, rows): (u64, u64)) -> io::Result<()> {
        self.file.flush()?;
        let file = self.file.get_mut().as_file_mut();
        file.set_len(written)?;
        file.seek(SeekFrom::Start(written))?;
        (self.written, self.rows) = (written, rows);
        Ok(())
    }

    pub(super) fn keep(self) -> Result<PathBuf> {
        let failed = |error: io::Error| {
            Error::new(ErrorKind::Io, "write rejected rows")
                .with("file", self.path.display())
                .because(error)
        };
        let file = self
            .file
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&self.path)
            .map_err(|error| failed(error.error))?;
        Ok(self.path)
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.written += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Line breaks become blanks. In JSON they stand between tokens only, so the row means the same.
pub(super) struct OneLine<'o>(pub(super) &'o mut Out);

impl Write for OneLine<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let breaks = |byte: &u8| matches!(byte, b'\n' | b'\r');
        match bytes.iter().position(breaks) {
            Some(0) => {
                self.0.write_all(b" ")?;
                Ok(1)
            }
            Some(at) => self.0.write(bytes.get(..at).unwrap_or_default()),
            None => self.0.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
