//! `aep man`: the manual page, or one page per command into a directory.

use std::path::{Path, PathBuf};

use aep_core::{Error, ErrorKind, Result};
use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::cli::Cli;
use crate::context::Context;
use crate::exit::Exit;

/// The manual page
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  aep man | man -l -\n  aep man --to ~/.local/share/man/man1\n"
)]
pub(crate) struct Args {
    /// Write one page for every command into this directory
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, ctx: &Context) -> Result<Exit> {
    let mut command = Cli::command();
    command.build();
    match &args.to {
        None => {
            ctx.out.raw(&page(command)?)?;
            ctx.out.flush()?;
        }
        Some(dir) => {
            std::fs::create_dir_all(dir).map_err(|error| failed(dir, error))?;
            let pages = write(dir, "aep", &command)?;
            ctx.messages
                .note(&format!("{pages} pages in {}", dir.display()));
        }
    }
    Ok(Exit::Success)
}

fn page(command: Command) -> Result<Vec<u8>> {
    let examples = command.get_before_help().map(ToString::to_string);
    let mut page = Vec::new();
    Man::new(command)
        .render(&mut page)
        .map_err(|error| Error::new(ErrorKind::Io, "render the manual page").because(error))?;
    if let Some(examples) = examples {
        page.extend_from_slice(b".SH EXAMPLES\n.nf\n");
        for line in examples.lines().filter(|line| *line != "Examples:") {
            // In roff a backslash escapes, and a point or an apostrophe at the start of a line commands.
            let line = line.trim_start().replace('\\', "\\e").replace('-', "\\-");
            page.extend_from_slice(format!("\\&{line}\n").as_bytes());
        }
        page.extend_from_slice(b".fi\n");
    }
    Ok(page)
}

fn write(dir: &Path, name: &str, command: &Command) -> Result<usize> {
    let path = dir.join(format!("{name}.1"));
    std::fs::write(&path, page(command.clone().display_name(name.to_owned()))?)
        .map_err(|error| failed(&path, error))?;
    let mut pages = 1;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        pages += write(dir, &format!("{name}-{}", sub.get_name()), sub)?;
    }
    Ok(pages)
}

fn failed(path: &Path, error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "write the manual pages")
        .with("path", path.display())
        .because(error)
}
