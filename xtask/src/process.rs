//! Programs that a task starts: with a home of their own, and gone when the task is done.

use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::error::{Context, Error, Result};
use crate::{output, workspace};

/// A home directory that nobody has used, for programs under test.
pub(crate) struct Home {
    folder: TempDir,
}

impl Home {
    pub(crate) fn new() -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("aep-xtask-")
            .tempdir()
            .doing(|| "could not make a temporary folder")?;
        Ok(Self { folder })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A command that sees this home and nothing of the caller's settings for `aep`. Cargo and rustup keep their folders.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let name_text = name.to_string_lossy();
            if ["AEP_", "XDG_"]
                .iter()
                .any(|ours| name_text.starts_with(ours))
            {
                command.env_remove(&name);
            }
        }
        if let Some(home) = std::env::home_dir() {
            for (name, folder) in [
                ("CARGO_HOME", ".cargo"),
                ("RUSTUP_HOME", ".rustup"),
                ("PYENV_ROOT", ".pyenv"),
            ] {
                if std::env::var_os(name).is_none() && home.join(folder).is_dir() {
                    command.env(name, home.join(folder));
                }
            }
        }
        command.env("HOME", self.path());
        command
    }
}

/// The folder that cargo builds into.
pub(crate) fn target_dir() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => workspace::root().join(folder),
        None => workspace::root().join("target"),
    }
}

/// The command as `cargo build` left it.
pub(crate) fn aep() -> Result<PathBuf> {
    let aep = target_dir().join("debug/aep");
    if aep.exists() {
        Ok(aep)
    } else {
        Err(Error::new(format!("{} was not built", aep.display()))
            .hint("run `cargo build --workspace --bins --tests`"))
    }
}

/// The cargo that started this task.
pub(crate) fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs a command to its end, its output passed through; each line of standard output is also given to `seen`.
pub(crate) fn run(command: &mut Command, mut seen: impl FnMut(&str)) -> Result<bool> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .doing(|| format!("could not start {name}"))?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line.doing(|| format!("could not read what {name} says"))?;
            let line = String::from_utf8_lossy(&line);
            output::line(&line);
            seen(&line);
        }
    }
    let status = child
        .wait()
        .doing(|| format!("could not wait for {name}"))?;
    Ok(status.success())
}

/// Whether a program can be started, shown by asking for its version.
pub(crate) fn is_there(program: impl AsRef<OsStr>) -> bool {
    let mut command = Command::new(program);
    command
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// A running `aep emulator start`; it ends with this value.
pub(crate) struct Emulator {
    child: Child,
    url: String,
}

impl Emulator {
    /// Starts the emulator with these arguments on a free port, with its data in `home`, and waits until it has written its port.
    pub(crate) fn start(aep: &Path, home: &Home, arguments: &[OsString]) -> Result<Self> {
        let port_file = home.path().join("emulator.port");
        let child = home
            .command(aep)
            .args(["emulator", "start", "--listen", "127.0.0.1:0"])
            .arg("--data-dir")
            .arg(home.path().join("emulator-data"))
            .arg("--port-file")
            .arg(&port_file)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .doing(|| format!("could not start {}", aep.display()))?;
        let mut emulator = Self {
            child,
            url: String::new(),
        };
        let deadline = Instant::now() + Duration::from_mins(1);
        while Instant::now() < deadline {
            let port = std::fs::read_to_string(&port_file).unwrap_or_default();
            if let Ok(port) = port.trim().parse::<u16>() {
                emulator.url = format!("http://127.0.0.1:{port}");
                return Ok(emulator);
            }
            if let Ok(Some(status)) = emulator.child.try_wait() {
                return Err(Error::new(format!("the emulator ended at once: {status}")));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err(Error::new("the emulator wrote no port within a minute"))
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // Nothing can be done about a failure here, and the data folder goes away with the home.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
