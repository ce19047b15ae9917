//! Positions on disk.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use aep_core::{Client, DatasetId, Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use twox_hash::xxhash3_128::Hasher;

use super::Position;

/// The form of the files.
const VERSION: u32 = 1;

/// The positions of named readers, below the state directory: `positions/<key>/NAME`, where the key stands for
/// organisation, sandbox and dataset. A position is written beside its file, flushed to the disk and renamed, so that after
/// a crash the old one or the new one is there, whole.
#[derive(Debug, Clone)]
pub struct Positions {
    directory: PathBuf,
}

/// The position of one named reader. Held by one process at a time, until this value is dropped.
#[derive(Debug)]
pub struct SavedPosition {
    path: PathBuf,
    saved: Saved,
    /// Locked.
    _lock: File,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Saved {
    version: u32,
    dataset: DatasetId,
    /// None for a name that is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    position: Option<Position>,
    /// What is being worked on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<Position>,
}

impl Positions {
    /// Positions below this state directory. Nothing is made yet.
    pub fn new(state: &Path) -> Self {
        Self {
            directory: state.join("positions"),
        }
    }

    /// The position of the reader with this name, in the organisation and sandbox of the client. Nobody else gets it as long
    /// as it is held. Blocks for a moment.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a name that is no plain word, [`ErrorKind::Conflict`] if another process holds it,
    /// [`ErrorKind::Io`] if it can't be read or the directory can't be made.
    pub fn open(&self, client: &Client, dataset: &DatasetId, name: &str) -> Result<SavedPosition> {
        check(name)?;
        let directory = self.directory.join(key(client, dataset));
        let path = directory.join(name);
        let failed = |error: io::Error| unusable(&path, error);
        make(&directory).map_err(failed)?;
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        private(&mut options);
        // apart from the position itself, which is replaced as a whole
        let lock = options
            .open(directory.join(format!("{name}.lock")))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::new(ErrorKind::Conflict, "use the saved position")
                    .with("name", name)
                    .with("dataset", dataset)
                    .because("another process is reading with it")
                    .hint("wait until it is done, or use another name"));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let saved = match std::fs::read(&path) {
            Ok(bytes) => read(&bytes, &path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Saved {
                version: VERSION,
                dataset: dataset.clone(),
                position: None,
                next: None,
            },
            Err(error) => return Err(failed(error)),
        };
        Ok(SavedPosition {
            path,
            saved,
            _lock: lock,
        })
    }
}

impl SavedPosition {
    /// The position that was saved; none if the name is new.
    pub fn position(&self) -> Option<&Position> {
        self.saved.position.as_ref()
    }

    /// What was announced with [`announce`](Self::announce) and not saved yet: a run before this one was interrupted
    /// between the two.
    pub fn announced(&self) -> Option<&Position> {
        self.saved.next.as_ref()
    }

    /// Writes down up to where a run is going to read, before it writes anything. A run that comes after a crash then knows
    /// under which name ([`Position::digest`]) results were being written, looks whether they are there, and can read the
    /// same batches again ([`Reader::up_to`](super::Reader::up_to)).
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if it can't be written; the old state is kept then.
    pub fn announce(&mut self, next: Position) -> Result<()> {
        self.put(Saved {
            next: Some(next),
            ..self.saved.clone()
        })
    }

    /// Saves a position; it is on the disk when this returns. What was announced is over.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if it can't be written; the old state is kept then.
    pub fn save(&mut self, position: Position) -> Result<()> {
        self.put(Saved {
            position: Some(position),
            next: None,
            ..self.saved.clone()
        })
    }

    fn put(&mut self, saved: Saved) -> Result<()> {
        let text = serde_json::to_vec(&saved).map_err(|error| {
            Error::new(ErrorKind::Other, "write the saved position").because(error)
        })?;
        replace(&self.path, &text).map_err(|error| unusable(&self.path, error))?;
        self.saved = saved;
        Ok(())
    }
}

fn read(bytes: &[u8], path: &Path) -> Result<Saved> {
    let damaged = |why: String| {
        Error::new(ErrorKind::Io, "read the saved position")
            .with("file", path.display())
            .because(why)
            .hint("remove the file to begin anew, with `--since TIME` where it makes sense")
    };
    let saved: Saved = serde_json::from_slice(bytes).map_err(|error| damaged(error.to_string()))?;
    if saved.version != VERSION {
        return Err(damaged(format!(
            "it has form {}, this version knows form {VERSION}",
            saved.version
        )));
    }
    Ok(saved)
}

fn check(name: &str) -> Result<()> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let good = (1..=100).contains(&name.len())
        && name.bytes().all(plain)
        && !name.starts_with('.')
        && Path::new(name).extension().is_none_or(|end| end != "lock");
    if good {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Usage, "use the saved position")
        .with("name", name)
        .because(
            "a name has 1 to 100 letters, digits, `-`, `_` and `.`, and does not begin with a dot",
        ))
}

fn key(client: &Client, dataset: &DatasetId) -> String {
    let mut hash = Hasher::new();
    let sandbox = client.sandbox().map(aep_core::SandboxName::as_str);
    for part in [
        client.settings().org.as_str(),
        sandbox.unwrap_or_default(),
        dataset.as_str(),
    ] {
        hash.write(part.as_bytes());
        hash.write(&[0]);
    }
    format!("{:032x}", hash.finish_128())
}

fn unusable(path: &Path, error: io::Error) -> Error {
    Error::new(ErrorKind::Io, "use the saved position")
        .with("file", path.display())
        .because(error)
}

/// Replaces a file as a whole; when this returns, the new content survives a loss of power.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".aep-")
        .tempfile_in(directory)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_directory(directory)
}

/// The names in a directory are on the disk when this returns.
#[cfg(unix)]
pub(crate) fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// Elsewhere a directory can't be opened, and names are written with the files.
#[cfg(not(unix))]
pub(crate) fn sync_directory(_directory: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn make(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;

    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
}

#[cfg(not(unix))]
fn make(directory: &Path) -> io::Result<()> {
    std::fs::create_dir_all(directory)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt as _;

    options.mode(0o600);
}

#[cfg(not(unix))]
fn private(_options: &mut OpenOptions) {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use aep_core::Settings;

    use super::*;

    fn client() -> Client {
        Client::new(Settings::local("http://127.0.0.1:1".parse().unwrap())).unwrap()
    }

    fn dataset() -> DatasetId {
        DatasetId::new("d1").unwrap()
    }

    #[test]
    fn a_position_is_there_again_and_is_private() {
        let state = tempfile::tempdir().unwrap();
        let positions = Positions::new(state.path());
        let mut saved = positions.open(&client(), &dataset(), "etl").unwrap();
        assert!(saved.position().is_none() && saved.announced().is_none());
        saved.announce(Position::after_time(7)).unwrap();
        drop(saved);
        let mut saved = positions.open(&client(), &dataset(), "etl").unwrap();
        assert!(saved.position().is_none());
        assert_eq!(saved.announced(), Some(&Position::after_time(7)));
        saved.save(Position::after_time(7)).unwrap();
        let path = saved.path.clone();
        drop(saved);
        let saved = positions.open(&client(), &dataset(), "etl").unwrap();
        assert_eq!(saved.position(), Some(&Position::after_time(7)));
        assert!(saved.announced().is_none());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        }
        let other = DatasetId::new("d2").unwrap();
        let other = positions.open(&client(), &other, "etl").unwrap();
        assert!(other.position().is_none());
    }

    #[test]
    fn one_process_at_a_time() {
        let state = tempfile::tempdir().unwrap();
        let positions = Positions::new(state.path());
        let held = positions.open(&client(), &dataset(), "etl").unwrap();
        let error = positions.open(&client(), &dataset(), "etl").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
        positions.open(&client(), &dataset(), "other").unwrap();
        drop(held);
        positions.open(&client(), &dataset(), "etl").unwrap();
    }

    #[test]
    fn names_are_plain_words() {
        let state = tempfile::tempdir().unwrap();
        let positions = Positions::new(state.path());
        for name in ["", "..", "a/b", ".hidden", "x.lock", "ä", &"x".repeat(101)] {
            let error = positions.open(&client(), &dataset(), name).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{name}");
        }
    }

    #[test]
    fn a_damaged_file_is_said_and_kept() {
        let state = tempfile::tempdir().unwrap();
        let positions = Positions::new(state.path());
        let mut saved = positions.open(&client(), &dataset(), "etl").unwrap();
        saved.save(Position::beginning()).unwrap();
        let path = saved.path.clone();
        drop(saved);
        for text in ["", "{", r#"{"version":9,"dataset":"d1"}"#] {
            std::fs::write(&path, text).unwrap();
            let error = positions.open(&client(), &dataset(), "etl").unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Io, "{text}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }
}
