//! Tasks of this workspace, run as `cargo xtask <task>`.
//!
//! This file only dispatches: every task is a module with `Args` and `run`.

mod bench;
mod codegen;
mod contract;
mod drift;
mod error;
mod fuzz;
mod output;
mod process;
mod samples;
mod test;
mod tidy;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(
    name = "xtask",
    bin_name = "cargo xtask",
    about = "Tasks of this workspace"
)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Generate the low-level clients of crates/aep-gen from the documents in spec/
    Regen(codegen::Args),
    /// The generator proper, run by `regen` in a process of its own
    #[command(hide = true)]
    RegenChild,
    Drift(drift::Args),
    Contract(contract::Args),
    Samples(samples::Args),
    Tidy(tidy::Args),
    Test(test::Args),
    Bench(bench::Args),
    /// A client of `bench`, run by it as a process of its own
    #[command(hide = true)]
    PlainUpload(bench::PlainArgs),
    Fuzz(fuzz::Args),
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Regen(args) => codegen::run(&args),
        Task::RegenChild => codegen::run_child(),
        Task::Samples(args) => samples::run(&args),
        Task::Tidy(args) => tidy::run(&args),
        Task::Bench(args) => bench::run(&args),
        Task::PlainUpload(args) => bench::run_plain(&args),
        Task::Fuzz(args) => fuzz::run(&args),
        Task::Contract(args) => contract::run(&args),
        Task::Drift(args) => return drift::run(&args),
        Task::Test(args) => return test::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::FAILURE
        }
    }
}
