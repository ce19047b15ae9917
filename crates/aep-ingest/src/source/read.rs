//! One range of a file as a stream of pieces.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures::Stream;
use tokio::task::JoinHandle;

use super::pool::{PIECE, Pool};
use super::{Identity, Part};

/// Pieces that one stream has at once: one being read, one handed over, one being written to the socket.
pub(super) const PIECES_AT_ONCE: u64 = 3;

struct Reader {
    path: Arc<Path>,
    identity: Identity,
    part: Part,
    done: u64,
    file: Option<File>,
    pool: Arc<Pool>,
}

impl Reader {
    fn open(&self) -> io::Result<File> {
        let mut file = File::open(&self.path).map_err(|error| named(&error, &self.path))?;
        self.identity.check(&file.metadata()?, &self.path)?;
        if self.part.start > 0 {
            file.seek(SeekFrom::Start(self.part.start))
                .map_err(|error| named(&error, &self.path))?;
        }
        Ok(file)
    }

    /// The next piece, blocking. Opens the file with the first and looks at it again after the last, so that a small
    /// file costs one visit to a blocking thread.
    fn next(mut self) -> io::Result<(Self, Bytes)> {
        let mut file = if let Some(file) = self.file.take() {
            file
        } else {
            self.open()?
        };
        let left = self.part.len - self.done;
        let len = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
        let mut piece = self.pool.take();
        match file.read_exact(piece.space(len)) {
            Ok(()) => {}
            // shorter than it was: the comparison below has the better words
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                self.identity.check(&file.metadata()?, &self.path)?;
                return Err(named(&error, &self.path));
            }
            Err(error) => return Err(named(&error, &self.path)),
        }
        self.done += len as u64;
        if self.done == self.part.len {
            self.identity.check(&file.metadata()?, &self.path)?;
        }
        self.file = Some(file);
        Ok((self, piece.into_bytes()))
    }

    fn ahead(self) -> Option<JoinHandle<io::Result<(Self, Bytes)>>> {
        (self.done < self.part.len).then(|| tokio::task::spawn_blocking(move || self.next()))
    }
}

fn named(error: &io::Error, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// The bytes of `part`, read one piece ahead of their use. After an error the stream ends.
pub(super) fn range(
    path: Arc<Path>,
    identity: Identity,
    part: Part,
    pool: Arc<Pool>,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let reader = Reader {
        path,
        identity,
        part,
        done: 0,
        file: None,
        pool,
    };
    futures::stream::unfold((Some(reader), None), |(start, ahead)| async move {
        let running = match (start, ahead) {
            (Some(reader), _) => Reader::ahead(reader)?,
            (None, Some(running)) => running,
            (None, None) => return None,
        };
        Some(match running.await {
            Ok(Ok((reader, bytes))) => (Ok(bytes), (None, reader.ahead())),
            Ok(Err(error)) => (Err(error), (None, None)),
            Err(stopped) => (Err(io::Error::other(stopped)), (None, None)),
        })
    })
}
