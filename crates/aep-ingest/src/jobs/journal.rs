//! Writing a journal.
//!
//! Every line is one `write`, so that a killed process loses none that it has written; before a request whose effect can't
//! be undone by repeating it (a batch is made, a batch is completed) the line is on disk as well, so that not even a
//! machine that stops can make the run forget it. After a line that could not be written nothing more is sent.

use std::fs::{File, TryLockError};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aep_core::{Error, ErrorKind, Result};
use serde::Serialize;
use uuid::Uuid;

use super::line::{End, Header, Line};
use super::state::{self, State};
use super::{SPOOL, blocking, private};
use crate::plan::{Plan, PlannedFile};
use crate::upload::BatchReport;

/// The file of a job that its lines are in.
pub(super) const JOURNAL: &str = "journal";
/// The file that is locked while a process works on the job.
const LOCK: &str = "lock";
/// How often, and how long apart, the lock is tried.
const LOCK_TRIES: u32 = 5;
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// The journal of a run that this process works on. Nobody else does: the lock goes with it.
#[derive(Debug)]
pub(crate) struct Journal {
    header: Header,
    directory: PathBuf,
    inner: Mutex<Inner>,
    /// Whether the names of the files are on disk.
    named: AtomicBool,
    _lock: File,
}

#[derive(Debug)]
struct Inner {
    file: File,
    /// Set by the first line that could not be written: what follows it would be read as damage.
    broken: bool,
}

impl Journal {
    /// Begins the journal of a new run. Blocks.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if it can't be written.
    pub(crate) fn begin(directory: PathBuf, header: &Header) -> Result<Self> {
        let failed = |error: io::Error| unwritable(&directory, &error);
        private::directory(&directory).map_err(failed)?;
        let lock = lock(&directory, header.run)?;
        let path = directory.join(JOURNAL);
        let file = private::options()
            .append(true)
            .create_new(true)
            .open(&path)
            .map_err(failed)?;
        let journal = Self {
            header: header.clone(),
            inner: Mutex::new(Inner {
                file,
                broken: false,
            }),
            directory,
            named: AtomicBool::new(false),
            _lock: lock,
        };
        journal.append(&Line::Run(Box::new(header.clone())))?;
        Ok(journal)
    }

    /// Opens the journal of an earlier run to go on with it. Blocks.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`] if another process works on it, [`ErrorKind::NotFound`] if there is none,
    /// [`ErrorKind::Protocol`] if it is damaged.
    pub(crate) fn open(directory: PathBuf, run: Uuid) -> Result<(Self, State)> {
        let path = directory.join(JOURNAL);
        if !path.is_file() {
            return Err(missing(run));
        }
        let lock = lock(&directory, run)?;
        let failed = |error: io::Error| unwritable(&directory, &error);
        let mut file = private::options()
            .read(true)
            .append(true)
            .open(&path)
            .map_err(failed)?;
        let (state, good) = state::read(BufReader::new(&file), &path)?;
        file.set_len(good).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        let inner = Mutex::new(Inner {
            file,
            broken: false,
        });
        let journal = Self {
            header: state.header.clone(),
            inner,
            directory,
            named: AtomicBool::new(false),
            _lock: lock,
        };
        Ok((journal, state))
    }

    /// Writes a line. It survives this process, not the machine.
    pub(crate) fn append(&self, line: &Line) -> Result<()> {
        let mut text = serde_json::to_vec(line)
            .map_err(|error| unwritable(&self.directory, &io::Error::other(error)))?;
        text.push(b'\n');
        self.write(|file| file.write_all(&text))
    }

    /// Writes a line, and waits until everything up to it is on disk.
    pub(crate) async fn commit(self: &Arc<Self>, line: Line) -> Result<()> {
        let journal = Arc::clone(self);
        blocking(move || {
            journal.append(&line)?;
            journal.write(|file| file.sync_data())?;
            journal.sync_names()
        })
        .await
    }

    /// Has the names of the journal and of its directory on disk, once.
    fn sync_names(&self) -> Result<()> {
        if self.named.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let names = || {
            private::sync_directory(&self.directory)?;
            self.directory
                .parent()
                .map_or(Ok(()), private::sync_directory)
        };
        names().map_err(|error| unwritable(&self.directory, &error))
    }

    /// Writes the plan; `rows` are those that were counted. It is on disk with the first line that is committed. Blocks.
    pub(crate) fn plan(&self, plan: &Plan, rows: Option<u64>) -> Result<()> {
        self.write(|file| {
            let mut out = BufWriter::with_capacity(64 * 1024, &mut *file);
            for batch in &plan.batches {
                let format = batch.format;
                write_line(&mut out, &Line::Batch { format })?;
                for file in &batch.files {
                    write_line(&mut out, &FileLine { file })?;
                }
            }
            let (files, bytes) = (plan.files() as u64, plan.bytes());
            write_line(&mut out, &Line::Planned { files, bytes, rows })?;
            out.flush()
        })
    }

    /// Puts what is known of a run that is over in place of all lines, as a whole, and removes the files that were made
    /// for it. The files of batches with rows that failed stay in the plan, so that the rows can be found in them. Blocks.
    pub(crate) fn close(&self, outcomes: &[(u32, BatchReport)], end: End) -> Result<()> {
        let failed = |error: io::Error| unwritable(&self.directory, &error);
        let (new, path) = (
            self.directory.join("journal.new"),
            self.directory.join(JOURNAL),
        );
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let failed_in = |number: u32| {
            let failed =
                |(batch, report): &(u32, BatchReport)| *batch == number && report.lost_rows();
            outcomes.iter().any(failed)
        };
        let write = || {
            let file = private::options()
                .write(true)
                .create(true)
                .truncate(true)
                .open(&new)?;
            let mut out = BufWriter::new(file);
            write_line(&mut out, &Line::Run(Box::new(self.header.clone())))?;
            copy_plan(File::open(&path)?, failed_in, &mut out)?;
            for (batch, report) in outcomes {
                let (batch, report) = (*batch, report.clone());
                write_line(&mut out, &Line::Outcome { batch, report })?;
            }
            write_line(&mut out, &Line::End(Box::new(end)))?;
            out.flush()?;
            std::fs::rename(&new, &path)
        };
        write().map_err(failed)?;
        // the file that was replaced takes no more lines
        inner.broken = true;
        match std::fs::remove_dir_all(self.directory.join(SPOOL)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
            _ => Ok(()),
        }
    }

    #[cfg(test)]
    pub(super) fn redirect(&self, file: File) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.file = file;
    }

    fn write(&self, work: impl FnOnce(&mut File) -> io::Result<()>) -> Result<()> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.broken {
            return Err(unwritable(
                &self.directory,
                &io::Error::other("an earlier line could not be written"),
            ));
        }
        work(&mut inner.file).map_err(|error| {
            inner.broken = true;
            unwritable(&self.directory, &error)
        })
    }
}

/// [`Line::File`], without a copy of the file.
#[derive(Serialize)]
struct FileLine<'a> {
    file: &'a PlannedFile,
}

fn write_line(out: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

/// Copies the batches of a plan, and the files of those that are asked for.
fn copy_plan(
    journal: File,
    has_files: impl Fn(u32) -> bool,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut journal = BufReader::new(journal);
    let (mut next, mut with_files) = (0, false);
    let mut line = Vec::new();
    while journal.read_until(b'\n', &mut line)? > 0 {
        if line.starts_with(br#"{"batch":"#) {
            with_files = has_files(next);
            next += 1;
            out.write_all(&line)?;
        } else if line.starts_with(br#"{"file":"#) {
            if with_files {
                out.write_all(&line)?;
            }
        } else if line.starts_with(br#"{"planned":"#) {
            break;
        }
        line.clear();
    }
    Ok(())
}

/// Reads a journal without the intention to go on with it. Blocks.
pub(crate) fn look(directory: &Path, run: Uuid) -> Result<State> {
    let path = directory.join(JOURNAL);
    match File::open(&path) {
        Ok(file) => state::read(BufReader::new(file), &path).map(|(state, _)| state),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(missing(run)),
        Err(error) => Err(state::unreadable(&path, &error)),
    }
}

/// The first line of a journal. Blocks.
pub(crate) fn header(directory: &Path, run: Uuid) -> Result<Header> {
    let path = directory.join(JOURNAL);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(missing(run)),
        Err(error) => return Err(state::unreadable(&path, &error)),
    };
    let mut first = Vec::new();
    BufReader::new(file)
        .read_until(b'\n', &mut first)
        .map_err(|error| state::unreadable(&path, &error))?;
    state::read(first.as_slice(), &path).map(|(state, _)| state.header)
}

/// When the journal was last written to, in milliseconds since 1970.
pub(crate) fn touched(directory: &Path) -> Option<i64> {
    let metadata = std::fs::metadata(directory.join(JOURNAL)).ok()?;
    let since = metadata
        .modified()
        .ok()?
        .duration_since(std::time::UNIX_EPOCH)
        .ok()?;
    i64::try_from(since.as_millis()).ok()
}

/// Whether a process works on the job.
pub(crate) fn is_held(directory: &Path) -> bool {
    let Ok(file) = File::open(directory.join(LOCK)) else {
        return false;
    };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// Takes the job for this process.
pub(crate) fn lock(directory: &Path, run: Uuid) -> Result<File> {
    let failed = |error: io::Error| unwritable(directory, &error);
    let file = private::lockable(&directory.join(LOCK)).map_err(failed)?;
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            // somebody who only looks holds it for a moment
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
    }
    Err(Error::new(ErrorKind::Conflict, "work on the job")
        .with("run", run)
        .because("another process works on it")
        .hint("wait until it is done; `aep job list` shows what is running"))
}

pub(super) fn missing(run: Uuid) -> Error {
    Error::new(ErrorKind::NotFound, "find the job")
        .with("run", run)
        .hint("`aep job list` shows the jobs of this machine")
}

fn unwritable(directory: &Path, error: &io::Error) -> Error {
    Error::new(ErrorKind::Io, "keep the journal of the job")
        .with("directory", directory.display())
        .because(error.to_string())
        .hint("what can't be written down is not sent; make room, or name another directory with AEP_STATE_DIR")
}
