//! What a download has done so far, on disk next to the files, so that the same download goes on after a crash.

mod lines;

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use aep_core::{Error, ErrorKind, Result};
use twox_hash::xxhash3_128::Hasher;

pub(super) use lines::Identity;
use lines::{Known, Line, Piece, VERSION, read};

/// Name of the file in the directory of the download.
pub(super) const NAME: &str = ".aep-download";

/// Bytes that are read at once when a piece is checked.
const READ: usize = 256 * 1024;

/// Ranges of a part file, from the first byte to before the last one, and the mark of the version that they are of.
pub(super) type Kept = (Vec<(u64, u64)>, Option<String>);

/// The journal of a download. Locked: one process at a time downloads into a directory.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: Mutex<File>,
    known: HashMap<String, Known>,
}

impl Journal {
    /// Opens the journal of a directory, which is made if needed. Blocks.
    pub(super) fn open(directory: &Path, source: &str, overwrite: bool) -> Result<Self> {
        let path = directory.join(NAME);
        let failed = |error: io::Error| unusable(&path, error);
        std::fs::create_dir_all(directory).map_err(|error| {
            Error::new(ErrorKind::Io, "make the directory")
                .with("directory", directory.display())
                .because(error)
        })?;
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(
                    Error::new(ErrorKind::Conflict, "download into the directory")
                        .with("directory", directory.display())
                        .because("another download into it is under way"),
                );
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(failed)?;
        let (head, known, whole) = read(&text);
        let mut journal = Self {
            path: path.clone(),
            file: Mutex::new(file),
            known,
        };
        match head {
            Some(head) if head == source => journal.cut(whole).map_err(failed)?,
            Some(head) if !overwrite => {
                return Err(
                    Error::new(ErrorKind::Conflict, "download into the directory")
                        .with("directory", directory.display())
                        .because(format!("an unfinished download of {head} is in it"))
                        .hint(format!(
                            "finish it first, choose another directory, or remove {}",
                            path.display()
                        )),
                );
            }
            _ => {
                journal.known.clear();
                journal.cut(0).map_err(failed)?;
                let source = source.to_owned();
                journal
                    .add(&Line::Download {
                        version: VERSION,
                        source,
                    })
                    .map_err(failed)?;
            }
        }
        Ok(journal)
    }

    /// What was not written to its end is taken away.
    fn cut(&self, whole: usize) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.set_len(whole as u64)?;
        file.seek(SeekFrom::End(0)).map(drop)
    }

    fn add(&self, line: &Line) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.file
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write_all(&text)
    }

    /// Whether an earlier run has finished the file.
    pub(super) fn is_done(&self, path: &str, of: &Identity) -> bool {
        self.known
            .get(path)
            .is_some_and(|known| known.done && known.of == *of)
    }

    /// Whether an earlier run has begun the file, so that its part file is ours.
    pub(super) fn is_begun(&self, path: &str) -> bool {
        self.known.contains_key(path)
    }

    /// The bytes that an earlier run left in the part file: those whose content is what was written, joined; and what the
    /// server said to tell versions of the file apart. Blocks.
    pub(super) fn kept(&self, path: &str, of: &Identity, part: &Path) -> io::Result<Kept> {
        let nothing = (Vec::new(), None);
        let Some(known) = self
            .known
            .get(path)
            .filter(|known| known.of == *of && !known.done)
        else {
            return Ok(nothing);
        };
        let mut file = match File::open(part) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(nothing),
            Err(error) => return Err(error),
        };
        let mut pieces = known.pieces.clone();
        pieces.sort_by_key(|piece| (piece.first, piece.end));
        let mut kept: Vec<(u64, u64)> = Vec::new();
        for piece in pieces {
            let inside = of.length.is_none_or(|length| piece.end <= length);
            if !inside || piece.first >= piece.end || !holds(&mut file, &piece)? {
                continue;
            }
            match kept.last_mut() {
                Some((_, end)) if *end >= piece.first => *end = (*end).max(piece.end),
                _ => kept.push((piece.first, piece.end)),
            }
        }
        Ok((kept, known.mark.clone()))
    }

    /// Says that a file is begun.
    pub(super) fn begin(&self, path: &str, of: &Identity) -> io::Result<()> {
        self.add(&Line::Begin {
            path: path.to_owned(),
            of: of.clone(),
        })
    }

    /// Says that bytes are in the part file.
    pub(super) fn piece(
        &self,
        path: &str,
        (first, end): (u64, u64),
        hash: &Hasher,
        mark: Option<&str>,
    ) -> io::Result<()> {
        self.add(&Line::Piece {
            path: path.to_owned(),
            first,
            end,
            hash: format!("{:032x}", hash.finish_128()),
            mark: mark.map(str::to_owned),
        })
    }

    /// Says that a file is there.
    pub(super) fn done(&self, path: &str, of: &Identity) -> io::Result<()> {
        self.add(&Line::Done {
            path: path.to_owned(),
            of: of.clone(),
        })
    }

    /// Everything is there: the journal is no longer needed. Blocks.
    pub(super) fn finish(self) -> Result<()> {
        // some systems remove no file that is open
        drop(self.file);
        std::fs::remove_file(&self.path).map_err(|error| unusable(&self.path, error))
    }
}

fn holds(file: &mut File, piece: &Piece) -> io::Result<bool> {
    file.seek(SeekFrom::Start(piece.first))?;
    let mut hash = Hasher::new();
    let mut left = piece.end - piece.first;
    let mut buffer = vec![0; READ];
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(READ).min(READ);
        let read = match file.read(&mut buffer[..most]) {
            Ok(0) => return Ok(false),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hash.write(&buffer[..read]);
        left -= read as u64;
    }
    Ok(format!("{:032x}", hash.finish_128()) == piece.hash)
}

fn unusable(path: &Path, error: io::Error) -> Error {
    Error::new(ErrorKind::Io, "keep the journal of the download")
        .with("file", path.display())
        .because(error)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    fn identity(length: u64) -> Identity {
        Identity {
            from: "b-1/a".to_owned(),
            length: Some(length),
        }
    }

    fn hash(bytes: &[u8]) -> Hasher {
        let mut hash = Hasher::new();
        hash.write(bytes);
        hash
    }

    #[test]
    fn pieces_count_if_their_bytes_are_there() {
        let dir = tempfile::tempdir().unwrap();
        let part = dir.path().join("a.part");
        std::fs::write(&part, b"0123456789").unwrap();
        let journal = Journal::open(dir.path(), "x", false).unwrap();
        journal.begin("a", &identity(12)).unwrap();
        journal.piece("a", (0, 2), &hash(b"01"), None).unwrap();
        journal.piece("a", (2, 4), &hash(b"23"), None).unwrap();
        journal.piece("a", (5, 6), &hash(b"x"), None).unwrap();
        journal.piece("a", (8, 12), &hash(b"89ab"), None).unwrap();
        journal.piece("a", (6, 8), &hash(b"67"), None).unwrap();
        drop(journal);
        let journal = Journal::open(dir.path(), "x", false).unwrap();
        let (kept, _) = journal.kept("a", &identity(12), &part).unwrap();
        assert_eq!(kept, [(0, 4), (6, 8)]);
        assert!(
            journal
                .kept("a", &identity(13), &part)
                .unwrap()
                .0
                .is_empty()
        );
        let gone = dir.path().join("b.part");
        assert!(
            journal
                .kept("a", &identity(12), &gone)
                .unwrap()
                .0
                .is_empty()
        );
    }

    #[test]
    fn another_version_of_the_file_makes_older_pieces_worthless() {
        let dir = tempfile::tempdir().unwrap();
        let part = dir.path().join("a.part");
        std::fs::write(&part, b"0123").unwrap();
        let journal = Journal::open(dir.path(), "x", false).unwrap();
        journal.begin("a", &identity(4)).unwrap();
        journal
            .piece("a", (0, 2), &hash(b"01"), Some("v1"))
            .unwrap();
        journal
            .piece("a", (2, 4), &hash(b"23"), Some("v2"))
            .unwrap();
        drop(journal);
        let journal = Journal::open(dir.path(), "x", false).unwrap();
        let kept = journal.kept("a", &identity(4), &part).unwrap();
        assert_eq!(kept, (vec![(2, 4)], Some("v2".to_owned())));
    }

    #[test]
    fn a_directory_belongs_to_one_download_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::open(dir.path(), "x", false).unwrap();
        let error = Journal::open(dir.path(), "x", false).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
        drop(journal);
        let error = Journal::open(dir.path(), "y", false).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
        Journal::open(dir.path(), "y", true)
            .unwrap()
            .finish()
            .unwrap();
        assert!(!dir.path().join(NAME).exists());
    }

    #[test]
    fn a_line_that_was_not_finished_is_cut_off() {
        let dir = tempfile::tempdir().unwrap();
        let journal = Journal::open(dir.path(), "x", false).unwrap();
        journal.done("a", &identity(1)).unwrap();
        drop(journal);
        let path = dir.path().join(NAME);
        let good = std::fs::read(&path).unwrap();
        std::fs::write(&path, [&good[..], b"{\"done\":{\"pa"].concat()).unwrap();
        let journal = Journal::open(dir.path(), "x", false).unwrap();
        assert!(journal.is_done("a", &identity(1)) && !journal.is_done("a", &identity(2)));
        journal.done("b", &identity(1)).unwrap();
        drop(journal);
        let journal = Journal::open(dir.path(), "x", false).unwrap();
        assert!(journal.is_done("a", &identity(1)) && journal.is_done("b", &identity(1)));
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            let (_, _, whole) = read(&text);
            prop_assert!(whole <= text.len());
        }
    }
}
