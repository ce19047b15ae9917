//! Whether the generated types read what the documents print, and write it again.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::{Value, json};

use super::cases::{Case, lost};
use crate::error::{Context, Error, Result};
use crate::{output, process};

/// How the cases of one kind went, for one document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) total: usize,
    pub(crate) decoded: usize,
    pub(crate) lossy: usize,
    /// Examples that are not JSON, which are not among the total.
    pub(crate) broken: usize,
    /// Answers made from the schemas: all, and those that were read without loss.
    pub(crate) made: usize,
    pub(crate) kept: usize,
}

impl Outcome {
    /// Whether nothing was refused or lost.
    pub(crate) fn is_good(self) -> bool {
        self.decoded == self.total && self.lossy == 0 && self.kept == self.made
    }
}

/// The cases of a document: its examples, and what was made from its schemas.
pub(super) struct Cases {
    pub(super) api: String,
    pub(super) examples: Vec<Case>,
    pub(super) broken: usize,
    pub(super) made: Vec<Case>,
}

/// Compiles the crate in `out`, tries all cases, and prints a line for each document and each case that fails.
pub(super) fn run(out: &Path, cases: &[Cases]) -> Result<BTreeMap<String, Outcome>> {
    let program = build(out)?;
    let all: Vec<&Case> = cases
        .iter()
        .flat_map(|cases| cases.examples.iter().chain(&cases.made))
        .collect();
    let mut answers = ask(&program, &all)?.into_iter();
    let mut outcomes = BTreeMap::new();
    for document in cases {
        let mut outcome = Outcome {
            broken: document.broken,
            ..Outcome::default()
        };
        for case in &document.examples {
            outcome.total += 1;
            match judge(case, answers.next()) {
                Ok(()) => outcome.decoded += 1,
                Err(Failure::Lossy(place)) => {
                    outcome.decoded += 1;
                    outcome.lossy += 1;
                    output::line(format!("    {}: {}: {place} is lost", case.api, case.place));
                }
                Err(Failure::Refused(why)) => {
                    output::line(format!("    {}: {}: {why}", case.api, case.place));
                }
            }
        }
        for case in &document.made {
            outcome.made += 1;
            match judge(case, answers.next()) {
                Ok(()) => outcome.kept += 1,
                Err(Failure::Lossy(what) | Failure::Refused(what)) => {
                    output::line(format!("    {}: {}: {what}", case.api, case.place));
                }
            }
        }
        output::line(format!(
            "{:<24} {:>3} decoded, {:>2} lossy, {:>3} in total{}; {:>5} of {:>5} made answers read without loss",
            document.api,
            outcome.decoded,
            outcome.lossy,
            outcome.total,
            if outcome.broken > 0 {
                format!(" ({} more not JSON)", outcome.broken)
            } else {
                String::new()
            },
            outcome.kept,
            outcome.made,
        ));
        outcomes.insert(document.api.clone(), outcome);
    }
    Ok(outcomes)
}

enum Failure {
    Refused(String),
    Lossy(String),
}

fn judge(case: &Case, answer: Option<Value>) -> Result<(), Failure> {
    let answer = answer.unwrap_or_default();
    if let Some(why) = answer["error"].as_str() {
        return Err(Failure::Refused(why.to_owned()));
    }
    let Some(after) = answer.get("value") else {
        // an operation without a type of its own: the body is bytes, or nothing is read
        return Ok(());
    };
    match lost(&case.value, after, case.side == "body", "") {
        None => Ok(()),
        Some(place) => Err(Failure::Lossy(place)),
    }
}

/// Builds the example `roundtrip` of the crate, without a warning.
fn build(out: &Path) -> Result<std::path::PathBuf> {
    let target = process::target_dir().join("upstream");
    let mut command = Command::new(process::cargo());
    let done = command
        .args([
            "build",
            "--example",
            "roundtrip",
            "--features",
            "all,roundtrip",
        ])
        // only what is compiled is looked for in the messages
        .args(["--config", "profile.dev.debug=0", "--manifest-path"])
        .arg(out.join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", &target)
        .stdin(Stdio::null())
        .output()
        .doing(|| "could not start cargo")?;
    let messages = String::from_utf8_lossy(&done.stderr);
    if !done.status.success() {
        let errors: Vec<_> = messages
            .lines()
            .filter(|line| line.starts_with("error"))
            .take(5)
            .collect();
        return Err(Error::new(format!(
            "the crate does not compile: {}",
            errors.join("; ")
        )));
    }
    if let Some(warning) = messages.lines().find(|line| line.starts_with("warning")) {
        return Err(Error::new(format!(
            "the crate compiles with warnings: {warning}"
        )));
    }
    Ok(target.join("debug/examples/roundtrip"))
}

/// What the program says of each case.
fn ask(program: &Path, cases: &[&Case]) -> Result<Vec<Value>> {
    let mut child = Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .doing(|| format!("could not start {}", program.display()))?;
    let mut text = String::new();
    for case in cases {
        let line = json!({"api": case.api, "operation": case.operation, "side": case.side, "value": case.value});
        text.push_str(&line.to_string());
        text.push('\n');
    }
    let input = child.stdin.take();
    let writer = thread::spawn(move || input.map(|mut input| input.write_all(text.as_bytes())));
    let mut answers = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            let line = line.doing(|| "could not read what the program says")?;
            answers.push(
                serde_json::from_str(&line)
                    .doing(|| "the program said something that is not JSON")?,
            );
        }
    }
    let _ = writer.join();
    let status = child.wait().doing(|| "could not wait for the program")?;
    if !status.success() || answers.len() != cases.len() {
        let (got, asked) = (answers.len(), cases.len());
        return Err(Error::new(format!(
            "{got} of {asked} cases were answered, then {status}"
        )));
    }
    Ok(answers)
}
