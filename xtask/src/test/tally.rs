//! The sum of everything that was tested.

use crate::output;

/// Counts, and the names of what failed.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
    pub(super) failures: Vec<String>,
}

impl Tally {
    /// One check of our own.
    pub(super) fn record(&mut self, name: &str, ok: bool) {
        if ok {
            self.passed += 1;
        } else {
            self.fail(name);
        }
    }

    pub(super) fn fail(&mut self, name: impl Into<String>) {
        self.failed += 1;
        self.failures.push(name.into());
    }

    /// A line of `cargo test`: result lines count, failed tests are remembered by name.
    pub(super) fn read_cargo(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            let count = |what: &str| -> u64 {
                let mut words = counts.split([' ', ';']).filter(|word| !word.is_empty());
                let mut before = "";
                words
                    .find_map(|word| {
                        let found = (word == what).then(|| before.parse().ok()).flatten();
                        before = word;
                        found
                    })
                    .unwrap_or(0)
            };
            self.passed += count("passed");
            self.failed += count("failed");
            self.skipped += count("ignored");
        } else if let Some(name) = line
            .strip_prefix("test ")
            .and_then(|line| line.strip_suffix(" ... FAILED"))
        {
            self.failures.push(name.to_owned());
        }
    }

    /// A line of a foreign client: `ok NAME`, `not ok NAME: why`, `skip NAME: why`.
    pub(super) fn read_client(&mut self, line: &str) {
        if let Some(name) = line.strip_prefix("not ok ") {
            self.fail(name);
        } else if line.starts_with("ok ") {
            self.passed += 1;
        } else if line.starts_with("skip ") {
            self.skipped += 1;
        }
    }

    /// Prints the failures and, as the very last line, the sum. True if something was tested and nothing failed.
    pub(super) fn close(&self) -> bool {
        if !self.failures.is_empty() {
            output::line("\nfailed:");
            for name in &self.failures {
                output::line(format!("    {name}"));
            }
        }
        output::line(format!(
            "\n{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        ));
        self.failed == 0 && self.passed > 0
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn lines_of_cargo_test_are_counted() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test a::works ... ok",
            "test a::breaks ... FAILED",
            "test b::waits ... ignored",
            "test result: FAILED. 12 passed; 1 failed; 2 ignored; 0 measured; 3 filtered out; finished in 0.30s",
            "test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
        ] {
            tally.read_cargo(line);
        }
        assert_eq!((tally.passed, tally.failed, tally.skipped), (17, 1, 2));
        assert_eq!(tally.failures, ["a::breaks"]);
        assert!(!tally.close());
    }

    #[test]
    fn lines_of_clients_are_counted() {
        let mut tally = Tally::default();
        for line in [
            "# curl 8",
            "ok token",
            "not ok batch: status was failure",
            "skip later: not there",
        ] {
            tally.read_client(line);
        }
        assert_eq!((tally.passed, tally.failed, tally.skipped), (1, 1, 1));
        assert_eq!(tally.failures, ["batch: status was failure"]);
    }

    #[test]
    fn nothing_tested_is_a_failure() {
        assert!(!Tally::default().close());
    }
}
