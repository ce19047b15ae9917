//! The README's shell examples, run as they stand.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use crate::support::Home;

#[test]
fn every_shell_example_works() {
    let readme = include_str!("../../README.md");
    let bin = Path::new(env!("CARGO_BIN_EXE_aep")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let home = Home::new();
    let blocks: Vec<&str> = readme
        .split("```sh\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(blocks.len() >= 2);
    for block in blocks {
        let ran = Command::new("sh")
            .args(["-euc", block])
            .env_clear()
            .env("PATH", &path)
            .env("HOME", home.path())
            .current_dir(home.path())
            .output()
            .unwrap();
        assert!(
            ran.status.success(),
            "{block}\n{}",
            String::from_utf8_lossy(&ran.stderr)
        );
    }
    assert!(home.path().join("out").is_dir());
}
