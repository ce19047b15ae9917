//! `aep profile set KEY [VALUE]`.

use aep_core::config::Key;
use aep_core::{Error, ErrorKind, Result};

use super::{chosen, save};
use crate::context::Context;
use crate::exit::Exit;
use crate::prompt;

/// Set a key of a profile
///
/// The profile is the one of --profile, else the one in use; it is made if it is not there. Secrets are not taken from
/// the command line: leave the value out, and it is asked for or read from standard input.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep profile set sandbox my-dev
  aep profile set writes production -p acme-prod
  aep profile set client_secret < secret.txt
")]
pub(crate) struct Args {
    /// The key: org_id, client_id, scopes, sandbox, writes, ...
    key: String,
    /// The value
    value: Option<String>,
    /// Remove the key
    #[arg(long, conflicts_with = "value")]
    unset: bool,
}

pub(crate) fn run(args: &Args, ctx: &Context) -> Result<Exit> {
    let key = Key::parse(&args.key)?;
    let mut store = ctx.store()?;
    let profile = chosen(ctx, &store).unwrap_or_else(|| "default".to_owned());
    if args.unset {
        let was_set = store.unset(&profile, key);
        let done = if was_set {
            "removed from"
        } else {
            "was not set in"
        };
        save(store, ctx, &format!("{} {done} `{profile}`", key.name()))?;
        return Ok(Exit::Success);
    }
    match &args.value {
        Some(_) if key.is_secret() => {
            return Err(Error::new(ErrorKind::Usage, "set the secret")
                .with("key", key.name())
                .because("other users of this machine can see command lines")
                .hint("leave the value out: it is asked for, or read from standard input"));
        }
        Some(value) => store.set(&profile, key, value)?,
        None if key.is_secret() => {
            store.set(&profile, key, prompt::secret(key.name())?.expose())?;
        }
        None => {
            return Err(Error::new(ErrorKind::Usage, "set the key")
                .with("key", key.name())
                .because("its value is missing"));
        }
    }
    save(store, ctx, &format!("{} set in `{profile}`", key.name()))?;
    Ok(Exit::Success)
}
