//! `aep emulator clock`.

use std::time::Duration;

use aep_core::Result;
use http::Method;
use serde_json::json;

use super::Place;
use super::admin::Admin;
use crate::cli::duration;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text};
use crate::when::{When, milliseconds};

const VIEW: View = View {
    noun: "clocks",
    id: "now",
    columns: &[text("now", "now"), text("offset ms", "offsetMs")],
};

/// Show or move the emulator's clock
///
/// Token life, batch states and every time in an answer go by it.
#[derive(Debug, clap::Args)]
#[command(
    before_help = "Examples:\n  aep emulator clock\n  aep emulator clock --advance 25h\n  aep emulator clock --real\n",
    group = clap::ArgGroup::new("move")
)]
pub(crate) struct Args {
    /// Move it forward
    #[arg(long, value_name = "DUR", value_parser = duration, group = "move")]
    advance: Option<Duration>,
    /// Set it
    #[arg(long, value_name = "TIME", group = "move")]
    set: Option<When>,
    /// Back to this machine's time
    #[arg(long, group = "move")]
    real: bool,
    #[command(flatten)]
    place: Place,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let body = if let Some(by) = args.advance {
        Some(json!({"advanceMs": u64::try_from(by.as_millis()).unwrap_or(u64::MAX)}))
    } else if let Some(now) = milliseconds(args.set) {
        Some(json!({"nowMs": now}))
    } else if args.real {
        Some(json!({"offsetMs": 0}))
    } else {
        None
    };
    let admin = Admin::open(&args.place.dir(ctx)).await?;
    let answer = match &body {
        Some(body) => admin.call(Method::POST, &["clock"], Some(body)).await,
        None => admin.call(Method::GET, &["clock"], None).await,
    };
    admin.close().await;
    ctx.out.one(&VIEW, &answer?)?;
    Ok(Exit::Success)
}
