//! Memory follows neither the size of a file, nor the speed of the other side, nor, by much, the number of files.

use super::super::clients::{Clients, note};
use super::super::files;
use super::super::report::{Costs, Section, times};
use super::{GIB, MIB};
use crate::error::Result;

const FEW: u32 = 1_000;
const MANY: u32 = 100_000;

pub(super) fn run(clients: &Clients) -> Result<Section> {
    let mut section = Section::new(
        "Memory",
        "One run each, `--validate off`: files of holes, because only their length matters, in parts of 16 MiB, so that each \
         run has the same number of requests under way; the slow server takes about 60 MB/s over each connection.",
    );
    let plain = [
        "--validate",
        "off",
        "--input-format",
        "csv",
        "--large-files",
        "chunk",
        "--part-size",
        "16MiB",
    ];
    let sparse = |size, slow| -> Result<Costs> {
        note(1, "a large file");
        let file = files::hole(clients.folder(), "hole.csv", size)?;
        clients.server.slow(slow);
        let cost = clients.ingest(&file, &plain);
        clients.server.slow(false);
        files::remove(&file)?;
        Ok(Costs(vec![cost?]))
    };
    let small = sparse(256 * MIB, false)?;
    let slow = sparse(256 * MIB, true)?;
    let large = sparse(16 * GIB, false)?;
    let listed = |count: u32| -> Result<Costs> {
        note(1, "many files");
        let folder = files::many_rows(clients.folder(), "listed", count as usize, 128)?;
        let cost = clients.ingest(&folder, &["--validate", "off"]);
        files::remove(&folder)?;
        Ok(Costs(vec![cost?]))
    };
    let few = listed(FEW)?;
    let many = listed(MANY)?;
    section.table(
        None,
        [
            ("256 MiB", &small, String::new()),
            ("256 MiB, slow server", &slow, String::new()),
            ("16 GiB", &large, String::new()),
            ("1000 files of 128 bytes", &few, String::new()),
            ("100,000 files of 128 bytes", &many, String::new()),
        ],
    );
    let peak = |costs: &Costs| costs.median().peak;
    section.at_most(
        "P9",
        "memory of 16 GiB",
        1.05,
        "× that of 256 MiB",
        times(peak(&large), peak(&small)),
    );
    section.at_most(
        "P9",
        "memory with a slow server",
        1.05,
        "× that with a fast one",
        times(peak(&slow), peak(&small)),
    );
    section.at_most(
        "P9",
        "memory of a listed file",
        200.0,
        "bytes",
        times(
            peak(&many).saturating_sub(peak(&few)),
            u64::from(MANY - FEW),
        ),
    );
    Ok(section)
}
