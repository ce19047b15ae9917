//! Making a folder of the zone and a directory alike.

mod checksum;
mod down;
mod plan;
mod up;

use std::path::PathBuf;

#[cfg(test)]
pub(super) use plan::sides;

use aep_core::{Error, ErrorKind};
use serde::Serialize;

use super::{LandingZone, PutOptions, Transfer, names};

/// Which of the two is made like the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The zone is made like the directory.
    Up,
    /// The directory is made like the zone.
    Down,
}

/// How two files are told apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Compare {
    /// By size, and by time: the copy must not be older than what it was made of.
    #[default]
    Time,
    /// By size and by content. The stores keep no checksum that both sides could compare, so files of the same size are
    /// read on both sides, and their CRC-64 compared: it costs a download of them.
    Checksum,
    /// By size alone.
    Size,
}

/// How to make them alike.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncOptions {
    /// How two files are told apart.
    pub compare: Compare,
    /// Whether what the other side does not have is deleted. Default no.
    pub delete: bool,
    /// Whether nothing is done, only said. Default no.
    pub dry_run: bool,
    /// How to put, for [`Direction::Up`].
    pub put: PutOptions,
}

/// What is done with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is not there.
    Add,
    /// It is another one.
    Replace,
    /// It is the same; nothing is done.
    Keep,
    /// The other side does not have it.
    Delete,
}

/// A file and what is done with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Step {
    /// What is done.
    pub action: Action,
    /// Its key in the zone.
    pub key: String,
    /// Bytes that are copied; the size of what stays or goes.
    pub bytes: u64,
}

/// What was done, or would be done in a dry run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SyncReport {
    /// Which was made like the other.
    pub direction: Direction,
    /// Every file, in the order of the keys.
    pub steps: Vec<Step>,
    /// Bytes that were copied.
    pub bytes: u64,
    /// Files that were deleted.
    pub deleted: u64,
    /// What a person should know.
    pub notes: Vec<String>,
}

impl LandingZone {
    /// Makes a folder of the zone and a directory alike. An empty `prefix` is the whole zone.
    ///
    /// Copies come first; deletions follow only if all of them went well. Going down, files are written whole or not at
    /// all. Names that are not allowed in the zone, or not safe on this machine, fail the transfer before anything is done.
    pub fn sync(
        &self,
        direction: Direction,
        directory: PathBuf,
        prefix: &str,
        options: SyncOptions,
    ) -> Transfer<SyncReport> {
        let zone = self.clone();
        let prefix = prefix.to_owned();
        let span = tracing::info_span!("aep.zone.sync", ?direction, prefix = %prefix);
        Transfer::start(span, move |board, _| async move {
            names::check_prefix(&prefix)?;
            let folder = prefix.trim_end_matches('/').to_owned();
            match direction {
                Direction::Up => up::run(&zone, directory, folder, options, board).await,
                Direction::Down => down::run(&zone, directory, folder, options, board).await,
            }
        })
    }
}

/// The prefix of everything in a folder.
fn below(folder: &str) -> String {
    if folder.is_empty() {
        String::new()
    } else {
        format!("{folder}/")
    }
}

fn not_a_directory(path: &std::path::Path) -> Error {
    Error::new(ErrorKind::Usage, "sync the directory")
        .with("path", path.display())
        .because("it is not a directory")
}

/// What is left to do of a plan, and what it comes to.
fn report(direction: Direction, mut steps: Vec<Step>, notes: Vec<String>) -> SyncReport {
    steps.sort_by(|one, two| one.key.cmp(&two.key));
    let copied = |step: &&Step| matches!(step.action, Action::Add | Action::Replace);
    SyncReport {
        direction,
        bytes: steps.iter().filter(copied).map(|step| step.bytes).sum(),
        deleted: steps
            .iter()
            .filter(|step| step.action == Action::Delete)
            .count() as u64,
        steps,
        notes,
    }
}
