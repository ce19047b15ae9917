//! What a put has done so far, on disk, so that the next try goes on from there.
//!
//! One file per put, a line of JSON per event: first what is put where, then for each file what was begun, which part the
//! store has taken, and that it is done. A line is written after the store's answer, so a line that is missing costs a part
//! that is sent again, and one that is there is true. There are no secrets in it.

mod list;

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use aep_core::transfer::Identity;
use aep_core::{Error, ErrorKind, Result};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use list::{PendingPut, pending_puts};

/// The platform deletes files after seven days, and Azure forgets parts of unfinished ones after as many.
const OLDEST_SECONDS: i64 = 6 * 86_400;
const VERSION: u32 = 1;

/// What is put where: two puts with equal ones are the same put.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Subject {
    /// File or directory, absolute.
    pub(crate) source: String,
    /// Scheme, host and port of the store.
    pub(crate) endpoint: String,
    pub(crate) container: String,
    /// Key or prefix, with the zone's folder.
    pub(crate) target: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase")]
enum Line {
    Put {
        version: u32,
        #[serde(flatten)]
        subject: Subject,
        /// Seconds since 1970.
        started: i64,
    },
    Begin {
        file: u64,
        key: String,
        identity: Identity,
        upload: String,
        part: u64,
        /// The mark of what was under the key before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<String>,
    },
    Part {
        file: u64,
        index: u64,
        id: String,
    },
    Done {
        key: String,
        identity: Identity,
    },
    Drop {
        key: String,
    },
}

/// A file that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Open {
    pub(crate) number: u64,
    pub(crate) identity: Identity,
    pub(crate) upload: String,
    pub(crate) part: u64,
    pub(crate) before: Option<String>,
    /// What the store called the parts that it has taken, by their index.
    pub(crate) parts: BTreeMap<u64, String>,
}

/// What an earlier try left.
#[derive(Debug, Default)]
pub(crate) struct Earlier {
    pub(crate) open: HashMap<String, Open>,
    pub(crate) done: HashMap<String, Identity>,
    /// Why an earlier journal is not used, if there was one.
    pub(crate) refused: Option<String>,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    file: File,
    next: u64,
}

impl Journal {
    /// Opens or makes the journal of this put below the state directory.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if another process is at the same put, [`ErrorKind::Io`].
    pub(crate) fn open(state: &Path, subject: &Subject) -> Result<(Self, Earlier)> {
        let directory = state.join("dlz");
        let path = directory.join(name(subject));
        let failed = |error: io::Error| {
            Error::new(ErrorKind::Io, "keep a journal of the put")
                .with("file", path.display())
                .because(error)
        };
        make_directory(&directory).map_err(failed)?;
        let mut file = private(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::new(ErrorKind::Conflict, "begin the put")
                    .with("source", &subject.source)
                    .because("another process is putting the same to the same place"));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let now = Timestamp::now().as_second();
        let (earlier, next) = match read(&mut file, subject, now).map_err(failed)? {
            Found::Usable(earlier, next) => (earlier, next),
            found => {
                file.set_len(0).map_err(failed)?;
                file.seek(SeekFrom::Start(0)).map_err(failed)?;
                let refused = match found {
                    Found::Unusable(why) => Some(why),
                    _ => None,
                };
                let earlier = Earlier {
                    refused,
                    ..Earlier::default()
                };
                write(
                    &mut file,
                    &Line::Put {
                        version: VERSION,
                        subject: subject.clone(),
                        started: now,
                    },
                )
                .map_err(failed)?;
                (earlier, 0)
            }
        };
        let inner = Mutex::new(Inner { file, next });
        Ok((Self { path, inner }, earlier))
    }

    /// A file is begun anew; what was known of it no longer counts. Answers its number.
    pub(crate) fn begin(
        &self,
        key: &str,
        identity: Identity,
        upload: &str,
        part: u64,
        before: Option<String>,
    ) -> Result<u64> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let file = inner.next;
        inner.next += 1;
        let line = Line::Begin {
            file,
            key: key.to_owned(),
            identity,
            upload: upload.to_owned(),
            part,
            before,
        };
        write(&mut inner.file, &line).map_err(|error| self.failed(error))?;
        Ok(file)
    }

    /// The store has taken a part.
    pub(crate) fn part(&self, file: u64, index: u64, id: &str) -> Result<()> {
        self.append(&Line::Part {
            file,
            index,
            id: id.to_owned(),
        })
    }

    /// A file is there.
    pub(crate) fn done(&self, key: &str, identity: Identity) -> Result<()> {
        self.append(&Line::Done {
            key: key.to_owned(),
            identity,
        })
    }

    /// What was begun for a key no longer counts.
    pub(crate) fn drop_file(&self, key: &str) -> Result<()> {
        self.append(&Line::Drop {
            key: key.to_owned(),
        })
    }

    /// Everything is there: the journal goes.
    pub(crate) fn finish(&self) -> Result<()> {
        std::fs::remove_file(&self.path).map_err(|error| self.failed(error))
    }

    fn append(&self, line: &Line) -> Result<()> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        write(&mut inner.file, line).map_err(|error| self.failed(error))
    }

    fn failed(&self, error: io::Error) -> Error {
        Error::new(ErrorKind::Io, "keep a journal of the put")
            .with("file", self.path.display())
            .because(error)
    }
}

enum Found {
    Nothing,
    Unusable(String),
    Usable(Earlier, u64),
}

/// Reads what an earlier try has written. The last line may be torn: it does not count, and is cut off.
fn read(file: &mut File, subject: &Subject, now: i64) -> io::Result<Found> {
    let mut earlier = Earlier::default();
    let mut names: HashMap<u64, String> = HashMap::new();
    let mut next = 0;
    let mut good = 0;
    let mut header = false;
    let mut reader = BufReader::new(&*file);
    let mut text = Vec::new();
    loop {
        text.clear();
        // No line of ours is longer than a key and some ids.
        let read = reader
            .by_ref()
            .take(64 * 1024)
            .read_until(b'\n', &mut text)?;
        if read == 0 || text.last() != Some(&b'\n') {
            break;
        }
        let Ok(line) = serde_json::from_slice::<Line>(&text) else {
            break;
        };
        match line {
            Line::Put {
                version,
                subject: found,
                started,
            } => {
                if version != VERSION || found != *subject {
                    return Ok(Found::Unusable("its journal is of another kind".to_owned()));
                }
                if now - started > OLDEST_SECONDS {
                    return Ok(Found::Unusable(
                        "the earlier try is too long ago".to_owned(),
                    ));
                }
                header = true;
            }
            _ if !header => break,
            Line::Begin {
                file,
                key,
                identity,
                upload,
                part,
                before,
            } => {
                next = next.max(file + 1);
                names.insert(file, key.clone());
                earlier.open.insert(
                    key,
                    Open {
                        number: file,
                        identity,
                        upload,
                        part,
                        before,
                        parts: BTreeMap::new(),
                    },
                );
            }
            Line::Part { file, index, id } => {
                let open = names.get(&file).and_then(|key| earlier.open.get_mut(key));
                if let Some(open) = open.filter(|open| open.number == file) {
                    open.parts.insert(index, id);
                }
            }
            Line::Done { key, identity } => {
                earlier.open.remove(&key);
                earlier.done.insert(key, identity);
            }
            Line::Drop { key } => {
                earlier.open.remove(&key);
            }
        }
        good += read as u64;
    }
    drop(reader);
    if !header {
        return Ok(Found::Nothing);
    }
    file.set_len(good)?;
    file.seek(SeekFrom::End(0))?;
    Ok(Found::Usable(earlier, next))
}

fn write(file: &mut File, line: &Line) -> io::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    file.write_all(&text)
}

/// The same put has the same file.
fn name(subject: &Subject) -> String {
    let mut digest = Sha256::new();
    for part in [
        &subject.source,
        &subject.endpoint,
        &subject.container,
        &subject.target,
    ] {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part.as_bytes());
    }
    let digest = digest.finalize();
    let hex: String = digest.iter().take(12).fold(String::new(), |mut hex, byte| {
        use std::fmt::Write as _;
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    format!("put-{hex}.jsonl")
}

#[cfg(unix)]
fn make_directory(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;

    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
}

#[cfg(not(unix))]
fn make_directory(directory: &Path) -> io::Result<()> {
    std::fs::create_dir_all(directory)
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(test)]
mod tests;
