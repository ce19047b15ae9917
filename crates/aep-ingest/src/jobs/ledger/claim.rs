//! Writing what is about to be completed into the ledger, unless another run was faster.

use std::collections::HashSet;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use aep_core::{BatchId, Result};
use uuid::Uuid;

use super::{Entry, Fingerprint, Ledger};
use crate::jobs::{Hash, now, private};
use crate::plan::Plan;

/// What a run is about to complete: the files of its plan, with their hashes.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) plan: Arc<Plan>,
    /// The batches of the plan.
    pub(crate) ids: Vec<BatchId>,
    /// The hashes of the files, in the order of the plan.
    pub(crate) hashes: Vec<Option<Hash>>,
}

impl Claim {
    /// The files of each batch, with what tells their contents from others.
    fn batches(
        &self,
    ) -> impl Iterator<Item = (&BatchId, impl Iterator<Item = (Fingerprint, &str)>)> {
        let limits = &self.plan.limits;
        let mut first = 0;
        self.plan
            .batches
            .iter()
            .zip(&self.ids)
            .map(move |(batch, id)| {
                let hashes = self.hashes.get(first..).unwrap_or_default();
                first += batch.files.len();
                let files = batch
                    .files
                    .iter()
                    .zip(hashes)
                    .filter_map(move |(file, hash)| {
                        let content = Fingerprint {
                            size: file.size(),
                            chunk: file.parts(limits).chunk(),
                            hash: (*hash)?,
                        };
                        Some((content, &*file.name))
                    });
                (id, files)
            })
    }

    /// The contents of all batches, with the names of their files.
    pub(crate) fn contents(&self) -> impl Iterator<Item = (Fingerprint, &str)> {
        self.batches().flat_map(|(_, files)| files)
    }

    fn write(&self, out: &mut impl Write, run: Uuid) -> io::Result<()> {
        let at = now();
        for (batch, files) in self.batches() {
            writeln!(out, "batch {batch} {run} {at}")?;
            for (Fingerprint { size, chunk, hash }, name) in files {
                writeln!(out, "{size} {chunk} {hash} {name}")?;
            }
        }
        out.flush()
    }
}

impl Ledger {
    /// Writes the claim down, and has it on disk. If other runs have written down some of its contents since the ledger
    /// was read last, nothing is written, and they are the answer. Blocks, also while another run writes.
    pub(crate) fn claim(&mut self, claim: &Claim, run: Uuid, compare: bool) -> Result<Vec<Entry>> {
        let mut file = self.lock()?;
        let len = file.metadata().map_err(|error| self.failed(&error))?.len();
        if compare && len > self.read {
            let contents: HashSet<Fingerprint> =
                claim.contents().map(|(content, _)| content).collect();
            let sizes = contents.iter().map(|content| content.size).collect();
            let mut faster = self.news(&sizes, run)?;
            faster.retain(|entry| contents.contains(&entry.content));
            if !faster.is_empty() {
                return Ok(faster);
            }
        }
        let directory = self.path().parent().map(std::path::Path::to_owned);
        let write = || {
            if !ends_with_a_line(&mut file)? {
                file.write_all(b"\n")?;
            }
            claim.write(&mut BufWriter::with_capacity(64 * 1024, &mut file), run)?;
            file.sync_data()?;
            match directory {
                Some(directory) if len == 0 => private::sync_directory(&directory),
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
