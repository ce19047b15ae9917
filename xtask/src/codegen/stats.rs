//! What `--stats` prints: of each API the size of its code, how long that takes to compile, and which passes fired.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::codegen::document::operations;
use crate::codegen::{Normal, emit};
use crate::error::{Context, Error, Result};
use crate::{output, process};

/// How large an API came out.
pub(crate) struct Size {
    pub(crate) api: String,
    /// Operations of the document, and how many further faces they have.
    pub(crate) operations: usize,
    pub(crate) faces: usize,
    /// Lines of generated code.
    pub(crate) lines: usize,
    /// Types that became any JSON value: where, and why.
    pub(crate) json: Vec<(String, String)>,
    /// The passes that fired, `inline 87, headers 28`.
    passes: String,
}

impl Size {
    pub(crate) fn new(normal: &Normal, files: &emit::Files) -> Self {
        let fired: Vec<String> = normal
            .counts()
            .into_iter()
            .filter(|(name, count)| *count > 0 && !["operations", "json"].contains(name))
            .map(|(name, count)| format!("{name} {count}"))
            .collect();
        Self {
            api: normal.document.api.clone(),
            operations: normal.operations.len(),
            faces: operations(&normal.document.value).len() - normal.operations.len(),
            lines: files.iter().map(|(_, text)| text.lines().count()).sum(),
            json: normal.done.json.clone(),
            passes: fired.join(", "),
        }
    }

    /// What every run prints of it.
    pub(crate) fn line(&self) -> String {
        format!(
            "{:<24} {:>4} operations in, {:>4} out{} {:>7} lines, {:>3} types as JSON",
            self.api,
            self.operations,
            self.operations,
            match self.faces {
                0 => "             ".to_owned(),
                faces => format!(" (+{faces} by faces)"),
            },
            self.lines,
            self.json.len(),
        )
    }
}

/// Prints a line for each API of the crate with this manifest.
pub(crate) fn print(manifest: &Path, sizes: &[Size]) -> Result<()> {
    let empty = seconds(manifest, None)?;
    output::line(format!("{:<24} {empty:>6.1} s to check", "without an API"));
    for size in sizes {
        let seconds = seconds(manifest, Some(&size.api))?;
        output::line(format!("{} {seconds:>6.1} s to check", size.line()));
        output::line(format!("    {}", size.passes));
        for (place, why) in &size.json {
            output::line(format!("    JSON: {place} ({why})"));
        }
    }
    Ok(())
}

/// How long `cargo check` takes for the crate alone, with this feature.
fn seconds(manifest: &Path, feature: Option<&str>) -> Result<f64> {
    let check = |fresh: &str| {
        let mut command = Command::new(process::cargo());
        command
            .args([
                "rustc",
                "--quiet",
                "--lib",
                "--profile",
                "check",
                "--no-default-features",
                "--manifest-path",
            ])
            .arg(manifest)
            .args(feature.iter().flat_map(|name| ["--features", name]))
            // an argument that no earlier run had, so that the crate is compiled and its dependencies are not
            .args(["--", "--cfg", &format!("aep_stats=\"{fresh}\"")])
            .stdin(Stdio::null());
        let start = Instant::now();
        let status = command.status().doing(|| "could not start cargo")?;
        if !status.success() {
            let name = feature.unwrap_or("without an API");
            return Err(Error::new(format!("{name} does not compile")));
        }
        Ok(start.elapsed().as_secs_f64())
    };
    let run = std::process::id();
    // the first also builds what it needs
    check(&format!("{run}-0"))?;
    check(&format!("{run}-1"))
}
