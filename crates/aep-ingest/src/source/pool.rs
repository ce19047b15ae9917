//! Pieces of memory that are used again.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

/// Bytes that are read at once. Large enough that the cost of handing a read to another thread vanishes.
pub(crate) const PIECE: usize = 256 * 1024;

/// Spare pieces of memory, given back when the connection has sent them.
pub(crate) struct Pool {
    spare: Mutex<Vec<Box<[u8]>>>,
    keep: usize,
}

impl Pool {
    /// A pool that keeps at most `memory` bytes for later.
    pub(crate) fn new(memory: u64) -> Arc<Self> {
        let keep = usize::try_from(memory).unwrap_or(usize::MAX) / PIECE;
        Arc::new(Self {
            spare: Mutex::new(Vec::new()),
            keep,
        })
    }

    /// Pieces that wait to be used again.
    #[cfg(test)]
    pub(super) fn spare(&self) -> usize {
        self.spare
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .len()
    }

    pub(super) fn take(self: &Arc<Self>) -> Piece {
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

/// One piece on loan from the pool.
pub(super) struct Piece {
    memory: Box<[u8]>,
    len: usize,
    pool: Arc<Pool>,
}

impl Piece {
    /// The first `len` bytes, to be written.
    pub(super) fn space(&mut self, len: usize) -> &mut [u8] {
        self.len = len.min(self.memory.len());
        &mut self.memory[..self.len]
    }

    /// The written bytes; the memory goes back to the pool with the last reference to them.
    pub(super) fn into_bytes(self) -> Bytes {
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
        if spare.len() < self.pool.keep {
            spare.push(memory);
        }
    }
}
