//! `aep flow create`.

mod guided;
mod parts;
mod schedule;

use aep_core::{Error, ErrorKind, Result};
use aep_flow::MappingSetId;

use crate::cmd::mapping::Rules;
use crate::context::Context;
use crate::exit::Exit;
use crate::secrets::Params;
use guided::{Rows, System, Written};
use schedule::Timing;

/// Create a flow: guided, from its parts, or from a document
///
/// Guided, everything that the flow needs is made along with it: base connection, source and target connection, mapping
/// set. If a step fails, what was made is deleted again. From parts, the source and target connections exist already. A
/// document is the body of a flow, or a whole pipeline as `aep flow export` writes it.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
#[derive(Debug, clap::Args)]
#[command(before_help = "\
Examples:
  aep flow create --from-zone in/ --dataset \"Loyalty Members\" --every 15m
  aep flow create --from s3 --path bucket/orders/ --dataset Orders --every 1d \\
      --param s3AccessKey=AKIAIOSFODNN7EXAMPLE --secret s3SecretKey=env:S3_SECRET
  aep flow create --export-dataset Orders --to-zone exports/orders --every 3h
  aep flow create --stream --dataset Orders
  aep flow create --name nightly --spec CloudStorageToAEP --source orders --target lake --every 1d
  aep flow create -f pipeline.yaml --sandbox test
")]
pub(crate) struct Args {
    /// A document: a flow, or a whole pipeline; JSON or YAML
    #[arg(short, long, value_name = "FILE|-")]
    file: Option<String>,
    /// The name
    #[arg(long)]
    name: Option<String>,
    /// A description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// From this path of the landing zone into a dataset
    #[arg(long, value_name = "PATH", help_heading = "Guided", group = "way")]
    from_zone: Option<String>,
    /// From files of this system into a dataset, with --path, and --param and --secret for the account
    #[arg(
        long,
        value_enum,
        value_name = "SYSTEM",
        help_heading = "Guided",
        group = "way"
    )]
    from: Option<System>,
    /// From files of a connection that exists, by id or name, with --path
    #[arg(long, value_name = "ID|NAME", help_heading = "Guided", group = "way")]
    from_connection: Option<String>,
    /// Datasets into the landing zone, by id or name, with --to-zone; may be given more than once
    #[arg(long, value_name = "ID|NAME", help_heading = "Guided", group = "way")]
    export_dataset: Vec<String>,
    /// Messages over HTTP into a dataset
    #[arg(long, help_heading = "Guided", group = "way")]
    stream: bool,
    /// The dataset that rows go into, by id or name
    #[arg(long, value_name = "ID|NAME", help_heading = "Guided")]
    dataset: Option<String>,
    /// File or folder of the system: for S3 and Google Cloud Storage it begins with the bucket
    #[arg(long, value_name = "PATH", help_heading = "Guided")]
    path: Option<String>,
    /// Where in the landing zone an export goes
    #[arg(
        long,
        value_name = "PATH",
        help_heading = "Guided",
        requires = "export_dataset"
    )]
    to_zone: Option<String>,
    /// Format of the files that are read; their ending tells if it is not given
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = "Guided")]
    input_format: Option<Rows>,
    /// Column separator of the files that are read
    #[arg(long, value_name = "CHAR", help_heading = "Guided")]
    delimiter: Option<char>,
    /// Compression of the files: gzip, ...; of an export gzip or none
    #[arg(long, value_name = "NAME", help_heading = "Guided")]
    compression: Option<String>,
    /// Read folders in the folder too
    #[arg(long, help_heading = "Guided")]
    recursive: bool,
    /// Format of the files that an export writes [default: parquet]
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        help_heading = "Guided",
        requires = "export_dataset"
    )]
    output_format: Option<Written>,
    /// Messages have to carry a token
    #[arg(long, help_heading = "Guided", requires = "stream")]
    authenticated: bool,
    #[command(flatten, next_help_heading = "Guided")]
    params: Params,

    /// The flow spec, by id or name
    #[arg(long, value_name = "ID|NAME", help_heading = "From parts")]
    spec: Option<String>,
    /// The source connection, by id or name
    #[arg(long, value_name = "ID|NAME", help_heading = "From parts")]
    source: Option<String>,
    /// The target connection, by id or name
    #[arg(long, value_name = "ID|NAME", help_heading = "From parts")]
    target: Option<String>,
    /// Leave it a draft: `aep api POST .../flows/ID/action?op=publish` ends that
    #[arg(long, help_heading = "From parts", conflicts_with = "way")]
    draft: bool,

    #[command(flatten)]
    timing: Timing,

    /// A mapping set that exists
    #[arg(long, value_name = "ID[:VERSION]", help_heading = "Rows")]
    mapping: Option<String>,
    #[command(flatten)]
    rules: Rules,
    /// Take the good rows if at most this share of the rows is bad
    #[arg(long, value_name = "PERCENT", help_heading = "Rows")]
    partial: Option<f64>,
    /// Keep the rows that fail, with their reasons
    #[arg(long, help_heading = "Rows")]
    diagnostics: bool,
}

pub(crate) async fn run(args: Args, ctx: &Context) -> Result<Exit> {
    args.check()?;
    if let Some(file) = &args.file {
        return parts::from_document(file, &args, ctx).await;
    }
    if args.is_guided() {
        return guided::run(&args, ctx).await;
    }
    parts::run(&args, ctx).await
}

/// `ID` or `ID:VERSION`.
pub(crate) fn mapping(text: &str) -> Result<(MappingSetId, Option<u64>)> {
    let (id, version) = match text.rsplit_once(':') {
        Some((id, version)) => {
            let version = version.parse().map_err(|_| {
                Error::new(ErrorKind::Usage, "read --mapping")
                    .with("value", text)
                    .because("the version is not a number")
            })?;
            (id, Some(version))
        }
        None => (text, None),
    };
    Ok((MappingSetId::new(id)?, version))
}

impl Args {
    fn is_guided(&self) -> bool {
        self.stream
            || self.from_zone.is_some()
            || self.from.is_some()
            || self.from_connection.is_some()
            || !self.export_dataset.is_empty()
    }

    /// Refuses flags that do nothing in the way that was chosen.
    fn check(&self) -> Result<()> {
        let reads =
            self.from_zone.is_some() || self.from.is_some() || self.from_connection.is_some();
        let exports = !self.export_dataset.is_empty();
        let parts = !self.is_guided() && self.file.is_none();
        let cloud = self.from.is_some() || self.from_connection.is_some();
        let mapped = self.mapping.is_some() || !self.rules.is_empty();
        let mut useless: Vec<&str> = [
            ("--name", self.name.is_some() && self.file.is_some()),
            (
                "--description",
                self.description.is_some() && self.file.is_some(),
            ),
            (
                "--dataset",
                self.dataset.is_some() && !(reads || self.stream),
            ),
            ("--path", self.path.is_some() && !cloud),
            ("--input-format", self.input_format.is_some() && !reads),
            ("--delimiter", self.delimiter.is_some() && !reads),
            (
                "--compression",
                self.compression.is_some() && !(reads || exports),
            ),
            ("--recursive", self.recursive && !reads),
            (
                "--param and --secret",
                !self.params.is_empty() && self.from.is_none() && self.file.is_none(),
            ),
            ("--draft", self.draft && !parts),
            ("--spec", self.spec.is_some() && !parts),
            ("--source", self.source.is_some() && !parts),
            ("--target", self.target.is_some() && !parts),
            (
                "--mapping and rules",
                mapped && !(reads || self.stream || parts),
            ),
            ("rules", parts && !self.rules.is_empty()),
            ("--partial", self.partial.is_some() && !(reads || parts)),
            ("--diagnostics", self.diagnostics && !(reads || parts)),
        ]
        .into_iter()
        .filter_map(|(flag, useless)| useless.then_some(flag))
        .collect();
        if self.file.is_some() || self.stream {
            useless.extend(
                self.timing
                    .given()
                    .into_iter()
                    .filter_map(|(flag, given)| given.then_some(flag)),
            );
        }
        if useless.is_empty() {
            return Ok(());
        }
        let way = if self.file.is_some() {
            "a document says everything itself"
        } else if self.stream {
            "a streaming flow has no files and no schedule"
        } else if exports {
            "an export takes datasets and a path of the landing zone"
        } else if reads {
            "a guided flow makes its own source and target connections"
        } else {
            "a flow from parts takes --spec, --source and --target"
        };
        Err(Error::new(ErrorKind::Usage, "read the command line")
            .because(format!("{} has no place here: {way}", useless.join(", ")))
            .hint("`aep flow create --help` lists what belongs together"))
    }
}
