//! `cargo xtask regen`: from the documents in `spec/` to the clients in `crates/aep-gen`.
//!
//! YAML, to a JSON value, through the passes, to progenitor in a process of its own, mended and split into
//! files. A document never decides alone: the same input gives the same bytes.

mod check;
mod child;
mod document;
mod emit;
mod generate;
mod load;
mod lock;
mod passes;
mod table;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub(crate) use child::run as run_child;

use crate::codegen::load::Document;
use crate::error::{Error, Result};
use crate::{output, workspace};

/// The arguments of `regen`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The APIs to generate, by the name of their document; all when none is named
    apis: Vec<String>,
    /// Only compare: fail when the committed code is not what would be generated
    #[arg(long)]
    check: bool,
    /// Print how often each pass changed each document
    #[arg(long)]
    stats: bool,
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
    regen(args, &places, &generate::in_child)
}

fn regen(args: &Args, places: &Places, generator: &generate::Generator<'_>) -> Result<()> {
    let known = load::names(&places.spec)?;
    if let Some(unknown) = args.apis.iter().find(|api| !known.contains(api)) {
        let hint = format!("there are: {}", known.join(", "));
        return Err(Error::new(format!("no document is called {unknown}")).hint(hint));
    }
    let mut counts = BTreeMap::new();
    // the whole folder when all are generated, so that code without a document is noticed
    let mut trees = Vec::from_iter(
        args.apis
            .is_empty()
            .then(|| tree::Tree::new(&places.generated)),
    );
    for api in &known {
        let document = Document::read(&places.spec, api)?;
        let (normal, passes) = normalise(document)?;
        if args.apis.is_empty() || args.apis.contains(api) {
            let files = generate(&normal, generator)?;
            let module = normal.module();
            if let (true, Some(tree)) = (args.apis.is_empty(), trees.first_mut()) {
                tree.add_all(&module, files);
            } else {
                let mut tree = tree::Tree::new(places.generated.join(module));
                tree.add_all("", files);
                trees.push(tree);
            }
            if args.stats {
                stats(api, &passes);
            }
        }
        counts.insert(api.clone(), passes);
    }
    let lock = lock::Lock::new(&places.spec, &counts);
    let command = format!("cargo xtask regen {}", args.apis.join(" "));
    let command = command.trim_end();
    if args.check {
        trees.iter().try_for_each(|tree| tree.check(command))?;
        lock.check(command)
    } else {
        trees.iter().try_for_each(tree::Tree::write)?;
        lock.write()
    }
}

/// Checks a document and runs the passes.
fn normalise(mut document: Document) -> Result<(Document, lock::Counts)> {
    check::check(&document.file, &document.value)?;
    let counts = passes::run_all(&mut document.value);
    Ok((document, counts))
}

/// The files of a normalised document.
fn generate(document: &Document, generator: &generate::Generator<'_>) -> Result<emit::Files> {
    let named = |error: Error| Error::new(format!("{}: {error}", document.file.display()));
    let value = &document.value;
    let entries = table::entries(value).map_err(named)?;
    let source = generate::source(generator, &document.file, value)?;
    let text = |key: &str| value["info"][key].as_str().unwrap_or_default().trim();
    let api = emit::Api {
        name: &document.api,
        title: text("title"),
        description: text("description"),
        base_path: table::base_path(value),
    };
    emit::files(&api, &source, &entries).map_err(named)
}

fn stats(api: &str, counts: &lock::Counts) {
    for (pass, count) in counts {
        output::line(format!("{api:<18} {pass:<14} {count:>6}"));
    }
}
