//! The differences as a table for the terminal, as JSON, and as Markdown.

use std::fmt::Write;

use serde_json::{Value, json};

use super::Found;
use super::difference::Difference;

/// How the report is written.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(super) enum Format {
    /// A line for each difference that nobody accepted, then the sums
    Table,
    /// Every difference, with the reason why it was accepted if it was
    Json,
    /// A table for a person, accepted differences by entry
    Md,
}

/// The report.
pub(super) fn text(found: &Found<'_>, format: Format) -> String {
    match format {
        Format::Table => table(found),
        Format::Json => format!("{:#}", json(found)),
        Format::Md => markdown(found),
    }
}

fn word(difference: &Difference) -> &'static str {
    if difference.breaking { "breaking" } else { "" }
}

fn table(found: &Found<'_>) -> String {
    let mut text = String::new();
    let open = found.open();
    let widest = open
        .iter()
        .map(|(api, _)| api.len())
        .max()
        .unwrap_or_default();
    for (api, difference) in &open {
        let path = difference.text();
        let _ = writeln!(
            text,
            "{api:widest$}  {:7}  {:8}  {path}",
            difference.kind,
            word(difference)
        );
    }
    for problem in &found.problems {
        let _ = writeln!(text, "{problem}");
    }
    if !text.is_empty() {
        text.push('\n');
    }
    let widest = found
        .apis
        .iter()
        .map(|api| api.len())
        .max()
        .unwrap_or_default();
    for api in &found.apis {
        let of = |accepted: bool| {
            let all = found.differences.iter().zip(&found.verdicts);
            all.filter(|((name, _), verdict)| name == api && verdict.rule().is_some() == accepted)
                .count()
        };
        let _ = writeln!(
            text,
            "{api:widest$}  {:4} accepted  {:4} drift",
            of(true),
            of(false)
        );
    }
    let _ = write!(text, "{}", closing(found));
    text
}

fn closing(found: &Found<'_>) -> String {
    let open = found.open();
    let breaking = open
        .iter()
        .filter(|(_, difference)| difference.breaking)
        .count();
    let accepted = found.differences.len() - open.len();
    let count = open.len();
    let problems = match found.problems.len() {
        0 => String::new(),
        1 => ", 1 entry to mend".to_owned(),
        more => format!(", {more} entries to mend"),
    };
    format!("{count} differences, {breaking} of them breaking{problems}; {accepted} accepted")
}

fn json(found: &Found<'_>) -> Value {
    let differences =
        found
            .differences
            .iter()
            .zip(&found.verdicts)
            .map(|((api, difference), verdict)| {
                json!({
                    "api": api,
                    "kind": difference.kind,
                    "breaking": difference.breaking,
                    "operation": difference.operation,
                    "place": difference.place,
                    "what": difference.what,
                    "ours": difference.ours,
                    "theirs": difference.theirs,
                    "accepted": verdict.rule().map(|rule| rule.reason.as_str()),
                })
            });
    json!({"differences": differences.collect::<Vec<_>>(), "problems": found.problems})
}

fn markdown(found: &Found<'_>) -> String {
    let cell = |text: &str| text.replace('|', r"\|");
    let mut text = format!("{}\n", closing(found));
    let open = found.open();
    if !open.is_empty() {
        text.push_str("\n| API | | breaking | where and what |\n|---|---|---|---|\n");
        for (api, difference) in open {
            let breaking = if difference.breaking { "yes" } else { "" };
            let path = cell(&difference.text());
            let _ = writeln!(
                text,
                "| {api} | {} | {breaking} | `{path}` |",
                difference.kind
            );
        }
    }
    for problem in &found.problems {
        let _ = writeln!(text, "\n- {problem}");
    }
    text.push_str("\n| API | accepted | covers | breaking | why |\n|---|---|---|---|---|\n");
    for rule in found.accepted.rules() {
        let covered: Vec<_> = found
            .differences
            .iter()
            .zip(&found.verdicts)
            .filter(|(_, by)| by.rule().is_some_and(|by| std::ptr::eq(by, rule)))
            .map(|((_, difference), _)| difference)
            .collect();
        let breaking = covered
            .iter()
            .filter(|difference| difference.breaking)
            .count();
        let (at, reason) = (cell(&rule.at), cell(rule.reason.trim()));
        let _ = writeln!(
            text,
            "| {} | `{at}` | {} | {breaking} | {reason} |",
            rule.api,
            covered.len()
        );
    }
    text.trim_end().to_owned()
}

impl Found<'_> {
    /// The differences that nobody accepted.
    pub(super) fn open(&self) -> Vec<(&str, &Difference)> {
        let all = self.differences.iter().zip(&self.verdicts);
        let open = all.filter(|(_, verdict)| verdict.rule().is_none());
        open.map(|((api, difference), _)| (api.as_str(), difference))
            .collect()
    }
}
