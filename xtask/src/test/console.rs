//! The examples of the documents: every ```console block is run, in its order, in one home per document.
//!
//! A line that begins with `$ ` is a command, the lines below it are what it printed. Commands are run as written, by
//! `sh`, in an empty folder beside the samples, with the built `aep` first on the path; `cargo run --release --` stands
//! for it. Output is compared line by line; ids, times and durations differ from run to run, and are replaced by a mark
//! first. A line `...` stands for any lines. A block opened with ```console,no_run is shown only.

use std::fmt::Write as _;
use std::path::Path;

use regex::Regex;

use super::tally::Tally;
use crate::error::{Context, Result};
use crate::process::Home;
use crate::{output, workspace};

/// A command of a document and what it should print.
#[derive(Debug, PartialEq, Eq)]
struct Example {
    line: usize,
    command: String,
    expected: String,
}

/// Runs the examples of all documents.
pub(super) fn run(aep: &Path, tally: &mut Tally) -> Result<()> {
    let root = workspace::root();
    let mut documents = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    for folder in ["docs", "crates"] {
        markdown(&root.join(folder), &mut documents)?;
    }
    documents.sort();
    for path in documents {
        let text = std::fs::read_to_string(&path)
            .doing(|| format!("could not read {}", path.display()))?;
        let name = path
            .strip_prefix(&root)
            .unwrap_or(&path)
            .display()
            .to_string();
        let home = Home::new()?;
        let folder = home.path().join("work");
        std::fs::create_dir(&folder).doing(|| "could not make a folder to work in")?;
        std::os::unix::fs::symlink(root.join("samples"), folder.join("samples"))
            .doing(|| "could not link the samples")?;
        for example in examples(&text) {
            let (ok, printed) = try_out(&example, aep, &home)?;
            let name = format!("{name}:{}: {}", example.line, example.command);
            output::line(format!(
                "example {name} ... {}",
                if ok { "ok" } else { "FAILED" }
            ));
            if !ok {
                output::line(format!(
                    "--- expected\n{}\n--- printed\n{printed}\n---",
                    example.expected
                ));
            }
            tally.record(&name, ok);
        }
    }
    Ok(())
}

fn markdown(folder: &Path, found: &mut Vec<std::path::PathBuf>) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let path = entry
            .doing(|| format!("could not read {}", folder.display()))?
            .path();
        if path.is_dir() && !path.ends_with("src") {
            markdown(&path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "md") {
            found.push(path);
        }
    }
    Ok(())
}

fn examples(text: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        match line.trim_end() {
            "```console" => inside = true,
            "```" => inside = false,
            line if inside => {
                if let Some(command) = line.strip_prefix("$ ") {
                    found.push(Example {
                        line: number + 1,
                        command: command.to_owned(),
                        expected: String::new(),
                    });
                } else if let Some(last) = found.last_mut() {
                    if last.command.ends_with('\\') && last.expected.is_empty() {
                        let _ = write!(last.command, "\n{line}");
                    } else {
                        let _ = writeln!(last.expected, "{line}");
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// Runs one example; gives whether it printed what it should, and what it printed.
fn try_out(example: &Example, aep: &Path, home: &Home) -> Result<(bool, String)> {
    let command = example.command.replace("cargo run --release --", "aep");
    let mut path = aep.parent().unwrap_or(aep).as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let ran = home
        .command("sh")
        .args(["-c", &command])
        .current_dir(home.path().join("work"))
        .env("PATH", path)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .doing(|| "could not start sh")?;
    let printed = String::from_utf8_lossy(&ran.stdout).into_owned();
    let same = fits(&steady(&printed), &steady(&example.expected));
    let mut all = printed;
    if !same || !ran.status.success() {
        all.push_str(&String::from_utf8_lossy(&ran.stderr));
    }
    Ok((ran.status.success() && same, all))
}

/// Whether a text is the expected one; nothing expected fits everything, a line `...` fits any lines.
fn fits(printed: &str, expected: &str) -> bool {
    if expected.is_empty() {
        return true;
    }
    let mut parts = expected.split("...");
    let Some(mut rest) = parts
        .next()
        .and_then(|first| printed.strip_prefix(first.trim_end()))
    else {
        return false;
    };
    let mut open = false;
    for part in parts {
        let part = part.trim();
        open = part.is_empty();
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    open || rest.trim().is_empty()
}

/// The text without what differs between two runs: ids, times, durations, and the padding that follows from them.
fn steady(text: &str) -> String {
    const CHANGING: &[(&str, &str)] = &[
        (r"\b[0-9A-HJKMNP-TV-Z]{26}\b", "<id>"),
        (
            r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
            "<id>",
        ),
        (r"\b[0-9a-f]{24}\b", "<id>"),
        (
            r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?",
            "<time>",
        ),
        (r"\b\d+(\.\d+)? ?(ms|s|min)\b", "<duration>"),
        (r"127\.0\.0\.1:\d+", "<address>"),
        (r"[ \t]+", " "),
        (r"[-─═]{2,}", "--"),
    ];
    let mut text = text.trim().to_owned();
    for (pattern, mark) in CHANGING {
        if let Ok(pattern) = Regex::new(pattern) {
            text = pattern.replace_all(&text, *mark).into_owned();
        }
    }
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{examples, fits, steady};

    #[test]
    fn blocks_are_read() {
        let found = examples(
            "text\n```console\n$ aep limits\na\nb\n$ aep \\\n    doctor\n```\n```sh\n$ no\n```\n",
        );
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].line, found[0].command.as_str()),
            (3, "aep limits")
        );
        assert_eq!(found[0].expected, "a\nb\n");
        assert_eq!(found[1].command, "aep \\\n    doctor");
    }

    #[test]
    fn dots_stand_for_any_lines() {
        assert!(fits("a\nb\nc", ""));
        assert!(fits("a\nb\nc", "a\nb\nc"));
        assert!(fits("a\nb\nc", "a\n..."));
        assert!(fits("a\nb\nc", "a\n...\nc"));
        assert!(fits("a\nb\nc", "...\nc"));
        assert!(!fits("a\nb\nc", "a\n...\nd"));
        assert!(!fits("a\nb\nc", "a\nb"));
        assert!(!fits("a\nb\nc", "b\n..."));
    }

    #[test]
    fn what_changes_is_taken_out() {
        let first = steady("01KQ3W8Z5T7M1V9X2B4C6D8E0F  success   1.2 s\n  2026-11-22T10:00:00Z");
        let second = steady("01KQ3W8Z5T7M1V9X2B4C6D8E1A success 340 ms \n 2026-11-23T11:00:59.12Z");
        assert_eq!(first, second);
        assert_ne!(steady("300 rows"), steady("301 rows"));
    }
}
