//! Pages are fetched when they are needed, with the filters of the first.

use aep_flow::{ConnectionFilter, FlowFilter};
use futures::{StreamExt, TryStreamExt};
use serde_json::{Value, json};

use crate::support::Recorder;

fn page(ids: &[&str], next: Option<&str>) -> (u16, Value) {
    let items: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
    let links = next.map_or(json!({}), |href| json!({"next": {"href": href}}));
    (200, json!({"items": items, "_links": links}))
}

#[tokio::test]
async fn filters_limit_and_order_go_along_with_the_decoded_token() {
    let server = Recorder::start([
        // a token with everything that gets lost when it is cut at signs
        page(
            &["a", "b"],
            Some("/connections?limit=1&continuationToken=x%3D%3D%26y%2Bz%25&orderby=id"),
        ),
        page(&[], Some("/connections?continuationToken=raw+token==")),
        page(&["c"], None),
    ])
    .await;
    let filter = ConnectionFilter {
        property: vec!["state==enabled".parse().unwrap()],
        order_by: Some("name".to_owned()),
        page_size: 2,
    };
    let ids: Vec<String> = server
        .flow
        .connections()
        .list(filter)
        .map_ok(|one| one.id.into())
        .try_collect()
        .await
        .unwrap();
    assert_eq!(ids, ["a", "b", "c"]);
    let first = [
        ("property", "state==enabled"),
        ("orderby", "name"),
        ("limit", "2"),
    ];
    let seen = server.seen();
    seen[0].is("GET", "/connections", &first);
    for (seen, token) in seen[1..].iter().zip(["x==&y+z%", "raw+token=="]) {
        let mut query = first.to_vec();
        query.push(("continuationToken", token));
        seen.is("GET", "/connections", &query);
    }
    assert!(
        seen[1]
            .target
            .contains("continuationToken=x%3D%3D%26y%2Bz%25"),
        "encoded once: {}",
        seen[1].target
    );
}

#[tokio::test]
async fn the_second_page_waits_until_somebody_wants_it() {
    let server = Recorder::start([
        page(&["a", "b"], Some("/flows?continuationToken=t")),
        page(&["c"], None),
    ])
    .await;
    let list = server.flow.flows().list(FlowFilter::default());
    server.silent();
    let two: Vec<_> = list.take(2).collect().await;
    assert_eq!((two.len(), server.seen().len()), (2, 1));
}

#[tokio::test]
async fn links_may_be_missing_or_empty() {
    for body in [
        json!({"items": [{"id": "a"}]}),
        json!({"items": [{"id": "a"}], "_links": null}),
        json!({"items": [{"id": "a"}], "_links": {"next": null}}),
        json!({"items": [{"id": "a"}], "_links": {"next": {"href": ""}}}),
        json!({"items": [{"id": "a"}], "_links": {"next": {}}}),
    ] {
        let server = Recorder::answering(body).await;
        let all: Vec<_> = server
            .flow
            .flows()
            .list(FlowFilter::default())
            .try_collect()
            .await
            .unwrap();
        assert_eq!((all.len(), server.seen().len()), (1, 1));
    }
}
