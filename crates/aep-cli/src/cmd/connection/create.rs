//! `aep connection create`.

use aep_core::Result;
use aep_flow::{Auth, NewConnection};
use serde_json::Value;

use crate::cmd::objects::{either, needed};
use crate::cmd::spec::{self, Side};
use crate::context::Context;
use crate::document;
use crate::exit::Exit;
use crate::secrets::Params;

/// Create a connection from its parts, or from a document
///
/// The names of the values, and which form of credentials a system offers, are in `aep spec connections get NAME`.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep connection create --name landing --spec \"Amazon S3\" \\
      --param s3AccessKey=AKIAIOSFODNN7EXAMPLE --secret s3SecretKey=env:S3_SECRET
  aep connection create --name files --spec sftp --auth \"Basic Authentication for sftp\" \\
      --param host=sftp.example.com --param userName=etl --secret password
  aep connection create -f connection.yaml
")]
pub(crate) struct Args {
    /// The whole document, as JSON or YAML
    #[arg(short, long, value_name = "FILE|-")]
    file: Option<String>,
    /// The name
    #[arg(long)]
    name: Option<String>,
    /// A description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// The system, by id or name of its connection spec
    #[arg(long, value_name = "ID|NAME")]
    spec: Option<String>,
    /// Whether the account is for reading or for writing, if the name of the spec means both
    #[arg(long, value_enum, value_name = "SIDE", default_value_t)]
    role: Side,
    /// Name of the form of credentials; needed only where the system offers several
    #[arg(long, value_name = "NAME")]
    auth: Option<String>,
    #[command(flatten)]
    params: Params,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    either(
        args.file.as_ref(),
        &[
            ("--name", args.name.is_some()),
            ("--description", args.description.is_some()),
            ("--spec", args.spec.is_some()),
            ("--auth", args.auth.is_some()),
            ("--param", !args.params.is_empty()),
        ],
    )?;
    let created = if let Some(file) = &args.file {
        let body = document::object(file, "the connection")?;
        let flow = ctx.flow().await?;
        flow.connections()
            .create_document(Value::Object(body))
            .await?
    } else {
        let name = needed(args.name.clone(), "--name")?;
        let spec = needed(args.spec.as_deref(), "--spec")?;
        let values = args.params.read(ctx)?;
        let flow = ctx.flow().await?;
        let spec = spec::connection(spec, args.role, &flow).await?;
        let mut new = NewConnection::new(name, spec.clone());
        if let Some(description) = args.description {
            new = new.description(description);
        }
        if args.auth.is_some() || !args.params.is_empty() {
            let form = match args.auth {
                Some(form) => form,
                None => spec::only_form(&spec, &values, &flow).await?,
            };
            new = new.auth(values.fill(Auth::new(form)));
        }
        flow.connections().create(new).await?
    };
    super::show(&created.id, ctx).await
}
