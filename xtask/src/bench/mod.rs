//! `cargo xtask bench`: what uploads cost, beside other tools in the same run, and whether the goals are met.
//!
//! Figures of wall time compare only inside one run. Linux only, because it reads `/proc`.

mod clients;
mod discard;
mod files;
mod jobs;
mod measure;
mod plain;
mod report;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

pub(crate) use self::plain::{Args as PlainArgs, run as run_plain};

use self::clients::Clients;
use self::discard::Schemas;
use self::jobs::Job;
use self::report::Section;
use crate::error::{Context, Error, Result};
use crate::process::{self, Home};
use crate::{output, workspace};

/// Measure uploads, validation and conversion beside other tools, and compare with the goals
///
/// The other tools (aepp, azcopy, rclone, s5cmd, pyarrow, polars) are installed below `target` by name.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only these jobs; all but `large` if left out
    #[arg(value_name = "NAME", value_enum)]
    jobs: Vec<Job>,
    /// Rounds of each comparison, by turns
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Two rounds of the jobs that need no other tool than curl
    #[arg(long, conflicts_with_all = ["jobs", "rounds", "write"])]
    quick: bool,
    /// Also send 10 GB
    #[arg(long)]
    large: bool,
    /// Write docs/benchmarks.md: this run, and what earlier runs found of the other jobs
    #[arg(long, conflicts_with = "binary")]
    write: bool,
    /// Measure this binary instead of a release build; `zone` needs one with its examples beside it
    #[arg(long)]
    binary: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    if !Path::new("/proc/self/status").exists() {
        return Err(Error::new(
            "the measurements read /proc, which this system does not have",
        ));
    }
    let aep = match args.binary.clone() {
        Some(binary) => std::path::absolute(binary).doing(|| "could not find the binary")?,
        None => release_build()?,
    };
    let home = Home::new()?;
    let schemas = schemas(&aep, &home)?;
    let clients = Clients::new(aep, home, schemas)?;
    let rounds = if args.quick { 2 } else { args.rounds.max(1) };
    let mut failed = Vec::new();
    for job in Job::ALL {
        let wanted = match (args.jobs.as_slice(), args.quick) {
            ([], true) => job.is_quick(),
            ([], false) => job != Job::Large || args.large,
            (jobs, _) => jobs.contains(&job) || (job == Job::Large && args.large),
        };
        if !wanted {
            continue;
        }
        output::note(format!("job {}", job.name()));
        // One job that fails must not take the figures of the others with it.
        match job.run(&clients, rounds) {
            Ok(section) => {
                section.print();
                section.keep(job.name())?;
            }
            Err(error) => failed.push(format!("{}: {error}", job.name())),
        }
    }
    if args.write {
        let sections: Vec<Section> = Job::ALL
            .into_iter()
            .filter_map(|job| Section::kept(job.name()))
            .collect();
        report::write(&sections)?;
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(Error::new(failed.join("\n")))
    }
}

/// Builds the release binary, and says where it is.
fn release_build() -> Result<PathBuf> {
    output::note("building the release binary");
    let mut build = Command::new(process::cargo());
    build.args(["build", "--release", "--locked", "--package", "aep-cli"]);
    build.args(["--package", "aep-flow", "--bins", "--examples"]);
    build.current_dir(workspace::root());
    if !process::run(&mut build, |_| ())? {
        return Err(Error::new("the release binary was not built"));
    }
    Ok(process::target_dir().join("release/aep"))
}

/// The resolved schemas of the sample datasets, as the emulator has them.
fn schemas(aep: &Path, home: &Home) -> Result<Schemas> {
    let schema = |name: &str| -> Result<Value> {
        let doing = || format!("could not read the schema {name}");
        let mut command = home.command(aep);
        command.args(["--local", "schema", "get", name, "-o", "json"]);
        let ran = command.output().doing(|| "could not start aep")?;
        if !ran.status.success() {
            let said = String::from_utf8_lossy(&ran.stderr);
            return Err(Error::new(format!("{}: {}", doing(), said.trim())));
        }
        serde_json::from_slice(&ran.stdout).doing(doing)
    };
    Ok(Schemas {
        members: schema("Loyalty Members")?,
        purchases: schema("Loyalty Purchases")?,
    })
}
