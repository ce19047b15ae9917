//! Tokens, and the error bodies of common.md 3.1.

use serde_json::json;

use crate::support::{Answer, World, send};

fn form<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("grant_type", "client_credentials"),
        ("client_id", "local-client"),
        ("client_secret", "local-secret"),
        (
            "scope",
            "openid,AdobeID,read_organizations,additional_info.projectedProductContext,session",
        ),
    ];
    for (key, value) in changes {
        fields.retain(|(known, _)| known != key);
        if !value.is_empty() {
            fields.push((key, value));
        }
    }
    fields
}

async fn ask(world: &World, changes: &[(&str, &str)]) -> Answer {
    send(world.bare("POST", "/ims/token/v3").form(&form(changes))).await
}

#[tokio::test]
async fn a_token_lasts_a_day_in_seconds() {
    let world = World::new().await;
    let answer = ask(&world, &[]).await.expect(200);
    assert_eq!(answer["token_type"], "bearer");
    assert_eq!(answer["expires_in"], 86_399);
    assert!(answer["access_token"].as_str().unwrap().len() > 40);
}

#[tokio::test]
async fn the_fields_may_come_in_the_query_and_by_the_older_path() {
    let world = World::new().await;
    let all = "grant_type=client_credentials&client_id=local-client&client_secret=local-secret&scope=openid,AdobeID";
    send(world.bare("POST", &format!("/ims/token/v2?{all}")))
        .await
        .expect(200);
    let rest = [
        ("grant_type", "client_credentials"),
        ("client_secret", "local-secret"),
        ("scope", "openid"),
    ];
    send(
        world
            .bare("POST", "/ims/token/v3?client_id=local-client")
            .form(&rest),
    )
    .await
    .expect(200);
}

#[tokio::test]
async fn errors_have_the_oauth_shape_and_status_400() {
    let world = World::new().await;
    let pair = |answer: &Answer| {
        let body = answer.json();
        (
            answer.status,
            body["error"].clone(),
            body["error_description"].clone(),
        )
    };
    let answer = ask(&world, &[("client_secret", "wrong")]).await;
    assert_eq!(
        pair(&answer),
        (
            400,
            json!("invalid_client"),
            json!("invalid client_secret parameter")
        )
    );
    let answer = ask(&world, &[("client_id", "nobody")]).await;
    assert_eq!(
        pair(&answer),
        (
            400,
            json!("invalid_client"),
            json!("invalid client_id parameter")
        )
    );
    let answer = ask(&world, &[("scope", "openid,root")]).await;
    assert_eq!(
        (answer.status, &answer.json()["error"]),
        (400, &json!("invalid_scope"))
    );
    let answer = ask(&world, &[("grant_type", "password")]).await;
    assert_eq!(
        (answer.status, &answer.json()["error"]),
        (400, &json!("unsupported_grant_type"))
    );
    for field in ["grant_type", "client_id", "client_secret", "scope"] {
        let answer = ask(&world, &[(field, "")]).await;
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (400, &json!("invalid_request")),
            "{field}"
        );
    }
}
