//! `aep source create`.

use aep_core::{Error, ErrorKind, Result};
use aep_flow::{DataFormat, FileFormat, NewSource, specs};
use serde_json::Value;

use crate::cmd::objects::{either, needed};
use crate::cmd::spec::{self, Side};
use crate::context::Context;
use crate::document;
use crate::exit::Exit;
use crate::secrets::Params;

/// Create a source connection from its parts, or from a document
///
/// With --dataset it reads datasets of the lake; with --zone-path files of the landing zone; else it needs a connection,
/// or the system.
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep source create --name orders --connection landing --data-format delimited --path bucket/orders/ --type folder
  aep source create --name inbox --zone-path dlz-user-container/in/ --data-format json
  aep source create --name export --dataset Orders
  aep source create -f source.yaml
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
    /// The connection whose account reads, by id or name
    #[arg(long, value_name = "ID|NAME", group = "origin")]
    connection: Option<String>,
    /// A path of the landing zone, with its container
    #[arg(long, value_name = "PATH", group = "origin", conflicts_with = "path")]
    zone_path: Option<String>,
    /// Datasets of the lake, for exports, by id or name
    #[arg(long, value_name = "ID|NAME", group = "origin")]
    dataset: Vec<String>,
    /// The system, by id or name of the connection spec; that of the connection if it is not given
    #[arg(long, value_name = "ID|NAME")]
    spec: Option<String>,
    /// Format of the data: delimited, json, parquet, tabular
    #[arg(long, value_name = "FORMAT")]
    data_format: Option<String>,
    /// Column separator
    #[arg(long, value_name = "CHAR")]
    delimiter: Option<char>,
    /// Compression: gzip, bzip2, deflate, zipDeflate, tarGzip, tar
    #[arg(long, value_name = "NAME")]
    compression: Option<String>,
    /// Encoding: UTF-8 or ISO-8859-1
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// File or folder to read
    #[arg(long, value_name = "PATH")]
    path: Option<String>,
    /// What the path is; its form tells if it is not given
    #[arg(long = "type", value_name = "file|folder", value_parser = ["file", "folder"])]
    kind: Option<String>,
    /// Read folders in the folder too
    #[arg(long)]
    recursive: bool,
    #[command(flatten)]
    params: Params,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    let Args { file, params, .. } = &args;
    either(
        file.as_ref(),
        &[
            ("--name", args.name.is_some()),
            ("--description", args.description.is_some()),
            ("--connection", args.connection.is_some()),
            ("--zone-path", args.zone_path.is_some()),
            ("--dataset", !args.dataset.is_empty()),
            ("--spec", args.spec.is_some()),
            ("--data-format", args.data_format.is_some()),
            ("--path", args.path.is_some()),
            ("--param", !params.is_empty()),
        ],
    )?;
    let service = ctx.flow().await?;
    let created = if let Some(file) = file {
        let body = document::object(file, "the source connection")?;
        service
            .sources()
            .create_document(Value::Object(body))
            .await?
    } else {
        let new = args.described(ctx).await?;
        service.sources().create(new).await?
    };
    super::show(&created.id, ctx).await
}

impl Args {
    async fn described(&self, ctx: &Context) -> Result<NewSource> {
        let name = needed(self.name.clone(), "--name")?;
        let params = self.params.read(ctx)?.open()?;
        let service = ctx.flow().await?;
        let mut new = if !self.dataset.is_empty() {
            let datasets = ctx.ingest().await?.datasets();
            let mut ids = Vec::new();
            for dataset in &self.dataset {
                ids.push(datasets.find(dataset).await?.id);
            }
            NewSource::data_lake(name, ids)
        } else if let Some(path) = &self.zone_path {
            NewSource::landing_zone(name, path)
        } else if let Some(connection) = &self.connection {
            let found = service.connections().find(connection).await?;
            let spec = match (&self.spec, &found.connection_spec) {
                (Some(spec), _) => spec::connection(spec, Side::Source, &service).await?,
                (None, Some(spec)) => spec.id.clone(),
                (None, None) => needed(None, "--spec")?,
            };
            match &self.path {
                Some(path) => NewSource::cloud(name, spec, found.id, path),
                None => NewSource::new(name, spec).connection(found.id),
            }
        } else {
            let spec = needed(self.spec.as_deref(), "--connection or --spec")?;
            NewSource::new(name, spec::connection(spec, Side::Source, &service).await?)
        };
        if new.spec == specs::connection::DATA_LAKE_SOURCE
            && self.dataset.is_empty()
            && params.is_empty()
        {
            return Err(Error::new(ErrorKind::Usage, "read the command line")
                .because("--dataset is missing"));
        }
        if let Some(text) = &self.description {
            new = new.description(text);
        }
        if let Some(data) = self.data(&new.data) {
            new = new.data(data);
        }
        if let (Some(path), None) = (&self.path, &self.connection) {
            new = new.param("path", path.as_str());
        }
        if let Some(kind) = &self.kind {
            new = new.param("type", kind.as_str());
        }
        if self.recursive {
            new = new.recursive(true);
        }
        for (key, value) in params {
            new = new.param(key, value);
        }
        Ok(new)
    }

    /// The format as said, over what the kind of source has by itself.
    fn data(&self, known: &DataFormat) -> Option<DataFormat> {
        let said = self.data_format.is_some()
            || self.delimiter.is_some()
            || self.compression.is_some()
            || self.encoding.is_some();
        said.then(|| DataFormat {
            format: match &self.data_format {
                Some(word) => Some(FileFormat::from(word.as_str())),
                None => known.format.clone(),
            },
            column_delimiter: self.delimiter,
            compression: self.compression.clone(),
            encoding: self.encoding.clone(),
        })
    }
}
