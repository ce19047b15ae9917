//! Many small files, and a single one from start to end.

use super::super::clients::{Clients, by_turns, note};
use super::super::files;
use super::super::report::{Section, ratio};
use crate::error::Result;

const FILES: u32 = 10_000;
const SIZE: usize = 1024;

pub(super) fn run(clients: &Clients, rounds: usize) -> Result<Section> {
    let folder = files::many_rows(clients.folder(), "small", FILES as usize, SIZE)?;
    note(rounds, "10,000 files of 1 KiB");
    let [curl, off, strict] = by_turns(
        rounds,
        [
            &|| clients.curl_many(&folder),
            &|| clients.ingest(&folder, &["--validate", "off"]),
            &|| clients.ingest(&folder, &[]),
        ],
    )?;
    files::remove(&folder)?;
    let mut section = Section::new(
        "10,000 files of 1 KiB",
        "One request for each file, in batches of at most 1500. curl sends 16 at once in one process; `aep` also keeps its \
         journal.",
    );
    section.table(
        None,
        [
            ("`curl --parallel`", &curl, String::new()),
            ("`aep ingest --validate off`", &off, String::new()),
            ("`aep ingest`, every row checked", &strict, String::new()),
        ],
    );
    let (ours, curl) = (off.median(), curl.median());
    section.at_most(
        "P7",
        "10,000 × 1 KiB, journal included: CPU",
        0.20,
        "ms a file",
        ours.cpu.as_secs_f64() * 1000.0 / f64::from(FILES),
    );
    section.paragraph(&format!(
        "CPU of `aep` by that of curl: {:.2}.",
        ratio(ours.cpu, curl.cpu)
    ));

    let folder = files::many_rows(clients.folder(), "one", 1, SIZE)?;
    let file = folder.join("part-000000.ndjson");
    // So short a run wants more of them.
    let rounds = rounds * 4;
    note(rounds, "one file of 1 KiB");
    let [curl, off, strict] = by_turns(
        rounds,
        [
            &|| clients.curl(&file),
            &|| clients.ingest(&file, &["--validate", "off"]),
            &|| clients.ingest(&file, &[]),
        ],
    )?;
    files::remove(&folder)?;
    section.paragraph("One file of 1 KiB, from the start of the command to its end.");
    section.table(
        None,
        [
            ("`curl -T`", &curl, String::new()),
            ("`aep ingest --validate off`", &off, String::new()),
            ("`aep ingest`, every row checked", &strict, String::new()),
        ],
    );
    let ours = strict.median();
    section.at_most(
        "P8",
        "one 1 KiB file, start to end: wall",
        60.0,
        "ms",
        ours.wall.as_secs_f64() * 1000.0,
    );
    section.at_most(
        "P8",
        "one 1 KiB file, start to end: CPU",
        20.0,
        "ms",
        ours.cpu.as_secs_f64() * 1000.0,
    );
    Ok(section)
}
