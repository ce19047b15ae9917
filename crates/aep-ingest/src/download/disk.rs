//! Files of a batch on the disk.

use std::collections::BTreeSet;
use std::path::Path;

use super::fetch::{Job, part_of};
use crate::read::sync_directory;

/// Has the names of the files on the disk, of their directories too.
pub(super) fn sync(root: &Path, jobs: &[Job]) -> std::io::Result<()> {
    let mut directories = BTreeSet::from([root.to_owned()]);
    for job in jobs {
        let mut above = job.path.as_path();
        while let Some(parent) = above.parent() {
            directories.insert(root.join(parent));
            above = parent;
        }
    }
    directories.iter().try_for_each(|path| sync_directory(path))
}

/// Removes what has come of a batch that is no longer there.
pub(super) fn take_away(root: &Path, jobs: &[Job]) -> std::io::Result<()> {
    let mut directories = BTreeSet::new();
    for job in jobs {
        let target = root.join(&job.path);
        for path in [part_of(&target), target] {
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        let mut above = job.path.as_path();
        while let Some(parent) = above
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
        {
            directories.insert(parent.to_owned());
            above = parent;
        }
    }
    // the innermost first; one that holds something else stays
    for directory in directories.iter().rev() {
        let _ = std::fs::remove_dir(root.join(directory));
    }
    Ok(())
}
