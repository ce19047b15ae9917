//! Which storage the landing zones have.

use std::path::PathBuf;

/// Where an emulated organisation's landing zones are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ZoneKind {
    /// An organisation on Amazon: S3, served by the emulator itself.
    #[default]
    S3,
    /// An organisation on Azure: Blob Storage, served by an Azurite that is started and ended with the emulator.
    Azure {
        /// Azurite's `azurite-blob`, or a folder that `npm install azurite` filled; looked for on the path without.
        azurite: Option<PathBuf>,
    },
}
