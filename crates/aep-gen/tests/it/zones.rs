//! Landing zones, mapping sets and runs out of schedule.

use aep_gen::landing_zone::types::{CredentialsAction, ZoneType};
use aep_gen::{ad_hoc_activation, data_prep, finish, landing_zone};
use serde_json::json;

use crate::server::Server;

#[tokio::test]
async fn zones_on_azure_and_on_s3_are_read_by_one_shape() {
    let azure = r#"{"containerName": "dlz-user-container", "containerTTL": "7"}"#;
    let s3 = r#"{"dlzPath": {"bucketName": "b", "dlzFolder": "f"}, "dlzProvider": "Amazon S3",
                 "dataTTL": {"timeUnit": "days", "timeQuantity": 7}}"#;
    let server = Server::start([(200, &[][..], azure), (200, &[][..], s3)]).await;
    let client = landing_zone::client(&server.core);
    let zone = finish(client.get_landing_zone(ZoneType::UserDropZone).await).unwrap();
    assert_eq!(zone.container_ttl, Some(7));
    let zone = finish(client.get_landing_zone(ZoneType::DlzDestination).await).unwrap();
    assert_eq!(zone.dlz_path.unwrap().bucket_name.as_deref(), Some("b"));
    assert_eq!(zone.data_ttl.unwrap().time_quantity, Some(7));
    let targets: Vec<_> = server.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(
        targets,
        ["user_drop_zone", "dlz_destination"]
            .map(|kind| format!("/data/foundation/connectors/landingzone?type={kind}"))
    );
}

#[tokio::test]
async fn credentials_of_a_zone_are_not_printed() {
    let answer = r#"{"containerName": "c", "storageAccountName": "a", "expiryDate": "2026-01-06",
        "SASToken": "sv=1&sig=planted", "SASUri": "https://a/c?sig=planted",
        "credentials": {"awsAccessKeyId": "id", "awsSecretAccessKey": "planted", "awsSessionToken": "planted"}}"#;
    let server = Server::start([(200, &[][..], answer)]).await;
    let client = landing_zone::client(&server.core);
    let sent = client
        .refresh_landing_zone_credentials(CredentialsAction::Refresh, ZoneType::UserDropZone)
        .await;
    let credentials = finish(sent).unwrap();
    assert!(!format!("{credentials:?}").contains("planted"));
    assert_eq!(
        credentials
            .sas_token
            .as_ref()
            .map(aep_gen::SecretText::expose),
        Some("sv=1&sig=planted")
    );
    let seen = server.only();
    assert_eq!(
        (seen.method.as_str(), seen.target.as_str()),
        (
            "POST",
            "/data/foundation/connectors/landingzone/credentials?action=refresh&type=user_drop_zone"
        )
    );
}

#[tokio::test]
async fn a_list_of_mapping_sets_always_says_where_it_begins() {
    let server = Server::answering(r#"{"data": [{"id": "m1", "version": 0}]}"#).await;
    let client = data_prep::client(&server.core);
    let sent = client.list_mapping_sets(10, 0, Default::default()).await;
    assert_eq!(
        finish(sent).unwrap().data,
        [json!({"id": "m1", "version": 0})]
    );
    assert_eq!(
        server.only().target,
        "/data/foundation/conversion/mappingSets?limit=10&start=0"
    );
}

#[tokio::test]
async fn what_is_activated_is_in_the_accept_header() {
    let server = Server::start([]).await;
    let accept = "application/vnd.adobe.adhoc.dataset.activation+json; version=1";
    let body =
        json!({"activationInfo": {"destinations": [{"flowId": "f1", "datasets": [{"id": "d1"}]}]}});
    let client = ad_hoc_activation::client(&server.core);
    finish(client.run_adhoc_activation(accept, &body).await).unwrap();
    let seen = server.only();
    assert_eq!(
        seen.target,
        "/data/core/activation/disflowprovider/adhocrun"
    );
    assert_eq!(seen.header("accept"), Some(accept));
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&seen.body).unwrap(),
        body
    );
}
