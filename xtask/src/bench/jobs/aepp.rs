//! Beside aepp, the client that people use from Python.

use super::super::clients::{Clients, by_turns, note};
use super::super::files;
use super::super::report::{Section, as_mib, ratio, times};
use super::{GIB, MIB};
use crate::error::Result;

/// Size of the parts that aepp is given.
const PART: u64 = 256 * MIB;

pub(super) fn run(clients: &Clients, rounds: usize) -> Result<Section> {
    let document = files::members_array(clients.folder(), "document.json", 200_000_000)?;
    note(rounds, "200 MB of JSON");
    let [aepp, off, strict] = by_turns(
        rounds,
        [
            &|| clients.aepp(&document, None),
            &|| clients.ingest(&document, &["--validate", "off"]),
            &|| clients.ingest(&document, &[]),
        ],
    )?;
    files::remove(&document)?;
    let mut section = Section::new(
        "Beside aepp 0.6.0",
        "200 MB as one JSON array. aepp parses the document and writes it anew; `aep` sends the file as it is.",
    );
    section.table(
        None,
        [
            ("aepp, `uploadSmallFile`", &aepp, String::new()),
            ("`aep ingest --validate off`", &off, String::new()),
            ("`aep ingest`, every row checked", &strict, String::new()),
        ],
    );
    let (ours, theirs) = (off.median(), aepp.median());
    section.at_least(
        "P2",
        "200 MB of JSON, aepp's by ours: wall",
        30.0,
        "×",
        ratio(theirs.wall, ours.wall),
    );
    section.at_least(
        "P2",
        "200 MB of JSON, aepp's by ours: CPU",
        50.0,
        "×",
        ratio(theirs.cpu, ours.cpu),
    );
    section.at_least(
        "P2",
        "200 MB of JSON, aepp's by ours: memory",
        40.0,
        "×",
        times(theirs.peak, ours.peak),
    );

    let file = files::members(clients.folder(), "parts.ndjson", GIB)?;
    note(rounds, "1 GiB in parts");
    let parts = |size: &str| {
        let chunk = ["--validate", "off", "--large-files", "chunk"];
        clients.ingest(&file, &[chunk.as_slice(), &["--part-size", size]].concat())
    };
    let [aepp, small, ours, large] = by_turns(
        rounds,
        [
            &|| clients.aepp(&file, Some(PART)),
            &|| parts("16MiB"),
            &|| parts("256MiB"),
            &|| parts("512MB"),
        ],
    )?;
    files::remove(&file)?;
    section.paragraph(
        "1 GiB by the large-file calls. aepp reads each part of 256 MiB into memory; `aep` streams them.",
    );
    section.table(
        None,
        [
            ("aepp, parts of 256 MiB", &aepp, String::new()),
            ("`aep ingest`, parts of 16 MiB", &small, String::new()),
            ("`aep ingest`, parts of 256 MiB", &ours, String::new()),
            ("`aep ingest`, parts of 512 MB", &large, String::new()),
        ],
    );
    let theirs = aepp.median();
    section.at_most(
        "P3",
        "large-file parts of the same size: CPU",
        0.6,
        "× aepp",
        ratio(ours.median().cpu, theirs.cpu),
    );
    let peaks = [small, ours, large].map(|costs| costs.median().peak);
    section.at_most(
        "P3",
        "large-file parts of any size: memory",
        32.0,
        "MiB",
        as_mib(peaks.into_iter().max().unwrap_or(0)),
    );
    Ok(section)
}
