//! Reading a ledger: sizes first, because hardly any file has the size of another.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use aep_core::BatchId;
use uuid::Uuid;

use super::{Entry, Fingerprint, Ledger};

/// A line is a few numbers and a name, which is shorter than an address may be.
const LONGEST: u64 = 64 * 1024;

impl Ledger {
    /// Reads on from where the last reading ended. A line without an end does not count: its writer was killed, or is
    /// still at it.
    pub(super) fn scan(
        &mut self,
        mut file: File,
        sizes: &HashSet<u64>,
        own: Uuid,
    ) -> io::Result<Vec<Entry>> {
        file.seek(SeekFrom::Start(self.read))?;
        let mut lines = BufReader::with_capacity(256 * 1024, file);
        let mut found = Vec::new();
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = lines.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
            let whole = line.last() == Some(&b'\n');
            if read == 0 || !whole && (read as u64) < LONGEST {
                return Ok(found);
            }
            self.read += read as u64;
            let text = line.trim_ascii_end();
            if text.is_empty() {
                continue;
            }
            if let Some(rest) = text.strip_prefix(b"batch ") {
                self.batch = batch(rest);
                self.damaged += u64::from(self.batch.is_none());
                continue;
            }
            match (content(text, sizes), &self.batch) {
                (Ok(None), Some(_)) => {}
                (Ok(Some((content, name))), Some((batch, run, at))) => {
                    if *run != own {
                        found.push(Entry {
                            content,
                            name,
                            batch: batch.clone(),
                            run: *run,
                            at: *at,
                        });
                    }
                }
                _ => self.damaged += 1,
            }
        }
    }
}

fn batch(text: &[u8]) -> Option<(BatchId, Uuid, i64)> {
    let mut words = std::str::from_utf8(text).ok()?.split(' ');
    let batch = BatchId::new(words.next()?).ok()?;
    Some((
        batch,
        words.next()?.parse().ok()?,
        words.next()?.parse().ok()?,
    ))
}

/// The content of a line, none if it is of another size.
fn content(text: &[u8], sizes: &HashSet<u64>) -> Result<Option<(Fingerprint, Box<str>)>, ()> {
    let space = text.iter().position(|byte| *byte == b' ').ok_or(())?;
    let (size, rest) = text.split_at(space);
    let number = |text: &str| text.parse::<u64>().map_err(|_| ());
    let size = number(std::str::from_utf8(size).map_err(|_| ())?)?;
    if !sizes.contains(&size) {
        return Ok(None);
    }
    let rest = std::str::from_utf8(rest).map_err(|_| ())?;
    let mut words = rest.get(1..).ok_or(())?.splitn(3, ' ');
    let chunk = number(words.next().ok_or(())?)?;
    let hash = words.next().ok_or(())?.parse().map_err(|_| ())?;
    let name = words.next().unwrap_or_default().into();
    Ok(Some((Fingerprint { size, chunk, hash }, name)))
}
