//! Accepted entries, and the reports that name them.

use std::path::Path;

use serde_json::{Value, json};

use super::{body, object, with};
use crate::drift::accepted::Accepted;
use crate::drift::difference::Difference;
use crate::drift::report::Format;
use crate::drift::{Found, operations, report};

const HEAD: &str = "documents: {a: a}\n";

fn accepted(text: &str) -> Result<Accepted, String> {
    Accepted::parse(Path::new("spec/drift-accepted.yaml"), text).map_err(|error| error.to_string())
}

/// Three differences of the API `a`.
fn three() -> Vec<(String, Difference)> {
    let ours = object(&json!({"id": {"type": "string"}}), &[]);
    let theirs = object(
        &json!({"id": {"type": "integer"}, "b": {"type": "string"}, "c": {"type": "string"}}),
        &[],
    );
    let answer = |schema| with(&json!({"responses": {"200": body(schema)}}));
    let found = operations::compare(&answer(&ours), &answer(&theirs));
    found
        .into_iter()
        .map(|difference| ("a".to_owned(), difference))
        .collect()
}

/// How many differences are accepted, and what is wrong with the entries.
fn judged(entries: &str) -> (usize, Vec<String>) {
    let accepted = accepted(&format!("{HEAD}accepted:\n{entries}")).unwrap();
    let differences = three();
    let (verdicts, wrong) = accepted.judge(&differences);
    (
        verdicts
            .iter()
            .filter(|verdict| verdict.rule().is_some())
            .count(),
        wrong,
    )
}

#[test]
fn entries_cover_what_they_say_and_no_more() {
    let all = "
  a:
    - {at: GET /x response 200 .id type string -> integer, reason: why}
  everywhere:
    - {at: '* * response 2* .* field **', kind: added, covers: {a: 2}, reason: why}
";
    assert_eq!(judged(all), (3, Vec::new()));
    let (count, wrong) = judged("  a:\n    - {at: '** field **', covers: 1, reason: why}\n");
    assert_eq!(count, 0);
    assert_eq!(
        wrong,
        ["spec/drift-accepted.yaml:4: `** field **` covers 2 differences of a, not 1"]
    );
    let (count, wrong) = judged("  a:\n    - {at: GET /y response 200 .id, reason: why}\n");
    assert_eq!(count, 0);
    assert_eq!(
        wrong,
        ["spec/drift-accepted.yaml:4: `GET /y response 200 .id` no longer applies"]
    );
    // of another kind
    let (count, _) =
        judged("  a:\n    - {at: '** field **', kind: removed, covers: 2, reason: why}\n");
    assert_eq!(count, 0);
}

#[test]
fn entries_without_reason_or_bounds_are_refused() {
    let of =
        |entry: &str| accepted(&format!("{HEAD}accepted:\n  a:\n    - {entry}\n")).unwrap_err();
    let at = "spec/drift-accepted.yaml:4: ";
    assert_eq!(
        of("{at: GET /x, reason: ' '}"),
        format!("{at}an entry needs a reason")
    );
    assert_eq!(
        of("{at: '** *', covers: 3, reason: why}"),
        format!("{at}the entry would cover everything")
    );
    assert_eq!(
        of("{at: GET /x, covers: 0, reason: why}"),
        format!("{at}an entry that covers nothing goes away")
    );
    assert!(of("{at: 'GET * operation', reason: why}").contains("says with `covers`"));
    assert!(of("{at: GET /x}").starts_with("spec/drift-accepted.yaml: "));
    let stranger = accepted(&format!("{HEAD}accepted: {{b: []}}")).unwrap_err();
    assert_eq!(
        stranger,
        "spec/drift-accepted.yaml: no document is called b"
    );
}

#[test]
fn every_document_is_paired_or_has_a_reason() {
    let accepted =
        accepted("documents: {a: their-a}\nours_only: {b: none is published}\n").unwrap();
    let names = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    assert!(
        accepted
            .strangers(&names(&["a", "b"]), &names(&["their-a"]))
            .is_empty()
    );
    assert_eq!(
        accepted.strangers(&names(&["a", "b", "c"]), &names(&["z"])),
        [
            "our document c is new: nothing says what it is compared with",
            "Adobe's document z is new: nothing says what it is compared with",
            "Adobe's document their-a is gone",
        ]
    );
}

#[test]
fn reports_say_what_differs_and_what_was_accepted() {
    let entries = "accepted:\n  a:\n    - {at: '** field **', covers: 2, reason: as one|two}\n";
    let accepted = accepted(&format!("{HEAD}{entries}")).unwrap();
    let differences = three();
    let (verdicts, problems) = accepted.judge(&differences);
    let verdicts = verdicts.clone();
    let found = Found {
        apis: vec!["a"],
        differences: differences.clone(),
        verdicts,
        accepted: &accepted,
        problems,
    };
    assert_eq!(
        report::text(&found, Format::Table),
        "a  changed  breaking  GET /x response 200 .id type string -> integer\n\n\
         a     2 accepted     1 drift\n\
         1 differences, 1 of them breaking; 2 accepted"
    );
    let json: Value = serde_json::from_str(&report::text(&found, Format::Json)).unwrap();
    assert_eq!(json["differences"][0]["breaking"], true);
    assert_eq!(json["differences"][0]["accepted"], Value::Null);
    assert_eq!(json["differences"][1]["accepted"], "as one|two");
    let markdown = report::text(&found, Format::Md);
    assert!(
        markdown
            .contains("| a | changed | yes | `GET /x response 200 .id type string -> integer` |"),
        "{markdown}"
    );
    assert!(
        markdown.contains(r"| a | `** field **` | 2 | 0 | as one\|two |"),
        "{markdown}"
    );
}
