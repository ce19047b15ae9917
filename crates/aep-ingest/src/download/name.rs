//! Names from the platform as paths below a directory, and nowhere else.

use std::collections::HashSet;
use std::path::PathBuf;

/// Bytes of one part of a path at most; file systems take 255, and our own endings need some.
const LONGEST: usize = 200;

/// Names that Windows keeps for devices, with any extension.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// One relative path for each name, all different, also where case is ignored, and none below another one.
pub(super) fn targets<'a>(names: impl Iterator<Item = &'a str>) -> Vec<PathBuf> {
    let mut taken = Taken::default();
    names
        .map(|name| {
            let mut path = safe(name);
            let original = path.clone();
            let mut number = 2_u32;
            while let Err(at) = taken.take(&path) {
                if let (Some(part), Some(original)) = (path.get_mut(at), original.get(at)) {
                    *part = numbered(original, number);
                }
                number += 1;
            }
            path.iter().collect()
        })
        .collect()
}

/// The paths that are given away, and the directories that they need, in lower case.
#[derive(Default)]
struct Taken {
    files: HashSet<String>,
    directories: HashSet<String>,
}

impl Taken {
    /// Takes a path; if it can't be had, the number of the part that is in the way.
    fn take(&mut self, path: &[String]) -> Result<(), usize> {
        let folded: Vec<String> = path.iter().map(|part| part.to_lowercase()).collect();
        let last = folded.len().saturating_sub(1);
        let above: Vec<String> = (1..=last).map(|end| folded[..end].join("/")).collect();
        if let Some(at) = above.iter().position(|above| self.files.contains(above)) {
            return Err(at);
        }
        let whole = folded.join("/");
        if self.directories.contains(&whole) || !self.files.insert(whole) {
            return Err(last);
        }
        self.directories.extend(above);
        Ok(())
    }
}

/// The parts of a relative path without `..`, separators of other systems, characters and names that file systems refuse.
/// Directories are kept: they denote partitions.
fn safe(name: &str) -> Vec<String> {
    let path: Vec<String> = name
        .split('/')
        .filter(|segment| !segment.is_empty() && *segment != ".")
        .map(segment)
        .collect();
    if path.is_empty() {
        vec!["unnamed".to_owned()]
    } else {
        path
    }
}

fn segment(text: &str) -> String {
    if text == ".." {
        return "__".to_owned();
    }
    let mut safe: String = text
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') {
                '_'
            } else {
                c
            }
        })
        .collect();
    // Windows drops them, so that two names become one
    if safe.ends_with(['.', ' ']) {
        safe.pop();
        safe.push('_');
    }
    if is_device(&safe) || safe.starts_with(".aep-") {
        safe.insert(0, '_');
    }
    // the ending of files that are not complete
    if safe.to_ascii_lowercase().ends_with(".part") {
        safe.push('_');
    }
    shortened(safe)
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_ascii_lowercase();
    let numbered = |device: &str| {
        let number = stem.strip_prefix(device);
        number.is_some_and(|number| {
            matches!(
                number,
                "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
            )
        })
    };
    DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt")
}

/// What is too long keeps its beginning and its extension, and gets a hash of the whole in between.
fn shortened(name: String) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    let hash = twox_hash::xxhash3_128::Hasher::oneshot(name.as_bytes());
    let hash = format!("{hash:032x}");
    let extension = match name.rsplit_once('.') {
        Some((_, extension)) if extension.len() <= 20 => format!(".{extension}"),
        _ => String::new(),
    };
    let mut end = LONGEST - extension.len() - hash.len() - 1;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}-{hash}{extension}", &name[..end])
}

fn numbered(part: &str, number: u32) -> String {
    match part.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => format!("{stem}-{number}.{extension}"),
        _ => format!("{part}-{number}"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    fn paths(names: &[&str]) -> Vec<PathBuf> {
        targets(names.iter().copied())
    }

    #[test]
    fn partitions_are_kept_and_escapes_are_not() {
        assert_eq!(paths(&["day=1/a.parquet"]), [Path::new("day=1/a.parquet")]);
        assert_eq!(
            paths(&["../../etc/passwd", "/etc/passwd", "C:\\x", "", "./."]),
            [
                Path::new("__/__/etc/passwd"),
                Path::new("etc/passwd"),
                Path::new("C__x"),
                Path::new("unnamed"),
                Path::new("unnamed-2"),
            ]
        );
    }

    #[test]
    fn names_of_devices_and_our_own_are_changed() {
        assert_eq!(
            paths(&[
                "NUL",
                "con.txt",
                "Com1.parquet",
                "lpt²",
                "console",
                "a.",
                "b ",
                "c.part",
                ".aep-download",
                "aux .x"
            ]),
            [
                Path::new("_NUL"),
                Path::new("_con.txt"),
                Path::new("_Com1.parquet"),
                Path::new("_lpt²"),
                Path::new("console"),
                Path::new("a_"),
                Path::new("b_"),
                Path::new("c.part_"),
                Path::new("_.aep-download"),
                Path::new("_aux .x"),
            ]
        );
    }

    #[test]
    fn equal_names_get_numbers() {
        assert_eq!(
            paths(&["a.json", "a.json", "A.json", "a-2.json", "é", "É"]),
            [
                Path::new("a.json"),
                Path::new("a-2.json"),
                Path::new("A-3.json"),
                Path::new("a-2-2.json"),
                Path::new("é"),
                Path::new("É-2"),
            ]
        );
    }

    #[test]
    fn a_file_is_no_directory_of_another_one() {
        assert_eq!(
            paths(&["a", "a/b", "x/y", "x", "X/y/z"]),
            [
                Path::new("a"),
                Path::new("a-2/b"),
                Path::new("x/y"),
                Path::new("x-2"),
                Path::new("X/y-2/z"),
            ]
        );
    }

    #[test]
    fn a_long_name_is_shortened_and_stays_itself() {
        let long = |letter: &str| format!("{}{letter}.parquet", "é".repeat(150));
        let names = [long("a"), long("b")];
        let paths = targets(names.iter().map(String::as_str));
        assert_ne!(paths[0], paths[1]);
        for path in paths {
            let text = path.to_string_lossy().into_owned();
            assert!(
                text.len() <= LONGEST && text.ends_with(".parquet"),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_name_leaves_the_directory(names in proptest::collection::vec("[./a-cA-C\\\\:. \\PC]{0,20}", 1..8)) {
            let paths = targets(names.iter().map(String::as_str));
            for path in &paths {
                let parts: Vec<Component<'_>> = path.components().collect();
                let normal = parts.iter().all(|part| matches!(part, Component::Normal(_)));
                prop_assert!(normal && !parts.is_empty());
            }
            for (at, path) in paths.iter().enumerate() {
                for (other_at, other) in paths.iter().enumerate() {
                    prop_assert!(at == other_at || !path.starts_with(other), "{path:?} {other:?}");
                }
            }
        }
    }
}
