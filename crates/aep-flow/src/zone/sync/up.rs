//! The zone is made like the directory.

use std::path::PathBuf;

use aep_core::Result;

use super::{Action, Direction, SyncOptions, SyncReport, plan, report};
use crate::zone::progress::Board;
use crate::zone::{LandingZone, delete, put};

pub(super) async fn run(
    zone: &LandingZone,
    directory: PathBuf,
    folder: String,
    options: SyncOptions,
    board: Board,
) -> Result<SyncReport> {
    if !directory.is_dir() {
        return Err(super::not_a_directory(&directory));
    }
    if !options.dry_run {
        zone.guard().await?;
    }
    let backend = zone.backend(options.put.checksum).await?;
    let mut sides = plan::sides(&backend, directory.clone(), &folder, false).await?;
    let steps = sides
        .steps(&backend, Direction::Up, options.compare, options.delete)
        .await?;
    let mut notes = Vec::new();
    if !options.dry_run {
        let files = steps
            .iter()
            .filter(|step| matches!(step.action, Action::Add | Action::Replace))
            .filter_map(|step| sides.local.remove(&step.key))
            .collect();
        let source = std::path::absolute(&directory).unwrap_or(directory);
        // The folder with its slash: another journal than that of a put of the same directory.
        let target = super::below(&folder);
        let sent = put::send(backend.clone(), &source, &target, files, options.put, board).await?;
        notes = sent.notes;
        let gone: Vec<String> = steps
            .iter()
            .filter(|step| step.action == Action::Delete)
            .map(|step| step.key.clone())
            .collect();
        delete::delete(&backend, &gone).await?;
    }
    Ok(report(Direction::Up, steps, notes))
}
