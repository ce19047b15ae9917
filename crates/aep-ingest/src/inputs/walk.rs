//! Directories, patterns and links.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::{Found, Listing, failed, missing, unreadable};
use crate::plan::{Refusal, names};
use crate::source::Identity;

/// Notes of one sort that are made before they are only counted.
const NOTED: usize = 10;

/// The files that were taken, by their real paths: of those only the hash is kept, because there may be many.
#[derive(Default)]
pub(super) struct Seen(HashSet<u128>);

/// Takes what a path means: itself if it exists, what it matches if it is a pattern.
pub(super) fn path(path: &Path, seen: &mut Seen, listing: &mut Listing) {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => directory(path, seen, listing),
        Ok(_) => {
            if path.is_symlink() {
                link(path, listing);
            }
            file(path, None, None, seen, listing);
        }
        Err(error) => match path.to_str() {
            Some(text) if text.contains(['*', '?', '[']) => pattern(text, seen, listing),
            _ => failed(path, &error, listing),
        },
    }
}

fn pattern(text: &str, seen: &mut Seen, listing: &mut Listing) {
    let matches = match glob::glob(text) {
        Ok(matches) => matches,
        Err(error) => {
            return unreadable(
                Path::new(text),
                format!("it is no pattern: {error}"),
                listing,
            );
        }
    };
    let root = fixed_part(text);
    let mut any = false;
    for entry in matches {
        any = true;
        match entry {
            Ok(path) if path.is_dir() => below(&path, &root, seen, listing),
            Ok(path) => file(&path, Some(&root), None, seen, listing),
            Err(error) => unreadable(error.path(), error.error().to_string(), listing),
        }
    }
    if !any {
        missing(Path::new(text), "nothing matches it".to_owned(), listing);
    }
}

/// The directories of a pattern before its first wildcard.
fn fixed_part(text: &str) -> PathBuf {
    let path = Path::new(text);
    let wild = |part: &OsStr| part.to_string_lossy().contains(['*', '?', '[']);
    path.components()
        .take_while(|part| !wild(part.as_os_str()))
        .collect()
}

fn directory(root: &Path, seen: &mut Seen, listing: &mut Listing) {
    below(root, root, seen, listing);
}

/// Takes everything below `start`, named relative to `root`.
fn below(start: &Path, root: &Path, seen: &mut Seen, listing: &mut Listing) {
    let mut hidden = 0_usize;
    let mut links = 0_usize;
    let mut linked = start.is_symlink();
    // asking for the real path of every file is only needed once a link is on the way
    let real = start.canonicalize().ok();
    let walk = WalkDir::new(start)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| {
            let hide = entry.depth() > 0 && is_hidden(entry);
            hidden += usize::from(hide);
            !hide
        });
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) if error.loop_ancestor().is_some() => {
                let path = error.path().unwrap_or(start).display();
                listing.notes.push(format!(
                    "{path} is a link to a directory around it and was left out"
                ));
                continue;
            }
            Err(error) => {
                let path = error.path().unwrap_or(start).to_owned();
                let why = error
                    .io_error()
                    .map_or_else(|| error.to_string(), ToString::to_string);
                unreadable(&path, why, listing);
                continue;
            }
        };
        if entry.path_is_symlink() && entry.depth() > 0 {
            linked = true;
            links += 1;
            if links <= NOTED {
                link(entry.path(), listing);
            }
        }
        if entry.file_type().is_dir() {
            continue;
        }
        let known = real
            .as_ref()
            .filter(|_| !linked)
            .and_then(|real| Some(real.join(entry.path().strip_prefix(start).ok()?)));
        file(entry.path(), Some(root), known, seen, listing);
    }
    if links > NOTED {
        listing.notes.push(format!(
            "{} more links were followed below {}",
            links - NOTED,
            start.display()
        ));
    }
    if hidden > 0 {
        listing.notes.push(format!(
            "{hidden} entries below {} begin with `.` or `_` and were left out",
            start.display()
        ));
    }
}

/// Marks and leftovers, but not a partition like `_day=1`.
fn is_hidden(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    name.starts_with('.') || (name.starts_with('_') && !name.contains('='))
}

fn link(path: &Path, listing: &mut Listing) {
    let target = std::fs::read_link(path).unwrap_or_default();
    listing.notes.push(format!(
        "{} is a link and was followed to {}",
        path.display(),
        target.display()
    ));
}

/// Takes one file, unless it was taken before. `real` is its path without links, if that is known.
fn file(
    path: &Path,
    root: Option<&Path>,
    real: Option<PathBuf>,
    seen: &mut Seen,
    listing: &mut Listing,
) {
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => metadata,
        Ok(_) => return unreadable(path, "it is not a regular file".to_owned(), listing),
        Err(error) => return unreadable(path, error.to_string(), listing),
    };
    let real = real
        .or_else(|| path.canonicalize().ok())
        .unwrap_or_else(|| path.to_owned());
    let hash = twox_hash::xxhash3_128::Hasher::oneshot(real.as_os_str().as_encoded_bytes());
    if !seen.0.insert(hash) {
        listing.notes.push(format!(
            "{} was named twice and is taken once",
            path.display()
        ));
        return;
    }
    match names::relative(root, path) {
        Ok(name) => {
            listing.files.push(Found {
                path: path.into(),
                name: name.into(),
                identity: Identity::of(&metadata),
            });
        }
        Err(reason) => listing.refused.push(Refusal {
            path: path.into(),
            reason,
        }),
    }
}
