//! Exports of datasets.

use std::time::Duration;

use aep_core::{DatasetId, ErrorKind, FlowId};
use aep_flow::export::{AdHocOptions, ExportableFilter};
use futures::TryStreamExt as _;
use serde_json::{Value, json};

use crate::support::Recorder;

const LAKE: &str = "/connectionSpecs/23598e46-f560-407b-88d5-ea6207e49db0/configs";
const RUN: &str = "88d6da63-dc97-460e-b781-fc795a7386d9";

fn flow() -> FlowId {
    FlowId::new("f-1").unwrap()
}

fn dataset() -> DatasetId {
    DatasetId::new("635865d23b3f261ba5a8589b").unwrap()
}

fn options() -> AdHocOptions {
    AdHocOptions {
        retry_every: Duration::from_millis(1),
        ..AdHocOptions::default()
    }
}

fn refused(message: &str) -> (u16, Value) {
    (400, json!({"message": message}))
}

fn started() -> (u16, Value) {
    let url = format!("https://platform.adobe.io/data/foundation/flowservice/runs/{RUN}");
    let body = json!({"destinations": [{"datasets": [{"id": dataset(), "statusURL": url}]}]});
    (200, body)
}

#[tokio::test]
async fn exportable_datasets_are_asked_of_the_lake() {
    let page = |id: &str, more: bool| {
        let items = json!([{"id": id, "name": id}]);
        (
            200,
            json!({"items": items, "pageInfo": {"start": 0, "end": 1, "total": 2, "hasNext": more}}),
        )
    };
    let server = Recorder::start([page("a", true), page("b", false)]).await;
    let filter = ExportableFilter {
        properties: vec!["name".to_owned(), "state".to_owned()],
        page_size: 1,
    };
    let all: Vec<_> = server
        .flow
        .exports()
        .datasets(filter)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(all.len(), 2);
    for (seen, start) in server.seen().iter().zip(["0", "1"]) {
        let query = [
            ("outputType", "activationDatasets"),
            ("outputField", "datasets"),
            ("properties", "name,state"),
            ("limit", "1"),
            ("start", start),
        ];
        seen.is("GET", LAKE, &query).bare();
    }
}

#[tokio::test]
async fn an_export_is_asked_for_until_the_platform_is_ready() {
    let young = "Invalid parameter: Following order ID(s) are not ready for dataset export, please wait for 10 minutes and retry.";
    let server = Recorder::start([refused(young), refused(young), started()]).await;
    let exports = server.flow.exports();
    let run = exports
        .start(&flow(), &[dataset()], &options())
        .await
        .unwrap();
    assert_eq!((run.run.as_str(), run.found), (RUN, false));
    let seen = server.seen();
    assert_eq!(seen.len(), 3);
    let body = json!({"activationInfo": {"destinations": [
        {"flowId": "f-1", "datasets": [{"id": dataset()}]}]}});
    for request in &seen {
        assert_eq!(request.method, "POST");
        assert_eq!(
            request.target,
            "/data/core/activation/disflowprovider/adhocrun"
        );
        assert_eq!(
            request.header("accept"),
            Some("application/vnd.adobe.adhoc.dataset.activation+json; version=1")
        );
        assert_eq!(request.json(), body);
    }
}

#[tokio::test]
async fn a_run_under_way_is_followed_and_other_refusals_end_it() {
    let running = format!("Run already going on for audience a for order f-1 with run id {RUN}");
    let server = Recorder::start([
        refused(&running),
        refused("Segments a are not part of this dataflow or out of schedule range!"),
        refused("Adhoc run can not be executed for Flow spec x"),
    ])
    .await;
    let exports = server.flow.exports();
    let datasets = [dataset()];
    let run = exports.start(&flow(), &datasets, &options()).await.unwrap();
    assert_eq!((run.run.as_str(), run.found), (RUN, true));
    for kind in [ErrorKind::Rejected, ErrorKind::Forbidden] {
        let error = exports
            .start(&flow(), &datasets, &options())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind, "{}", error.report());
    }
    assert_eq!(server.seen().len(), 3, "none is tried again");
}
