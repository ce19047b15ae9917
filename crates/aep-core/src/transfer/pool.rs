//! Memory that is used again, and a bound on how much of it is in use.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes of a piece: what is read at once, and what is handed to the connection at once. Large enough that the cost of
/// handing a read to another thread vanishes: with half of it an upload took a tenth more of the processor.
pub const PIECE: usize = 256 * 1024;

/// Opening a file and reading what the system has of it takes so long on average where files are quick: on a disk of this
/// machine it is some microseconds, over a network a millisecond or more.
const QUICK: Duration = Duration::from_micros(200);
/// What may be lost before that is held against the disk: a thread can lose its processor for a while.
const PATIENCE: Duration = Duration::from_millis(20);

/// Pieces of memory. They are given back when the connection has sent them, and no new ones are made while enough are
/// spare, so that the process touches the same few pages again and again.
#[derive(Debug)]
pub struct Pool {
    spare: Mutex<Vec<Box<[u8]>>>,
    room: Arc<Semaphore>,
    pieces: usize,
    /// Nanoseconds that may still be lost with files that are not quick.
    patience: AtomicI64,
}

fn nanos(time: Duration) -> i64 {
    i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)
}

/// Room for some bytes; it is free again when this is dropped.
#[derive(Debug)]
pub struct Room(#[expect(dead_code, reason = "held, not read")] Option<OwnedSemaphorePermit>);

impl Pool {
    /// A pool of so many bytes, at least one piece.
    pub fn new(memory: u64) -> Arc<Self> {
        let pieces = usize::try_from(memory)
            .unwrap_or(usize::MAX)
            .div_ceil(PIECE)
            .clamp(1, Semaphore::MAX_PERMITS);
        Arc::new(Self {
            spare: Mutex::new(Vec::new()),
            room: Arc::new(Semaphore::new(pieces)),
            pieces,
            patience: AtomicI64::new(nanos(PATIENCE)),
        })
    }

    /// Pieces that wait to be used again.
    pub fn spare(&self) -> usize {
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        spare.len()
    }

    /// Waits until there is room for so many bytes. What is larger than the pool gets all of it, and so runs alone.
    pub async fn reserve(self: &Arc<Self>, bytes: u64) -> Room {
        let wanted = usize::try_from(bytes)
            .unwrap_or(usize::MAX)
            .div_ceil(PIECE)
            .clamp(1, self.pieces);
        let permits = u32::try_from(wanted).unwrap_or(u32::MAX);
        // The semaphore is never closed.
        Room(
            Arc::clone(&self.room)
                .acquire_many_owned(permits)
                .await
                .ok(),
        )
    }

    /// Whether files may be opened and read on a thread that serves connections: as long as that takes next to no time.
    pub fn is_quick(&self) -> bool {
        self.patience.load(Ordering::Relaxed) > 0
    }

    /// Does something that should take next to no time, and remembers if it did not: see [`Pool::is_quick`].
    pub fn quickly<T>(&self, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let done = work();
        let lost = nanos(began.elapsed()).saturating_sub(nanos(QUICK));
        let less = |patience: i64| Some(patience.saturating_sub(lost).min(nanos(PATIENCE)));
        let _ = self
            .patience
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        done
    }

    /// A piece. It does not wait: whoever needs a bound reserves room before.
    pub fn take(self: &Arc<Self>) -> Piece {
        let spare = self
            .spare
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        Piece {
            memory: spare.unwrap_or_else(|| vec![0; PIECE].into()),
            len: 0,
            pool: Arc::clone(self),
        }
    }
}

/// A piece on loan.
#[derive(Debug)]
pub struct Piece {
    memory: Box<[u8]>,
    len: usize,
    pool: Arc<Pool>,
}

impl Piece {
    /// The first `len` bytes, to be written.
    pub fn space(&mut self, len: usize) -> &mut [u8] {
        self.len = len.min(self.memory.len());
        &mut self.memory[..self.len]
    }

    /// Keeps the first `len` of the written bytes.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// The written bytes; the memory goes back with the last reference to them.
    pub fn into_bytes(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.memory[..self.len]
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        let memory = std::mem::take(&mut self.memory);
        let mut spare = self
            .pool
            .spare
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if spare.len() < self.pool.pieces {
            spare.push(memory);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_comes_back_and_room_is_bounded() {
        let pool = Pool::new(2 * PIECE as u64);
        let all = pool.reserve(u64::MAX).await;
        assert_eq!(pool.room.available_permits(), 0);
        drop(all);
        let _one = pool.reserve(1).await;
        assert_eq!(pool.room.available_permits(), 1);
        let mut piece = pool.take();
        piece.space(3).copy_from_slice(b"abc");
        piece.truncate(2);
        let bytes = piece.into_bytes();
        let copy = bytes.clone();
        drop(bytes);
        assert_eq!(&copy[..], b"ab");
        drop(copy);
        assert_eq!(pool.spare(), 1);
    }

    #[test]
    fn what_takes_long_is_not_done_in_passing() {
        let pool = Pool::new(1);
        assert!(pool.is_quick());
        pool.quickly(|| std::thread::sleep(2 * PATIENCE));
        assert!(!pool.is_quick());
    }
}
