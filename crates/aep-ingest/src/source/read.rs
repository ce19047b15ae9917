//! One range of a content as a stream of pieces.

use std::io;
use std::path::Path;
use std::sync::Arc;

use aep_core::transfer::{Changed, Original, PIECE, Pool};
use bytes::Bytes;
use futures::Stream;
use tokio::task::JoinHandle;

use super::content::Origin;
use super::layout::{Laid, Layout, Stretch};
use crate::plan::Part;

/// Pieces that one stream has at once: one being read, one handed over, one being written to the socket.
pub(super) const PIECES_AT_ONCE: u64 = 3;

struct Reader {
    content: Arc<Laid>,
    /// Bytes to pass over before the first one that is wanted.
    skip: u64,
    left: u64,
    at: Option<At>,
    pool: Arc<Pool>,
    /// Whether nothing had to be waited for so far.
    warm: bool,
}

/// Where in the segments the reader is.
struct At {
    layout: Arc<Layout>,
    segment: usize,
    offset: u64,
    /// The file that was read last.
    open: Option<(u32, Original)>,
}

impl At {
    /// Finds the segment that holds the byte at `skip`.
    fn find(layout: Arc<Layout>, skip: u64) -> Self {
        let mut offset = skip;
        let mut segment = 0;
        for each in &layout.segments {
            if offset < each.len() {
                break;
            }
            offset -= each.len();
            segment += 1;
        }
        Self {
            layout,
            segment,
            offset,
            open: None,
        }
    }

    /// Fills `space` from as many segments as it takes.
    fn fill(&mut self, space: &mut [u8]) -> io::Result<()> {
        let layout = Arc::clone(&self.layout);
        let mut done = 0;
        while let Some(rest) = space.get_mut(done..).filter(|rest| !rest.is_empty()) {
            let segment = layout
                .segments
                .get(self.segment)
                .ok_or(io::ErrorKind::UnexpectedEof)?;
            let left = segment.len() - self.offset;
            let len = usize::try_from(left).unwrap_or(usize::MAX).min(rest.len());
            let (into, _) = rest.split_at_mut(len);
            match segment {
                Stretch::Bytes(text) => {
                    let from = usize::try_from(self.offset).unwrap_or(usize::MAX);
                    let bytes = text.get(from..).and_then(|rest| rest.get(..len));
                    into.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
                }
                Stretch::Range { origin, start, .. } => {
                    self.read(*origin, start + self.offset, into)?;
                }
            }
            done += len;
            self.offset += len as u64;
            if len as u64 == left {
                self.segment += 1;
                self.offset = 0;
            }
        }
        Ok(())
    }

    /// Fills `space` if that takes only bytes that the system has in memory, of the file that is open.
    fn fill_now(&mut self, space: &mut [u8]) -> bool {
        let (Some(segment), Some((open, file))) =
            (self.layout.segments.get(self.segment), &self.open)
        else {
            return false;
        };
        let Stretch::Range { origin, start, .. } = segment else {
            return false;
        };
        let len = space.len() as u64;
        // the end of a segment is for the thorough way
        if origin != open || segment.len() - self.offset <= len {
            return false;
        }
        let read = file.read_now(space, start + self.offset);
        self.offset += if read { len } else { 0 };
        read
    }

    fn origin(&self, index: u32) -> io::Result<&Origin> {
        let origin = usize::try_from(index)
            .ok()
            .and_then(|index| self.layout.origins.get(index));
        origin.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn read(&mut self, index: u32, at: u64, into: &mut [u8]) -> io::Result<()> {
        if self.open.as_ref().is_none_or(|(open, _)| *open != index) {
            self.close()?;
            let origin = self.origin(index)?;
            let file = Original::open(&origin.path, origin.identity)
                .map_err(|error| named(error, &origin.path))?;
            self.open = Some((index, file));
        }
        let (Some((_, file)), Ok(origin)) = (&self.open, self.origin(index)) else {
            return Err(io::ErrorKind::NotFound.into());
        };
        file.read(&origin.path, into, at)
            .map_err(|error| named(error, &origin.path))
    }

    /// Looks at the file once more after its last byte.
    fn close(&mut self) -> io::Result<()> {
        let Some((index, file)) = self.open.take() else {
            return Ok(());
        };
        let path = &self.origin(index)?.path;
        file.check(path).map_err(|error| named(error, path))
    }
}

impl Reader {
    /// The next piece, blocking. Opens the file with the first and looks at it again after the last, so that a small
    /// file costs one visit to a blocking thread, and many small ones put together no more.
    fn next(mut self) -> io::Result<(Self, Bytes)> {
        let mut at = match self.at.take() {
            Some(at) => at,
            None => At::find(self.content.layout()?, self.skip),
        };
        let len = usize::try_from(self.left).unwrap_or(PIECE).min(PIECE);
        let mut piece = self.pool.take();
        at.fill(piece.space(len))?;
        self.left -= len as u64;
        if self.left == 0 {
            at.close()?;
        }
        self.at = Some(at);
        Ok((self, piece.into_bytes()))
    }

    /// The next piece without a thread, if nothing has to be waited for. Not the last one: after that the file is looked at.
    fn now(&mut self) -> Option<Bytes> {
        if !self.warm || self.left <= PIECE as u64 {
            return None;
        }
        let at = self.at.as_mut()?;
        let mut piece = self.pool.take();
        self.warm = at.fill_now(piece.space(PIECE));
        if !self.warm {
            return None;
        }
        self.left -= PIECE as u64;
        Some(piece.into_bytes())
    }

    /// All of a small file without a thread, if nothing has to be waited for: for such a file the visit to a thread costs
    /// more than everything else. What goes wrong here is tried again the thorough way, and reported there.
    fn small(&mut self) -> Option<Bytes> {
        if self.at.is_some() || self.left > PIECE as u64 || self.left == 0 || !self.pool.is_quick()
        {
            return None;
        }
        let origin = self.content.content.whole()?;
        let len = usize::try_from(self.left).unwrap_or(PIECE);
        let piece = self.pool.quickly(|| {
            let file = Original::open(&origin.path, origin.identity).ok()?;
            let mut piece = self.pool.take();
            let read = file.read_now(piece.space(len), self.skip);
            (read && file.check(&origin.path).is_ok()).then_some(piece)
        })?;
        self.left = 0;
        Some(piece.into_bytes())
    }

    fn ahead(self) -> Option<JoinHandle<io::Result<(Self, Bytes)>>> {
        (self.left > 0).then(|| tokio::task::spawn_blocking(move || self.next()))
    }
}

fn named(error: io::Error, path: &Path) -> io::Error {
    if Changed::find(&error).is_some() {
        return error;
    }
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

/// Where a stream is between two pieces.
enum State {
    /// Nothing is being read.
    Idle(Reader),
    /// The next piece is being read.
    Ahead(JoinHandle<io::Result<(Reader, Bytes)>>),
    Over,
}

/// The bytes of `part`. What the system has in memory is read when it is wanted, the rest one piece ahead of its use.
/// After an error the stream ends.
pub(super) fn range(
    content: Arc<Laid>,
    part: Part,
    pool: Arc<Pool>,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let reader = Reader {
        content,
        skip: part.start,
        left: part.len,
        at: None,
        pool,
        warm: true,
    };
    futures::stream::unfold(State::Idle(reader), |state| async move {
        let running = match state {
            State::Idle(mut reader) => {
                if let Some(bytes) = reader.now().or_else(|| reader.small()) {
                    return Some((Ok(bytes), State::Idle(reader)));
                }
                reader.ahead()?
            }
            State::Ahead(running) => running,
            State::Over => return None,
        };
        Some(match running.await {
            Ok(Ok((reader, bytes))) if reader.warm => (Ok(bytes), State::Idle(reader)),
            Ok(Ok((reader, bytes))) => {
                (Ok(bytes), reader.ahead().map_or(State::Over, State::Ahead))
            }
            Ok(Err(error)) => (Err(error), State::Over),
            Err(stopped) => (Err(io::Error::other(stopped)), State::Over),
        })
    })
}
