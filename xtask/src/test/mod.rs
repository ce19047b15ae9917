//! `cargo xtask test`: everything that is tested, and one line with the sum.

mod console;
mod foreign;
mod tally;
mod upstream;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use self::tally::Tally;
use crate::error::Result;
use crate::process::{self, Home};
use crate::{contract, fuzz, output, tidy, tools};

/// Run the whole test suite: rules of the house, unit, integration and doc tests, examples of the documents, foreign clients
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// More of everything that can be had more of: cases of property tests, seeds of faults, kills, minutes of fuzzing
    #[arg(long)]
    full: bool,
    /// Only what `cargo test` runs, without documents and foreign clients
    #[arg(long)]
    quick: bool,
}

/// Runs it all; what keeps a part from running counts as a failure, so that the closing line always comes.
pub(crate) fn run(args: &Args) -> ExitCode {
    let mut tally = Tally::default();
    if let Err(error) = parts(args, &mut tally) {
        tally.fail(error.to_string());
    }
    if tally.close() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn parts(args: &Args, tally: &mut Tally) -> Result<()> {
    for check in tidy::checks()? {
        tidy::report(&check);
        tally.record(check.name, check.problems.is_empty());
    }
    cargo_test(args.full, tally)?;
    if args.full {
        kills(tally)?;
        fuzzing(tally)?;
    }
    if args.quick {
        return Ok(());
    }
    let aep = process::aep()?;
    upstream::run(args.full, tally);
    if args.full {
        contracts(&aep, tally)?;
    }
    foreign::run(&aep, tally);
    console::run(&aep, tally)
}

/// Kills of the full run.
const KILLS: &str = "200";
/// How long the full run feeds each fuzz target.
const FUZZED: Duration = Duration::from_mins(1);

/// Many kills at random points of a run, with the figures printed.
fn kills(tally: &mut Tally) -> Result<()> {
    output::note(format!("kill -9 at {KILLS} random points"));
    let home = Home::new()?;
    let mut command = home.command(process::cargo());
    command
        .args(["test", "--workspace", "--locked", "--test", "it"])
        .args(["--", "--nocapture", "a_killed_run_is_taken_up_again"])
        .env("AEP_TEST_KILLS", KILLS)
        .env("AEP_TEST_SEED", "200");
    let mut figures = None;
    let success = process::run(&mut command, |line| {
        if let Some(at) = line.find("kill -9: ") {
            figures = line.get(at..).map(str::to_owned);
        }
    })?;
    tally.record("kill -9", success && figures.is_some());
    output::line(figures.unwrap_or_else(|| "kill -9: no figures".to_owned()));
    Ok(())
}

/// Each fuzz target for a while.
fn fuzzing(tally: &mut Tally) -> Result<()> {
    for target in fuzz::targets()? {
        let done = fuzz::one(&target, FUZZED);
        tally.record(&format!("fuzz {target}"), done.is_ok());
        output::line(done.unwrap_or_else(|error| error.to_string()));
    }
    Ok(())
}

/// Every document against the emulator.
fn contracts(aep: &Path, tally: &mut Tally) -> Result<()> {
    let schemathesis = tools::schemathesis()?;
    for api in contract::apis()? {
        let kept = contract::one(&api, &schemathesis, aep)?;
        tally.record(&format!("schemathesis {api}"), kept);
    }
    Ok(())
}

/// Unit, integration and doc tests of the whole workspace, built once.
fn cargo_test(full: bool, tally: &mut Tally) -> Result<()> {
    output::note("cargo test --workspace");
    let home = Home::new()?;
    let mut command = home.command(process::cargo());
    command.args(["test", "--workspace", "--locked", "--no-fail-fast"]);
    if full {
        command.env("PROPTEST_CASES", "4096");
        command.env("AEP_TEST_SEEDS", "500");
    }
    // Tests against real Blob Storage run where this names the program.
    command.env("AEP_TEST_AZURITE", tools::azurite()?);
    let before = tally.failed;
    let success = process::run(&mut command, |line| tally.read_cargo(line))?;
    if !success && tally.failed == before {
        tally.fail("cargo test: something did not compile or ended without a result");
    }
    Ok(())
}
