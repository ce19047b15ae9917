#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

fn code(result: Result<Query, Problem>) -> String {
    let body = result.unwrap_err().body;
    let name = body["type"].as_str().unwrap();
    name.rsplit("FLOW-").next().unwrap().to_owned()
}

fn refused(query: &str) -> String {
    code(Query::parse(Some(query)))
}

fn passes(filter: &str, document: &Value) -> bool {
    Filter::parse(filter).unwrap().matches(document)
}

#[test]
fn operators_compare_numbers_and_text() {
    let flow = json!({"name": "b,c", "at": 5, "interval": "15", "on": true, "etag": "\"1\"",
        "metrics": {"statusSummary": {"status": "Failed"}}});
    for filter in [
        "name==\"b,c\"",
        "at==5",
        "at==4,5",
        "at=5",
        "at!=4",
        "at<6",
        "at<=5",
        "at>4.5",
        "at>=5",
        "interval>9",
        "interval==15",
        "on==true",
        "name>a",
        "missing!=1",
        "metrics.statusSummary.status==failed",
    ] {
        assert!(passes(filter, &flow), "{filter}");
    }
    for filter in [
        "name==b,c",
        "at!=5",
        "at<5",
        "interval<9",
        "on==True",
        "missing==",
        "missing<5",
        "name==B,C",
    ] {
        assert!(!passes(filter, &flow), "{filter}");
    }
}

#[test]
fn paths_go_through_lists() {
    let flow = json!({"sourceConnectionIds": ["x", "y"],
        "transformations": [{"params": {"mappingId": "m"}}, {"params": {"selectors": [{"value": {"id": "s"}}]}}]});
    assert!(passes("sourceConnectionIds[]==z,y", &flow));
    assert!(passes("sourceConnectionIds[0]==x", &flow));
    assert!(passes("transformations[].params.mappingId==m", &flow));
    assert!(passes(
        "transformations[].params.selectors[].value.id==s",
        &flow
    ));
    assert!(!passes("sourceConnectionIds==x", &flow));
    assert!(!passes("sourceConnectionIds[]!=x", &flow));
    assert!(!passes("transformations[].params.mappingId==n", &flow));
}

#[test]
fn refusals_have_their_codes() {
    assert_eq!(refused("property=name~x"), "1440-400");
    assert_eq!(refused("property=name!=a,b"), "1443-400");
    assert_eq!(refused("property=name"), "1453-400");
    assert_eq!(refused("property===x"), "1453-400");
    assert_eq!(refused("property=name===x"), "1450-400");
    assert_eq!(refused("property=name=~x"), "1450-400");
    assert_eq!(refused("property=name!x"), "1450-400");
    assert_eq!(refused("limit=5&count=true"), "1401-400");
    assert_eq!(refused("limit=0"), "1452-400");
    assert_eq!(refused("count=maybe"), "1452-400");
    assert_eq!(refused("continuationToken=abc"), "1452-400");
    assert_eq!(refused("orderby=*name"), "1432-400");
    assert_eq!(refused("orderby=asc:name"), "1432-400");
    assert_eq!(refused("orderby=colour"), "1433-400");
    assert!(Query::parse(Some("limit=5&count=False&anything=1")).is_ok());
}

fn documents() -> Vec<Value> {
    (0..7)
        .map(|n| json!({"id": format!("i{n}"), "createdAt": n / 2, "name": format!("n{}", n % 3)}))
        .collect()
}

fn ids(answer: &Value) -> Vec<&str> {
    answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect()
}

#[test]
fn pages_follow_each_other() {
    let mut query = "limit=3".to_owned();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let answer = Query::parse(Some(&query))
            .unwrap()
            .answer("flows", documents());
        seen.extend(ids(&answer).into_iter().map(str::to_owned));
        let Some(next) = answer["_links"]["next"]["href"].as_str() else {
            assert_eq!(answer["_links"], json!({}));
            break;
        };
        assert!(next.starts_with("/flows?continuationToken="), "{next}");
        assert!(next.ends_with("%253D="), "{next}");
        query = format!("limit=3&{}", next.split_once('?').unwrap().1);
    }
    assert_eq!(seen, ["i6", "i5", "i4", "i3", "i2", "i1", "i0"]);
}

#[test]
fn a_deleted_object_does_not_hide_the_next() {
    let first = Query::parse(Some("limit=3"))
        .unwrap()
        .answer("flows", documents());
    let next = first["_links"]["next"]["href"].as_str().unwrap();
    let query = format!("limit=3&{}", next.split_once('?').unwrap().1);
    let left: Vec<_> = documents()
        .into_iter()
        .filter(|document| document["id"] != "i4")
        .collect();
    let answer = Query::parse(Some(&query)).unwrap().answer("flows", left);
    assert_eq!(ids(&answer), ["i3", "i2", "i1"]);
}

#[test]
fn order_and_count() {
    let ordered = |query: &str| {
        let answer = Query::parse(Some(query))
            .unwrap()
            .answer("flows", documents());
        ids(&answer).join(" ")
    };
    assert_eq!(ordered("orderby=name,-createdAt"), "i6 i3 i0 i4 i1 i5 i2");
    assert_eq!(ordered("orderby=+createdAt&limit=2"), "i1 i0");
    assert_eq!(ordered("orderby=%2BcreatedAt&limit=2"), "i1 i0");
    let count = Query::parse(Some("count=True&property=name==n0"))
        .unwrap()
        .answer("flows", documents());
    assert_eq!(count, json!({"count": 3}));
}

#[test]
fn a_search_asks_the_same() {
    let body = json!({"queryString": "name==n0&property=createdAt>0", "limit": 1, "orderby": "createdAt", "count": null});
    let query = Query::parse_search(body.as_object().unwrap(), None).unwrap();
    assert_eq!(ids(&query.answer("flows", documents())), ["i3"]);
}
