//! `cargo xtask tidy`: the rules of the house that no other tool checks.

mod layers;
mod signatures;
mod text;

use std::path::{Path, PathBuf};

use crate::error::{Context, Error, Result};
use crate::{output, workspace};

/// Check the rules of the house: layers, public signatures, unfinished marks, file lengths
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

/// The outcome of one rule.
#[derive(Debug)]
pub(crate) struct Check {
    /// What holds if there are no problems.
    pub(crate) name: &'static str,
    /// One line for each place that breaks the rule.
    pub(crate) problems: Vec<String>,
}

pub(crate) fn run(_: &Args) -> Result<()> {
    let checks = checks()?;
    let mut broken = 0;
    for check in &checks {
        report(check);
        broken += usize::from(!check.problems.is_empty());
    }
    for line in text::longest(&sources()?) {
        output::note(line);
    }
    if broken > 0 {
        return Err(Error::new(format!(
            "{broken} of {} rules are broken",
            checks.len()
        )));
    }
    Ok(())
}

/// All rules, checked.
pub(crate) fn checks() -> Result<Vec<Check>> {
    let sources = sources()?;
    let mut checks = layers::checks()?;
    checks.push(signatures::check(&sources));
    checks.extend(text::checks(&sources));
    Ok(checks)
}

/// Prints a rule and what breaks it.
pub(crate) fn report(check: &Check) {
    let mark = if check.problems.is_empty() {
        "ok"
    } else {
        "FAILED"
    };
    output::line(format!("tidy: {} ... {mark}", check.name));
    for problem in &check.problems {
        output::line(format!("    {problem}"));
    }
}

/// A hand-written source file.
struct Source {
    /// Its path below the workspace.
    path: PathBuf,
    text: String,
}

/// The Rust files of the workspace without the generated ones.
fn sources() -> Result<Vec<Source>> {
    let root = workspace::root();
    let mut found = Vec::new();
    let mut folders = vec![root.join("crates"), root.join("xtask")];
    while let Some(folder) = folders.pop() {
        let entries =
            std::fs::read_dir(&folder).doing(|| format!("could not read {}", folder.display()))?;
        for entry in entries {
            let path = entry
                .doing(|| format!("could not read {}", folder.display()))?
                .path();
            if path.is_dir() {
                if !matches!(
                    path.file_name().and_then(|name| name.to_str()),
                    Some("generated" | "target")
                ) {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path)
                    .doing(|| format!("could not read {}", path.display()))?;
                let path = path.strip_prefix(&root).map(Path::to_owned).unwrap_or(path);
                found.push(Source { path, text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}
