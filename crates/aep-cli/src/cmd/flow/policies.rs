//! `aep flow policies ID|NAME`.

use aep_core::Result;
use aep_flow::PolicyChange;
use serde_json::{Value, json};

use super::Named;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text};

const VIEW: View = View {
    noun: "policies",
    id: "policy",
    columns: &[text("policy", "policy")],
};

/// Show or change the marketing actions that a flow is bound to
///
/// A policy is the path of a marketing action, such as `/dulepolicy/marketingActions/06621fe3q-44t3-3zu4t-90c2-y653rt3hk4o`.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep flow policies export
  aep flow policies export --add /dulepolicy/marketingActions/exportToThirdParty
")]
pub(crate) struct Args {
    #[command(flatten)]
    named: Named,
    /// Add these to those that are there
    #[arg(long, value_name = "POLICY", conflicts_with = "replace")]
    add: Vec<String>,
    /// Exactly these from now on
    #[arg(long, value_name = "POLICY")]
    replace: Vec<String>,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let flows = ctx.flow().await?.flows();
    let mut flow = flows.find(&args.named.flow).await?;
    let (given, change) = if args.add.is_empty() {
        (&args.replace, PolicyChange::Replace)
    } else {
        (&args.add, PolicyChange::Add)
    };
    if !given.is_empty() {
        let given: Vec<&str> = given.iter().map(String::as_str).collect();
        flow = flows.policies(&flow.id, &given, change).await?;
    }
    let rows: Vec<Value> = flow
        .policies()
        .iter()
        .map(|policy| json!({ "policy": policy }))
        .collect();
    ctx.out.rows(&VIEW, &rows)?;
    if rows.is_empty() && ctx.out.is_human() {
        ctx.messages
            .note("the flow is bound to no marketing action");
    }
    Ok(Exit::Success)
}
