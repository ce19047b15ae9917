//! Configuration: flags, environment, project file, user file, in this order of precedence.

mod env;
mod resolve;
mod settings;
mod store;

pub use env::Env;
pub use resolve::{Overrides, resolve};
pub use settings::{Credentials, Settings, Writes, default_scopes};
pub use store::ConfigStore;
