#![allow(clippy::unwrap_used, reason = "tests")]

use serde_json::json;

use super::*;

fn datasets() -> Vec<(String, Value)> {
    [
        json!({"name": "alpha", "created": 10, "tags": {"team": ["a", "b"]}, "state": "DRAFT"}),
        json!({"name": "beta*", "created": 30, "description": "second", "tags": {"team": ["b"], "x/y": ["enabled:true"]}}),
        json!({"name": "alphabet", "created": 20, "version": "1.0.2"}),
    ]
    .into_iter()
    .enumerate()
    .map(|(n, doc)| (format!("d{n}"), doc))
    .collect()
}

fn ids(query: &str) -> String {
    let query = Query::parse(query, Noun::Dataset).unwrap();
    query
        .answer(datasets())
        .keys()
        .cloned()
        .collect::<Vec<_>>()
        .join(" ")
}

fn status(query: &str) -> u16 {
    Query::parse(query, Noun::Dataset).map_or_else(|problem| problem.status.as_u16(), |_| 200)
}

#[test]
fn simple_filters_take_lists_and_negation() {
    assert_eq!(ids("name=alpha"), "d0");
    assert_eq!(ids("name=alpha,alphabet"), "d0 d2");
    assert_eq!(ids("name=!alpha,alphabet"), "d1");
    assert_eq!(ids("name=alpha*"), "d0 d2");
    assert_eq!(ids("name=beta**"), "d1");
    assert_eq!(ids("name=alpha**"), "");
    assert_eq!(ids("created=20"), "d2");
    assert_eq!(ids("state=DRAFT&name=alphabet"), "");
}

#[test]
fn properties_can_be_compared_asked_for_and_missing() {
    assert_eq!(ids("property=description"), "d1");
    assert_eq!(ids("property=!description"), "d0 d2");
    assert_eq!(ids("property=created%3E%3D20"), "d1 d2");
    assert_eq!(ids("property=created>10&property=created<30"), "d2");
    assert_eq!(ids("property=created<=10"), "d0");
    assert_eq!(ids("property=name==alpha"), "d0");
    assert_eq!(ids("property=name!=alpha"), "d1 d2");
    assert_eq!(ids("property=name~^al.*t$"), "d2");
    assert_eq!(status("property=name~["), 400);
    assert_eq!(status("property=name=alpha"), 400);
    assert_eq!(status("property=schemaRef.id==x"), 400);
}

#[test]
fn tags_are_joined_by_and_with_stars_in_values() {
    assert_eq!(ids("tags=team:b"), "d0 d1");
    assert_eq!(ids("tags=team:b,team:a"), "d0");
    assert_eq!(ids("tags=x/y:*"), "d1");
    assert_eq!(ids("tags=x/y:enabled:true"), "d1");
    assert_eq!(ids("tags=x/y:dis*"), "");
    assert_eq!(status("tags=team"), 400);
}

#[test]
fn ranges_exclude_their_bounds() {
    assert_eq!(ids("createdAfter=10&createdBefore=30"), "d2");
    assert_eq!(status("createdAfter=yesterday"), 400);
}

#[test]
fn pages_are_cut_from_the_sorted_whole() {
    assert_eq!(ids("orderBy=desc:created"), "d1 d2 d0");
    assert_eq!(ids("sort=desc:created&limit=1&start=1"), "d2");
    assert_eq!(ids("orderBy=version,desc:created"), "d1 d0 d2");
    assert_eq!(ids("orderBy=asc:created,updated&limit=2"), "d0 d2");
    assert_eq!(ids("start=3"), "");
    assert_eq!(status("orderBy=down:created"), 400);
}

#[test]
fn limits_are_checked() {
    assert_eq!(
        ["limit=0", "limit=101", "limit=x", "limit=-1", "start=-1"].map(status),
        [400; 5]
    );
    assert_eq!(["limit=1", "limit=100"].map(status), [200; 2]);
    assert_eq!(status("limit=21&properties=name,observableSchema"), 400);
    assert_eq!(status("limit=20&properties=name,observableSchema"), 200);
}

#[test]
fn a_projection_leaves_missing_fields_out() {
    let query = Query::parse("properties=name,description", Noun::Dataset).unwrap();
    let answer = query.answer(datasets());
    assert_eq!(answer["d0"], json!({"name": "alpha"}));
    assert_eq!(
        answer["d1"],
        json!({"name": "beta*", "description": "second"})
    );
}

#[test]
fn batches_are_found_by_dataset_and_status_synonyms() {
    let batch = json!({"status": "success", "created": 5, "availableDates": {"startDate": 100, "endDate": 200},
        "relatedObjects": [{"type": "dataSet", "id": "D"}, {"type": "batch", "id": "B0"}]});
    let hit = |text: &str| {
        Query::parse(text, Noun::Batch)
            .unwrap()
            .matches("B1", &batch)
    };
    assert!(hit("dataSet=D") && hit("dataSet=E,D") && !hit("dataSet=!D") && !hit("dataSet=B0"));
    assert!(hit("batch=B0") && hit("batch=B1") && !hit("batch=B2"));
    assert!(hit("status=active") && hit("status=failure,success") && !hit("status=!success"));
    assert!(hit("startAfter=99&endBefore=201") && !hit("startAfter=100"));
    assert_eq!(
        Query::parse("dataSet=D&limit=1", Noun::Batch)
            .unwrap()
            .only_parent(),
        Some("D")
    );
    assert_eq!(
        Query::parse("dataSet=D,E", Noun::Batch)
            .unwrap()
            .only_parent(),
        None
    );
}

proptest::proptest! {
    #[test]
    fn pages_join_to_the_whole(created in proptest::collection::vec(0..9_i64, 0..40), limit in 1..7_usize) {
        let all: Vec<(String, Value)> =
            created.iter().enumerate().map(|(n, created)| (format!("d{n}"), json!({"created": created}))).collect();
        let keys = |query: &str| -> Vec<String> {
            let query = Query::parse(query, Noun::Dataset).unwrap();
            query.answer(all.clone()).keys().cloned().collect()
        };
        let mut joined = Vec::new();
        loop {
            let page = keys(&format!("orderBy=desc:created&limit={limit}&start={}", joined.len()));
            let last = page.len() < limit;
            joined.extend(page);
            if last {
                break;
            }
        }
        proptest::prop_assert_eq!(joined, keys("orderBy=desc:created&limit=100"));
    }

    #[test]
    fn no_query_string_panics(text in ".{0,60}") {
        let _ = Query::parse(&text, Noun::Batch).map(|query| query.answer(datasets()));
    }
}
