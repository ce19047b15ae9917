//! Which files go under which keys. Everything is checked here, before the first request.

use std::path::{Component, Path};

use aep_core::transfer::Identity;
use aep_core::{Error, ErrorKind, Result};
use walkdir::WalkDir;

use super::file::{Planned, unreadable};
use crate::zone::names;

/// The files of a directory, in the order of their names, or the one file.
pub(crate) fn plan(source: &Path, target: &str) -> Result<Vec<Planned>> {
    let metadata = std::fs::metadata(source).map_err(|error| unreadable(source, error))?;
    if metadata.is_dir() {
        names::check_prefix(target)?;
        return directory(source, target.trim_end_matches('/'));
    }
    let key = file_key(source, target)?;
    names::check(&key)?;
    Ok(vec![Planned {
        path: source.to_owned(),
        key,
        identity: Identity::of(&metadata),
    }])
}

/// A target that is empty or ends with `/` is a folder: the file keeps its name.
fn file_key(source: &Path, target: &str) -> Result<String> {
    if !target.is_empty() && !target.ends_with('/') {
        return Ok(target.to_owned());
    }
    let name = source
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(|| no_name(source))?;
    Ok(format!("{target}{name}"))
}

pub(crate) fn directory(root: &Path, prefix: &str) -> Result<Vec<Planned>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(root).follow_links(true).sort_by_file_name() {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(root).to_owned();
            Error::new(ErrorKind::Io, "read the directory")
                .with("path", path.display())
                .because(error)
        })?;
        if !entry.file_type().is_file() {
            continue;
        }
        let metadata = entry.metadata().map_err(|error| {
            Error::new(ErrorKind::Io, "read the file")
                .with("file", entry.path().display())
                .because(error)
        })?;
        let below = relative(root, entry.path())?;
        let key = if prefix.is_empty() {
            below
        } else {
            format!("{prefix}/{below}")
        };
        names::check(&key).map_err(|error| error.with("file", entry.path().display()))?;
        files.push(Planned {
            path: entry.into_path(),
            key,
            identity: Identity::of(&metadata),
        });
    }
    Ok(files)
}

/// The path below the root, with `/` between its parts.
fn relative(root: &Path, path: &Path) -> Result<String> {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts = below
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_str().ok_or_else(|| no_name(path))),
            _ => None,
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(parts.join("/"))
}

fn no_name(path: &Path) -> Error {
    Error::new(ErrorKind::Usage, "use the file's name as a key")
        .with("file", path.display())
        .because("it has no name, or one that is not Unicode")
        .hint("give a key")
}

/// Bytes of a part when nothing else asks for more.
const PART: u64 = 4 * 1024 * 1024;
const MIB: u64 = 1024 * 1024;

/// Bytes of the parts of a file of this size: as asked for, but never less than the store takes, nor so few that there
/// would be too many parts.
pub(crate) fn part_size(size: u64, wanted: Option<u64>, store: crate::zone::store::Parts) -> u64 {
    let needed = size.div_ceil(store.most);
    let part = wanted.unwrap_or(PART).max(store.least).max(1);
    if part >= needed {
        part
    } else {
        needed.div_ceil(MIB) * MIB
    }
}

/// Bytes of part `index` of a stream whose length is not known: larger and larger, so that the number of parts suffices
/// for terabytes.
pub(crate) fn part_of_stream(
    index: u64,
    wanted: Option<u64>,
    store: crate::zone::store::Parts,
) -> u64 {
    let base = part_size(0, wanted, store);
    base << (index / (store.most / 10)).min(9)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;
    use crate::zone::store::{AZURE_PARTS, S3_PARTS};

    #[test]
    fn a_directory_is_walked_in_a_stable_order() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b/2.csv", "b/1.csv", "a.csv", "ü/ñ 日本.csv"] {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, name).unwrap();
        }
        let keys = |target: &str| -> Vec<String> {
            let files = plan(dir.path(), target).unwrap();
            files.into_iter().map(|file| file.key).collect()
        };
        assert_eq!(keys(""), ["a.csv", "b/1.csv", "b/2.csv", "ü/ñ 日本.csv"]);
        assert_eq!(keys("in/")[1], "in/b/1.csv");
        let file = dir.path().join("a.csv");
        for (target, key) in [("", "a.csv"), ("x/", "x/a.csv"), ("x/y", "x/y")] {
            assert_eq!(plan(&file, target).unwrap()[0].key, key);
        }
    }

    #[test]
    fn bad_names_are_refused_with_their_file() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("good"), "").unwrap();
        std::fs::write(dir.path().join("CON"), "").unwrap();
        let error = plan(dir.path(), "").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains("CON"));
        let none = plan(&dir.path().join("none"), "").unwrap_err();
        assert_eq!(none.kind(), ErrorKind::NotFound);
    }

    #[test]
    fn parts_grow_only_when_they_must() {
        assert_eq!(part_size(1 << 30, None, AZURE_PARTS), PART);
        assert_eq!(part_size(1 << 30, None, S3_PARTS), S3_PARTS.least);
        assert_eq!(part_size(10, Some(1), S3_PARTS), S3_PARTS.least);
        assert_eq!(part_size(100 << 30, None, S3_PARTS), 11 * MIB);
    }

    proptest! {
        #[test]
        fn the_number_of_parts_is_never_too_large(size in 0_u64..(5 << 40), wanted in proptest::option::of(1_u64..(1 << 30))) {
            for store in [AZURE_PARTS, S3_PARTS] {
                let part = part_size(size, wanted, store);
                prop_assert!(part >= store.least && size.div_ceil(part) <= store.most);
            }
        }
    }
}
