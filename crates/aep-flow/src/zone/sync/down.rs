//! The directory is made like the zone.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use aep_core::{Error, ErrorKind, Result};
use futures::{StreamExt, TryStreamExt};

use super::{Action, Direction, SyncOptions, SyncReport, plan, report};
use crate::zone::progress::Board;
use crate::zone::put::blocking;
use crate::zone::{GetOptions, LandingZone, get, names};

/// Files at a time; each may take several ranges at once.
const FILES: usize = 4;

pub(super) async fn run(
    zone: &LandingZone,
    directory: PathBuf,
    folder: String,
    options: SyncOptions,
    board: Board,
) -> Result<SyncReport> {
    let backend = zone.backend(false).await?;
    let sides = plan::sides(&backend, directory.clone(), &folder, true).await?;
    for key in sides.remote.keys() {
        // What is no good name here may be one in the store, put there by somebody else.
        names::check(key).map_err(|error| {
            error.rephrase("write a file of this name").hint(
                "get it by its key into a file of your choice, or rename it where it comes from",
            )
        })?;
    }
    let steps = sides
        .steps(&backend, Direction::Down, options.compare, options.delete)
        .await?;
    if options.dry_run {
        return Ok(report(Direction::Down, steps, Vec::new()));
    }
    let copies: Vec<_> = steps
        .iter()
        .filter(|step| matches!(step.action, Action::Add | Action::Replace))
        .filter_map(|step| sides.remote.get(&step.key).cloned())
        .collect();
    board.expect(
        copies.len() as u64,
        copies.iter().map(|object| object.size).sum(),
    );
    let get = GetOptions {
        overwrite: true,
        concurrency: 2,
        ..GetOptions::default()
    };
    let root = Arc::new(directory);
    futures::stream::iter(copies)
        .map(|object| {
            let path = local(&root, &folder, &object.key);
            let (backend, board, get) = (backend.clone(), board.clone(), get.clone());
            async move {
                get::save(&backend, &object, &path, &get, &board).await?;
                board.file();
                Ok::<_, Error>(())
            }
        })
        .buffer_unordered(FILES)
        .try_collect::<()>()
        .await?;
    let gone: Vec<PathBuf> = steps
        .iter()
        .filter(|step| step.action == Action::Delete)
        .map(|step| local(&root, &folder, &step.key))
        .collect();
    blocking(move || remove(&gone)).await?;
    Ok(report(Direction::Down, steps, Vec::new()))
}

fn local(root: &Path, folder: &str, key: &str) -> PathBuf {
    let prefix = super::below(folder);
    let below = key.strip_prefix(prefix.as_str()).unwrap_or(key);
    below
        .split('/')
        .fold(root.to_owned(), |path, part| path.join(part))
}

fn remove(paths: &[PathBuf]) -> Result<()> {
    for path in paths {
        match std::fs::remove_file(path) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(Error::new(ErrorKind::Io, "delete the file")
                    .with("file", path.display())
                    .because(error));
            }
        }
    }
    Ok(())
}
