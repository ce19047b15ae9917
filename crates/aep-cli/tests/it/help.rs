//! Help shows examples first, and every command has one.

use crate::support::{Home, stable};

#[test]
fn the_front_page() {
    let home = Home::new();
    let ran = home.run(["--help"]).ok();
    stable(|| insta::assert_snapshot!("help", ran.stdout));
    let examples = ran.stdout.find("Examples:").unwrap();
    assert!(examples < ran.stdout.find("Usage:").unwrap());
    assert!(home.run(["--version"]).ok().stdout.starts_with("aep "));
}

#[test]
fn ingest_explains_itself() {
    let ran = Home::new().run(["ingest", "-h"]).ok();
    stable(|| insta::assert_snapshot!("help_ingest", ran.stdout));
}

#[test]
fn every_noun_lists_its_verbs() {
    let home = Home::new();
    let verbs = |noun: &str| {
        let help = home.run([noun, "-h"]).ok().stdout;
        let commands = help.split("Commands:").nth(1).unwrap_or_default();
        commands
            .lines()
            .skip(1)
            .take_while(|line| !line.is_empty())
            .filter_map(|line| line.split_whitespace().next())
            .map(str::to_owned)
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        verbs("batch"),
        "list get create put complete abort fail revert delete replay wait files download errors explain repair preview"
    );
    assert_eq!(
        verbs("dataset"),
        "list get create delete schema files preview rows download exportable"
    );
    assert_eq!(
        verbs("flow"),
        "list get create update delete enable disable describe export stream policies ups uis"
    );
    assert_eq!(verbs("run"), "list get start watch retry cancel");
    assert_eq!(
        verbs("connection"),
        "list get create update delete test explore enable disable"
    );
    for noun in ["source", "target"] {
        assert_eq!(verbs(noun), "list get create update delete");
    }
    assert_eq!(verbs("mapping"), "list get create");
    assert_eq!(verbs("spec"), "connections flows");
    assert_eq!(verbs("stream"), "send");
    assert_eq!(verbs("api"), "list describe call");
    assert_eq!(verbs("schema"), "list get create sample validate convert");
    assert_eq!(verbs("sandbox"), "list show use");
    assert_eq!(verbs("auth"), "login token status logout");
    assert_eq!(verbs("profile"), "list show use set import remove");
    assert_eq!(
        verbs("emulator"),
        "start status stop reset seed clock faults"
    );
}
