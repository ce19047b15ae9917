//! `aep emulator status`.

use aep_core::Result;
use http::Method;
use serde_json::Value;

use super::Place;
use super::admin::Admin;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, text, time};

const VIEW: View = View {
    noun: "emulators",
    id: "url",
    columns: &[
        text("running", "running"),
        text("url", "url"),
        text("directory", "dataDir"),
        text("version", "version"),
        text("organisation", "org"),
        time("clock", "now"),
        text("schemas", "counts.schemas"),
        text("datasets", "counts.datasets"),
        text("batches", "counts.batches"),
        text("fault rules", "faults"),
    ],
};

/// Show whether a server runs, and what the emulator holds
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let dir = args.place.dir(ctx);
    let admin = Admin::open(&dir).await?;
    let answer = admin.call(Method::GET, &["status"], None).await;
    let url = admin.server();
    admin.close().await;
    let mut status = answer?;
    if let Value::Object(fields) = &mut status {
        fields.insert("running".to_owned(), url.is_some().into());
        // An emulator that lives only for this question has an address that nobody else can use.
        fields.insert("url".to_owned(), url.map_or(Value::Null, Value::from));
        fields.insert("dataDir".to_owned(), dir.display().to_string().into());
    }
    ctx.out.one(&VIEW, &status)?;
    Ok(Exit::Success)
}
