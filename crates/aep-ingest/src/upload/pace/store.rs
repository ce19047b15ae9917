//! When batches were made, for all processes of this machine: a line for each of the last day.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use aep_core::{Error, ErrorKind, Result, Settings};

use super::{Made, Rate, Wait, take};
use crate::jobs::{key, private};

/// The batches made in one organisation and sandbox.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    path: PathBuf,
}

impl Store {
    /// Below the state directory; there need not be one yet.
    pub(crate) fn of(state: &Path, settings: &Settings) -> Self {
        let sandbox = settings.sandbox.as_ref().map_or("", |name| name.as_str());
        Self {
            path: state
                .join("pace")
                .join(key(&[settings.org.as_str(), sandbox])),
        }
    }

    /// Counts one more, unless it has to wait. Blocks.
    pub(super) fn take(&self, next: Made, rates: &[Rate]) -> Result<Option<Wait>> {
        self.locked(next, rates).map_err(|error| {
            Error::new(ErrorKind::Io, "write down that a batch is made")
                .with("file", self.path.display())
                .because(error.to_string())
                .hint("make room, or name another directory with AEP_STATE_DIR")
        })
    }

    fn locked(&self, next: Made, rates: &[Rate]) -> io::Result<Option<Wait>> {
        let directory = self.path.parent().unwrap_or(Path::new("."));
        private::directory(directory)?;
        let lock = private::lockable(&self.path.with_extension("lock"))?;
        lock.lock()?;
        let mut made = match std::fs::read_to_string(&self.path) {
            Ok(text) => text.lines().filter_map(read).collect(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => VecDeque::new(),
            Err(error) => return Err(error),
        };
        let wait = take(&mut made, next, rates);
        if wait.is_none() {
            self.write(&made)?;
        }
        Ok(wait)
    }

    /// As a whole, so that nobody finds half of it.
    fn write(&self, made: &VecDeque<Made>) -> io::Result<()> {
        let mut text = String::new();
        for Made { at, profiles } in made {
            let _ = writeln!(text, "{at} {}", u8::from(*profiles));
        }
        let new = self.path.with_extension("new");
        let mut file: File = private::options()
            .write(true)
            .create(true)
            .truncate(true)
            .open(&new)?;
        file.write_all(text.as_bytes())?;
        std::fs::rename(&new, &self.path)
    }

    #[cfg(test)]
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// A line; none that makes no sense.
fn read(line: &str) -> Option<Made> {
    let (at, profiles) = line.split_once(' ')?;
    Some(Made {
        at: at.parse().ok()?,
        profiles: profiles == "1",
    })
}
