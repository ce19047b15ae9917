//! `cargo xtask bench`: what uploads cost, beside other tools in the same run, and that memory does not grow with the file.
//!
//! Figures of wall time compare only inside one run. Linux only, because it reads `/proc`.

mod discard;
mod measure;
mod report;
mod zone;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use self::discard::{BATCH, DATASET, Discard, Provider};
use self::measure::Cost;
use self::zone::Zone;
use crate::error::{Context, Error, Result};
use crate::process::{self, Home};
use crate::{output, samples, workspace};

/// A 2 GB upload may take so much more memory than the program at its start.
const MEMORY_LIMIT: u64 = 64 << 20;

/// Measure uploads: memory of a large one, and cost beside curl
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Size of the file of the memory test
    #[arg(long, default_value = "2GB", value_parser = samples::size)]
    size: u64,
    /// Rounds of the comparison, interleaved
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Only the memory test of uploads
    #[arg(long)]
    memory: bool,
    /// Only the landing zone
    #[arg(long, conflicts_with_all = ["memory", "write"])]
    zone: bool,
    /// Write the figures to docs/benchmarks.md
    #[arg(long, conflicts_with = "binary")]
    write: bool,
    /// Measure this binary instead of a release build
    #[arg(long)]
    binary: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    if !Path::new("/proc/self/status").exists() {
        return Err(Error::new(
            "the measurements read /proc, which this system does not have",
        ));
    }
    let bench = Bench::new(args.binary.clone())?;
    let rounds = args.rounds.max(1);
    let mut report = Vec::new();
    if !args.zone {
        report.push(bench.memory(args.size)?);
    }
    if !args.zone && !args.memory {
        report.push(bench.ratios(rounds)?);
    }
    if !args.memory {
        report.extend(Zone::new(&bench.aep, &bench.schema)?.sections(rounds)?);
    }
    for section in &report {
        output::line(&section.text);
    }
    if args.write {
        report::write(&report)?;
    }
    match report.iter().find_map(|section| section.broken.as_ref()) {
        Some(broken) => Err(Error::new(broken.clone())),
        None => Ok(()),
    }
}

/// A part of the report, and the promise that it found broken.
struct Section {
    text: String,
    broken: Option<String>,
}

struct Bench {
    aep: PathBuf,
    home: Home,
    server: Discard,
    schema: Value,
}

impl Bench {
    fn new(binary: Option<PathBuf>) -> Result<Self> {
        let aep = match binary {
            Some(binary) => binary,
            None => release_build()?,
        };
        let home = Home::new()?;
        let schema = members_schema(&aep, &home)?;
        let server = Discard::start(schema.clone(), Provider::Azure)?;
        Ok(Self {
            aep,
            home,
            server,
            schema,
        })
    }

    /// An upload of `file` by us.
    fn ingest(&self, file: &Path, validate: &str) -> Result<Cost> {
        let mut command = self.home.command(&self.aep);
        command
            .env("AEP_BASE_URL", self.server.url())
            .env("AEP_ORG_ID", "LOCAL@AdobeOrg")
            .env("AEP_CLIENT_ID", "bench")
            .env("AEP_CLIENT_SECRET", "bench")
            .env("AEP_SANDBOX", "dev")
            .args([
                "--quiet",
                "ingest",
                "--dataset",
                DATASET,
                "--validate",
                validate,
            ])
            .arg(file);
        self.measured(&mut command, file)
    }

    /// The same bytes by curl, in one request.
    fn curl(&self, file: &Path) -> Result<Cost> {
        let url = format!(
            "{}/data/foundation/import/batches/{BATCH}/datasets/{DATASET}/files/a.json",
            self.server.url()
        );
        let mut command = self.home.command("curl");
        command.args([
            "--silent",
            "--show-error",
            "--fail",
            "--output",
            "/dev/null",
            "--upload-file",
        ]);
        command.arg(file).arg(url);
        self.measured(&mut command, file)
    }

    fn measured(&self, command: &mut Command, file: &Path) -> Result<Cost> {
        self.server.take();
        let cost = measure::run(command)?;
        let (sent, size) = (self.server.take().bytes, length(file)?);
        if sent != size {
            return Err(Error::new(format!("the server got {sent} bytes of {size}")));
        }
        Ok(cost)
    }

    /// Memory of an upload of `size` bytes, without and with validation, above that of an upload of one row.
    fn memory(&self, size: u64) -> Result<Section> {
        output::note("memory test");
        // A command without an upload ends before its memory can be read.
        let start = self.ingest(&self.members(1, "one.ndjson")?, "off")?;
        let file = self.members(size, "large.ndjson")?;
        let mut rows = Vec::new();
        let mut broken = None;
        for validate in ["off", "strict"] {
            let cost = self.ingest(&file, validate)?;
            let above = cost.peak.saturating_sub(start.peak);
            if above > MEMORY_LIMIT {
                broken = Some(format!(
                    "an upload of {} with --validate {validate} took {} MiB above start",
                    report::bytes(size),
                    above >> 20
                ));
            }
            rows.push(format!(
                "| {validate} | {} | {} | {} | {} |",
                report::mib(start.peak),
                report::mib(cost.peak),
                report::mib(above),
                report::seconds(cost.wall)
            ));
        }
        std::fs::remove_file(&file).doing(|| "could not remove the large file")?;
        let text = format!(
            "## Memory\n\nOne file of {} (JSON Lines). The limit is {} MiB above an upload of one row (start).\n\n\
             | `--validate` | start, MiB | peak, MiB | above start, MiB | wall, s |\n|---|---|---|---|---|\n{}\n",
            report::bytes(size),
            MEMORY_LIMIT >> 20,
            rows.join("\n")
        );
        Ok(Section { text, broken })
    }

    /// Uploads beside curl: medians of interleaved rounds.
    fn ratios(&self, rounds: usize) -> Result<Section> {
        let mut table = Vec::new();
        for (name, size) in [("one row", 1), ("200 MB", 200_000_000)] {
            output::note(format!("{rounds} rounds of {name}"));
            let file = self.members(size, "quick.ndjson")?;
            let mut costs = [const { Vec::new() }; 3];
            for _ in 0..rounds {
                costs[0].push(self.curl(&file)?);
                costs[1].push(self.ingest(&file, "off")?);
                costs[2].push(self.ingest(&file, "strict")?);
            }
            let names = ["curl -T", "aep ingest --validate off", "aep ingest"];
            table.extend(names.into_iter().zip(&costs).map(|(client, costs)| {
                let cost = report::median(costs);
                let (wall, cpu) = (report::seconds(cost.wall), report::seconds(cost.cpu));
                format!(
                    "| {name} | `{client}` | {wall} | {cpu} | {} |",
                    report::mib(cost.peak)
                )
            }));
        }
        let text = format!(
            "## One file, beside curl\n\nMedians of {rounds} interleaved rounds. curl sends the bytes in one request; \
             `aep` also gets a token, looks the dataset up, creates and completes the batch and asks for its status.\n\n\
             | file | client | wall, s | CPU, s | peak, MiB |\n|---|---|---|---|---|\n{}\n",
            table.join("\n")
        );
        Ok(Section { text, broken: None })
    }

    /// A file of about `size` bytes: the sample members over and over.
    fn members(&self, size: u64, name: &str) -> Result<PathBuf> {
        let sample = workspace::root().join("samples/loyalty-members.ndjson");
        let text = std::fs::read_to_string(&sample)
            .doing(|| format!("could not read {}", sample.display()))?;
        let path = self.home.path().join(name);
        let file = File::create(&path).doing(|| format!("could not create {}", path.display()))?;
        let mut file = BufWriter::with_capacity(1 << 20, file);
        let mut written = 0;
        for line in text.split_inclusive('\n').cycle() {
            file.write_all(line.as_bytes())
                .doing(|| format!("could not write {}", path.display()))?;
            written += line.len() as u64;
            if written >= size {
                break;
            }
        }
        file.flush()
            .doing(|| format!("could not write {}", path.display()))?;
        Ok(path)
    }
}

fn length(file: &Path) -> Result<u64> {
    let metadata =
        std::fs::metadata(file).doing(|| format!("could not read {}", file.display()))?;
    Ok(metadata.len())
}

/// Builds the release binary, and says where it is.
fn release_build() -> Result<PathBuf> {
    output::note("building the release binary");
    let mut build = Command::new(process::cargo());
    build.args(["build", "--release", "--locked", "--package", "aep-cli"]);
    build.args(["--package", "aep-flow", "--bins", "--examples"]);
    build.current_dir(workspace::root());
    if !process::run(&mut build, |_| ())? {
        return Err(Error::new("the release binary was not built"));
    }
    Ok(process::target_dir().join("release/aep"))
}

/// The resolved schema of the sample members, as the emulator has it.
fn members_schema(aep: &Path, home: &Home) -> Result<Value> {
    let mut command = home.command(aep);
    command.args(["--local", "schema", "get", "Loyalty Members", "-o", "json"]);
    let ran = command.output().doing(|| "could not start aep")?;
    if !ran.status.success() {
        let said = String::from_utf8_lossy(&ran.stderr);
        return Err(Error::new(format!(
            "could not read the schema of the members: {}",
            said.trim()
        )));
    }
    serde_json::from_slice(&ran.stdout).doing(|| "could not read the schema of the members")
}
