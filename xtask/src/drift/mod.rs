//! `cargo xtask drift`: in what Adobe's documents differ from ours.
//!
//! Both are brought to OpenAPI 3.0, Adobe's with its overlay, and compared operation by operation, with every reference
//! and composition folded into the JSON that fits it. A difference is `breaking` from the view of a client that was
//! generated from our document: it reads leniently and sends exactly what our document says.

mod accepted;
mod difference;
mod edit;
mod found;
mod operations;
mod parameters;
mod propose;
mod report;
mod schemas;
mod shape;
#[cfg(test)]
mod tests;
mod yaml;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

use self::accepted::{Accepted, Verdict};
use self::difference::Difference;
use self::report::Format;
use crate::codegen::load::{DRIFT_ACCEPTED, Document, names};
use crate::codegen::normal::formed;
use crate::error::{Context, Error, Result};
use crate::{output, workspace};

/// Compare the documents in spec/ with Adobe's: 0 if every difference is accepted, 1 if not, 2 if something can't be read
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder of Adobe's documents
    #[arg(long, value_name = "DIR")]
    upstream: PathBuf,
    /// How the report is written
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

/// What a comparison found.
struct Found<'a> {
    /// The APIs that were compared.
    apis: Vec<&'a str>,
    /// By API.
    differences: Vec<(String, Difference)>,
    /// What the accepted entries say of each of them.
    verdicts: Vec<Verdict<'a>>,
    accepted: &'a Accepted,
    /// What is wrong with the accepted entries.
    problems: Vec<String>,
}

/// Runs the task.
pub(crate) fn run(args: &Args) -> ExitCode {
    let done = compared(&args.upstream, |found| {
        output::line(report::text(found, args.format));
        found.open().is_empty() && found.problems.is_empty()
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            output::error(&error);
            ExitCode::from(2)
        }
    }
}

/// Fails if there is a difference that nobody accepted.
pub(crate) fn check(upstream: &Path) -> Result<()> {
    let report = compared(upstream, |found| {
        let good = found.open().is_empty() && found.problems.is_empty();
        (!good).then(|| report::text(found, Format::Table))
    })?;
    match report {
        None => Ok(()),
        Some(report) => Err(Error::new(format!("drift\n{report}"))
            .hint("CONTRIBUTING.md says what to do on the day of a new document")),
    }
}

/// Proposes what would make our document of `api` like Adobe's, as a patch into `out` or to standard output.
pub(crate) fn accept(upstream: &Path, api: &str, out: Option<&Path>) -> Result<()> {
    let spec = workspace::root().join("spec");
    let (proposal, problems) = compared(upstream, |found| {
        let theirs = found.accepted.documents.get(api).ok_or_else(|| {
            let known = found.apis.join(", ");
            Error::new(format!("no document is called {api}")).hint(format!("there are: {known}"))
        })?;
        let (our, their) = pair(&spec, upstream, api, theirs)?;
        let all = found.differences.iter().zip(&found.verdicts);
        // what is meant stays, though there may be something new among it
        let open =
            all.filter(|((name, _), verdict)| name == api && matches!(verdict, Verdict::Open));
        let open: Vec<_> = open.map(|((_, difference), _)| difference).collect();
        Ok::<_, Error>((
            propose::propose(&our, &their, &open),
            found.problems.clone(),
        ))
    })??;
    for left in &proposal.left {
        output::note(format!("not in the patch: {left}"));
    }
    for problem in &problems {
        output::note(problem);
    }
    let (settled, left) = (proposal.settled, proposal.left.len());
    output::note(format!("{settled} differences settled, {left} left"));
    if let Some(file) = out {
        let doing = || format!("could not write {}", file.display());
        return fs::write(file, &proposal.patch).doing(doing);
    }
    output::text(&proposal.patch);
    Ok(())
}

fn compared<T>(upstream: &Path, then: impl FnOnce(&Found<'_>) -> T) -> Result<T> {
    let spec = workspace::root().join("spec");
    let file = format!("{DRIFT_ACCEPTED}.yaml");
    let accepted = Accepted::read(&spec.join(&file), &Path::new("spec").join(&file))?;
    let mut problems = accepted.strangers(&names(&spec)?, &names(upstream)?);
    let mut differences = Vec::new();
    let mut apis = Vec::new();
    for (api, theirs) in &accepted.documents {
        let (our, their) = pair(&spec, upstream, api, theirs)?;
        let found = operations::compare(&our.value, &their);
        differences.extend(
            found
                .into_iter()
                .map(|difference| (api.clone(), difference)),
        );
        apis.push(api.as_str());
    }
    let (verdicts, wrong) = accepted.judge(&differences);
    problems.extend(wrong);
    Ok(then(&Found {
        apis,
        differences,
        verdicts,
        accepted: &accepted,
        problems,
    }))
}

/// Our document as it is written, and Adobe's in the form of 3.0 with its overlay.
fn pair(spec: &Path, upstream: &Path, api: &str, theirs: &str) -> Result<(Document, Value)> {
    let our = formed(Document::read(spec, api)?, None)?;
    let their = formed(
        Document::read(upstream, theirs)?,
        Some(&spec.join("overlays")),
    )?;
    Ok((our.document, their.document.value))
}
