//! Which crates may know which: asked of cargo, because a manifest alone does not show what comes along.

use std::process::Command;

use super::Check;
use crate::error::{Context, Error, Result};
use crate::{process, workspace};

/// A crate and all crates of ours that it may bring in.
const LAYERS: &[(&str, &str, &[&str])] = &[
    ("aep-core depends on no crate of ours", "aep-core", &[]),
    (
        "aep-emulator depends on no crate of ours: a bug cannot hide on both sides",
        "aep-emulator",
        &[],
    ),
    (
        "aep-gen depends on aep-core alone",
        "aep-gen",
        &["aep-core"],
    ),
    (
        "aep-flow depends on aep-gen and aep-core alone",
        "aep-flow",
        &["aep-gen", "aep-core"],
    ),
    (
        "aep-ingest depends on aep-gen and aep-core alone",
        "aep-ingest",
        &["aep-gen", "aep-core"],
    ),
];

/// What must be in the whole tree at most once, or not at all: one HTTP stack, one TLS, one runtime, one Arrow.
const ONCE: &[&str] = &[
    "reqwest",
    "hyper",
    "rustls",
    "tokio",
    "axum",
    "arrow-array",
    "parquet",
];
const NEVER: &[&str] = &[
    "openssl",
    "openssl-sys",
    "native-tls",
    "ureq",
    "isahc",
    "curl",
];

pub(super) fn checks() -> Result<Vec<Check>> {
    let mut checks = Vec::new();
    for (name, package, allowed) in LAYERS {
        let problems = tree(package)?
            .into_iter()
            .map(|(found, _)| found)
            .filter(|found| {
                found.starts_with("aep-") && found != package && !allowed.contains(&found.as_str())
            })
            .map(|found| format!("{package} brings in {found}"))
            .collect();
        checks.push(Check { name, problems });
    }
    let tree = tree("aep-cli")?;
    let versions = |name: &str| -> Vec<&str> {
        tree.iter()
            .filter(|(found, _)| found == name)
            .map(|(_, version)| version.as_str())
            .collect()
    };
    let mut problems = Vec::new();
    for name in ONCE {
        let found = versions(name);
        if found.len() > 1 {
            problems.push(format!(
                "{name} is in the tree {} times: {}",
                found.len(),
                found.join(", ")
            ));
        }
    }
    problems.extend(
        NEVER
            .iter()
            .filter(|name| !versions(name).is_empty())
            .map(|name| format!("{name} is in the tree")),
    );
    checks.push(Check {
        name: "the binary has one HTTP stack, one TLS, one runtime and one Arrow",
        problems,
    });
    Ok(checks)
}

/// Names and versions of everything that a package links, itself included.
fn tree(package: &str) -> Result<Vec<(String, String)>> {
    let output = Command::new(process::cargo())
        .args([
            "tree",
            "--locked",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
            "--package",
        ])
        .arg(package)
        .current_dir(workspace::root())
        .output()
        .doing(|| "could not run cargo tree")?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(Error::new(format!(
            "cargo tree failed for {package}: {}",
            text.trim()
        )));
    }
    let mut found: Vec<_> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(entry)
        .collect();
    found.sort();
    found.dedup();
    Ok(found)
}

/// `reqwest v0.13.5 (*)` as name and version.
fn entry(line: &str) -> Option<(String, String)> {
    let mut words = line.split_whitespace();
    let name = words.next()?;
    let version = words.next()?.strip_prefix('v')?;
    Some((name.to_owned(), version.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::entry;

    #[test]
    fn lines_of_cargo_tree_are_read() {
        let pair = |name: &str, version: &str| Some((name.to_owned(), version.to_owned()));
        assert_eq!(entry("reqwest v0.13.5 (*)"), pair("reqwest", "0.13.5"));
        assert_eq!(
            entry("aep-core v0.1.0 (/somewhere/aep-core)"),
            pair("aep-core", "0.1.0")
        );
        assert_eq!(entry("[dev-dependencies]"), None);
        assert_eq!(entry(""), None);
    }
}
