//! Rules on the text of the sources.

use super::{Check, Source};

/// Above this a file must be split.
const LONGEST: usize = 800;
/// Above this it is named in the report.
const LONG: usize = 400;

pub(super) fn checks(sources: &[Source]) -> Vec<Check> {
    // Put together here, so that this file does not find itself.
    let marks = ["to", "do!("].concat();
    let unfinished = [
        marks,
        ["unimpl", "emented!("].concat(),
        ["FIX", "ME"].concat(),
        ["TO", "DO"].concat(),
    ];
    let ignored = ["#[ign", "ore"].concat();
    let insecure = ["danger_", "accept_invalid"].concat();
    vec![
        Check {
            name: "no unfinished mark",
            problems: unfinished
                .iter()
                .flat_map(|mark| places(sources, mark))
                .collect(),
        },
        Check {
            name: "no ignored test",
            problems: places(sources, &ignored),
        },
        Check {
            name: "TLS certificates are always checked",
            problems: places(sources, &insecure),
        },
        Check {
            name: "no hand-written file is longer than 800 lines",
            problems: lengths(sources, LONGEST),
        },
        Check {
            name: "modules are folders with mod.rs",
            problems: sources
                .iter()
                .filter(|source| source.path.with_extension("").join("mod.rs").exists())
                .map(|source| source.path.display().to_string())
                .collect(),
        },
    ]
}

/// A report of the long files, for the reader of the output.
pub(super) fn longest(sources: &[Source]) -> Vec<String> {
    let long = lengths(sources, LONG);
    if long.is_empty() {
        return vec![format!("no file is longer than {LONG} lines")];
    }
    let mut report = vec![format!(
        "{} files are longer than {LONG} lines:",
        long.len()
    )];
    report.extend(long.into_iter().map(|line| format!("    {line}")));
    report
}

fn places(sources: &[Source], mark: &str) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        for (number, line) in source.text.lines().enumerate() {
            if line.contains(mark) {
                found.push(format!(
                    "{}:{}: {}",
                    source.path.display(),
                    number + 1,
                    line.trim()
                ));
            }
        }
    }
    found
}

fn lengths(sources: &[Source], limit: usize) -> Vec<String> {
    let mut long: Vec<(usize, String)> = sources
        .iter()
        .map(|source| {
            (
                source.text.lines().count(),
                source.path.display().to_string(),
            )
        })
        .filter(|(lines, _)| *lines > limit)
        .collect();
    long.sort_by(|a, b| b.cmp(a));
    long.into_iter()
        .map(|(lines, path)| format!("{path}: {lines} lines"))
        .collect()
}
