//! Lists: filters, order, pages, counts, searches.

use serde_json::json;

use super::*;

async fn fill(world: &World) -> (String, String) {
    let body = zone_flow(world, "f").await;
    for n in 0..5 {
        let mut body = body.clone();
        body["name"] = json!(format!("flow {n}"));
        let id = make(world, "flows", &body).await;
        if n == 2 {
            act(world, "flows", &id, "disable").await.expect(200);
        }
    }
    make(world, "flows", &export_flow(world).await).await;
    let text = |field: &str| body[field][0].as_str().unwrap().to_owned();
    (text("sourceConnectionIds"), text("targetConnectionIds"))
}

async fn names(world: &World, query: &str) -> Vec<String> {
    let found = world.get(&at(&format!("flows?{query}"))).await.expect(200);
    found["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn filters_and_order() {
    let world = World::new().await;
    let (source, _) = fill(&world).await;
    assert_eq!(
        names(&world, "").await.first().map(String::as_str),
        Some("export")
    );
    for (query, wanted) in [
        ("property=state==disabled".to_owned(), vec!["flow 2"]),
        (
            "property=name==%22flow%201%22,export&orderby=name".to_owned(),
            vec!["export", "flow 1"],
        ),
        ("property=name%3D%3Dflow%201".to_owned(), vec!["flow 1"]),
        (
            "property=inheritedAttributes.properties.isDestinationFlow==true".to_owned(),
            vec!["export"],
        ),
        (format!("property=flowSpec.id=={EXPORT}"), vec!["export"]),
        (
            format!(
                "property=inheritedAttributes.targetConnections[].connectionSpec.id=={LANDING_ZONE_TARGET}"
            ),
            vec!["export"],
        ),
        (
            format!(
                "property=sourceConnectionIds[]=={source}&property=state!=disabled&orderby=-name&limit=2"
            ),
            vec!["flow 4", "flow 3"],
        ),
        (
            "property=scheduleParams.endTime>5".to_owned(),
            vec!["export"],
        ),
        ("property=createdAt<5".to_owned(), vec![]),
    ] {
        assert_eq!(names(&world, &query).await, wanted, "{query}");
    }
    for (query, code) in [
        ("property=name~flow", "FLOW-1440-400"),
        ("property=name!=a,b", "FLOW-1443-400"),
        ("property=name", "FLOW-1453-400"),
        ("orderby=colour", "FLOW-1433-400"),
        ("orderby=*name", "FLOW-1432-400"),
        ("limit=0", "FLOW-1452-400"),
        ("limit=5&count=true", "FLOW-1401-400"),
        ("continuationToken=x", "FLOW-1452-400"),
    ] {
        refused(world.get(&at(&format!("flows?{query}"))).await, code);
    }
    let count = world
        .get(&at("flows?count=true&property=state==enabled"))
        .await
        .expect(200);
    assert_eq!(count, json!({"count": 5}));
    // Unknown parameters, a count that is not asked for, and what other libraries do to booleans.
    assert_eq!(
        names(&world, "limit=100&count=False&start=0").await.len(),
        6
    );
}

#[tokio::test]
async fn pages_are_followed_with_the_filters_repeated() {
    let world = World::new().await;
    fill(&world).await;
    let filter = "property=flowSpec.id==9753525b-82c7-4dce-8a9b-5ccfce2b9876&limit=2";
    let (mut query, mut seen) = (filter.to_owned(), Vec::new());
    loop {
        let page = world.get(&at(&format!("flows?{query}"))).await.expect(200);
        for item in page["items"].as_array().unwrap() {
            seen.push(item["name"].as_str().unwrap().to_owned());
        }
        let Some(href) = page["_links"]["next"]["href"].as_str() else {
            break;
        };
        let url = url(&format!("http://x{href}"));
        assert_eq!(url.path(), "/flows");
        let (key, token) = url.query_pairs().next().unwrap();
        assert_eq!(key, "continuationToken");
        assert!(token.contains('=') && token.contains('%'), "{token}");
        query = format!("{filter}&continuationToken={}", encoded(&token));
    }
    assert_eq!(seen, ["flow 4", "flow 3", "flow 2", "flow 1", "flow 0"]);
}

fn url(text: &str) -> reqwest::Url {
    text.parse().unwrap()
}

fn encoded(text: &str) -> String {
    let mut url = url("http://x");
    url.query_pairs_mut().append_pair("k", text);
    url.query().unwrap()[2..].to_owned()
}

#[tokio::test]
async fn searches_answer_like_lists() {
    let world = World::new().await;
    fill(&world).await;
    let body =
        json!({"queryString": "state==disabled", "projectionFields": ["name", "flowSpec.id"]});
    let found = post(&world, "flows/search", &body).await.expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let item = &found["items"][0];
    assert_eq!(item["name"], "flow 2");
    assert_eq!(item["flowSpec"], json!({"id": CLOUD_TO_LAKE}));
    assert_eq!(item.as_object().unwrap().len(), 3);
    let count = post(&world, "flows/search", &json!({"count": true}))
        .await
        .expect(200);
    assert_eq!(count, json!({"count": 6}));
    let page = post(&world, "flows/search", &json!({"limit": 4}))
        .await
        .expect(200);
    let href = page["_links"]["next"]["href"].as_str().unwrap();
    let rest = post(&world, href.trim_start_matches('/'), &json!({"limit": 4}))
        .await
        .expect(200);
    assert_eq!(rest["items"].as_array().unwrap().len(), 2);
    make(&world, "connections", &s3()).await;
    let body = json!({"queryString": format!("property=connectionSpec.id=={S3}")});
    let found = post(&world, "connections/search", &body).await.expect(200);
    assert_eq!(
        found["items"][0]["auth"]["params"],
        json!({"s3AccessKey": "AKIA"})
    );
    refused(
        post(
            &world,
            "connections/search",
            &json!({"queryString": "name"}),
        )
        .await,
        "FLOW-1453-400",
    );
}
