//! `aep completions SHELL`.

use aep_core::Result;
use clap::{Command, CommandFactory};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::context::Context;
use crate::exit::Exit;

/// What clap leaves out for fish: the values of an argument without a name.
const FISH: &str = "\
complete -c aep -n \"__fish_aep_using_subcommand api; and __fish_seen_subcommand_from describe call\" -f -a \"(aep api list -o id)\"
complete -c aep -n \"__fish_aep_using_subcommand api; and __fish_seen_subcommand_from list\" -f -a \"(aep api list --jq '.[].service' | sort -u)\"
";

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
    let mut command = Cli::command().mut_subcommand("api", |command| without_positionals(&command));
    clap_complete::generate(args.shell, &mut command, "aep", &mut script);
    if args.shell == Shell::Fish {
        script.extend_from_slice(FISH.as_bytes());
    }
    ctx.out.raw(&script)?;
    ctx.out.flush()?;
    Ok(Exit::Success)
}

/// Where a command takes positional arguments or a subcommand, zsh would look for the subcommand behind them.
fn without_positionals(command: &Command) -> Command {
    let arguments = command.get_arguments();
    let options = arguments.filter(|one| !one.is_positional()).cloned();
    let about = command.get_about().cloned().unwrap_or_default();
    Command::new(command.get_name().to_owned())
        .about(about)
        .args(options)
        .subcommands(command.get_subcommands().cloned())
}
