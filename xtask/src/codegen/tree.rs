//! The committed tree: writing it, and comparing it with what would be written.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Context, Error, Result};
use crate::workspace;

/// What should be on the disk below one folder.
pub(crate) struct Tree {
    root: PathBuf,
    files: Vec<(PathBuf, String)>,
    /// Nothing else may be there.
    whole: bool,
}

impl Tree {
    /// An empty tree below `root`, which will hold nothing else.
    pub(crate) fn new(root: impl Into<PathBuf>) -> Self {
        Self {
            root: root.into(),
            files: Vec::new(),
            whole: true,
        }
    }

    /// Files below `root`, which may hold others as well.
    pub(crate) fn of_files(root: impl Into<PathBuf>) -> Self {
        Self {
            whole: false,
            ..Self::new(root)
        }
    }

    /// Adds a file.
    pub(crate) fn add(&mut self, path: impl AsRef<Path>, content: String) {
        self.files.push((self.root.join(path), content));
    }

    /// Adds files of one folder, by their names.
    pub(crate) fn add_all(&mut self, folder: &str, files: Vec<(&'static str, String)>) {
        for (name, content) in files {
            self.add(Path::new(folder).join(name), content);
        }
    }

    /// Makes the disk equal to the tree: writes what differs and removes what is not in it.
    pub(crate) fn write(&self) -> Result<()> {
        for (path, content) in &self.files {
            if fs::read_to_string(path).is_ok_and(|found| found == *content) {
                continue;
            }
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)
                    .doing(|| format!("could not make {}", folder.display()))?;
            }
            fs::write(path, content).doing(|| format!("could not write {}", path.display()))?;
        }
        for path in self.strangers()? {
            fs::remove_file(&path).doing(|| format!("could not remove {}", path.display()))?;
        }
        Ok(())
    }

    /// Fails if the disk differs from the tree; `command` is what mends that.
    pub(crate) fn check(&self, command: &str) -> Result<()> {
        let differs = self
            .files
            .iter()
            .find(|(path, content)| !fs::read_to_string(path).is_ok_and(|found| found == *content));
        let stranger = self.strangers()?.into_iter().next();
        let what = match (differs, stranger) {
            (None, None) => return Ok(()),
            (Some((path, _)), _) if !path.exists() => format!("{} is missing", shown(path)),
            (Some((path, _)), _) => format!("{} is not what would be generated", shown(path)),
            (None, Some(path)) => format!("{} would not be generated", shown(&path)),
        };
        Err(Error::new(what).hint(format!("run `{command}` and commit what it changes")))
    }

    /// The files on the disk that are not in the tree.
    fn strangers(&self) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        let mut folders: Vec<_> = self.whole.then(|| self.root.clone()).into_iter().collect();
        while let Some(folder) = folders.pop() {
            let Ok(entries) = fs::read_dir(&folder) else {
                continue;
            };
            for entry in entries {
                let path = entry
                    .doing(|| format!("could not list {}", folder.display()))?
                    .path();
                if path.is_dir() {
                    folders.push(path);
                } else if !self.files.iter().any(|(known, _)| *known == path) {
                    found.push(path);
                }
            }
        }
        found.sort();
        Ok(found)
    }
}

/// The path within the workspace.
fn shown(path: &Path) -> String {
    path.strip_prefix(workspace::root())
        .unwrap_or(path)
        .display()
        .to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_stale_tree_is_told_with_the_command_that_mends_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut tree = Tree::new(folder.path());
        tree.add("a/mod.rs", "new".to_owned());
        let hint = "hint: run `cargo xtask regen` and commit what it changes";
        let message = |tree: &Tree| tree.check("cargo xtask regen").unwrap_err().to_string();

        let path = folder.path().join("a/mod.rs");
        assert_eq!(
            message(&tree),
            format!("{} is missing\n{hint}", path.display())
        );

        tree.write().unwrap();
        tree.check("cargo xtask regen").unwrap();

        fs::write(&path, "old").unwrap();
        assert_eq!(
            message(&tree),
            format!("{} is not what would be generated\n{hint}", path.display())
        );

        tree.write().unwrap();
        let stranger = folder.path().join("a/stranger.rs");
        fs::write(&stranger, "").unwrap();
        assert_eq!(
            message(&tree),
            format!("{} would not be generated\n{hint}", stranger.display())
        );
        tree.write().unwrap();
        assert!(!stranger.exists());
    }
}
