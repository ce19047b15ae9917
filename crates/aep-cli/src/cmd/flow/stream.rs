//! `aep flow stream ID|NAME`.

use aep_core::{Error, ErrorKind, Result};
use aep_flow::manager::FlowManager;
use serde_json::json;

use super::Named;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text};

const VIEW: View = View {
    noun: "inlets",
    id: "inletId",
    columns: &[
        text("inlet url", "inletUrl"),
        text("inlet id", "inletId"),
        text("flow id", "flowId"),
        text("status", "state"),
        text("data type", "dataType"),
        text("token required", "authenticationRequired"),
    ],
};

/// Where to send the messages of a streaming flow
///
/// `aep flow create --stream` makes one.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep flow stream messages
  aep stream send rows.ndjson --inlet \"$(aep flow stream messages -o id)\"
")]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let service = ctx.flow().await?;
    let manager = FlowManager::find(&service, &args.named.flow).await?;
    let flow = manager.flow().await?;
    let base = manager.source_base().await?;
    let params = base
        .as_ref()
        .and_then(|base| base.raw().get("auth"))
        .map(|auth| auth["params"].clone())
        .unwrap_or_default();
    let url = [
        &params["inletUrl"],
        &flow.raw().get("options").cloned().unwrap_or_default()["inletUrl"],
    ]
    .into_iter()
    .find_map(|url| url.as_str().map(str::to_owned))
    .ok_or_else(|| {
        Error::new(ErrorKind::Usage, "find the inlet of the flow")
            .with("flow", &flow.id)
            .because("it is not fed by HTTP messages")
            .hint("`aep flow create --stream --dataset NAME` makes a flow that is")
    })?;
    let inlet = params["inletId"]
        .as_str()
        .or_else(|| url.rsplit('/').next())
        .unwrap_or_default();
    let row = json!({
        "inletUrl": url,
        "inletId": inlet,
        "flowId": flow.id,
        "state": flow.state,
        "dataType": params["dataType"],
        "authenticationRequired": params["authenticationRequired"],
    });
    ctx.out.one(&VIEW, &row)?;
    Ok(Exit::Success)
}
