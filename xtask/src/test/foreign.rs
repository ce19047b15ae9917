//! Clients that are not ours, against the emulator: what only understands itself proves nothing.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::tally::Tally;
use crate::error::Result;
use crate::process::{self, Emulator, Home};
use crate::{output, tools, workspace};

/// A client: its script, and what it and its emulator are started with.
struct Client {
    script: &'static str,
    python: PathBuf,
    emulator: Vec<OsString>,
    programs: Vec<(&'static str, PathBuf)>,
}

/// Runs the clients; each has an emulator of its own.
pub(super) fn run(aep: &Path, tally: &mut Tally) {
    for name in ["curl", "aepp", "aepp_flows", "zone on S3", "zone on Azure"] {
        output::note(format!("foreign client: {name}"));
        let before = tally.passed + tally.failed;
        match client(name, aep).and_then(|client| drive(&client, aep, tally)) {
            Ok(true) if tally.passed + tally.failed > before => {}
            Ok(_) => tally.fail(format!("{name}: did not come to its end")),
            Err(error) => tally.fail(format!("{name}: {error}")),
        }
    }
}

fn client(name: &'static str, aep: &Path) -> Result<Client> {
    let mut client = Client {
        script: name,
        python: tools::system("python3", "python3")?,
        emulator: Vec::new(),
        programs: Vec::new(),
    };
    match name {
        "curl" => drop(tools::system("curl", "curl")?),
        "zone on S3" | "zone on Azure" => {
            client.script = "zone";
            client.programs = vec![("AEP", aep.to_owned()), ("RCLONE", tools::rclone()?)];
        }
        _ => {
            tools::system("curl", "curl")?;
            client.python = tools::aepp()?.join("python");
        }
    }
    if name == "zone on Azure" {
        client.programs.push(("AZCOPY", tools::azcopy()?));
        client.emulator = ["--zone", "azure", "--azurite"].map(Into::into).into();
        client.emulator.push(tools::azurite()?.into());
    }
    Ok(client)
}

/// Runs `tests/foreign/SCRIPT_client.py` against a fresh emulator.
fn drive(client: &Client, aep: &Path, tally: &mut Tally) -> Result<bool> {
    let home = Home::new()?;
    let emulator = Emulator::start(aep, &home, &client.emulator)?;
    let root = workspace::root();
    let script = format!("{}_client.py", client.script);
    let mut command = home.command(&client.python);
    command
        .arg("-B")
        .arg(root.join("tests/foreign").join(script))
        .arg(emulator.url())
        .arg(root.join("samples"))
        .current_dir(home.path())
        .envs(client.programs.iter().map(|(name, path)| (name, path)));
    process::run(&mut command, |line| tally.read_client(line))
}
