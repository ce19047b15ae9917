//! Row groups of Parquet files, put together.

use serde::{Deserialize, Serialize};

use super::{Misfit, Origin};

/// Row groups of Parquet files in their order. The footer is not in here: it is made from the footers of the originals
/// when the bytes are read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedGroups", into = "UncheckedGroups")]
pub struct Groups {
    pub(super) origins: Box<[Origin]>,
    runs: Box<[Run]>,
    pub(super) len: u64,
}

/// Row groups that follow each other in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Place of the file among the origins.
    pub origin: u32,
    /// Number of the first row group, from 0.
    pub first: u32,
    /// How many row groups.
    pub count: u32,
}

impl Groups {
    /// Row groups that have `len` bytes with everything around them.
    ///
    /// # Errors
    /// A run of no origin, or of nothing.
    pub fn new(origins: Vec<Origin>, runs: Vec<Run>, len: u64) -> Result<Self, Misfit> {
        for run in &runs {
            if usize::try_from(run.origin).map_or(true, |origin| origin >= origins.len()) {
                return Err(Misfit("row groups are of a file that is not there"));
            }
            if run.count == 0 || run.first.checked_add(run.count).is_none() {
                return Err(Misfit("a run has no row groups"));
            }
        }
        Ok(Self {
            origins: origins.into(),
            runs: runs.into(),
            len,
        })
    }

    /// The files that the row groups are of.
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// The row groups in their order.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Number of bytes, with the footer.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// Row groups as they are written down.
#[derive(Serialize, Deserialize)]
struct UncheckedGroups {
    origins: Vec<Origin>,
    runs: Vec<Run>,
    len: u64,
}

impl TryFrom<UncheckedGroups> for Groups {
    type Error = Misfit;

    fn try_from(unchecked: UncheckedGroups) -> Result<Self, Misfit> {
        Self::new(unchecked.origins, unchecked.runs, unchecked.len)
    }
}

impl From<Groups> for UncheckedGroups {
    fn from(groups: Groups) -> Self {
        Self {
            origins: groups.origins.into(),
            runs: groups.runs.into(),
            len: groups.len,
        }
    }
}
