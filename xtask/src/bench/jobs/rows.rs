//! Rows that are checked and converted, beside the libraries that people use from Python.

use std::path::Path;

use super::super::clients::{Clients, by_turns, note};
use super::super::discard::{MEMBERS_SCHEMA, PURCHASES_SCHEMA};
use super::super::files::{self, Rows};
use super::super::measure::{self, Cost};
use super::super::report::{Costs, Section};
use crate::error::Result;
use crate::{tools, workspace};

const ROWS: u32 = 1_000_000;

pub(super) fn run(clients: &Clients, rounds: usize) -> Result<Section> {
    let csv = files::purchases(clients.folder(), u64::from(ROWS), Rows::Csv)?;
    let lines = files::purchases(clients.folder(), u64::from(ROWS), Rows::Ndjson)?;
    let members = files::members(clients.folder(), "checked.ndjson", 200_000_000)?;
    note(rounds, "1,000,000 rows checked");
    let check = |file: &Path, schema: &str| -> Result<Cost> {
        let mut command = clients.ours(&clients.server);
        command
            .args(["schema", "validate"])
            .arg(file)
            .args(["--schema", schema]);
        Ok(clients.run(&mut command)?.0)
    };
    let [of_lines, of_csv, of_members] = by_turns(
        rounds,
        [
            &|| check(&lines, PURCHASES_SCHEMA),
            &|| check(&csv, PURCHASES_SCHEMA),
            &|| check(&members, MEMBERS_SCHEMA),
        ],
    )?;
    let mut section = Section::new(
        "Validation and conversion",
        "1,000,000 simple purchases (8 fields) checked against the schema of the dataset, and 200 MB of members (27 fields, \
         maps and arrays) for comparison.",
    );
    let speed = |costs: &Costs, file: &Path| -> Result<String> {
        let bytes = measure::rate(files::size(file)?, costs.median().wall);
        Ok(format!("{:.0}", bytes / 1e6))
    };
    section.table(
        Some("MB/s"),
        [
            (
                "simple rows, JSON Lines",
                &of_lines,
                speed(&of_lines, &lines)?,
            ),
            ("simple rows, CSV", &of_csv, speed(&of_csv, &csv)?),
            (
                "members, JSON Lines",
                &of_members,
                speed(&of_members, &members)?,
            ),
        ],
    );
    section.at_least(
        "P13",
        "simple rows validated, JSON Lines, all cores",
        1_000_000.0,
        "rows/s",
        measure::rate(u64::from(ROWS), of_lines.median().wall),
    );
    section.at_least(
        "P13",
        "simple rows validated, CSV, all cores",
        1_000_000.0,
        "rows/s",
        measure::rate(u64::from(ROWS), of_csv.median().wall),
    );
    conversion(clients, rounds, &csv, &lines, &mut section)?;
    for file in [csv, lines, members] {
        files::remove(&file)?;
    }
    Ok(section)
}

fn conversion(
    clients: &Clients,
    rounds: usize,
    csv: &Path,
    lines: &Path,
    section: &mut Section,
) -> Result<()> {
    let python = tools::frames()?.join("python");
    let script = workspace::root().join("xtask/src/bench/peers/convert.py");
    let target = clients.folder().join("converted.parquet");
    let peer = |library: &str| -> Result<Cost> {
        let mut command = clients.home.command(&python);
        command
            .arg("-B")
            .arg(&script)
            .arg(library)
            .args([csv, &target]);
        measure::run(&mut command)
    };
    let folder = clients.folder().join("converted");
    let ours = |file: &Path| -> Result<Cost> {
        let mut command = clients.ours(&clients.server);
        command
            .args(["schema", "convert"])
            .arg(file)
            .args(["--schema", PURCHASES_SCHEMA, "--to"])
            .arg(&folder);
        let (cost, _) = clients.run(&mut command)?;
        files::remove(&folder)?;
        Ok(cost)
    };
    note(rounds, "1,000,000 rows converted");
    let [pyarrow, polars, of_csv, of_lines] = by_turns(
        rounds,
        [
            &|| peer("pyarrow"),
            &|| peer("polars"),
            &|| ours(csv),
            &|| ours(lines),
        ],
    )?;
    files::remove(&target)?;
    section.paragraph(
        "The simple rows as Parquet with nested columns, Snappy. `aep` checks each row against the schema as well.",
    );
    let rate = |costs: &Costs, file: &Path| -> Result<f64> {
        Ok(measure::rate(files::size(file)?, costs.median().cpu) / 1e6)
    };
    let speed = |costs: &Costs, file: &Path| rate(costs, file).map(|rate| format!("{rate:.0}"));
    section.table(
        Some("MB by CPU second"),
        [
            ("pyarrow, CSV", &pyarrow, speed(&pyarrow, csv)?),
            ("polars, CSV", &polars, speed(&polars, csv)?),
            ("`aep schema convert`, CSV", &of_csv, speed(&of_csv, csv)?),
            (
                "`aep schema convert`, JSON Lines",
                &of_lines,
                speed(&of_lines, lines)?,
            ),
        ],
    );
    section.at_least(
        "P13",
        "CSV to Parquet",
        150.0,
        "MB by CPU second",
        rate(&of_csv, csv)?,
    );
    Ok(())
}
