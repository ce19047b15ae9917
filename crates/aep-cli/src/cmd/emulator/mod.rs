//! `aep emulator`: a platform without an account.

mod admin;
mod clock;
mod faults;
mod reset;
mod seed;
mod start;
mod status;
mod stop;

use std::path::PathBuf;

use aep_core::Result;

use admin::Admin;

use crate::context::Context;
use crate::exit::Exit;

/// The local emulator: a platform without an account
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Serve the emulator until told to stop
    Start(start::Args),
    /// Show whether a server runs, and what the emulator holds
    Status(status::Args),
    /// Stop the server
    Stop(stop::Args),
    /// Throw everything away and begin again with the demo data
    Reset(reset::Args),
    /// Load schemas and datasets from a file
    Seed(seed::Args),
    /// Show or move the emulator's clock
    Clock(clock::Args),
    /// Make requests slow, refused, cut off or lost
    #[command(subcommand)]
    Faults(faults::Command),
}

/// Where the emulator's state is
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Place {
    /// Directory of the state [env: AEP_EMULATOR_DIR]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

impl Place {
    fn dir(&self, ctx: &Context) -> PathBuf {
        self.data_dir.clone().unwrap_or_else(|| ctx.emulator_dir())
    }

    /// The emulator that this is about: the server at AEP_BASE_URL if it is on this machine and no directory was named,
    /// else the one of the directory.
    async fn open(&self, ctx: &Context) -> Result<Admin> {
        if self.data_dir.is_none()
            && let Some(url) = ctx
                .env
                .get(aep_core::Env::BASE_URL)
                .and_then(|url| url::Url::parse(url).ok())
                .filter(is_here)
        {
            return Admin::at(url);
        }
        Admin::open(&self.dir(ctx)).await
    }
}

fn is_here(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

pub(crate) async fn run(command: Command, ctx: &Context) -> Result<Exit> {
    match command {
        Command::Start(args) => start::run(args, ctx).await,
        Command::Status(args) => status::run(args, ctx).await,
        Command::Stop(args) => stop::run(args, ctx).await,
        Command::Reset(args) => reset::run(args, ctx).await,
        Command::Seed(args) => seed::run(args, ctx).await,
        Command::Clock(args) => clock::run(args, ctx).await,
        Command::Faults(command) => faults::run(command, ctx).await,
    }
}
