//! `aep connection test ID|NAME`.

use aep_core::Result;
use serde_json::json;

use super::Named;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text};

const VIEW: View = View {
    noun: "tests",
    id: "id",
    columns: &[
        text("id", "id"),
        text("name", "name"),
        text("result", "result"),
    ],
};

/// Ask the platform whether the other system lets it in
///
/// The exit code says it too: 0 it does, 4 it does not.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let connections = ctx.flow().await?.connections();
    let found = connections.find(&args.named.connection).await?;
    let works = connections.test(&found.id).await?;
    let row = json!({"id": found.id, "name": found.name, "result": works});
    ctx.out.one(&VIEW, &row)?;
    if works {
        return Ok(Exit::Success);
    }
    ctx.messages.tip(&format!(
        "the other system refuses: `aep connection update {} --secret NAME=@FILE` gives new credentials",
        found.id
    ));
    Ok(Exit::Refused)
}
