//! Flow specifications: the templates of flows.

use super::{FlowWay, KnownFlowSpec};
use crate::ids::FlowSpecId;

/// Files of a cloud storage or the landing zone into the data lake. Source: Adobe's tutorials of cloud storage sources.
pub const CLOUD_STORAGE_TO_LAKE: FlowSpecId =
    FlowSpecId::known("9753525b-82c7-4dce-8a9b-5ccfce2b9876");

/// Tables of a CRM or a database into the data lake. Source: Adobe's tutorials of CRM and database sources; the name is
/// ours.
pub const TABLES_TO_LAKE: FlowSpecId = FlowSpecId::known("14518937-270c-4525-bdec-c2ba7cce3860");

/// Messages that are XDM already into the data lake. Source: Adobe's tutorial of the HTTP API source.
pub const STREAMING: FlowSpecId = FlowSpecId::known("d8a6f005-7eaf-4153-983e-e8574508b877");

/// Messages of any form through a mapping into the data lake. The name is spelt so. Source: Adobe's tutorial of the
/// HTTP API source.
pub const STREAMING_MAPPED: FlowSpecId = FlowSpecId::known("c1a19761-d2c7-4702-b9fa-fe91f0613e81");

/// Datasets to Amazon S3. Source: Adobe's tutorial of dataset exports; the name is ours.
pub const LAKE_TO_AMAZON_S3: FlowSpecId = FlowSpecId::known("269ba276-16fc-47db-92b0-c1049a3c131f");

/// Datasets to Azure Blob Storage. Source: Adobe's tutorial of dataset exports; the name is ours.
pub const LAKE_TO_AZURE_BLOB: FlowSpecId =
    FlowSpecId::known("95bd8965-fc8a-4119-b9c3-944c2c2df6d2");

/// Datasets to Azure Data Lake Storage Gen2. Source: Adobe's tutorial of dataset exports; the name is ours.
pub const LAKE_TO_ADLS_GEN2: FlowSpecId = FlowSpecId::known("17be2013-2549-41ce-96e7-a70363bec293");

/// Datasets to the Data Landing Zone. Source: Adobe's tutorial of dataset exports; the name is ours.
pub const LAKE_TO_LANDING_ZONE: FlowSpecId =
    FlowSpecId::known("cd2fc47e-e838-4f38-a581-8fff2f99b63a");

/// Datasets to Google Cloud Storage. Source: Adobe's tutorial of dataset exports; the name is ours.
pub const LAKE_TO_GOOGLE_CLOUD_STORAGE: FlowSpecId =
    FlowSpecId::known("585c15c4-6cbf-4126-8f87-e26bff78b657");

/// Datasets to SFTP. Source: Adobe's tutorial of dataset exports; the name is ours.
pub const LAKE_TO_SFTP: FlowSpecId = FlowSpecId::known("354d6aad-4754-46e4-a576-1b384561c440");

/// Audiences to Amazon S3. Source: Adobe's document of the destinations API; the name is ours.
pub const AUDIENCES_TO_AMAZON_S3: FlowSpecId =
    FlowSpecId::known("71471eba-b620-49e4-90fd-23f1fa0174d8");

/// The name of the specification of the flows that fill the identity store (UIS) from the data lake. Its id is not
/// published. Source: the documentation of the Python client aepp.
pub const DATASET_TO_IDENTITIES_NAME: &str = "dataset_to_uis";

/// The name of the specification of the flows that fill the profile store (UPS) from the data lake. Its id is not
/// published. Source: the documentation of the Python client aepp.
pub const DATASET_TO_PROFILES_NAME: &str = "dataset_to_ups";

pub(super) const ALL: &[KnownFlowSpec] = &[
    KnownFlowSpec {
        id: CLOUD_STORAGE_TO_LAKE,
        name: "CloudStorageToAEP",
        way: FlowWay::Ingest,
    },
    KnownFlowSpec {
        id: TABLES_TO_LAKE,
        name: "CRMToAEP",
        way: FlowWay::Ingest,
    },
    KnownFlowSpec {
        id: STREAMING,
        name: "Stream data without transformation",
        way: FlowWay::Streaming,
    },
    KnownFlowSpec {
        id: STREAMING_MAPPED,
        name: "Steam data with transformation",
        way: FlowWay::Streaming,
    },
    KnownFlowSpec {
        id: LAKE_TO_AMAZON_S3,
        name: "Dataset export to Amazon S3",
        way: FlowWay::Export,
    },
    KnownFlowSpec {
        id: LAKE_TO_AZURE_BLOB,
        name: "Dataset export to Azure Blob",
        way: FlowWay::Export,
    },
    KnownFlowSpec {
        id: LAKE_TO_ADLS_GEN2,
        name: "Dataset export to ADLS Gen2",
        way: FlowWay::Export,
    },
    KnownFlowSpec {
        id: LAKE_TO_LANDING_ZONE,
        name: "Dataset export to Data Landing Zone",
        way: FlowWay::Export,
    },
    KnownFlowSpec {
        id: LAKE_TO_GOOGLE_CLOUD_STORAGE,
        name: "Dataset export to Google Cloud Storage",
        way: FlowWay::Export,
    },
    KnownFlowSpec {
        id: LAKE_TO_SFTP,
        name: "Dataset export to SFTP",
        way: FlowWay::Export,
    },
    KnownFlowSpec {
        id: AUDIENCES_TO_AMAZON_S3,
        name: "Audience export to Amazon S3",
        way: FlowWay::Other,
    },
];
