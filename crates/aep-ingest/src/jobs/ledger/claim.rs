//! Writing what is about to be completed into the ledger, unless another run was faster.

use std::collections::HashSet;
use std::io::{self, Read, Seek, SeekFrom, Write};

use aep_core::{BatchId, Result};
use uuid::Uuid;

use super::{Entry, Fingerprint, Ledger};
use crate::jobs::{now, private};

/// A content, and the name of its file.
pub(crate) type Named = (Fingerprint, Box<str>);

/// What a run is about to complete: batches with the contents of their files.
#[derive(Debug, Default)]
pub(crate) struct Claim {
    pub(crate) batches: Vec<(BatchId, Vec<Named>)>,
}

impl Claim {
    fn contents(&self) -> impl Iterator<Item = &Fingerprint> {
        let files = self.batches.iter().flat_map(|(_, files)| files);
        files.map(|(content, _)| content)
    }

    fn text(&self, run: Uuid) -> Vec<u8> {
        let mut text = Vec::new();
        let at = now();
        for (batch, files) in &self.batches {
            text.extend_from_slice(format!("batch {batch} {run} {at}\n").as_bytes());
            for (content, name) in files {
                let Fingerprint { size, chunk, hash } = content;
                text.extend_from_slice(format!("{size} {chunk} {hash} {name}\n").as_bytes());
            }
        }
        text
    }
}

impl Ledger {
    /// Writes the claim down, and has it on disk. If other runs have written down some of its contents since the ledger
    /// was read last, nothing is written, and they are the answer. Blocks, also while another run writes.
    pub(crate) fn claim(&mut self, claim: &Claim, run: Uuid, compare: bool) -> Result<Vec<Entry>> {
        let mut file = self.lock()?;
        if compare {
            let contents: HashSet<&Fingerprint> = claim.contents().collect();
            let sizes = contents.iter().map(|content| content.size).collect();
            let mut faster = self.news(&sizes, run)?;
            faster.retain(|entry| contents.contains(&entry.content));
            if !faster.is_empty() {
                return Ok(faster);
            }
        }
        let directory = self.path().parent().map(std::path::Path::to_owned);
        let write = || {
            let new = file.metadata()?.len() == 0;
            let mut text = claim.text(run);
            if !ends_with_a_line(&mut file)? {
                text.insert(0, b'\n');
            }
            file.write_all(&text)?;
            file.sync_data()?;
            match directory {
                Some(directory) if new => private::sync_directory(&directory),
                _ => Ok(()),
            }
        };
        write().map_err(|error| self.failed(&error))?;
        Ok(Vec::new())
    }
}

/// Whether the last writer came to its end.
fn ends_with_a_line(file: &mut std::fs::File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}
