//! Adobe's own documents: whether they become a crate, and whether that reads what they print.

use std::path::PathBuf;

use super::tally::Tally;
use crate::{codegen, drift, output, process, workspace};

/// Generates all of them; compiles and tries those of the core APIs, or all of them when `full`.
pub(super) fn run(full: bool, tally: &mut Tally) {
    let folder = std::env::var_os("AEP_UPSTREAM_SPECS").map_or_else(
        || workspace::root().join("../shared/upstream-specs"),
        PathBuf::from,
    );
    if !folder.is_dir() {
        output::line(format!(
            "skipped: {} is not there; AEP_UPSTREAM_SPECS names the folder of Adobe's documents",
            folder.display()
        ));
        return;
    }
    let mut part = |name: &str, result: crate::error::Result<()>| {
        if let Err(error) = &result {
            output::error(error);
        }
        tally.record(name, result.is_ok());
    };
    part(
        "Adobe's documents are generated",
        codegen::upstream_all(&folder),
    );
    part("our documents say what Adobe's say", drift::check(&folder));
    let out = process::target_dir().join("upstream/crate");
    part(
        "Adobe's documents are read as they are printed",
        codegen::upstream_decode(&folder, &out, full),
    );
}
