//! `aep profile import FILE`.

use std::path::PathBuf;

use aep_core::Result;
use aep_core::config::import;

use super::save;
use crate::context::Context;
use crate::exit::Exit;

/// Make a profile from a file of another tool
///
/// The file is recognised by what is in it: aepp's JSON, a project or a credential of the Developer Console, a Postman
/// environment, or an .env file. Its secret goes into credentials.toml, which only you can read. `aep auth login --from`
/// does the same and checks that the credentials work.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep profile import console.json -p acme-dev
  aep profile import .env
")]
pub(crate) struct Args {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace the profile if there is one of this name
    #[arg(long)]
    replace: bool,
}

pub(crate) fn run(args: &Args, ctx: &Context) -> Result<Exit> {
    let imported = import::file(&args.file)?;
    let mut store = ctx.store()?;
    let name = name(ctx, &imported);
    store.add(&name, &imported, args.replace)?;
    for note in &imported.notes {
        ctx.messages.note(note);
    }
    save(
        store,
        ctx,
        &format!("{}: made the profile `{name}`", imported.format.name()),
    )?;
    ctx.messages
        .tip(&format!("next: `aep doctor -p {name}` checks it"));
    Ok(Exit::Success)
}

/// The name of the profile: the flag's, the file's suggestion, or `default`.
pub(crate) fn name(ctx: &Context, imported: &import::Imported) -> String {
    ctx.global
        .profile
        .clone()
        .or_else(|| imported.name.clone())
        .unwrap_or_else(|| "default".to_owned())
}
