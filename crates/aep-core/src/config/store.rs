//! The files.

use std::path::PathBuf;

use super::Env;
use crate::Result;

/// The configuration files of the user and the project.
#[derive(Debug, Clone, Default)]
pub struct ConfigStore {
    directory: PathBuf,
}

impl ConfigStore {
    /// Opens the files that the environment points at. Files that do not exist are as good as empty ones.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if a file cannot be read or understood.
    pub fn open(_env: &Env) -> Result<Self> {
        Ok(Self::default())
    }

    /// The directory of the user's files.
    pub fn directory(&self) -> &std::path::Path {
        &self.directory
    }
}
