//! `cargo xtask test`: everything that is tested, and one line with the sum.

mod console;
mod foreign;
mod tally;

use std::process::ExitCode;

use self::tally::Tally;
use crate::error::{Error, Result};
use crate::process::{self, Home};
use crate::{output, tidy, tools};

/// Run the whole test suite: rules of the house, unit, integration and doc tests, examples of the documents, foreign clients
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// More cases for the property tests
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
    if args.quick {
        return Ok(());
    }
    let aep = process::target_dir().join("debug/aep");
    if !aep.exists() {
        return Err(Error::new(format!("{} was not built", aep.display())));
    }
    foreign::run(&aep, tally);
    console::run(&aep, tally)
}

/// Unit, integration and doc tests of the whole workspace, built once.
fn cargo_test(full: bool, tally: &mut Tally) -> Result<()> {
    output::note("cargo test --workspace");
    let home = Home::new()?;
    let mut command = home.command(process::cargo());
    command.args(["test", "--workspace", "--locked", "--no-fail-fast"]);
    if full {
        command.env("PROPTEST_CASES", "4096");
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
