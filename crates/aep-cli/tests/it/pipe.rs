//! A reader that has had enough ends the command as a success.

use std::process::Stdio;

use crate::support::Home;

#[test]
fn a_closed_pipe_is_a_success() {
    let home = Home::new();
    for args in [
        &["completions", "bash"][..],
        &["limits", "-o", "json"],
        &["--local", "dataset", "list", "-o", "ndjson"],
        &["--help"],
    ] {
        let mut child = home
            .command()
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ran = child.wait_with_output().unwrap();
        assert_eq!(ran.status.code(), Some(0), "{args:?}");
        assert_eq!(String::from_utf8_lossy(&ran.stderr), "", "{args:?}");
    }
}
