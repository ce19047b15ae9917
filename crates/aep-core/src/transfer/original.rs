//! A file that is read in the state in which it was found.

use std::fs::File;
use std::io;
use std::path::Path;

use super::Identity;

/// An open file that has to stay what it was. Reads have a place of their own, so one of these serves many readers.
/// Everything here blocks.
#[derive(Debug)]
pub struct Original {
    file: File,
    identity: Identity,
}

impl Original {
    /// Opens the file at `path`, if it is still the one of that identity.
    ///
    /// # Errors
    /// The operating system's; one that holds a [`Changed`](super::Changed).
    pub fn open(path: &Path, identity: Identity) -> io::Result<Self> {
        let original = Self {
            file: File::open(path)?,
            identity,
        };
        original.check(path)?;
        Ok(original)
    }

    /// Looks whether the file was written to since it was opened. To be asked after the last byte, too.
    ///
    /// # Errors
    /// One that holds a [`Changed`](super::Changed).
    pub fn check(&self, path: &Path) -> io::Result<()> {
        self.identity.check(&self.file.metadata()?, path)
    }

    /// Fills `space` with the bytes from offset `at` on if the system has all of them in memory, and does not block: handing
    /// a read to another thread costs more than such a copy. `false` if they would have to be waited for, or if the system
    /// can't tell (only Linux can, and not on every file system); what is in `space` is then anything.
    pub fn read_now(&self, space: &mut [u8], at: u64) -> bool {
        read_now(&self.file, space, at)
    }

    /// Fills `space` with the bytes from offset `at` on.
    ///
    /// # Errors
    /// The operating system's; one that holds a [`Changed`](super::Changed) if the bytes are not there.
    pub fn read(&self, path: &Path, space: &mut [u8], at: u64) -> io::Result<()> {
        read_at(&self.file, space, at).map_err(|error| {
            // shorter than it was: the comparison has the better words
            if error.kind() == io::ErrorKind::UnexpectedEof
                && let Err(changed) = self.check(path)
            {
                return changed;
            }
            error
        })
    }
}

#[cfg(target_os = "linux")]
fn read_now(file: &File, into: &mut [u8], at: u64) -> bool {
    use rustix::io::{ReadWriteFlags, preadv2};
    let wanted = into.len();
    let mut spaces = [io::IoSliceMut::new(into)];
    preadv2(file, &mut spaces, at, ReadWriteFlags::NOWAIT).is_ok_and(|read| read == wanted)
}

#[cfg(not(target_os = "linux"))]
fn read_now(_: &File, _: &mut [u8], _: u64) -> bool {
    false
}

#[cfg(unix)]
fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, at)
}

#[cfg(windows)]
fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<()> {
    let mut done = 0;
    while done < into.len() {
        match std::os::windows::fs::FileExt::seek_read(file, &mut into[done..], at + done as u64)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => done += read,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::super::Changed;
    use super::*;

    #[test]
    fn a_file_is_read_as_it_was_found_or_not_at_all() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"content").unwrap();
        let identity = Identity::of(&file.as_file().metadata().unwrap());
        let original = Original::open(file.path(), identity).unwrap();
        let mut space = [0; 4];
        original.read(file.path(), &mut space, 3).unwrap();
        assert_eq!(&space, b"tent");
        original.check(file.path()).unwrap();
        let mut now = [0; 4];
        if original.read_now(&mut now, 3) {
            assert_eq!(&now, b"tent", "if it reads at all, it reads the same");
        }
        assert!(
            !original.read_now(&mut now, 5),
            "there are not so many bytes"
        );

        std::fs::write(file.path(), b"con").unwrap();
        let error = original.read(file.path(), &mut space, 3).unwrap_err();
        let changed = Changed::find(&error).unwrap();
        assert_eq!(changed.what(), "it had 7 bytes and has 3 now");
        assert!(Changed::find(&original.check(file.path()).unwrap_err()).is_some());
        assert!(Original::open(file.path(), identity).is_err());

        let gone = Original::open(Path::new("not/there"), identity).unwrap_err();
        assert_eq!(gone.kind(), io::ErrorKind::NotFound);
    }
}
