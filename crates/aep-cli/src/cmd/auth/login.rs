//! `aep auth login`.

use std::path::PathBuf;

use aep_core::config::{Key, default_scopes, import};
use aep_core::{Client, ConfigStore, Error, ErrorKind, Overrides, Result, resolve};
use aep_ingest::Ingest;
use futures::TryStreamExt;

use crate::cmd::profile::{import_name, save};
use crate::context::Context;
use crate::exit::Exit;
use crate::prompt;

/// Make a profile and check that it works
///
/// The credentials come from a file of another tool, or from questions. The client secret is typed unseen or read from
/// standard input, never taken from a flag. Nothing is stored unless IMS gives a token for it.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep auth login
  aep auth login --from console.json -p acme-dev
  aep auth login --org-id 1234@AdobeOrg --client-id abc --sandbox dev < secret.txt
")]
pub(crate) struct Args {
    /// A file of another tool: aepp, Developer Console, Postman, .env
    #[arg(long, value_name = "FILE", conflicts_with_all = ["org_id", "client_id", "scopes"])]
    from: Option<PathBuf>,
    /// The organisation, `...@AdobeOrg`
    #[arg(long, value_name = "ID")]
    org_id: Option<String>,
    /// The client id
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// The scopes, with commas between them
    #[arg(long, value_name = "A,B")]
    scopes: Option<String>,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    if ctx.global.local {
        return Err(Error::new(ErrorKind::Usage, "log in")
            .because("the local emulator needs no credentials"));
    }
    let mut store = ctx.store()?;
    let name = match &args.from {
        Some(file) => {
            let imported = import::file(file)?;
            let name = import_name(ctx, &imported);
            store.add(&name, &imported, true)?;
            for note in &imported.notes {
                ctx.messages.note(note);
            }
            name
        }
        None => ask(&args, ctx, &mut store)?,
    };
    if let Some(sandbox) = &ctx.global.sandbox {
        store.set(&name, Key::Sandbox, sandbox)?;
    }
    let sandboxes = check(&name, &store, ctx).await?;
    let chosen = store.get(&name, Key::Sandbox);
    save(
        store,
        ctx,
        &format!("logged in: the profile `{name}` works"),
    )?;
    match chosen {
        Some(sandbox) if sandboxes.is_empty() || sandboxes.contains(&sandbox) => {}
        Some(sandbox) => ctx.messages.warn(&format!(
            "the credential may not use the sandbox `{sandbox}`; it may use {}",
            sandboxes.join(", ")
        )),
        None => ctx.messages.tip(&format!(
            "no sandbox is chosen: `aep sandbox use NAME -p {name}`, with one of {}",
            if sandboxes.is_empty() {
                "those of `aep sandbox list`".to_owned()
            } else {
                sandboxes.join(", ")
            }
        )),
    }
    Ok(Exit::Success)
}

/// Flags first, questions for the rest.
fn ask(args: &Args, ctx: &Context, store: &mut ConfigStore) -> Result<String> {
    let somebody = prompt::somebody_there();
    let name = match &ctx.global.profile {
        Some(name) => name.clone(),
        None if somebody => prompt::line("profile", Some("default"))?.unwrap_or_default(),
        None => "default".to_owned(),
    };
    let needed = |given: &Option<String>, what: &str, flag: &str| match given {
        Some(value) => Ok(value.clone()),
        None if somebody => prompt::line(what, None)?.ok_or_else(|| missing(flag)),
        None => Err(missing(flag)),
    };
    store.set(
        &name,
        Key::OrgId,
        &needed(&args.org_id, "organisation (...@AdobeOrg)", "--org-id")?,
    )?;
    store.set(
        &name,
        Key::ClientId,
        &needed(&args.client_id, "client id", "--client-id")?,
    )?;
    let suggested = default_scopes().join(",");
    let scopes = match &args.scopes {
        Some(scopes) => scopes.clone(),
        None if somebody => prompt::line("scopes", Some(&suggested))?.unwrap_or(suggested),
        None => suggested,
    };
    store.set(&name, Key::Scopes, &scopes)?;
    if ctx.global.sandbox.is_none()
        && somebody
        && let Some(sandbox) = prompt::line("sandbox (may be left out)", None)?
    {
        store.set(&name, Key::Sandbox, &sandbox)?;
    }
    let secret = prompt::secret("client secret")?;
    store.set(&name, Key::ClientSecret, secret.expose())?;
    Ok(name)
}

fn missing(flag: &str) -> Error {
    Error::new(ErrorKind::Usage, "log in")
        .because(format!("{flag} is missing, and there is no terminal to ask on"))
        .hint("give --org-id and --client-id, and the client secret on standard input; or --from FILE")
}

/// A token is the proof; the sandboxes are told if they may be seen.
async fn check(name: &str, store: &ConfigStore, ctx: &Context) -> Result<Vec<String>> {
    let overrides = Overrides {
        profile: Some(name.to_owned()),
        ..ctx.overrides()?
    };
    let client = Client::new(resolve(&overrides, &ctx.env, store)?)?;
    client.token().await?;
    let sandboxes = Ingest::new(client)
        .sandboxes()
        .list()
        .map_ok(|sandbox| sandbox.name.to_string());
    match sandboxes.try_collect().await {
        Ok(names) => Ok(names),
        Err(error) => {
            ctx.messages.warn(&format!(
                "the token is good, but {error}; `aep doctor -p {name}` looks closer"
            ));
            Ok(Vec::new())
        }
    }
}
