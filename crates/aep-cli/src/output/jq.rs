//! `--jq`: filters run in the process, with jq's language.

use aep_core::{Error, ErrorKind, Result};
use jaq_core::load::{Arena, File, Loader, lex, parse};
use jaq_core::{Compiler, Ctx, Filter, Vars, data, load, unwrap_valr};
use jaq_json::{Val, read};
use serde_json::Value;

/// A compiled `--jq` expression.
pub(crate) struct Jq {
    filter: Filter<data::JustLut<Val>>,
}

impl std::fmt::Debug for Jq {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Jq")
    }
}

impl Jq {
    /// Compiles an expression; the error says what was expected and where.
    pub(crate) fn compile(code: &str) -> Result<Self> {
        let defs = jaq_core::defs()
            .chain(jaq_std::defs())
            .chain(jaq_json::defs());
        let funs = jaq_core::funs()
            .chain(jaq_std::funs())
            .chain(jaq_json::funs());
        let arena = Arena::default();
        let modules = Loader::new(defs)
            .load(&arena, File { code, path: () })
            .map_err(|errors| refused(code, &load_message(code, &errors)))?;
        let filter = Compiler::default()
            .with_funs(funs)
            .compile(modules)
            .map_err(|errors| {
                let undefined = errors
                    .iter()
                    .flat_map(|(_, found)| found)
                    .map(|(name, kind)| format!("{} `{name}` is not defined", kind.as_str()))
                    .collect::<Vec<_>>();
                refused(code, &undefined.join("; "))
            })?;
        Ok(Self { filter })
    }

    /// Every result of the filter for one input.
    pub(crate) fn run(&self, input: &Value) -> Result<Vec<Value>> {
        let text = input.to_string();
        let input = read::parse_single(text.as_bytes()).map_err(|error| {
            Error::new(ErrorKind::Protocol, "hand the document to --jq").because(error.to_string())
        })?;
        let context = Ctx::<data::JustLut<Val>>::new(&self.filter.lut, Vars::new([]));
        self.filter
            .id
            .run((context, input))
            .map(unwrap_valr)
            .map(|result| {
                let value = result.map_err(|error| failed(&error.to_string()))?;
                serde_json::from_str(&value.to_string())
                    .map_err(|error| failed("a result is not JSON").because(error))
            })
            .collect()
    }
}

fn refused(code: &str, why: &str) -> Error {
    Error::new(ErrorKind::Usage, "read the --jq expression")
        .with("expression", code)
        .because(why.to_owned())
}

fn failed(why: &str) -> Error {
    Error::new(ErrorKind::Usage, "apply the --jq expression")
        .because(why.to_owned())
        .hint("look at the document with `-o json` first; `?` after a path skips what does not fit")
}

fn load_message(code: &str, errors: &load::Errors<&str, ()>) -> String {
    let mut messages = Vec::new();
    for (_, error) in errors {
        match error {
            load::Error::Io(files) => {
                messages.extend(
                    files
                        .iter()
                        .map(|(file, why)| format!("module `{file}`: {why}")),
                );
            }
            load::Error::Lex(found) => {
                messages.extend(found.iter().map(|error| lex_message(code, error)));
            }
            load::Error::Parse(found) => {
                messages.extend(found.iter().map(|error| parse_message(code, error)));
            }
        }
    }
    messages.join("; ")
}

fn lex_message(code: &str, (expected, rest): &lex::Error<&str>) -> String {
    // `Expect::as_str` gives up on delimiters that it does not know, and it knows four.
    format!("{} expected {}", expected.as_str(), place(code, rest))
}

fn parse_message(code: &str, (expected, found): &parse::Error<&str>) -> String {
    format!("{} expected {}", expected.as_str(), place(code, found))
}

fn place(code: &str, rest: &str) -> String {
    let at = load::span(code, rest).start;
    if rest.is_empty() || at >= code.len() {
        return "at the end".to_owned();
    }
    format!(
        "at character {}, before `{rest}`",
        code.get(..at).map_or(at, |before| before.chars().count()) + 1
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use serde_json::json;

    use super::*;

    #[test]
    fn results_keep_order_and_type() {
        let jq = Jq::compile(".[] | {id, n: (.n + 1)}").unwrap();
        let out = jq
            .run(&json!([{"id": "a", "n": 1}, {"id": "b", "n": 2.5}]))
            .unwrap();
        assert_eq!(
            out,
            [json!({"id": "a", "n": 2}), json!({"id": "b", "n": 3.5})]
        );
    }

    #[test]
    fn a_wrong_expression_is_a_usage_error_that_says_where() {
        for code in [".[", "foo", ".a |", "\"x", "[1,2", "{a;}", "$x"] {
            let error = Jq::compile(code).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{code}");
            let source = std::error::Error::source(&error).unwrap().to_string();
            assert!(
                source.contains("expected") || source.contains("not defined"),
                "{code}: {source}"
            );
        }
    }

    #[test]
    fn a_failing_filter_is_an_error_not_a_panic() {
        let jq = Jq::compile(".a.b").unwrap();
        assert_eq!(jq.run(&json!("text")).unwrap_err().kind(), ErrorKind::Usage);
    }
}
