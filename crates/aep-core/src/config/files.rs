//! Reading and writing the files: private where they must be, whole or not at all.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::{Error, ErrorKind, Result};

/// The text of a file, or `None` if there is none.
pub(super) fn read(path: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::new(ErrorKind::Config, "read the file")
            .with("file", path.display())
            .because(error)),
    }
}

/// Refuses a file that others than its owner can read.
#[cfg(unix)]
pub(super) fn check_private(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    let Ok(metadata) = std::fs::metadata(path) else {
        return Ok(());
    };
    let mode = metadata.permissions().mode() & 0o777;
    // Neither the group nor the others have a bit.
    if mode.trailing_zeros() >= 6 {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Config, "use the credentials")
        .with("file", path.display())
        .because(format!("others can read it (its mode is {mode:03o})"))
        .hint(format!("run `chmod 600 {}`", quoted(path))))
}

/// Elsewhere the user's directory is private by itself.
#[cfg(not(unix))]
pub(super) fn check_private(_path: &Path) -> Result<()> {
    Ok(())
}

/// The path as a shell takes it.
#[cfg(unix)]
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"/._-+@:".contains(&byte));
    if plain {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Replaces a file as a whole: written beside it, flushed to the disk, then renamed, so that a crash leaves the old one.
/// A private file is 0600 from its first byte on; any other keeps the mode it had. A link is followed.
pub(super) fn write(path: &Path, text: &str, private: bool) -> Result<()> {
    let failed = |error: io::Error| {
        Error::new(ErrorKind::Io, "write the file")
            .with("file", path.display())
            .because(error)
    };
    let path = &target(path);
    let directory = path.parent().unwrap_or(Path::new("."));
    make_directory(directory).map_err(failed)?;
    let mut file = tempfile::Builder::new()
        .prefix(".aep-")
        .tempfile_in(directory)
        .map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    if !private {
        keep_mode(path, file.path()).map_err(failed)?;
    }
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    // The name is on the disk only when the directory is. Not every system can open one; then there is nothing to do.
    if let Ok(directory) = std::fs::File::open(directory) {
        let _ = directory.sync_all();
    }
    Ok(())
}

/// Where a chain of links ends, also if that does not exist yet.
fn target(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..10 {
        match std::fs::read_link(&path) {
            Ok(next) => path = path.parent().unwrap_or(Path::new(".")).join(next),
            Err(_) => break,
        }
    }
    path
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

#[cfg(unix)]
fn keep_mode(old: &Path, new: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    let mode =
        std::fs::metadata(old).map_or(0o644, |metadata| metadata.permissions().mode() & 0o777);
    std::fs::set_permissions(new, std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn keep_mode(_old: &Path, _new: &Path) -> io::Result<()> {
    Ok(())
}
