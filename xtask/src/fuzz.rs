//! `cargo xtask fuzz`: the parsers of what others write, fed by libFuzzer.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::error::{Context, Error, Result};
use crate::{output, process, tools, workspace};

/// An input may take this long: more is a hang.
const SLOWEST: Duration = Duration::from_secs(10);
/// An input may take this much memory, in MiB.
const MEMORY: u32 = 1024;

/// Feed the parsers with what nobody writes on purpose
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The targets in fuzz/fuzz_targets; all of them by default
    targets: Vec<String>,
    /// How long each is run
    #[arg(long, default_value_t = 1.0)]
    minutes: f64,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let targets = if args.targets.is_empty() {
        targets()?
    } else {
        args.targets.clone()
    };
    let time = Duration::try_from_secs_f64(args.minutes * 60.0)
        .doing(|| format!("{} minutes is no time", args.minutes))?;
    let mut failed = Vec::new();
    for target in targets {
        match one(&target, time) {
            Ok(done) => output::line(done),
            Err(error) => {
                output::error(error);
                failed.push(target);
            }
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(Error::new(format!("failed: {}", failed.join(", "))))
}

/// The names of the targets.
pub(crate) fn targets() -> Result<Vec<String>> {
    let folder = workspace::root().join("fuzz/fuzz_targets");
    let doing = || format!("could not read {}", folder.display());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).doing(doing)? {
        let path = entry.doing(doing)?.path();
        names.extend(
            path.file_stem()
                .map(|name| name.to_string_lossy().into_owned()),
        );
    }
    names.sort();
    Ok(names)
}

/// Runs a target for so long, beginning with its seeds; answers a line about it.
pub(crate) fn one(target: &str, time: Duration) -> Result<String> {
    tools::cargo_fuzz()?;
    let root = workspace::root();
    let (found, inputs) = (folder(target, "corpus")?, folder(target, "artifacts")?);
    let mut command = Command::new("cargo");
    command
        .current_dir(&root)
        // The compiler of the releases does what the fuzzer needs, if it is told that it may.
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("CARGO_INCREMENTAL")
        // Memory is safe without help: `unsafe` is forbidden. What is looked for are panics, hangs and waste. Optimised as
        // fuzz/Cargo.toml says: a whole release would take longer to build than to run.
        .args(["fuzz", "run", "--dev", "--sanitizer", "none", target])
        .arg(&found)
        .arg(root.join("fuzz/seeds").join(target))
        .arg("--")
        .arg(format!("-max_total_time={}", time.as_secs()))
        .arg(format!("-timeout={}", SLOWEST.as_secs()))
        .arg(format!("-rss_limit_mb={MEMORY}"))
        .arg(format!("-artifact_prefix={}/", inputs.display()))
        .args(["-max_len=16384", "-print_final_stats=1"])
        .stdin(Stdio::null());
    output::note(format!("fuzzing {target} for {} s", time.as_secs()));
    let ran = command
        .output()
        .doing(|| "could not start cargo fuzz".to_owned())?;
    let said = String::from_utf8_lossy(&ran.stderr);
    if !ran.status.success() {
        let end: Vec<&str> = said.lines().rev().take(40).collect();
        for line in end.into_iter().rev() {
            output::note(line);
        }
        if !said.contains("Test unit written to") {
            return Err(Error::new(format!("fuzz {target}: it did not run")));
        }
        return Err(
            Error::new(format!("fuzz {target}: an input breaks it")).hint(format!(
                "the input is in {}; make a seed of it in fuzz/seeds/{target}",
                inputs.display()
            )),
        );
    }
    let executions = said
        .lines()
        .find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))
        .map_or("?", str::trim);
    Ok(format!(
        "fuzz {target}: {executions} executions in {} s",
        time.as_secs()
    ))
}

/// A folder below `target`, so that what the fuzzer finds does not lie between the sources.
fn folder(target: &str, kind: &str) -> Result<PathBuf> {
    let folder = process::target_dir().join("fuzz").join(kind).join(target);
    std::fs::create_dir_all(&folder).doing(|| format!("could not create {}", folder.display()))?;
    Ok(folder)
}
