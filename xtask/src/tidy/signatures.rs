//! No public signature of a hand-written library shows a type of reqwest or progenitor: whoever uses the libraries must
//! not have to follow the versions of those. A scan of the text: it reads `pub` items and the names that a file imports.

use super::{Check, Source};

const HIDDEN: &[&str] = &["reqwest", "progenitor", "progenitor_client"];
const LIBRARIES: &[&str] = &[
    "crates/aep-core/src",
    "crates/aep-ingest/src",
    "crates/aep-flow/src",
];

pub(super) fn check(sources: &[Source]) -> Check {
    let mut problems = Vec::new();
    for source in sources {
        if LIBRARIES
            .iter()
            .any(|library| source.path.starts_with(library))
        {
            for (line, word) in shown(&source.text) {
                problems.push(format!("{}:{line} shows `{word}`", source.path.display()));
            }
        }
    }
    Check {
        name: "no public signature shows reqwest or progenitor",
        problems,
    }
}

/// The public items that mention a hidden crate or a name imported from one: line number and name.
fn shown(text: &str) -> Vec<(usize, String)> {
    let mut names: Vec<String> = HIDDEN.iter().map(|&name| name.to_owned()).collect();
    for hidden in HIDDEN {
        for (at, _) in text.match_indices(&format!("use {hidden}::")) {
            let imported = text[at + "use ".len()..]
                .split(';')
                .next()
                .unwrap_or_default();
            names.extend(
                imported
                    .split(['{', '}', ','])
                    .map(last_name)
                    .filter(|name| is_name(name))
                    .map(str::to_owned),
            );
        }
    }
    let mut found = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let mut item = line.trim().to_owned();
        if !item.starts_with("pub ") {
            continue;
        }
        let one_line =
            |item: &str| item.ends_with(['{', ';', ',', '}']) && open_brackets(item) <= 0;
        while !one_line(&item) {
            let Some((_, more)) = lines.next() else { break };
            item.push(' ');
            item.push_str(more.trim());
            if more.trim_end().ends_with(['{', ';']) {
                break;
            }
        }
        let words: Vec<&str> = item
            .split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
            .collect();
        found.extend(
            names
                .iter()
                .filter(|name| words.contains(&name.as_str()))
                .map(|name| (number + 1, name.clone())),
        );
    }
    found
}

/// The name that `path::Name` or `path::Name as Other` brings into scope.
fn last_name(path: &str) -> &str {
    let name = path.rsplit(" as ").next().unwrap_or(path);
    name.rsplit("::").next().unwrap_or(name).trim()
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|letter| letter.is_alphanumeric() || letter == '_')
}

fn open_brackets(text: &str) -> i32 {
    text.chars().fold(0, |open, letter| match letter {
        '(' | '[' | '<' => open + 1,
        ')' | ']' => open - 1,
        _ => open,
    }) - i32::try_from(text.replace("->", "").matches('>').count()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn hidden_types_are_found_wherever_they_show() {
        let text = "
use reqwest::{Client as Http, StatusCode};
use url::Url;
pub struct Wire { inner: u8 }
pub fn plain(url: Url) -> Url {
    let client: Http = make();
}
pub fn bad(client: &Http) {}
pub(crate) fn inside(client: Http) {}
pub struct Open {
    pub status: StatusCode,
    client: Http,
}
pub fn long(
    url: Url,
    client: reqwest::Client,
) -> Url {
}
";
        let found: Vec<usize> = shown(text).into_iter().map(|(line, _)| line).collect();
        assert_eq!(found, [8, 11, 14]);
    }

    #[test]
    fn private_uses_are_no_problem() {
        assert!(
            shown(
                "use reqwest::Client;\npub struct A {\n    client: Client,\n}\nfn b(c: Client) {}\n"
            )
            .is_empty()
        );
    }
}
