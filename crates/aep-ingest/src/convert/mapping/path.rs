//! Paths into a row: `_local.cards[0].number`, `_local.labels["a.b"]`.

use std::fmt;

/// A step from a value to one inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A field of an object, or a key of a map.
    Name(Box<str>),
    /// An element of an array, from 0.
    Index(usize),
}

/// A path from the row down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path(pub(crate) Vec<Step>);

/// The largest index that a column may stand for: each one costs a place in every row.
const LAST: usize = 999;

impl Path {
    /// Reads a path; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut steps = Vec::new();
        let mut rest = text;
        loop {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            if name.is_empty() {
                return Err("a name is missing".to_owned());
            }
            steps.push(Step::Name(name.into()));
            rest = after;
            while let Some(inner) = rest.strip_prefix('[') {
                let (step, after) = bracket(inner)?;
                steps.push(step);
                rest = after;
            }
            match rest.strip_prefix('.') {
                Some(after) => rest = after,
                None if rest.is_empty() => return Ok(Self(steps)),
                None => return Err("behind `]` comes `.`, `[` or the end".to_owned()),
            }
        }
    }
}

/// What is behind a `[`: an index, or a key in quotes.
fn bracket(inner: &str) -> Result<(Step, &str), String> {
    if let Some(key) = inner.strip_prefix('"') {
        return match key.split_once("\"]") {
            Some((key, after)) => Ok((Step::Name(key.into()), after)),
            None => Err("a key in `[\"…\"]` isn't closed".to_owned()),
        };
    }
    let Some((index, after)) = inner.split_once(']') else {
        return Err("`[` isn't closed".to_owned());
    };
    match index.parse() {
        Ok(index) if index <= LAST => Ok((Step::Index(index), after)),
        Ok(_) => Err(format!("the index {index} is over {LAST}")),
        Err(_) => Err(format!(
            "`{index}` is no index: a number from 0, or a key in quotes"
        )),
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Name(name) if name.is_empty() || name.contains(['.', '[']) => {
                    write!(f, "[\"{name}\"]")?;
                }
                Step::Name(name) if at == 0 => f.write_str(name)?,
                Step::Name(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::{Path, Step};

    #[test]
    fn paths_are_read_and_written() {
        for text in [
            "_id",
            "person.name.firstName",
            "_local.cards[0].number",
            "m[\"a.b\"]",
            "m[\"a.b\"][2].c",
            "é[1][2]",
        ] {
            assert_eq!(Path::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(
            Path::parse("a[3]").unwrap().0,
            [Step::Name("a".into()), Step::Index(3)]
        );
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in [
            "", ".", "a.", ".a", "a..b", "a[", "a[]", "a[x]", "a[-1]", "a[1]b", "a[\"x]",
            "a[1000]", "[0]",
        ] {
            assert!(Path::parse(text).is_err(), "{text}");
        }
    }
}
