//! Which files differ.

use std::collections::BTreeMap;
use std::path::PathBuf;

use aep_core::Result;
use futures::{StreamExt, TryStreamExt};

use super::{Action, Compare, Direction, Step, checksum};
use crate::zone::ZoneObject;
use crate::zone::list;
use crate::zone::put::{Planned, directory};
use crate::zone::store::Backend;

/// Both sides, by key.
pub(crate) struct Sides {
    pub(super) local: BTreeMap<String, Planned>,
    pub(super) remote: BTreeMap<String, ZoneObject>,
}

pub(crate) async fn sides(
    backend: &Backend,
    path: PathBuf,
    folder: &str,
    local_may_be_missing: bool,
) -> Result<Sides> {
    let prefix = folder.to_owned();
    let local = crate::zone::put::blocking(move || {
        if !path.is_dir() {
            if local_may_be_missing && !path.exists() {
                return Ok(Vec::new());
            }
            return Err(super::not_a_directory(&path));
        }
        directory(&path, &prefix)
    })
    .await?;
    let remote = list::list(backend, &super::below(folder))?
        .map_ok(|object| (object.key.clone(), object))
        .try_collect()
        .await?;
    Ok(Sides {
        local: local
            .into_iter()
            .map(|file| (file.key.clone(), file))
            .collect(),
        remote,
    })
}

impl Sides {
    /// What is to be done so that the one side is like the other.
    pub(crate) async fn steps(
        &self,
        backend: &Backend,
        direction: Direction,
        compare: Compare,
        delete: bool,
    ) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        let mut doubtful = Vec::new();
        for (key, local) in &self.local {
            let size = local.identity.size;
            match self.remote.get(key) {
                None if direction == Direction::Up => steps.push(step(Action::Add, key, size)),
                None if delete => steps.push(step(Action::Delete, key, size)),
                None => {}
                Some(remote) => {
                    let bytes = match direction {
                        Direction::Up => size,
                        Direction::Down => remote.size,
                    };
                    if size != remote.size {
                        steps.push(step(Action::Replace, key, bytes));
                    } else if compare == Compare::Checksum {
                        doubtful.push((local.clone(), bytes));
                    } else if compare == Compare::Time && is_older(direction, local, remote) {
                        steps.push(step(Action::Replace, key, bytes));
                    } else {
                        steps.push(step(Action::Keep, key, bytes));
                    }
                }
            }
        }
        for (key, remote) in &self.remote {
            if !self.local.contains_key(key) {
                match direction {
                    Direction::Down => steps.push(step(Action::Add, key, remote.size)),
                    Direction::Up if delete => steps.push(step(Action::Delete, key, remote.size)),
                    Direction::Up => {}
                }
            }
        }
        let checked: Vec<Step> = futures::stream::iter(doubtful)
            .map(|(local, bytes)| {
                let backend = backend.clone();
                async move {
                    let same = checksum::same(&backend, &local).await?;
                    let action = if same { Action::Keep } else { Action::Replace };
                    Ok::<_, aep_core::Error>(step(action, &local.key, bytes))
                }
            })
            .buffer_unordered(4)
            .try_collect()
            .await?;
        steps.extend(checked);
        Ok(steps)
    }
}

fn step(action: Action, key: &str, bytes: u64) -> Step {
    Step {
        action,
        key: key.to_owned(),
        bytes,
    }
}

/// Whether the copy is older than what it would be made of. Stores keep whole seconds.
fn is_older(direction: Direction, local: &Planned, remote: &ZoneObject) -> bool {
    let local = local.identity.modified.div_euclid(1_000_000_000);
    let remote = remote.modified.as_second();
    match direction {
        Direction::Up => remote < local,
        Direction::Down => local < remote,
    }
}
