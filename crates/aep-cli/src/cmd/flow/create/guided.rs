//! Guided creation: everything that a flow needs, in one call.

use aep_core::{Error, ErrorKind, Result};
use aep_flow::pipeline::{
    Account, HttpToLake, LakeToZone, Made, Pipeline, Pipelines, Rules, Step, StorageToLake,
};
use aep_flow::{CloudAccount, DataFormat, ExportFiles, ExportFormat, FileFormat, FlowOptions};
use serde_json::Value;

use super::Args;
use crate::cmd::objects::needed;
use crate::context::Context;
use crate::exit::Exit;
use crate::output::{Messages, View, text, value, visible};
use crate::secrets::Values;

const STEPS: View = View {
    noun: "steps",
    id: "id",
    columns: &[text("made", "kind"), text("id", "id"), text("name", "name")],
};

const MADE: View = View {
    noun: "pipelines",
    id: "flow",
    columns: &[text("flow", "flow"), text("inlet", "inletUrl")],
};

/// Systems that files are read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum System {
    /// Amazon S3: s3AccessKey, s3SecretKey
    S3,
    /// Azure Blob Storage: connectionString or sasUri
    Blob,
    /// Azure Data Lake Storage Gen2: url, tenant, servicePrincipalId, servicePrincipalKey
    Adls,
    /// Google Cloud Storage: accessKeyId, secretAccessKey
    Gcs,
    /// SFTP: host, userName, password or privateKeyContent with passPhrase
    Sftp,
    /// FTP: host, userName, password
    Ftp,
}

/// Formats of files that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Rows {
    /// Text with a character between the columns
    Csv,
    /// JSON
    Json,
    /// Parquet
    Parquet,
}

/// Formats of files that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Written {
    /// JSON, always compressed
    Json,
    /// Parquet
    Parquet,
}

impl Args {
    pub(super) fn data(&self) -> Option<DataFormat> {
        if self.input_format.is_none() && self.delimiter.is_none() && self.compression.is_none() {
            return None;
        }
        Some(DataFormat {
            format: self.input_format.map(|rows| match rows {
                Rows::Csv => FileFormat::Delimited,
                Rows::Json => FileFormat::Json,
                Rows::Parquet => FileFormat::Parquet,
            }),
            column_delimiter: self.delimiter,
            compression: self.compression.clone(),
            ..DataFormat::default()
        })
    }

    pub(super) fn options(&self) -> FlowOptions {
        FlowOptions {
            error_diagnostics: self.diagnostics.then_some(true),
            partial_ingestion_percent: self.partial,
            ..FlowOptions::default()
        }
    }

    fn rules(&self) -> Result<Rules> {
        let new = self.rules.rules()?;
        match (&self.mapping, new.is_empty()) {
            (None, true) => Ok(Rules::None),
            (None, false) => Ok(Rules::New(new)),
            (Some(mapping), true) => {
                let (id, version) = super::mapping(mapping)?;
                Ok(Rules::Existing(id, version))
            }
            (Some(_), false) => Err(Error::new(ErrorKind::Usage, "map the rows")
                .because("both a mapping set and new rules were given")),
        }
    }

    fn named(&self, otherwise: impl FnOnce() -> String) -> String {
        self.name.clone().unwrap_or_else(otherwise)
    }

    /// The pipeline that the flags describe.
    pub(super) fn pipeline(&self, values: Values) -> Result<Pipeline> {
        if self.stream {
            let dataset = needed(self.dataset.clone(), "--dataset")?;
            let name = self.named(|| format!("messages to {dataset}"));
            let mut pipeline = HttpToLake::new(name, dataset).mapping(self.rules()?);
            if let Some(text) = &self.description {
                pipeline = pipeline.description(text);
            }
            if self.authenticated {
                pipeline = pipeline.authenticated();
            }
            return Ok(pipeline.into());
        }
        if !self.export_dataset.is_empty() {
            return self.export();
        }
        let dataset = needed(self.dataset.clone(), "--dataset")?;
        let mut pipeline = if let Some(path) = &self.from_zone {
            let name = self.named(|| format!("{path} to {dataset}"));
            StorageToLake::landing_zone(name, path, dataset)
        } else {
            let path = needed(self.path.clone(), "--path")?;
            let account = match (&self.from_connection, self.from) {
                (Some(connection), _) => Account::Existing(connection.clone()),
                (None, Some(system)) => account(system, values)?.into(),
                (None, None) => needed(None, "--from")?,
            };
            let name = self.named(|| format!("{path} to {dataset}"));
            StorageToLake::cloud(name, account, path, dataset)
        };
        pipeline = pipeline
            .schedule(self.timing.ingest()?)
            .options(self.options())
            .mapping(self.rules()?);
        if let Some(text) = &self.description {
            pipeline = pipeline.description(text);
        }
        if let Some(data) = self.data() {
            pipeline = pipeline.format(data);
        }
        if self.recursive {
            pipeline = pipeline.recursive();
        }
        Ok(pipeline.into())
    }

    fn export(&self) -> Result<Pipeline> {
        let path = needed(self.to_zone.clone(), "--to-zone")?;
        let name = self.named(|| format!("{} to {path}", self.export_dataset.join(", ")));
        let mut pipeline = LakeToZone::new(name, self.export_dataset.clone(), path)
            .schedule(self.timing.export()?);
        let mut files = ExportFiles::default();
        if let Some(Written::Json) = self.output_format {
            files.format = ExportFormat::Json;
        }
        if let Some(compression) = &self.compression {
            files.gzip = match compression.to_ascii_lowercase().as_str() {
                "gzip" => true,
                "none" => false,
                _ => {
                    return Err(Error::new(ErrorKind::Usage, "export datasets")
                        .with("compression", compression)
                        .hint("an export is compressed with gzip, or not at all: none"));
                }
            };
        }
        pipeline = pipeline.files(files);
        if let Some(text) = &self.description {
            pipeline = pipeline.description(text);
        }
        Ok(pipeline.into())
    }
}

/// The account of a system, from the values of its form.
fn account(system: System, mut values: Values) -> Result<CloudAccount> {
    let account = match system {
        System::S3 => CloudAccount::AmazonS3 {
            access_key: values.secret("s3AccessKey")?,
            secret_key: values.secret("s3SecretKey")?,
        },
        System::Blob if values.has("sasUri") => CloudAccount::AzureBlobSas {
            sas_uri: values.secret("sasUri")?,
        },
        System::Blob => CloudAccount::AzureBlob {
            connection_string: values.secret("connectionString")?,
        },
        System::Adls => CloudAccount::AdlsGen2 {
            url: values.text("url")?,
            tenant: values.text("tenant")?,
            principal_id: values.text("servicePrincipalId")?,
            principal_key: values.secret("servicePrincipalKey")?,
        },
        System::Gcs => CloudAccount::GoogleCloudStorage {
            access_key_id: values.text("accessKeyId")?,
            secret_access_key: values.secret("secretAccessKey")?,
        },
        System::Sftp if values.has("privateKeyContent") => CloudAccount::SftpKey {
            host: values.text("host")?,
            user: values.text("userName")?,
            private_key: values.secret("privateKeyContent")?,
            passphrase: if values.has("passPhrase") {
                Some(values.secret("passPhrase")?)
            } else {
                None
            },
        },
        System::Sftp => CloudAccount::Sftp {
            host: values.text("host")?,
            user: values.text("userName")?,
            password: values.secret("password")?,
        },
        System::Ftp => CloudAccount::Ftp {
            host: values.text("host")?,
            user: values.text("userName")?,
            password: values.secret("password")?,
        },
    };
    values.finish()?;
    Ok(account)
}

/// Makes the pipeline that the flags describe.
pub(super) async fn run(args: &Args, ctx: &Context) -> Result<Exit> {
    let pipeline = args.pipeline(args.params.read(ctx)?)?;
    let exit = report(ctx, async |pipelines: Pipelines| {
        pipelines.create(pipeline).await
    })
    .await?;
    let path = args.from_zone.as_ref().or(args.path.as_ref());
    let untold = |path: &str| !path.rsplit('/').next().unwrap_or_default().contains('.');
    if args.input_format.is_none() && path.is_some_and(|path| untold(path)) {
        ctx.messages.note(
            "the path does not tell what its files are: they are read as CSV; `--input-format json` or `parquet` says otherwise",
        );
    }
    Ok(exit)
}

/// Says what is made, step by step, and what came of it.
pub(super) async fn report(
    ctx: &Context,
    make: impl AsyncFnOnce(Pipelines) -> Result<Made>,
) -> Result<Exit> {
    let service = ctx.flow().await?;
    let interrupt = ctx.interrupt().await.clone();
    // the first Ctrl-C deletes what was made
    interrupt.clean_up_first();
    interrupt.remains(
        "what was made so far may stay: `aep flow list`, `aep source list` and `aep target list` show it",
    );
    let mut pipelines = service
        .pipelines()
        .stop_when(async move { interrupt.first().await });
    if !ctx.messages.is_quiet() && !ctx.messages.is_json() {
        pipelines = pipelines.on_step(|step| Messages::put(&told(step)));
    }
    let pipeline = make(pipelines).await?;
    if ctx.out.is_human() {
        let rows = pipeline
            .steps
            .iter()
            .map(|step| {
                let mut row = value(step)?;
                row["kind"] = Value::from(step.kind.words());
                Ok(row)
            })
            .collect::<Result<Vec<_>>>()?;
        ctx.out.rows(&STEPS, &rows)?;
    } else {
        ctx.out.document(&MADE, &value(&pipeline)?, |_| Ok(()))?;
    }
    match &pipeline.inlet_url {
        Some(url) => ctx.messages.tip(&format!(
            "send messages to {url} with the header `x-adobe-flow-id: {}`, or `aep stream send`; the platform asks to wait five minutes first",
            pipeline.flow
        )),
        None => ctx.messages.tip(&format!(
            "`aep flow describe {0}` shows it, `aep run list --flow {0}` its runs",
            pipeline.flow
        )),
    }
    Ok(Exit::Success)
}

fn told(step: &Step) -> String {
    visible(&format!("made {} `{}` ({})", step.kind, step.name, step.id))
}
