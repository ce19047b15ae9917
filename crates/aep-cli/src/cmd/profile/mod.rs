//! `aep profile`: named sets of organisation, client and sandbox.

mod import;
mod list;
mod remove;
mod select;
mod set;
mod show;

pub(crate) use import::name as import_name;

use aep_core::{ConfigStore, Env, Error, ErrorKind, Result};

use crate::context::Context;
use crate::exit::Exit;

/// Profiles: named sets of organisation, client and sandbox
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// List the profiles
    #[command(visible_alias = "ls")]
    List(list::Args),
    /// Show every setting, with where it comes from
    Show(show::Args),
    /// Make a profile the one that is used when none is named
    Use(select::Args),
    /// Set a key of a profile
    Set(set::Args),
    /// Make a profile from a file of another tool
    Import(import::Args),
    /// Remove a profile and its secrets
    #[command(visible_alias = "rm")]
    Remove(remove::Args),
}

pub(crate) fn run(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::List(args) => list::run(&args, ctx),
        Command::Show(args) => show::run(&args, ctx),
        Command::Use(args) => select::run(&args, ctx),
        Command::Set(args) => set::run(&args, ctx),
        Command::Import(args) => import::run(&args, ctx),
        Command::Remove(args) => remove::run(&args, ctx),
    }
}

/// The profile that this run uses: flag, environment, project, then the default.
pub(crate) fn chosen(ctx: &Context, store: &ConfigStore) -> Option<String> {
    ctx.global
        .profile
        .as_deref()
        .or_else(|| ctx.env.get(Env::PROFILE))
        .or_else(|| store.project_profile())
        .or_else(|| store.default_profile())
        .map(str::to_owned)
}

/// The same, for a command that needs one.
pub(crate) fn required(ctx: &Context, store: &ConfigStore) -> Result<String> {
    let name = chosen(ctx, store).ok_or_else(|| {
        Error::new(ErrorKind::Config, "find a profile")
            .because("none is set up")
            .hint("`aep auth login` or `aep profile import FILE` makes one")
    })?;
    store.require(&name)?;
    Ok(name)
}

/// Writes the files, unless this is a dry run.
pub(crate) fn save(mut store: ConfigStore, ctx: &Context, done: &str) -> Result<()> {
    if ctx.dry_run() {
        ctx.messages.note(&format!("dry run: not written: {done}"));
        return Ok(());
    }
    store.save()?;
    ctx.messages.note(done);
    Ok(())
}
