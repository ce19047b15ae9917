//! Configuration: flags, environment, project file, user file, in this order of precedence.
//!
//! - The **user's files** are `config.toml` with the profiles and `credentials.toml` with their secrets, in
//!   `$XDG_CONFIG_HOME/aep` or `AEP_CONFIG_DIR`. The second must be readable by its owner only (mode 0600). The operating
//!   system's keyring is not used.
//! - A **project's file** is `aep.toml`, here or above up to the root of the repository: a profile's name, a sandbox,
//!   retries, timeouts. It holds no secrets, gives no leave to write into production, and names no foreign host.
//! - The **environment** is read in one place, [`Env`], which names every variable once ([`VARIABLES`]).
//!
//! ```toml
//! # config.toml
//! default_profile = "acme-dev"
//!
//! [profile.acme-dev]
//! org_id = "…@AdobeOrg"
//! client_id = "…"
//! scopes = ["openid", "AdobeID", "read_organizations", "additional_info.projectedProductContext", "session"]
//! sandbox = "dev"
//! ```
//!
//! There is no default sandbox. One base URL alone is enough if it is not Adobe's: then it stands for IMS and streaming
//! too, and without a profile the emulator's demo organisation is used.

mod document;
mod env;
mod files;
mod hosts;
pub mod import;
mod key;
mod layers;
mod resolve;
mod settings;
mod store;

pub use env::{Env, VARIABLES, Variable};
pub use key::Key;
pub use layers::{Explained, Origin, Overrides, explain};
pub use resolve::resolve;
pub use settings::{Credentials, Settings, Writes, default_scopes};
pub use store::ConfigStore;
