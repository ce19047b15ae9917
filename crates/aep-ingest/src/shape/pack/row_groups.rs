//! Parquet, row group after row group.

use tokio_util::sync::CancellationToken;

use super::{Fits, Look};
use crate::plan::Candidate;
use crate::shape::parquet::{File, assemble};
use crate::shape::scan::unreadable;
use crate::source::Content;
use crate::source::content::{Groups, Origin, Run};

/// Bytes that the metadata of all files of a pack may take in memory, at most.
const METADATA: usize = 8 * 1024 * 1024;

/// Row groups in a file, at most: their ordinal has 16 bits.
const GROUPS: usize = 32_767;

/// Bytes that a column chunk's entry in the footer may grow by, and those that every footer has.
const ENTRY: u64 = 64;

pub(super) struct Seen {
    origin: Origin,
    file: File,
}

pub(super) fn look(file: &Candidate, _: &CancellationToken) -> Look<Seen> {
    let Some(origin) = file.content.whole() else {
        return Ok(Err("it is put together already".to_owned()));
    };
    let read = File::read(origin).map_err(|error| unreadable(origin, error))?;
    Ok(read.map(|file| Seen {
        origin: origin.clone(),
        file,
    }))
}

/// Files whose row groups go one after the other.
pub(super) struct Pack {
    files: Vec<Seen>,
    groups: usize,
    memory: usize,
    /// Bytes that it has at most.
    most: u64,
}

impl Seen {
    fn most(&self) -> u64 {
        let groups = self.file.groups();
        let chunks: usize = groups.iter().map(|group| group.num_columns() + 1).sum();
        self.origin.identity.size + ENTRY * (chunks as u64 + 1)
    }

    fn is_like(&self, other: &Self) -> bool {
        let (one, other) = (
            self.file.metadata.file_metadata(),
            other.file.metadata.file_metadata(),
        );
        one.schema() == other.schema()
            && one.version() == other.version()
            && one.created_by() == other.created_by()
            && one.column_orders() == other.column_orders()
    }
}

impl super::Pack for Pack {
    type Seen = Seen;

    fn begin(seen: Seen) -> Self {
        let mut pack = Self {
            files: Vec::new(),
            groups: 0,
            memory: 0,
            most: 0,
        };
        pack.take(seen);
        pack
    }

    fn fits(&self, seen: &Seen, target: u64) -> Fits {
        if !self.files.first().is_some_and(|first| first.is_like(seen)) {
            return Fits::Other;
        }
        let full = self.most + seen.most() > target
            || self.groups + seen.file.groups().len() > GROUPS
            || self.memory + seen.file.metadata.memory_size() > METADATA;
        if full { Fits::Full } else { Fits::Yes }
    }

    fn take(&mut self, seen: Seen) {
        self.groups += seen.file.groups().len();
        self.memory += seen.file.metadata.memory_size();
        self.most += seen.most();
        self.files.push(seen);
    }

    fn finish(self) -> Option<Content> {
        let runs: Vec<_> = self
            .files
            .iter()
            .map(|seen| (&seen.file, 0, seen.file.groups().len()))
            .collect();
        let len = assemble(&runs).ok()?.len;
        let mut origins = Vec::with_capacity(self.files.len());
        let mut written = Vec::with_capacity(self.files.len());
        for seen in self.files {
            written.push(Run {
                origin: u32::try_from(origins.len()).ok()?,
                first: 0,
                count: u32::try_from(seen.file.groups().len()).ok()?,
            });
            origins.push(seen.origin);
        }
        let groups = Groups::new(origins, written, len).ok()?;
        Some(Content::Groups(Box::new(groups)))
    }
}
