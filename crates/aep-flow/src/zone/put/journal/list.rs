//! The puts that were interrupted.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use aep_core::{Error, ErrorKind, Result};
use jiff::Timestamp;
use serde::Serialize;

use super::Line;

/// A put that has a journal: it is running, or was interrupted and goes on when the same put is begun again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PendingPut {
    /// The name of its journal.
    pub id: String,
    /// Whether a process works on it.
    pub running: bool,
    /// File or directory, absolute.
    pub source: String,
    /// The container, and the key or folder in it.
    pub target: String,
    /// When it began.
    pub started: Option<Timestamp>,
    /// Files that the zone has.
    pub files_sent: u64,
    /// Bytes of these files.
    pub bytes_sent: u64,
}

/// The puts whose journals are below this state directory; those that can't be read are left out.
/// Blocks.
///
/// # Errors
/// [`ErrorKind::Io`] if the directory can't be read.
pub fn pending_puts(state_dir: &Path) -> Result<Vec<PendingPut>> {
    let directory = state_dir.join("dlz");
    let failed = |error: io::Error| {
        Error::new(ErrorKind::Io, "list the puts")
            .with("directory", directory.display())
            .because(error)
    };
    let entries = match std::fs::read_dir(&directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut puts = Vec::new();
    for entry in entries {
        puts.extend(one(&entry.map_err(failed)?.path()));
    }
    puts.sort_by(|a, b| b.started.cmp(&a.started).then_with(|| a.id.cmp(&b.id)));
    Ok(puts)
}

/// What a journal says, without touching it: its put may be at work.
fn one(path: &Path) -> Option<PendingPut> {
    let id = path.file_name()?.to_str()?.strip_suffix(".jsonl")?;
    let file = File::open(path).ok()?;
    let running = matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
    let mut lines = BufReader::new(&file)
        .lines()
        .map_while(|line| serde_json::from_str::<Line>(&line.ok()?).ok());
    let Line::Put {
        subject, started, ..
    } = lines.next()?
    else {
        return None;
    };
    let done: HashMap<String, u64> = lines
        .filter_map(|line| match line {
            Line::Done { key, identity } => Some((key, identity.size)),
            _ => None,
        })
        .collect();
    Some(PendingPut {
        id: id.to_owned(),
        running,
        source: subject.source,
        target: format!("{}/{}", subject.container, subject.target),
        started: Timestamp::from_second(started).ok(),
        files_sent: done.len() as u64,
        bytes_sent: done.values().sum(),
    })
}
