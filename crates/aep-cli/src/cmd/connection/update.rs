//! `aep connection update ID|NAME`.

use aep_core::{Error, ErrorKind, Result};
use aep_flow::{Auth, PatchOp};
use serde_json::{Map, Value};

use super::Named;
use crate::context::Context;
use crate::edits::Edits;
use crate::exit::Exit;
use crate::secrets::{Params, Values};

/// Change a connection: its name, its credentials
///
/// New credentials replace the old ones as a whole: the values that are no secrets are kept unless `--param` says
/// otherwise, secrets have to be given again, because the platform does not show them.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep connection update landing --set /description=\"raw files\"
  aep connection update landing --secret s3SecretKey=env:NEW_SECRET
")]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    edits: Edits,
    #[command(flatten)]
    params: Params,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let mut operations = args.edits.operations()?;
    let values = args.params.read(ctx)?;
    if operations.is_empty() && args.params.is_empty() {
        return Err(Error::new(ErrorKind::Usage, "change the connection")
            .because("nothing was said to change")
            .hint("give --set /PATH=VALUE, --param, --secret or -f FILE"));
    }
    let connections = ctx.flow().await?.connections();
    let found = connections.find(&args.named.connection).await?;
    if !args.params.is_empty() {
        let mut whole = known(found.auth.as_ref(), &values)?;
        whole.extend(values.body());
        operations.push(PatchOp::replace("/auth/params", Value::Object(whole)));
    }
    let etag = args.edits.etag.as_deref().unwrap_or(&found.etag);
    connections.update(&found.id, etag, operations).await?;
    super::show(&found.id, ctx).await
}

/// The values that stay. A secret that is not given again would be lost, so it has to be.
fn known(auth: Option<&Auth>, given: &Values) -> Result<Map<String, Value>> {
    let mut kept = Map::new();
    let Some(auth) = auth else {
        return Ok(kept);
    };
    let missing: Vec<&str> = auth.secrets().filter(|name| !given.has(name)).collect();
    if !missing.is_empty() {
        return Err(Error::new(ErrorKind::Usage, "change the credentials")
            .because(format!("{} would be lost", missing.join(", ")))
            .hint("credentials are replaced as a whole: give these too, with --secret"));
    }
    for name in auth.names() {
        if let Some(value) = auth.get(name) {
            kept.insert(name.to_owned(), value.clone());
        }
    }
    Ok(kept)
}
