//! The gateway's checks in their order, with the codes of common.md 7.1.

use std::time::Duration;

use aep_emulator::Emulator;

use crate::support::{CATALOG, World, send};

const LIST: &str = "/data/foundation/catalog/dataSets?limit=1";

#[tokio::test]
async fn each_check_answers_its_own_code_in_order() {
    let world = World::new().await;
    let ask = |token: Option<String>,
               key: Option<&'static str>,
               org: Option<&'static str>,
               box_: Option<&'static str>| {
        let mut request = world.bare("GET", LIST);
        for (name, value) in [
            ("x-api-key", key),
            ("x-gw-ims-org-id", org),
            ("x-sandbox-name", box_),
        ] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        if let Some(token) = token {
            request = request.header("authorization", token);
        }
        send(request)
    };
    let token = || Some(format!("Bearer {}", world.token));
    let (key, org) = (Some("local-client"), Some("LOCAL@AdobeOrg"));
    let cases = [
        (ask(None, None, None, None).await, 403, "403010"),
        (
            ask(Some("Bearer wrong".into()), None, None, None).await,
            401,
            "401013",
        ),
        (
            ask(Some("Basic abc".into()), key, org, None).await,
            401,
            "401013",
        ),
        (ask(token(), None, None, None).await, 403, "403000"),
        (
            ask(token(), Some("nobody"), None, None).await,
            403,
            "403003",
        ),
        (ask(token(), key, None, None).await, 400, "400003"),
        (
            ask(token(), key, Some("OTHER@AdobeOrg"), None).await,
            403,
            "403025",
        ),
    ];
    for (answer, status, code) in cases {
        assert_eq!(answer.status, status, "{}", answer.text);
        assert_eq!(answer.json()["error_code"], code);
        assert!(answer.json()["message"].is_string());
        assert!(answer.header("x-request-id").is_some());
    }
    let missing = ask(None, None, None, None).await.json();
    assert_eq!(missing["message"], "Oauth token is missing.");
    assert_eq!(
        ask(token(), key, org, Some("nowhere")).await.expect(404)["title"],
        "NotFoundError"
    );
    // Without the header the organisation's default sandbox is meant; a name that can't be read is a wrong one.
    ask(token(), key, org, None).await.expect(200);
    ask(token(), key, org, Some("d\u{e9}v")).await.expect(404);
    ask(token(), Some("k\u{e9}y"), None, None).await.expect(403);
}

#[tokio::test]
async fn a_strict_gateway_wants_the_sandbox_named() {
    let world = World::with(Emulator::builder().require_sandbox(true)).await;
    let request = world
        .bare("GET", LIST)
        .bearer_auth(&world.token)
        .header("x-api-key", "local-client")
        .header("x-gw-ims-org-id", "LOCAL@AdobeOrg");
    send(request).await.expect(400);
    world.get(LIST).await.expect(200);
}

#[tokio::test]
async fn tokens_expire_by_the_emulators_clock() {
    let mut world = World::new().await;
    world.get(LIST).await.expect(200);
    world.emulator.clock().advance(Duration::from_secs(86_398));
    world.get(LIST).await.expect(200);
    world.emulator.clock().advance(Duration::from_secs(2));
    assert_eq!(world.get(LIST).await.expect(401)["error_code"], "401013");
    world.token = world.new_token().await;
    world.get(LIST).await.expect(200);
}

#[tokio::test]
async fn request_ids_are_echoed_or_made() {
    let world = World::new().await;
    let answer = send(world.request("GET", LIST).header("x-request-id", "mine-1")).await;
    assert_eq!(answer.header("x-request-id"), Some("mine-1"));
    let (a, b) = (world.get(LIST).await, world.get(LIST).await);
    assert_ne!(a.header("x-request-id"), b.header("x-request-id"));
    let log = world.emulator.requests().all();
    assert!(
        log.iter()
            .any(|seen| seen.request_id == "mine-1" && seen.operation == Some("listDatasets"))
    );
}

#[tokio::test]
async fn an_unknown_route_is_html_and_an_unknown_resource_is_json() {
    let world = World::new().await;
    let answer = world.get("/data/foundation/nowhere").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (404, Some("text/html"))
    );
    let answer = world.get(&format!("{CATALOG}/nothing")).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (404, Some("application/json"))
    );
    assert_eq!(answer.json()["title"], "NotFoundError");
    assert_eq!(
        world
            .get("/data/foundation/schemaregistry/nothing")
            .await
            .expect(404)["status"],
        404
    );
    // The gateway's checks come before the service's.
    assert_eq!(
        send(world.bare("GET", &format!("{CATALOG}/nothing")))
            .await
            .expect(403)["error_code"],
        "403010"
    );
}

#[tokio::test]
async fn methods_media_types_and_sizes_are_checked() {
    let world = World::new().await;
    assert_eq!(
        send(world.request("DELETE", &format!("{CATALOG}/dataSets")))
            .await
            .expect(405)["status"],
        405
    );
    let post = || world.request("POST", &format!("{CATALOG}/dataSets"));
    let answer = send(post().body("{}")).await.expect(400);
    assert_eq!(answer["title"], "BadRequestError");
    assert_eq!(answer["detail"], "A valid content-type must be specified");
    assert_eq!(answer["type"], "/placeholder/type/uri");
    let xml = send(post().header("content-type", "text/xml").body("<a/>"))
        .await
        .expect(415);
    assert_eq!(xml["title"], "UnsupportedMediaTypeError");
    send(post().header("content-type", "application/json").body("{"))
        .await
        .expect(400);
    let huge = format!("\"{}\"", "x".repeat(11 * 1024 * 1024));
    send(post().header("content-type", "application/json").body(huge))
        .await
        .expect(413);
    for base in [
        "/data/foundation/catalog/dataSets",
        "/data/foundation/export/files",
        "/data/foundation/schemaregistry/tenant/schemas",
    ] {
        let answer = world.get(&format!("{base}/%FF")).await.expect(400);
        assert_eq!(answer["status"], 400);
    }
    // only the import service has a published limit
    let long = "x".repeat(2000);
    world
        .get(&format!("{CATALOG}/dataSets?name={long}"))
        .await
        .expect(200);
    world
        .get(&format!("/data/foundation/import/batches/{long}"))
        .await
        .expect(414);
}
