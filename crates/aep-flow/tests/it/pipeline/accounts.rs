//! Every sort of account.

use aep_core::{ErrorKind, Secret};
use aep_flow::pipeline::{StepKind, StorageToLake};
use aep_flow::specs::connection;
use aep_flow::{CloudAccount, FlowService};

use super::s3;
use crate::world::{MEMBERS, world};

fn secret() -> Secret {
    Secret::new("hunter2-hunter2".to_owned())
}

/// Each account, the specification of its system, and what its document says of secrets: those that are needed, those
/// that may be.
fn accounts() -> Vec<(
    CloudAccount,
    aep_flow::ConnectionSpecId,
    Vec<&'static str>,
    Vec<&'static str>,
)> {
    let host = || "files.example.org".to_owned();
    let user = || "acme".to_owned();
    vec![
        (
            s3(),
            connection::AMAZON_S3_SOURCE,
            vec!["s3AccessKey", "s3SecretKey"],
            vec![],
        ),
        (
            CloudAccount::AzureBlob {
                connection_string: secret(),
            },
            connection::AZURE_BLOB_SOURCE,
            vec!["connectionString"],
            vec![],
        ),
        (
            CloudAccount::AzureBlobSas { sas_uri: secret() },
            connection::AZURE_BLOB_SOURCE,
            vec!["sasUri"],
            vec![],
        ),
        (
            CloudAccount::AdlsGen2 {
                url: "https://acme.dfs.core.windows.net".to_owned(),
                principal_id: "p".to_owned(),
                principal_key: secret(),
                tenant: "t".to_owned(),
            },
            connection::ADLS_GEN2_SOURCE,
            vec!["servicePrincipalKey"],
            vec![],
        ),
        (
            CloudAccount::GoogleCloudStorage {
                access_key_id: "GOOG1".to_owned(),
                secret_access_key: secret(),
            },
            connection::GOOGLE_CLOUD_STORAGE_SOURCE,
            vec!["secretAccessKey"],
            vec![],
        ),
        (
            CloudAccount::Sftp {
                host: host(),
                user: user(),
                password: secret(),
            },
            connection::SFTP_SOURCE,
            vec!["password"],
            vec![],
        ),
        (
            CloudAccount::SftpKey {
                host: host(),
                user: user(),
                private_key: secret(),
                passphrase: None,
            },
            connection::SFTP_SOURCE,
            vec!["privateKeyContent"],
            vec!["passPhrase"],
        ),
        (
            CloudAccount::Ftp {
                host: host(),
                user: user(),
                password: secret(),
            },
            connection::FTP_SOURCE,
            vec!["password"],
            vec![],
        ),
    ]
}

#[tokio::test]
async fn every_account_gets_its_connection_and_its_document() {
    let world = world().await;
    for (account, spec, needed, optional) in accounts() {
        let pipeline = StorageToLake::cloud(account.name(), account, "bucket/in/", MEMBERS);
        assert!(!format!("{pipeline:?}").contains("hunter2"));
        let (client, recorder) = world.flow.client().recording();
        let dry = FlowService::new(client).pipelines();
        let error = dry.create(pipeline.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        let shown = format!("{:?}", recorder.requests());
        assert!(
            shown.contains("[redacted]") && !shown.contains("hunter2"),
            "{shown}"
        );
        let made = world.flow.pipelines().create(pipeline).await.unwrap();
        let id = made.id(StepKind::BaseConnection).unwrap().parse().unwrap();
        let base = world.flow.connections().get(&id).await.unwrap();
        assert_eq!(base.connection_spec.as_ref().unwrap().id, spec);
        let document = world.flow.manager(&made.flow).to_document().await.unwrap();
        let places = |names: Vec<&str>| -> Vec<String> {
            let mut places: Vec<String> = names
                .into_iter()
                .map(|name| format!("source.base.auth.params.{name}"))
                .collect();
            places.sort();
            places
        };
        let mut secrets = document.secrets.clone();
        secrets.sort();
        assert_eq!(secrets, places(needed), "{}", document.name);
        assert_eq!(
            document.optional_secrets,
            places(optional),
            "{}",
            document.name
        );
        assert!(!document.to_yaml().unwrap().contains("hunter2"));
    }
}
