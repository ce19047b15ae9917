//! One file as it is, against the same bytes by curl and by a plain loop.

use super::super::clients::{Clients, by_turns, note};
use super::super::files;
use super::super::report::{Section, as_mib, ratio};
use super::GIB;
use crate::error::Result;

pub(super) fn run(clients: &Clients, rounds: usize) -> Result<Section> {
    let file = files::members(clients.folder(), "single.ndjson", GIB)?;
    note(rounds, "1 GiB");
    let [curl, plain, off, strict] = by_turns(
        rounds,
        [
            &|| clients.curl(&file),
            &|| clients.plain(&file),
            &|| clients.ingest(&file, &["--validate", "off"]),
            &|| clients.ingest(&file, &[]),
        ],
    )?;
    files::remove(&file)?;
    let mut section = Section::new(
        "One file of 1 GiB",
        "JSON Lines. curl and the plain loop of read and write send the bytes in one request; `aep` also gets a token, looks \
         the dataset up, creates the batch, sends the file in chunks, completes the batch and proves that it has landed.",
    );
    section.table(
        None,
        [
            ("`curl -T`", &curl, String::new()),
            ("read + write", &plain, String::new()),
            ("`aep ingest --validate off`", &off, String::new()),
            ("`aep ingest`, every row checked", &strict, String::new()),
        ],
    );
    let (ours, curl, plain) = (off.median(), curl.median(), plain.median());
    section.at_most(
        "P1",
        "one file as it is: CPU",
        1.3,
        "× curl",
        ratio(ours.cpu, curl.cpu),
    );
    section.at_most(
        "P1",
        "one file as it is: wall",
        1.2,
        "× curl",
        ratio(ours.wall, curl.wall),
    );
    section.at_most(
        "P1",
        "one file as it is: memory",
        24.0,
        "MiB",
        as_mib(ours.peak),
    );
    section.at_most(
        "P10",
        "raw overhead: CPU",
        1.8,
        "× read + write",
        ratio(ours.cpu, plain.cpu),
    );
    Ok(section)
}
