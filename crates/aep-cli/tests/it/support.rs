//! A home of its own for each test, and the binary run in it.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const MEMBERS: &str = "Loyalty Members";

/// An empty home directory, with the emulator's state below it.
pub(crate) struct Home(TempDir);

/// What a run of the binary did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// The binary, seeing nothing of the person's own environment.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aep"));
        let keep = ["PATH", "LLVM_PROFILE_FILE", "SystemRoot"];
        command.env_clear();
        command.envs(std::env::vars_os().filter(|(key, _)| keep.iter().any(|kept| key == kept)));
        command
            .env("HOME", self.path())
            .env("TZ", "UTC")
            .current_dir(self.path());
        command.stdin(Stdio::null());
        command
    }

    /// The binary, for an emulator that listens there.
    pub(crate) fn against(&self, url: &str) -> Command {
        let mut command = self.command();
        command
            .env("AEP_BASE_URL", url)
            .env("AEP_ORG_ID", "LOCAL@AdobeOrg")
            .env("AEP_CLIENT_ID", "local-client")
            .env("AEP_CLIENT_SECRET", "local-secret")
            .env("AEP_SANDBOX", "dev");
        command
    }

    pub(crate) fn run<I>(&self, args: I) -> Ran
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        Ran::of(self.command().args(args).output().unwrap())
    }

    /// A run against the emulator in this home.
    pub(crate) fn local<I>(&self, args: I) -> Ran
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        Ran::of(self.command().arg("--local").args(args).output().unwrap())
    }

    /// A run that gets text on standard input.
    pub(crate) fn local_with_input<I>(&self, input: &str, args: I) -> Ran
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        let mut child = self
            .command()
            .arg("--local")
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        Ran::of(child.wait_with_output().unwrap())
    }

    pub(crate) fn spawn<I>(&self, args: I) -> Child
    where
        I: IntoIterator,
        I::Item: AsRef<OsStr>,
    {
        self.command()
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// A file with this many members, as one JSON array.
    pub(crate) fn members(&self, name: &str, count: usize) -> PathBuf {
        let rows: Vec<Value> = (1..=count).map(member).collect();
        self.write(name, &serde_json::to_string_pretty(&rows).unwrap())
    }
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        self.exits(0)
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }

    /// The server said no: the request was rejected (6), or something stands against it (7).
    #[track_caller]
    pub(crate) fn exits_with_refusal(self) -> Self {
        assert!(matches!(self.code, 6 | 7), "{}", self.shown());
        self
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }

    /// The last line of standard error as JSON.
    #[track_caller]
    pub(crate) fn error(&self) -> Value {
        let line = self.stderr.lines().last().unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {}", self.stderr))
    }

    /// Everything of a run, for a snapshot.
    pub(crate) fn shown(&self) -> String {
        format!(
            "exit {}\n--- stdout\n{}--- stderr\n{}",
            self.code, self.stdout, self.stderr
        )
    }
}

/// A number that the full run sets.
#[expect(
    clippy::disallowed_methods,
    reason = "tests have no other way to be told"
)]
pub(crate) fn asked(variable: &str, otherwise: u64) -> u64 {
    let asked = std::env::var(variable).ok();
    asked.map_or(otherwise, |asked| asked.parse().unwrap())
}

/// A row that fits the schema of the demo data.
pub(crate) fn member(n: usize) -> Value {
    let id = format!("M{n:08}");
    json!({
        "_id": format!("member-{n}"),
        "person": {"name": {"firstName": "Zoë", "lastName": format!("Nº {n}")}, "birthDate": "1990-02-28"},
        "personalEmail": {"address": format!("m{n}@example.com")},
        "identityMap": {"Email": [{"id": format!("m{n}@example.com"), "primary": true}]},
        "_local": {
            "memberId": id,
            "tier": "gold",
            "points": n,
            "joinedOn": "2024-01-31",
            "lastActivity": "2026-01-01T12:00:00Z",
            "active": n.is_multiple_of(2),
            "preferences": {"channel": "email"},
            "favouriteStores": ["Zürich", "Genève"],
        },
    })
}

/// Runs a check with everything replaced that differs between runs and machines.
pub(crate) fn stable(check: impl FnOnce()) {
    let mut settings = insta::Settings::clone_current();
    for (pattern, replacement) in [
        (r"\b[0-9A-HJKMNP-TV-Z]{26}\b", "[BATCH]"),
        (
            r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            "[UUID]",
        ),
        (r"aep-[0-9a-f]{32}[-0-9]*", "[EXTERNAL]"),
        (r"\b[0-9a-f]{32,64}\b", "[HEX]"),
        (r"\b[0-9a-f]{24}\b", "[DATASET]"),
        (r"127\.0\.0\.1:\d+", "[ADDR]"),
        (r"/(tmp|var|private)[^\s`\x22]*/\.tmp\w+", "[HOME]"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "[TIME]"),
        (r"\b1[6-9]\d{11}\b", "[MS]"),
        (r"\d+\.\d\d s\b", "[ELAPSED]"),
        (r#""elapsedMs": ?\d+"#, r#""elapsedMs": [MS]"#),
    ] {
        settings.add_filter(pattern, replacement);
    }
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(check);
}
