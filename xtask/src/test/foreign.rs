//! Clients that are not ours, against the emulator: what only understands itself proves nothing.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::tally::Tally;
use crate::error::{Context, Error, Result};
use crate::process::{self, Emulator, Home};
use crate::{output, workspace};

/// The published Python client, and the part of its requirements that its imports need here. The rest of them wants a C
/// library (Graphviz) or is for plotting.
const AEPP: &str = "aepp==0.6.0";
const NEEDED: &[&str] = &["pandas", "requests", "tenacity", "deprecation"];

/// Runs both clients; each has an emulator of its own.
pub(super) fn run(aep: &Path, tally: &mut Tally) {
    for name in ["curl", "aepp"] {
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

/// Curl, installed if missing; the Python that drives it.
fn curl() -> Result<PathBuf> {
    if !process::is_there("curl") {
        apt("curl")?;
    }
    python()
}

/// The Python of a virtual environment below `target` that has aepp.
fn aepp() -> Result<PathBuf> {
    let folder = process::target_dir().join("foreign");
    let python = folder.join("bin/python");
    let stamp = folder.join("aepp-installed");
    let wanted = [&[AEPP], NEEDED].concat().join(" ");
    if std::fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) && python.exists() {
        return Ok(python);
    }
    let system = self::python()?;
    let venv = |system: &Path| {
        quietly(
            Command::new(system)
                .args(["-m", "venv", "--clear"])
                .arg(&folder),
        )
    };
    if venv(&system).is_err() {
        apt("python3-venv")?;
        venv(&system)?;
    }
    let install = |arguments: &[&str]| {
        let pip = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ];
        quietly(Command::new(&python).args(pip).args(arguments))
    };
    install(NEEDED)?;
    install(&["--no-deps", AEPP])?;
    std::fs::write(&stamp, wanted).doing(|| format!("could not write {}", stamp.display()))?;
    Ok(python)
}

fn python() -> Result<PathBuf> {
    if !process::is_there("python3") {
        apt("python3")?;
    }
    Ok("python3".into())
}

/// Installs a package of the system, where there is apt.
fn apt(package: &str) -> Result<()> {
    let advice = || Error::new(format!("{package} is missing")).hint(format!("install {package}"));
    if !process::is_there("apt-get") {
        return Err(advice());
    }
    output::note(format!("installing {package}"));
    let install = |update: bool| {
        let arguments: &[&str] = if update {
            &["update"]
        } else {
            &["install", "-y", package]
        };
        quietly(
            Command::new("apt-get")
                .args(arguments)
                .env("DEBIAN_FRONTEND", "noninteractive"),
        )
    };
    install(true)
        .and_then(|()| install(false))
        .map_err(|_| advice())
}

/// Runs a command that has nothing to say unless it fails.
fn quietly(command: &mut Command) -> Result<()> {
    let name = format!("{command:?}");
    let ran = command
        .stdin(Stdio::null())
        .output()
        .doing(|| format!("could not start {name}"))?;
    if ran.status.success() {
        return Ok(());
    }
    let said = [ran.stdout, ran.stderr].concat();
    Err(Error::new(format!(
        "{name} failed: {}",
        String::from_utf8_lossy(&said).trim()
    )))
}
