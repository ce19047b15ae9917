//! Names of files inside a batch.
//!
//! A name is what the file is called in the dataset, and its directories may denote partitions, so they are kept:
//! relative to a directory that was given, relative to the fixed part of a pattern, and for a file that was given by
//! itself as far as its last directories are called `key=value` (a shell that expands `data/*/x.parquet` hides the
//! pattern from us).

use std::collections::HashSet;
use std::path::{Component, Path};

use super::{Candidate, Reason};

/// Changed names that are said one by one; the rest is counted.
const NOTED: usize = 20;

/// The name of `path` in the batch, relative to `root` if there is one.
///
/// # Errors
/// [`Reason::BadName`] if a component is not UTF-8.
pub fn relative(root: Option<&Path>, path: &Path) -> Result<String, Reason> {
    let mut segments = Vec::new();
    match root.and_then(|root| path.strip_prefix(root).ok()) {
        Some(below) if below.components().next().is_some() => {
            for component in below.components() {
                segments.push(text(component)?);
            }
        }
        _ => {
            let mut components = path
                .components()
                .rev()
                .filter(|part| matches!(part, Component::Normal(_)));
            segments.extend(components.next().map(text).transpose()?);
            for component in components {
                let segment = component.as_os_str().to_string_lossy();
                if !is_partition(&segment) {
                    break;
                }
                segments.push(text(component)?);
            }
            segments.reverse();
        }
    }
    Ok(segments.join("/"))
}

fn text(component: Component<'_>) -> Result<&str, Reason> {
    component.as_os_str().to_str().ok_or(Reason::BadName {
        why: "it is not UTF-8",
    })
}

fn is_partition(segment: &str) -> bool {
    segment
        .split_once('=')
        .is_some_and(|(key, _)| !key.is_empty())
}

/// Whether a name can be part of an address without changing its meaning.
///
/// # Errors
/// [`Reason::BadName`] for empty segments, `.`, `..`, backslashes and control characters.
pub fn check(name: &str) -> Result<(), Reason> {
    let bad = |why| Err(Reason::BadName { why });
    for segment in name.split('/') {
        match segment {
            "" => return bad("a part of it is empty"),
            "." | ".." => return bad("`.` and `..` are not names"),
            _ if segment.contains('\\') => return bad("it has a backslash"),
            _ if segment.chars().any(char::is_control) => return bad("it has a control character"),
            _ => {}
        }
    }
    Ok(())
}

/// Characters that the name takes in an address: everything but letters, digits and `-._~/` as `%XX`, one for each
/// byte. The address may use fewer (`=` may stay as it is), never more.
pub fn encoded_len(name: &str) -> usize {
    name.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => 1,
            _ => 3,
        })
        .sum()
}

/// Makes the names different: a name that is taken gets a number before its extension, `a.json`, `a-2.json`, and so on,
/// in the order of the inputs. Says so in the notes.
pub(super) fn distinct(mut files: Vec<Candidate>) -> (Vec<Candidate>, Vec<String>) {
    let mut taken: HashSet<Box<str>> = HashSet::with_capacity(files.len());
    let mut again = Vec::new();
    for (index, file) in files.iter().enumerate() {
        if !taken.insert(file.name.clone()) {
            again.push(index);
        }
    }
    let mut notes = Vec::new();
    let renamed = again.len();
    for index in again {
        let Some(file) = files.get_mut(index) else {
            continue;
        };
        let mut number = 2_u64;
        let name = loop {
            let name: Box<str> = numbered(&file.name, number).into();
            if taken.insert(name.clone()) {
                break name;
            }
            number += 1;
        };
        if notes.len() < NOTED {
            notes.push(format!(
                "{} is called {name} in the batch: {} is taken",
                file.content.path().display(),
                file.name
            ));
        }
        file.name = name;
    }
    if renamed > NOTED {
        notes.push(format!(
            "{} more files got a number, because their names were taken",
            renamed - NOTED
        ));
    }
    (files, notes)
}

fn numbered(name: &str, number: u64) -> String {
    let (directory, file) = name.rsplit_once('/').map_or(("", name), |(_, file)| {
        name.split_at(name.len() - file.len())
    });
    match file.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => {
            format!("{directory}{stem}-{number}.{extension}")
        }
        _ => format!("{directory}{file}-{number}"),
    }
}
