//! Clients that are not ours, against the emulator: what only understands itself proves nothing.

use std::path::{Path, PathBuf};

use super::tally::Tally;
use crate::error::Result;
use crate::process::{self, Emulator, Home};
use crate::{output, tools, workspace};

/// The published Python client, and the part of its requirements that its imports need here. The rest of them wants a C
/// library (Graphviz) or is for plotting.
const AEPP: &str = "aepp==0.6.0";
const NEEDED: &[&str] = &["pandas", "requests", "tenacity", "deprecation"];

/// Runs the clients; each has an emulator of its own.
pub(super) fn run(aep: &Path, tally: &mut Tally) {
    for name in ["curl", "aepp", "aepp_flows"] {
        output::note(format!("foreign client: {name}"));
        let before = tally.passed + tally.failed;
        let python = if name == "curl" { curl() } else { aepp() };
        match python.and_then(|python| drive(name, &python, aep, tally)) {
            Ok(true) if tally.passed + tally.failed > before => {}
            Ok(_) => tally.fail(format!("{name}: did not come to its end")),
            Err(error) => tally.fail(format!("{name}: {error}")),
        }
    }
}

/// Runs `tests/foreign/NAME_client.py` against a fresh emulator.
fn drive(name: &str, python: &Path, aep: &Path, tally: &mut Tally) -> Result<bool> {
    let home = Home::new()?;
    let emulator = Emulator::start(aep, &home)?;
    let root = workspace::root();
    let mut client = home.command(python);
    client
        .arg("-B")
        .arg(root.join("tests/foreign").join(format!("{name}_client.py")))
        .arg(emulator.url())
        .arg(root.join("samples"))
        .current_dir(home.path());
    process::run(&mut client, |line| tally.read_client(line))
}

/// Curl, and the Python that drives it.
fn curl() -> Result<PathBuf> {
    tools::system("curl", "curl")?;
    tools::system("python3", "python3")
}

/// The Python of a virtual environment that has aepp.
fn aepp() -> Result<PathBuf> {
    Ok(tools::python("foreign", NEEDED, &[AEPP])?.join("python"))
}
