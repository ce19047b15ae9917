//! Flow Service: conditions, versions, and answers that are kept as they are.

use aep_gen::finish;
use aep_gen::flow_service::types::{FlowOp, ObjectType, PatchOperation, PatchOperationOp};
use aep_gen::flow_service::{self, ExploreConnectionSpecOptions, ListFlowsOptions};
use serde_json::{Map, Value, json};

use crate::server::Server;

#[tokio::test]
async fn a_list_takes_conditions_and_keeps_its_items_whole() {
    let page = r#"{"items": [{"state": "enabled", "id": "f1", "scheduleParams": {"interval": "15"}}],
                   "_links": {"next": {"href": "/flows?continuationToken=a%3D%3D"}}}"#;
    let server = Server::start([(200, &[][..], page)]).await;
    let conditions = vec!["state==enabled".to_owned(), "name==a b".to_owned()];
    let options = ListFlowsOptions {
        property: Some(&conditions),
        limit: Some(5),
        ..Default::default()
    };
    let client = flow_service::client(&server.core);
    let page = finish(client.list_flows(options).await).unwrap();
    assert_eq!(
        page.items[0].to_string(),
        r#"{"state":"enabled","id":"f1","scheduleParams":{"interval":"15"}}"#
    );
    let next = page.links.unwrap().next.unwrap().href.unwrap();
    assert_eq!(next, "/flows?continuationToken=a%3D%3D");
    assert_eq!(
        server.only().target,
        "/data/foundation/flowservice/flows?limit=5\
         &property=state%3D%3Denabled&property=name%3D%3Da+b"
    );
}

#[tokio::test]
async fn a_change_names_the_version_that_was_read() {
    let changed = r#"{"id": "f1", "etag": "\"2\""}"#;
    let server = Server::start([(200, &[][..], changed)]).await;
    let step = PatchOperation {
        op: PatchOperationOp::Replace,
        path: "/name".to_owned(),
        value: Some(json!("new")),
        extra: Map::new(),
    };
    let client = flow_service::client(&server.core);
    let changed = finish(client.update_flow("f1", "\"1\"", &vec![step]).await).unwrap();
    assert_eq!(changed["etag"], "\"2\"");
    let seen = server.only();
    assert_eq!(
        (seen.method.as_str(), seen.target.as_str()),
        ("PATCH", "/data/foundation/flowservice/flows/f1")
    );
    assert_eq!(seen.header("if-match"), Some("\"1\""));
    assert_eq!(
        serde_json::from_slice::<Value>(&seen.body).unwrap(),
        json!([{"op": "replace", "path": "/name", "value": "new"}])
    );
}

#[tokio::test]
async fn actions_and_object_types_are_lower_case() {
    let server = Server::start([]).await;
    let client = flow_service::client(&server.core);
    let sent = client.flow_action("f1", FlowOp::Disable, Default::default());
    finish(sent.await).unwrap();
    let options = ExploreConnectionSpecOptions {
        object: Some("dlz-user-container/in/"),
        ..Default::default()
    };
    let sent = client.explore_connection_spec("s1", ObjectType::Folder, options);
    finish(sent.await).unwrap();
    let seen = server.seen();
    assert_eq!(
        seen[0].target,
        "/data/foundation/flowservice/flows/f1/action?op=disable"
    );
    assert_eq!(seen[0].header("content-type"), None);
    assert_eq!(
        seen[1].target,
        "/data/foundation/flowservice/connectionSpecs/s1/explore\
         ?object=dlz-user-container%2Fin%2F&objectType=folder"
    );
}
