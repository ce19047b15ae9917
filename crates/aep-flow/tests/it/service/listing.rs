//! Lists, filters and pages.

use aep_flow::schedule::Frequency;
use aep_flow::{FlowFilter, FlowSide, RunFilter, Search, SourceFilter};
use futures::{StreamExt, TryStreamExt};

use super::{flow_named, source};
use crate::world::world;

#[tokio::test]
async fn pages_keep_filter_and_order_and_are_fetched_when_they_are_needed() {
    let world = world().await;
    for number in 0..7 {
        let name = if number % 2 == 0 { "even" } else { "odd" };
        source(&world.flow, name).await;
    }
    let filter = |page_size| SourceFilter {
        property: vec!["name==even".parse().unwrap()],
        order_by: Some("-createdAt".to_owned()),
        page_size,
    };
    let sources = world.flow.sources();
    assert_eq!(sources.count(&filter(0)).await.unwrap(), 4);
    let mut lists = Vec::new();
    for page_size in 1..=5 {
        let before = world.emulator.requests().all().len();
        let all: Vec<_> = sources.list(filter(page_size)).try_collect().await.unwrap();
        assert!(all.iter().all(|one| one.name == "even"));
        let asked = world.emulator.requests().all().len() - before;
        assert!(
            asked >= 4_usize.div_ceil(usize::try_from(page_size).unwrap()),
            "{asked}"
        );
        lists.push(all.iter().map(|one| one.id.clone()).collect::<Vec<_>>());
    }
    assert!(
        lists
            .iter()
            .all(|list| *list == lists[0] && list.len() == 4)
    );
    let before = world.emulator.requests().all().len();
    let two: Vec<_> = sources.list(filter(2)).take(2).collect().await;
    let asked = world.emulator.requests().all().len() - before;
    assert_eq!((two.len(), asked), (2, 1));
}

#[tokio::test]
async fn flows_by_what_they_connect() {
    let world = world().await;
    let flows = world.flow.flows();
    let first = flow_named(&world.flow, "a", Frequency::Once).await;
    let second = flow_named(&world.flow, "b", Frequency::Once).await;
    let read = flows.get(&first.id).await.unwrap();
    let by = |change: fn(&mut FlowFilter, &aep_flow::Flow)| {
        let mut filter = FlowFilter::default();
        change(&mut filter, &read);
        filter
    };
    for filter in [
        by(|filter, flow| filter.sources.clone_from(&flow.sources)),
        by(|filter, flow| filter.targets.clone_from(&flow.targets)),
        by(|filter, _| filter.property = vec!["name==a".parse().unwrap()]),
    ] {
        let found: Vec<_> = flows.list(filter).try_collect().await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].id, first.id);
    }
    let all = by(|filter, _| filter.kind = FlowSide::Sources);
    let found: Vec<_> = flows.list(all).try_collect().await.unwrap();
    assert!(found.iter().any(|flow| flow.id == second.id));
    let none = by(|filter, _| filter.kind = FlowSide::Destinations);
    assert_eq!(flows.count(&none).await.unwrap(), 0);
    let none = by(|filter, _| filter.mapping_sets = vec!["m".to_owned()]);
    assert_eq!(flows.count(&none).await.unwrap(), 0);
}

#[tokio::test]
async fn nothing_is_an_empty_list() {
    let world = world().await;
    let runs: Vec<_> = world
        .flow
        .runs()
        .list(RunFilter::default())
        .try_collect()
        .await
        .unwrap();
    assert!(runs.is_empty());
    let profiles: Vec<_> = world
        .flow
        .profile_flows()
        .list()
        .try_collect()
        .await
        .unwrap();
    let identities: Vec<_> = world
        .flow
        .identity_flows()
        .list()
        .try_collect()
        .await
        .unwrap();
    assert!(profiles.is_empty() && identities.is_empty());
}

#[tokio::test]
async fn a_search_and_a_path_answer_the_service_s_objects() {
    let world = world().await;
    let made = flow_named(&world.flow, "a", Frequency::Once).await;
    let path = format!("flows/{}", made.id);
    let read = world.flow.resource(&path).await.unwrap();
    assert_eq!(read["items"][0]["name"], "a");
    let found: Result<Vec<_>, _> = world
        .flow
        .flows()
        .search(Search::new("name==a"))
        .try_collect()
        .await;
    assert_eq!(found.unwrap().len(), 1);
}
