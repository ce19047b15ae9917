//! Connection specifications: the templates of systems that data comes from or goes to.

use super::{KnownAuth, KnownSpec, Role};
use crate::ids::ConnectionSpecId;

/// The Data Landing Zone as a source. Needs no connection. Source: Adobe's documentation of the Data Landing Zone
/// source.
pub const LANDING_ZONE_SOURCE: ConnectionSpecId =
    ConnectionSpecId::known("26f526f2-58f4-4712-961d-e41bf1ccc0e8");

/// The Data Landing Zone as a destination. Needs a connection without sign-in. Source: Adobe's document of the
/// destinations API.
pub const LANDING_ZONE_TARGET: ConnectionSpecId =
    ConnectionSpecId::known("10440537-2a7b-4583-ac39-ed38d4b848e8");

/// The data lake that flows write into. Source: Adobe's tutorials of cloud storage sources.
pub const DATA_LAKE_TARGET: ConnectionSpecId =
    ConnectionSpecId::known("c604ff05-7f1a-43c0-8e18-33bf874cb11c");

/// The data lake as the source of exports. `/configs` of it lists the datasets that can be exported. Source: Adobe's
/// document of the destinations API; the name as the Python client aepp uses it.
pub const DATA_LAKE_SOURCE: ConnectionSpecId =
    ConnectionSpecId::known("23598e46-f560-407b-88d5-ea6207e49db0");

/// The profile store (UPS), which the platform's own flows fill from the data lake. Source: the Python client aepp; the
/// name is not published.
pub const PROFILE_STORE: ConnectionSpecId =
    ConnectionSpecId::known("8a9c3494-9708-43d7-ae3f-cda01e5030e1");

/// Amazon S3 as a source. Source: Adobe's tutorial of the Amazon S3 source.
pub const AMAZON_S3_SOURCE: ConnectionSpecId =
    ConnectionSpecId::known("ecadc60c-7455-4d87-84dc-2a0e293d997b");

/// Amazon S3 as a destination. Source: Adobe's document of the destinations API.
pub const AMAZON_S3_TARGET: ConnectionSpecId =
    ConnectionSpecId::known("4fce964d-3f37-408f-9778-e597338a21ee");

/// Amazon S3 as a destination, in its older form. Source: Adobe's documentation of sorting and filtering.
pub const AMAZON_S3_TARGET_OLD: ConnectionSpecId =
    ConnectionSpecId::known("4890fc95-5a1f-4983-94bb-e060c08e3f81");

/// Azure Blob Storage as a source. Source: Adobe's tutorial of the Azure Blob source.
pub const AZURE_BLOB_SOURCE: ConnectionSpecId =
    ConnectionSpecId::known("4c10e202-c428-4796-9208-5f1f5732b1cf");

/// Azure Blob Storage as a destination. Source: Adobe's document of the destinations API.
pub const AZURE_BLOB_TARGET: ConnectionSpecId =
    ConnectionSpecId::known("6d6b59bf-fb58-4107-9064-4d246c0e5bb2");

/// Azure Data Lake Storage Gen2 as a source. Source: Adobe's tutorial of the ADLS Gen2 source.
pub const ADLS_GEN2_SOURCE: ConnectionSpecId =
    ConnectionSpecId::known("b3ba5556-48be-44b7-8b85-ff2b69b46dc4");

/// Azure Data Lake Storage Gen2 as a destination. Source: Adobe's document of the destinations API.
pub const ADLS_GEN2_TARGET: ConnectionSpecId =
    ConnectionSpecId::known("be2c3209-53bc-47e7-ab25-145db8b873e1");

/// Google Cloud Storage as a source. Source: Adobe's document of Flow Service.
pub const GOOGLE_CLOUD_STORAGE_SOURCE: ConnectionSpecId =
    ConnectionSpecId::known("32e8f412-cdf7-464c-9885-78184cb113fd");

/// Google Cloud Storage as a destination. Source: Adobe's document of the destinations API.
pub const GOOGLE_CLOUD_STORAGE_TARGET: ConnectionSpecId =
    ConnectionSpecId::known("c5d93acb-ea8b-4b14-8f53-02138444ae99");

/// SFTP as a source. Source: Adobe's tutorial of the SFTP source.
pub const SFTP_SOURCE: ConnectionSpecId =
    ConnectionSpecId::known("b7bf2577-4520-42c9-bae9-cad01560f7bc");

/// SFTP as a destination. Source: Adobe's document of the destinations API.
pub const SFTP_TARGET: ConnectionSpecId =
    ConnectionSpecId::known("36965a81-b1c6-401b-99f8-22508f1e6a26");

/// SFTP as a destination, in its older form. Source: Adobe's document of the destinations API.
pub const SFTP_TARGET_OLD: ConnectionSpecId =
    ConnectionSpecId::known("64ef4b8b-a6e0-41b5-9677-3805d1ee5dd0");

/// FTP as a source. Source: the documentation of the Python client aepp.
pub const FTP_SOURCE: ConnectionSpecId =
    ConnectionSpecId::known("fb2e94c9-c031-467d-8103-6bd6e0a432f2");

/// Azure File Storage as a source. Source: the appendix of Adobe's source tutorials.
pub const AZURE_FILE_STORAGE_SOURCE: ConnectionSpecId =
    ConnectionSpecId::known("be5ec48c-5b78-49d5-b8fa-7c89ec4569b8");

/// Apache HDFS as a source. Source: the appendix of Adobe's source tutorials.
pub const HDFS_SOURCE: ConnectionSpecId =
    ConnectionSpecId::known("54e221aa-d342-4707-bcff-7a4bceef0001");

/// Oracle Object Storage as a source. Source: the appendix of Adobe's source tutorials.
pub const ORACLE_OBJECT_STORAGE_SOURCE: ConnectionSpecId =
    ConnectionSpecId::known("c85f9425-fb21-426c-ad0b-405e9bd8a46c");

/// Azure Event Hubs as a source; streaming. Source: the appendix of Adobe's source tutorials.
pub const AZURE_EVENT_HUBS_SOURCE: ConnectionSpecId =
    ConnectionSpecId::known("bf9f5905-92b7-48bf-bf20-455bc6b60a4e");

/// Amazon Kinesis as a source; streaming. Source: the appendix of Adobe's source tutorials.
pub const AMAZON_KINESIS_SOURCE: ConnectionSpecId =
    ConnectionSpecId::known("86043421-563b-46ec-8e6c-e23184711bf6");

/// Messages by HTTP; streaming. Its provider is [`STREAMING_PROVIDER`](super::STREAMING_PROVIDER). Source: the
/// documentation of the Python client aepp.
pub const STREAMING_SOURCE: ConnectionSpecId =
    ConnectionSpecId::known("bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb");

/// Google BigQuery as a source; tables. Source: an example in Adobe's documentation.
pub const GOOGLE_BIGQUERY_SOURCE: ConnectionSpecId =
    ConnectionSpecId::known("3c9b37f8-13a6-43d8-bad3-b863b941fedd");

/// Salesforce as a source; tables. Source: Adobe's tutorial of the Salesforce source.
pub const SALESFORCE_SOURCE: ConnectionSpecId =
    ConnectionSpecId::known("cfc0fee1-7dc0-40ef-b73e-d8b134c436f5");

/// HubSpot as a source; tables. Source: Adobe's tutorial of marketing automation sources.
pub const HUBSPOT_SOURCE: ConnectionSpecId =
    ConnectionSpecId::known("cc6a4487-9e91-433e-a3a3-9cf6626c1806");

/// Adobe Campaign as a destination. Source: Adobe's document of the destinations API.
pub const ADOBE_CAMPAIGN_TARGET: ConnectionSpecId =
    ConnectionSpecId::known("0b23e41a-cb4a-4321-a78f-3b654f5d7d97");

/// Oracle Eloqua as a destination. Source: Adobe's document of the destinations API.
pub const ELOQUA_TARGET: ConnectionSpecId =
    ConnectionSpecId::known("c1e44b6b-e7c8-404b-9031-58f0ef760604");

/// Oracle Responsys as a destination. Source: Adobe's document of the destinations API.
pub const RESPONSYS_TARGET: ConnectionSpecId =
    ConnectionSpecId::known("a5e28ddf-e265-426e-83a1-9d03a3a6822b");

/// Salesforce Marketing Cloud as a destination. Source: Adobe's document of the destinations API.
pub const SALESFORCE_MARKETING_CLOUD_TARGET: ConnectionSpecId =
    ConnectionSpecId::known("f599a5b3-60a7-4951-950a-cc4115c7ea27");

pub(super) const ALL: &[KnownSpec] = &[
    KnownSpec {
        id: LANDING_ZONE_SOURCE,
        name: "landing-zone",
        role: Role::Source,
        auth: &[],
    },
    KnownSpec {
        id: LANDING_ZONE_TARGET,
        name: "Data Landing Zone",
        role: Role::Target,
        auth: &[],
    },
    KnownSpec {
        id: DATA_LAKE_TARGET,
        name: "datalake",
        role: Role::Target,
        auth: &[],
    },
    KnownSpec {
        id: DATA_LAKE_SOURCE,
        name: "activation-datalake",
        role: Role::Source,
        auth: &[],
    },
    KnownSpec {
        id: PROFILE_STORE,
        name: "ups",
        role: Role::Target,
        auth: &[],
    },
    KnownSpec {
        id: AMAZON_S3_SOURCE,
        name: "Amazon S3",
        role: Role::Source,
        auth: &[KnownAuth {
            name: "Access Key",
            params: &["s3AccessKey", "s3SecretKey"],
        }],
    },
    KnownSpec {
        id: AMAZON_S3_TARGET,
        name: "Amazon S3",
        role: Role::Target,
        auth: &[KnownAuth {
            name: "Access Key",
            params: &["s3AccessKey", "s3SecretKey"],
        }],
    },
    KnownSpec {
        id: AMAZON_S3_TARGET_OLD,
        name: "Amazon S3 (old)",
        role: Role::Target,
        auth: &[],
    },
    KnownSpec {
        id: AZURE_BLOB_SOURCE,
        name: "Azure Blob",
        role: Role::Source,
        auth: &[
            KnownAuth {
                name: "ConnectionString",
                params: &["connectionString"],
            },
            KnownAuth {
                name: "SasURIAuthentication",
                params: &["sasUri"],
            },
        ],
    },
    KnownSpec {
        id: AZURE_BLOB_TARGET,
        name: "Azure Blob",
        role: Role::Target,
        auth: &[KnownAuth {
            name: "ConnectionString",
            params: &["connectionString"],
        }],
    },
    KnownSpec {
        id: ADLS_GEN2_SOURCE,
        name: "ADLS Gen2",
        role: Role::Source,
        auth: &[KnownAuth {
            name: "Basic Authentication for adls-gen2",
            params: &["url", "servicePrincipalId", "servicePrincipalKey", "tenant"],
        }],
    },
    KnownSpec {
        id: ADLS_GEN2_TARGET,
        name: "ADLS Gen2",
        role: Role::Target,
        auth: &[KnownAuth {
            name: "Azure Service Principal Auth",
            params: &["url", "servicePrincipalId", "servicePrincipalKey", "tenant"],
        }],
    },
    KnownSpec {
        id: GOOGLE_CLOUD_STORAGE_SOURCE,
        name: "Google Cloud Storage",
        role: Role::Source,
        auth: &[KnownAuth {
            name: "Basic Authentication for google-cloud",
            params: &["accessKeyId", "secretAccessKey"],
        }],
    },
    KnownSpec {
        id: GOOGLE_CLOUD_STORAGE_TARGET,
        name: "Google Cloud Storage",
        role: Role::Target,
        auth: &[KnownAuth {
            name: "Google Cloud Storage authentication credentials",
            params: &["accessKeyId", "secretAccessKey"],
        }],
    },
    KnownSpec {
        id: SFTP_SOURCE,
        name: "SFTP",
        role: Role::Source,
        auth: &[
            KnownAuth {
                name: "Basic Authentication for sftp",
                params: &["host", "userName", "password"],
            },
            KnownAuth {
                name: "SSH PublicKey Authentication for sftp",
                params: &["host", "userName", "privateKeyContent", "passPhrase"],
            },
        ],
    },
    KnownSpec {
        id: SFTP_TARGET,
        name: "SFTP",
        role: Role::Target,
        auth: &[
            KnownAuth {
                name: "SFTP with Password",
                params: &["domain", "username", "password"],
            },
            KnownAuth {
                name: "SFTP with SSH Key",
                params: &["domain", "username", "sshKey"],
            },
        ],
    },
    KnownSpec {
        id: SFTP_TARGET_OLD,
        name: "SFTP (old)",
        role: Role::Target,
        auth: &[],
    },
    KnownSpec {
        id: FTP_SOURCE,
        name: "FTP",
        role: Role::Source,
        auth: &[KnownAuth {
            name: "Basic Authentication for FTP",
            params: &["host", "userName", "password"],
        }],
    },
    KnownSpec {
        id: AZURE_FILE_STORAGE_SOURCE,
        name: "Azure File Storage",
        role: Role::Source,
        auth: &[],
    },
    KnownSpec {
        id: HDFS_SOURCE,
        name: "HDFS",
        role: Role::Source,
        auth: &[],
    },
    KnownSpec {
        id: ORACLE_OBJECT_STORAGE_SOURCE,
        name: "Oracle Object Storage",
        role: Role::Source,
        auth: &[],
    },
    KnownSpec {
        id: AZURE_EVENT_HUBS_SOURCE,
        name: "Azure Event Hubs",
        role: Role::Source,
        auth: &[],
    },
    KnownSpec {
        id: AMAZON_KINESIS_SOURCE,
        name: "Amazon Kinesis",
        role: Role::Source,
        auth: &[],
    },
    KnownSpec {
        id: STREAMING_SOURCE,
        name: "Streaming Connection",
        role: Role::Source,
        auth: &[KnownAuth {
            name: "Streaming Connection",
            params: &["sourceId", "dataType", "name", "authenticationRequired"],
        }],
    },
    KnownSpec {
        id: GOOGLE_BIGQUERY_SOURCE,
        name: "Google BigQuery",
        role: Role::Source,
        auth: &[],
    },
    KnownSpec {
        id: SALESFORCE_SOURCE,
        name: "Salesforce",
        role: Role::Source,
        auth: &[],
    },
    KnownSpec {
        id: HUBSPOT_SOURCE,
        name: "HubSpot",
        role: Role::Source,
        auth: &[],
    },
    KnownSpec {
        id: ADOBE_CAMPAIGN_TARGET,
        name: "Adobe Campaign",
        role: Role::Target,
        auth: &[],
    },
    KnownSpec {
        id: ELOQUA_TARGET,
        name: "Oracle Eloqua",
        role: Role::Target,
        auth: &[],
    },
    KnownSpec {
        id: RESPONSYS_TARGET,
        name: "Oracle Responsys",
        role: Role::Target,
        auth: &[],
    },
    KnownSpec {
        id: SALESFORCE_MARKETING_CLOUD_TARGET,
        name: "Salesforce Marketing Cloud",
        role: Role::Target,
        auth: &[],
    },
];
