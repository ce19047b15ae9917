//! The files of a batch that a job of this machine has sent.

use aep_core::{BatchId, Result};

use crate::batches::local::Local;
use crate::jobs::{Jobs, SentBatch};

/// Files that are named in a note.
const NAMED: usize = 5;

/// The files; why they can't be looked at, if so. Blocks.
pub(super) fn files(jobs: &Jobs, id: &BatchId) -> Result<Result<Local, String>> {
    let Some(sent) = jobs.sent(id)? else {
        return Ok(Err(
            "no job of this machine has sent the batch; `--input FILE...` finds its rows in the files it was made of".to_owned(),
        ));
    };
    Ok(match obstacle(&sent) {
        Some(why) => Err(format!(
            "{why}; `--input FILE...` finds the rows in other files"
        )),
        None => Ok(Local {
            format: sent.format,
            files: sent.files,
        }),
    })
}

fn obstacle(sent: &SentBatch) -> Option<String> {
    if sent.files.is_empty() {
        return Some(format!(
            "job {} has not kept which files it has sent",
            sent.run
        ));
    }
    let mut changes: Vec<String> = Vec::new();
    let mut more = 0;
    let mut last = None;
    for origin in sent.files.iter().flat_map(|file| file.content.origins()) {
        // pieces of one file follow each other
        if last.replace(&origin.path) == Some(&origin.path) {
            continue;
        }
        let Some(change) = origin.change() else {
            continue;
        };
        if changes.len() >= NAMED {
            more += 1;
        } else if origin.path.starts_with(&sent.spool) {
            changes.push("what was sent was made for the run (read from standard input, converted or written anew), and went with it".to_owned());
            changes.dedup();
        } else {
            changes.push(format!("{}: {change}", origin.path.display()));
        }
    }
    if more > 0 {
        changes.push(format!("and {more} more files"));
    }
    (!changes.is_empty()).then(|| {
        format!(
            "rows were not looked up, because the files are not what they were when they were sent: {}",
            changes.join(", ")
        )
    })
}
