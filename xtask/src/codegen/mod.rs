//! `cargo xtask regen`: from the documents in `spec/` to the clients in `crates/aep-gen`, and from Adobe's own documents
//! to a crate of their own.
//!
//! YAML, to a JSON value, to OpenAPI 3.0, through the overlay and the passes, to progenitor in a process of its own,
//! mended and split into files. A document never decides alone: the same input gives the same bytes.

mod check;
mod child;
pub(crate) mod described;
pub(crate) mod document;
mod emit;
#[cfg(test)]
mod fuzzed;
mod generate;
mod jsonpath;
pub(crate) mod lines;
pub(crate) mod load;
mod lock;
mod merge;
pub(crate) mod normal;
mod overlay;
mod passes;
mod stats;
mod table;
#[cfg(test)]
mod tests;
mod tree;
mod upstream;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(crate) use child::run as run_child;

use crate::codegen::load::Document;
use crate::codegen::normal::{Normal, normalise};
use crate::error::{Error, Result};
use crate::{drift, workspace};

/// The arguments of `regen`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The APIs to generate, by the name of their document; all when none is named
    apis: Vec<String>,
    /// Only compare: fail when the committed code is not what would be generated
    #[arg(long)]
    check: bool,
    /// Print for each API how often each pass changed it, its lines of code, and how long they take to compile
    #[arg(long)]
    stats: bool,
    /// Take the documents of this folder as they are, mended by spec/overlays/, instead of those in spec/
    #[arg(long, value_name = "DIR")]
    upstream: Option<PathBuf>,
    /// The folder of the crate that is made of them; with --accept the file of the patch
    #[arg(long, value_name = "CRATE_DIR", requires = "upstream")]
    out: Option<PathBuf>,
    /// Instead of generating, propose what would make our document of this API like theirs, as a patch into the file
    /// that --out names or to standard output
    #[arg(long, value_name = "API", requires = "upstream", conflicts_with_all = ["apis", "check", "stats", "decode"])]
    accept: Option<String>,
    /// Compile that crate, and read and write every example of the documents with it
    #[arg(long, requires = "out")]
    decode: bool,
}

/// Where things are.
struct Places {
    spec: PathBuf,
    generated: PathBuf,
}

/// Runs the task.
pub(crate) fn run(args: &Args) -> Result<()> {
    let root = workspace::root();
    let places = Places {
        spec: root.join("spec"),
        generated: root.join("crates/aep-gen/src/generated"),
    };
    if let (Some(folder), Some(api)) = (&args.upstream, &args.accept) {
        return drift::accept(folder, api, args.out.as_deref());
    }
    if let Some(folder) = &args.upstream {
        return upstream::run(args, folder, &places, &generate::in_child);
    }
    let sizes = regen(args, &places, &generate::in_child)?;
    if args.stats {
        stats::print(&root.join("crates/aep-gen/Cargo.toml"), &sizes)?;
    }
    Ok(())
}

/// The APIs that our own crates are about, by Adobe's names.
const CORE: [&str; 8] = [
    "ad-hoc-activation",
    "batch-ingestion",
    "catalog",
    "data-access",
    "data-prep",
    "flow-service",
    "sandbox",
    "schema-registry",
];

/// Whether all documents in `folder` can be generated, as `spec/upstream.lock` says.
pub(crate) fn upstream_all(folder: &Path) -> Result<()> {
    run(&Args {
        check: true,
        ..Args::upstream(folder)
    })
}

/// Whether the crate in `out`, made of the core APIs or of all, compiles without warnings and reads what the documents print.
pub(crate) fn upstream_decode(folder: &Path, out: &Path, all: bool) -> Result<()> {
    let core = CORE.iter().map(|api| (*api).to_owned());
    run(&Args {
        apis: if all { Vec::new() } else { core.collect() },
        check: true,
        out: Some(out.to_owned()),
        decode: true,
        ..Args::upstream(folder)
    })
}

impl Args {
    fn upstream(folder: &Path) -> Self {
        Self {
            apis: Vec::new(),
            check: false,
            stats: false,
            upstream: Some(folder.to_owned()),
            out: None,
            accept: None,
            decode: false,
        }
    }
}

fn regen(
    args: &Args,
    places: &Places,
    generator: &generate::Generator<'_>,
) -> Result<Vec<stats::Size>> {
    let known = load::names(&places.spec)?;
    wanted(&known, &args.apis)?;
    let mut counts = BTreeMap::new();
    let mut sizes = Vec::new();
    // the whole folder when all are generated, so that code without a document is noticed
    let mut trees = Vec::from_iter(
        args.apis
            .is_empty()
            .then(|| tree::Tree::new(&places.generated)),
    );
    for api in &known {
        let normal = normalise(Document::read(&places.spec, api)?, None)?;
        if args.apis.is_empty() || args.apis.contains(api) {
            let origin = format!("`cargo xtask regen {api}` from spec/{api}.yaml");
            let files = generate(&normal, origin, false, generator)?;
            sizes.push(stats::Size::new(&normal, &files));
            let module = normal.document.module();
            if let (true, Some(tree)) = (args.apis.is_empty(), trees.first_mut()) {
                tree.add_all(&module, files);
            } else {
                let mut tree = tree::Tree::new(places.generated.join(module));
                tree.add_all("", files);
                trees.push(tree);
            }
        }
        counts.insert(api.clone(), normal.counts());
    }
    let lock = lock::Lock::new(&places.spec, "passes.lock", &counts);
    let command = format!("cargo xtask regen {}", args.apis.join(" "));
    let command = command.trim_end();
    if args.check {
        trees.iter().try_for_each(|tree| tree.check(command))?;
        lock.check(command)?;
    } else {
        trees.iter().try_for_each(tree::Tree::write)?;
        lock.write()?;
    }
    Ok(sizes)
}

/// Fails if an API that was asked for has no document.
fn wanted(known: &[String], apis: &[String]) -> Result<()> {
    match apis.iter().find(|api| !known.contains(api)) {
        None => Ok(()),
        Some(unknown) => Err(Error::new(format!("no document is called {unknown}"))
            .hint(format!("there are: {}", known.join(", ")))),
    }
}

/// The files of a normalised document, which was read from where `origin` says; with `roundtrip` one for tests as well.
fn generate(
    normal: &Normal,
    origin: String,
    roundtrip: bool,
    generator: &generate::Generator<'_>,
) -> Result<emit::Files> {
    let document = &normal.document;
    let named = |error: Error| Error::new(format!("{}: {error}", document.file.display()));
    let value = &document.value;
    let mut entries = table::entries(value).map_err(named)?;
    for entry in &mut entries {
        entry.described = described::of(&normal.written, entry);
    }
    let source = generate::source(generator, &document.file, value)?;
    let text = |key: &str| value["info"][key].as_str().unwrap_or_default().trim();
    let api = emit::Api {
        name: &document.api,
        title: text("title"),
        description: text("description"),
        base_path: table::base_path(value),
        host: table::own_host(value).filter(|_| document.api != "ims"),
        origin,
        roundtrip,
    };
    emit::files(&api, &source, &entries).map_err(named)
}
