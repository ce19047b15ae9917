//! `aep dlz`: the landing zones of a sandbox, and the files in them.

mod cat;
mod credentials;
mod env;
mod get;
mod info;
mod ls;
mod preview;
mod put;
mod refresh;
mod rm;
mod sync;
mod watch;

use aep_core::Result;
use aep_flow::{LandingZone, ZoneType};

use crate::context::Context;
use crate::exit::Exit;
use crate::output::{View, bytes, text};

/// The landing zone: files for the platform, and files from it
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Where the zone lies, and how long files stay
    Info(info::Args),
    /// Show the credentials of the zone's storage, secrets hidden unless asked for
    Credentials(credentials::Args),
    /// Replace the credentials: the earlier ones stop working
    Refresh(refresh::Args),
    /// List files
    #[command(visible_alias = "list")]
    Ls(ls::Args),
    /// Show columns and first rows of a file, as the platform reads it
    Preview(preview::Args),
    /// Put a file, a directory or standard input
    Put(put::Args),
    /// Get a file
    Get(get::Args),
    /// Write a file to standard output
    Cat(cat::Args),
    /// Delete files
    #[command(visible_alias = "delete")]
    Rm(rm::Args),
    /// Make a folder of the zone and a directory alike
    Sync(sync::Args),
    /// Print how another tool reaches the same place, credentials included
    Env(env::Args),
}

const OBJECTS: View = View {
    noun: "files",
    id: "key",
    columns: &[
        text("key", "key"),
        bytes("size", "size"),
        text("modified", "modified"),
    ],
};

/// Which zone a command is about
#[derive(Debug, clap::Args)]
pub(crate) struct Which {
    /// user_drop_zone (files for the platform), dlz_destination (its exports) or dlz_databricks_source
    #[arg(
        long = "type",
        value_name = "TYPE",
        default_value = "user_drop_zone",
        value_parser = zone_type
    )]
    zone: ZoneType,
}

fn zone_type(text: &str) -> Result<ZoneType, String> {
    text.parse().map_err(|_| {
        let names = ZoneType::ALL.map(ZoneType::as_str);
        format!("one of {}", names.join(", "))
    })
}

impl Which {
    async fn open(&self, ctx: &Context) -> Result<LandingZone> {
        Ok(ctx.flow().await?.landing_zone(self.zone))
    }
}

pub(crate) async fn run(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::Info(args) => info::run(args, ctx).await,
        Command::Credentials(args) => credentials::run(args, ctx).await,
        Command::Refresh(args) => refresh::run(args, ctx).await,
        Command::Ls(args) => ls::run(args, ctx).await,
        Command::Preview(args) => preview::run(args, ctx).await,
        Command::Put(args) => put::run(args, ctx).await,
        Command::Get(args) => get::run(args, ctx).await,
        Command::Cat(args) => cat::run(args, ctx).await,
        Command::Rm(args) => rm::run(args, ctx).await,
        Command::Sync(args) => sync::run(args, ctx).await,
        Command::Env(args) => env::run(args, ctx).await,
    }
}
