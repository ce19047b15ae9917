//! Names from the platform as paths below a directory, and nowhere else.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// One path for each name, all different, all below `directory`.
pub(super) fn targets<'a>(names: impl Iterator<Item = &'a str>, directory: &Path) -> Vec<PathBuf> {
    let mut taken = HashSet::new();
    names
        .map(|name| {
            let safe = safe(name);
            let mut path = safe.clone();
            let mut number = 2_u32;
            // case is ignored, because some file systems do
            while !taken.insert(path.to_string_lossy().to_lowercase()) {
                path = numbered(&safe, number);
                number += 1;
            }
            directory.join(path)
        })
        .collect()
}

/// A relative path without `..`, separators of other systems or characters that file systems refuse. Directories are
/// kept: they denote partitions.
fn safe(name: &str) -> PathBuf {
    let path: PathBuf = name
        .split('/')
        .filter(|segment| !segment.is_empty() && *segment != ".")
        .map(segment)
        .collect();
    if path.as_os_str().is_empty() {
        PathBuf::from("unnamed")
    } else {
        path
    }
}

fn segment(text: &str) -> String {
    if text == ".." {
        return "__".to_owned();
    }
    text.chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') {
                '_'
            } else {
                c
            }
        })
        .collect()
}

fn numbered(path: &Path, number: u32) -> PathBuf {
    let text =
        |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().into_owned());
    let stem = text(path.file_stem()).unwrap_or_default();
    let name = match text(path.extension()) {
        Some(extension) => format!("{stem}-{number}.{extension}"),
        None => format!("{stem}-{number}"),
    };
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::path::Component;

    use proptest::prelude::*;

    use super::*;

    fn paths(names: &[&str]) -> Vec<PathBuf> {
        targets(names.iter().copied(), Path::new("d"))
    }

    #[test]
    fn partitions_are_kept_and_escapes_are_not() {
        assert_eq!(
            paths(&["day=1/a.parquet"]),
            [Path::new("d/day=1/a.parquet")]
        );
        assert_eq!(
            paths(&["../../etc/passwd", "/etc/passwd", "C:\\x", ""]),
            [
                Path::new("d/__/__/etc/passwd"),
                Path::new("d/etc/passwd"),
                Path::new("d/C__x"),
                Path::new("d/unnamed"),
            ]
        );
    }

    #[test]
    fn equal_names_get_numbers() {
        assert_eq!(
            paths(&["a.json", "a.json", "A.json"]),
            [
                Path::new("d/a.json"),
                Path::new("d/a-2.json"),
                Path::new("d/A-3.json"),
            ]
        );
    }

    proptest! {
        #[test]
        fn no_name_leaves_the_directory(names in proptest::collection::vec(".{0,20}", 1..8)) {
            let directory = Path::new("d");
            let paths = targets(names.iter().map(String::as_str), directory);
            for path in &paths {
                let below = path.strip_prefix(directory);
                let parts: Vec<Component<'_>> = below.into_iter().flat_map(Path::components).collect();
                let normal = parts.iter().all(|part| matches!(part, Component::Normal(_)));
                prop_assert!(normal && !parts.is_empty());
            }
            let different: HashSet<_> = paths.iter().collect();
            prop_assert_eq!(different.len(), paths.len());
        }
    }
}
