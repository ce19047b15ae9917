//! `aep completions SHELL`.

use aep_core::Result;
use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::context::Context;
use crate::exit::Exit;

/// Completions for a shell
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  aep completions bash > ~/.local/share/bash-completion/completions/aep\n  aep completions zsh > ~/.zfunc/_aep\n"
)]
pub(crate) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(args: &Args, ctx: &Context) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "aep", &mut script);
    ctx.out.raw(&script)?;
    ctx.out.flush()?;
    Ok(Exit::Success)
}
