//! Folders: what lies directly in them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Refused, Source};
use crate::zone::Zone;

/// Files and folders of a folder, folders first.
pub(super) async fn list(zone: &Zone, source: &Source, path: &str) -> Result<Value, Refused> {
    let spot = source.spot(path).ok_or_else(|| Refused::missing(path))?;
    let key = spot.key.trim_end_matches('/');
    let prefix = if key.is_empty() {
        String::new()
    } else {
        format!("{key}/")
    };
    let found = zone.list(&spot.place, &prefix).await?;
    if found.is_empty() && !prefix.is_empty() {
        return Err(Refused::missing(path));
    }
    let (mut folders, mut files) = (BTreeSet::new(), Vec::new());
    for file in &found {
        let Some(rest) = file.key.strip_prefix(&prefix) else {
            continue;
        };
        match rest.split_once('/') {
            Some((folder, _)) => {
                folders.insert(folder);
            }
            // An object that only stands for the folder.
            None if rest.is_empty() => {}
            None => files.push(rest),
        }
    }
    let folders = folders
        .into_iter()
        .map(|name| entry("folder", name, &format!("{}/{prefix}{name}/", spot.top)));
    let files = files
        .into_iter()
        .map(|name| entry("file", name, &format!("{}/{prefix}{name}", spot.top)));
    Ok(folders.chain(files).collect())
}

pub(super) fn entry(kind: &str, name: &str, path: &str) -> Value {
    let is_file = kind == "file";
    json!({"type": kind, "name": name, "path": path, "canPreview": is_file, "canFetchSchema": is_file})
}
