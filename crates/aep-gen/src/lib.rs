#![doc = include_str!("../README.md")]

#[cfg_attr(
    not(all(feature = "batch-ingestion", feature = "ims")),
    allow(dead_code, reason = "no single API needs all of it")
)]
mod address;
#[cfg_attr(
    not(all(feature = "batch-ingestion", feature = "data-access", feature = "ims")),
    allow(dead_code, reason = "no single API needs all of it")
)]
pub mod bridge;
mod keyed;
#[cfg_attr(
    not(feature = "catalog"),
    allow(dead_code, reason = "no single API needs all of it")
)]
mod lenient;
mod operation;
mod secret_text;

pub use bridge::{Answered, finish, finish_whole};
pub use keyed::Keyed;
pub use operation::{Answer, BodyInfo, Kind, OperationInfo, ParameterInfo, Place, Safety};
pub use secret_text::SecretText;

#[rustfmt::skip]
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    missing_docs,
    unreachable_pub,
    unused_imports,
    reason = "generated: what it should look like is decided in xtask/src/codegen"
)]
mod generated {
    #[cfg(feature = "ad-hoc-activation")]
    pub mod ad_hoc_activation;
    #[cfg(feature = "batch-ingestion")]
    pub mod batch_ingestion;
    #[cfg(feature = "catalog")]
    pub mod catalog;
    #[cfg(feature = "data-access")]
    pub mod data_access;
    #[cfg(feature = "data-prep")]
    pub mod data_prep;
    #[cfg(feature = "flow-service")]
    pub mod flow_service;
    #[cfg(feature = "ims")]
    pub mod ims;
    #[cfg(feature = "landing-zone")]
    pub mod landing_zone;
    #[cfg(feature = "sandbox")]
    pub mod sandbox;
    #[cfg(feature = "schema-registry")]
    pub mod schema_registry;
}

#[cfg(feature = "ad-hoc-activation")]
pub use generated::ad_hoc_activation;
#[cfg(feature = "batch-ingestion")]
pub use generated::batch_ingestion;
#[cfg(feature = "catalog")]
pub use generated::catalog;
#[cfg(feature = "data-access")]
pub use generated::data_access;
#[cfg(feature = "data-prep")]
pub use generated::data_prep;
#[cfg(feature = "flow-service")]
pub use generated::flow_service;
#[cfg(feature = "ims")]
pub use generated::ims;
#[cfg(feature = "landing-zone")]
pub use generated::landing_zone;
#[cfg(feature = "sandbox")]
pub use generated::sandbox;
#[cfg(feature = "schema-registry")]
pub use generated::schema_registry;
