//! What a night's upload looks like, made shorter.

use super::super::clients::{Clients, note};
use super::super::files;
use super::super::report::{Costs, Section};
use crate::error::Result;

pub(super) fn run(clients: &Clients) -> Result<Section> {
    note(1, "10 GB");
    let file = files::members(clients.folder(), "large.ndjson", 10_000_000_000)?;
    let off = Costs(vec![clients.ingest(&file, &["--validate", "off"])?]);
    let strict = Costs(vec![clients.ingest(&file, &[])?]);
    files::remove(&file)?;
    let mut section = Section::new("10 GB", "One file of JSON Lines, one run each.");
    section.table(
        None,
        [
            ("`aep ingest --validate off`", &off, String::new()),
            ("`aep ingest`, every row checked", &strict, String::new()),
        ],
    );
    Ok(section)
}
