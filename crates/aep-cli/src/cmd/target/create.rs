//! `aep target create`.

use aep_core::{Error, ErrorKind, Result};
use aep_flow::{ConnectionId, ConnectionSpecId, FileFormat, NewTarget, specs};
use serde_json::Value;

use crate::cmd::objects::{either, needed};
use crate::cmd::spec::{self, Side};
use crate::context::Context;
use crate::document;
use crate::exit::Exit;
use crate::secrets::Params;

/// Create a target connection from its parts, or from a document
///
/// With --dataset it writes into a dataset of the lake. Else it is a folder of another system, for exports.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep target create --name lake --dataset \"Loyalty Members\"
  aep target create --name out --connection \"zone out\" --path exports/orders --file-type parquet
  aep target create -f target.yaml
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
    /// The dataset that rows go into, by id or name
    #[arg(long, value_name = "ID|NAME", conflicts_with_all = ["path", "file_type", "compression"])]
    dataset: Option<String>,
    /// The connection whose account writes, by id or name
    #[arg(long, value_name = "ID|NAME")]
    connection: Option<String>,
    /// The system, by id or name of the connection spec; that of the connection if it is not given
    #[arg(long, value_name = "ID|NAME")]
    spec: Option<String>,
    /// Format of the data: parquet_xdm, delimited, json, parquet
    #[arg(long, value_name = "FORMAT")]
    data_format: Option<String>,
    /// Folder that datasets are exported to
    #[arg(long, value_name = "PATH")]
    path: Option<String>,
    /// Format of exported files
    #[arg(long, value_name = "json|parquet", value_parser = ["json", "parquet"])]
    file_type: Option<String>,
    /// Compression of exported files
    #[arg(long, value_name = "gzip|none", value_parser = ["gzip", "none"])]
    compression: Option<String>,
    #[command(flatten)]
    params: Params,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    either(
        args.file.as_ref(),
        &[
            ("--name", args.name.is_some()),
            ("--description", args.description.is_some()),
            ("--connection", args.connection.is_some()),
            ("--dataset", args.dataset.is_some()),
            ("--spec", args.spec.is_some()),
            ("--data-format", args.data_format.is_some()),
            ("--path", args.path.is_some()),
            ("--param", !args.params.is_empty()),
        ],
    )?;
    let service = ctx.flow().await?;
    let created = if let Some(file) = &args.file {
        let body = document::object(file, "the target connection")?;
        service
            .targets()
            .create_document(Value::Object(body))
            .await?
    } else {
        let new = args.described(ctx).await?;
        service.targets().create(new).await?
    };
    super::show(&created.id, ctx).await
}

impl Args {
    async fn described(&self, ctx: &Context) -> Result<NewTarget> {
        let name = needed(self.name.clone(), "--name")?;
        let params = self.params.read(ctx)?.open()?;
        let service = ctx.flow().await?;
        let connection = match &self.connection {
            Some(connection) => Some(service.connections().find(connection).await?),
            None => None,
        };
        let mut new = if let Some(dataset) = &self.dataset {
            let found = ctx.ingest().await?.datasets().find(dataset).await?;
            let schema = found.schema.ok_or_else(|| {
                Error::new(ErrorKind::Usage, "write into the dataset")
                    .with("dataset", &found.id)
                    .because("it has no schema")
            })?;
            let new = NewTarget::data_lake(name, found.id, schema);
            match connection {
                Some(connection) => new.connection(connection.id),
                None => new,
            }
        } else {
            let own = connection
                .as_ref()
                .and_then(|one| one.connection_spec.as_ref());
            let spec = match (&self.spec, own) {
                (Some(spec), _) => spec::connection(spec, Side::Target, &service).await?,
                (None, Some(spec)) => spec.id.clone(),
                (None, None) => needed(None, "--dataset, --connection or --spec")?,
            };
            self.folder(name, spec, connection.map(|one| one.id))
        };
        if let Some(text) = &self.description {
            new = new.description(text);
        }
        if let Some(word) = &self.data_format {
            new = new.data(FileFormat::from(word.as_str()));
        }
        for (key, value) in params {
            new = new.param(key, value);
        }
        Ok(new)
    }

    /// A folder for exports, if there is a path; every system calls it its own way, SFTP by another name.
    fn folder(
        &self,
        name: String,
        spec: ConnectionSpecId,
        connection: Option<ConnectionId>,
    ) -> NewTarget {
        let mut new = NewTarget::new(name, spec);
        if let Some(path) = &self.path {
            let key = if new.spec == specs::connection::SFTP_TARGET {
                "remotePath"
            } else {
                "path"
            };
            new = new
                .param("mode", "Server-to-server")
                .param(key, path.as_str())
                .param("compression", upper(self.compression.as_ref(), "GZIP"))
                .param("datasetFileType", upper(self.file_type.as_ref(), "PARQUET"));
        }
        match connection {
            Some(connection) => new.connection(connection),
            None => new,
        }
    }
}

/// The platform writes these words in capitals.
fn upper(word: Option<&String>, otherwise: &str) -> String {
    word.map_or_else(|| otherwise.to_owned(), |word| word.to_ascii_uppercase())
}
