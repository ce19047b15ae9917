//! `cargo xtask regen`: from the documents in `spec/` to the clients in `crates/aep-gen`.

mod load;

use std::path::Path;

use crate::error::{Error, Result};
use crate::output;

/// The arguments of `regen`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The APIs to generate, by the name of their document; all when none is named
    apis: Vec<String>,
    /// Only compare: fail when the committed code is not what would be generated
    #[arg(long)]
    check: bool,
    /// Print how often each pass changed each document
    #[arg(long)]
    stats: bool,
}

/// Runs the task.
pub(crate) fn run(args: &Args) -> Result<()> {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let apis = if args.apis.is_empty() {
        load::names(&spec)?
    } else {
        args.apis.clone()
    };
    for api in apis {
        let document = load::Document::read(&spec, &api)?;
        output::line(format!(
            "{} {} {}",
            document.module(),
            args.check,
            args.stats
        ));
    }
    Ok(())
}

/// Runs the generator proper.
pub(crate) fn run_child() -> Result<()> {
    Err(Error::new("no document was given").hint("run `cargo xtask regen`"))
}
