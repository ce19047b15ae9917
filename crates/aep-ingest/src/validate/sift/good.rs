//! The rows that are left, as runs of bytes of the file.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The rows of a file that are left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Good {
    /// All of them: the file as it is.
    All,
    /// None.
    None,
    /// These bytes of the file, with what has to stand between them.
    Pieces(Vec<Piece>),
    /// A file that was made of them.
    File(PathBuf),
}

/// Some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    /// From the file.
    Range {
        /// The first byte.
        start: u64,
        /// How many.
        len: u64,
    },
    /// Brackets and commas.
    Text(&'static str),
}

/// Pieces that are remembered; a file with more of them is written anew.
const MANY: usize = 1000;

/// Collects pieces.
#[derive(Debug)]
pub(crate) struct Collect<'s> {
    file: File,
    spool: &'s Path,
    pieces: Vec<Piece>,
    copy: Option<(PathBuf, BufWriter<File>)>,
}

impl<'s> Collect<'s> {
    pub(super) fn new(file: File, spool: &'s Path) -> Self {
        Self {
            file,
            spool,
            pieces: Vec::new(),
            copy: None,
        }
    }

    pub(super) fn push(&mut self, piece: Piece) -> io::Result<()> {
        if let Piece::Range { len: 0, .. } = piece {
            return Ok(());
        }
        if let Some((_, out)) = &mut self.copy {
            return write(&mut self.file, piece, out);
        }
        self.pieces.push(piece);
        if self.pieces.len() > MANY {
            let (path, file) = spooled(self.spool)?;
            let mut out = BufWriter::with_capacity(1 << 16, file);
            for piece in std::mem::take(&mut self.pieces) {
                write(&mut self.file, piece, &mut out)?;
            }
            self.copy = Some((path, out));
        }
        Ok(())
    }

    /// As [`Self::copy`], and no matter if there are fewer.
    pub(super) fn copy_some(&mut self, start: u64, len: u64, out: &mut Vec<u8>) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(start))?;
        (&mut self.file).take(len).read_to_end(out).map(drop)
    }

    pub(super) fn finish(self) -> io::Result<Good> {
        match self.copy {
            None => Ok(Good::Pieces(self.pieces)),
            Some((path, mut out)) => {
                out.flush()?;
                Ok(Good::File(path))
            }
        }
    }
}

fn write(file: &mut File, piece: Piece, out: &mut impl Write) -> io::Result<()> {
    match piece {
        Piece::Text(text) => out.write_all(text.as_bytes()),
        Piece::Range { start, len } => copy(file, start, len, out),
    }
}

/// Copies bytes of a file elsewhere.
pub(super) fn copy(
    file: &mut File,
    start: u64,
    len: u64,
    out: &mut (impl Write + ?Sized),
) -> io::Result<()> {
    file.seek(SeekFrom::Start(start))?;
    if io::copy(&mut file.take(len), out)? < len {
        return Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            "it became shorter while it was read",
        ));
    }
    Ok(())
}

/// A new file in the spool directory, which stays.
pub(crate) fn spooled(spool: &Path) -> io::Result<(PathBuf, File)> {
    let file = tempfile::Builder::new()
        .prefix("rows-")
        .tempfile_in(spool)?;
    let (file, path) = file.keep().map_err(|error| error.error)?;
    Ok((path, file))
}
