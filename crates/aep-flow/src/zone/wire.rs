//! The requests of the Connectors API, `/data/foundation/connectors/landingzone`, and of explore in Flow Service.

use aep_core::transport::JSON_BYTES;
use aep_core::{Client, Error, ErrorKind, Operation, Request, Result, Safety};
use http::Method;
use serde_json::{Map, Value};

use super::ZoneType;

/// A JSON object.
pub(super) type Object = Map<String, Value>;

const INFO: Operation = read("landing-zone", "getLandingZone");
const CREDENTIALS: Operation = read("landing-zone", "getLandingZoneCredentials");
/// A second refresh gives other credentials again: what the first one answered is worth nothing then.
const REFRESH: Operation = Operation {
    api: "landing-zone",
    id: "refreshLandingZoneCredentials",
    safety: Safety::NotRepeatable,
};
const EXPLORE: Operation = read("flow-service", "exploreConnectionSpec");

/// The connection spec of the landing zone as a source: its explore needs no connection. Source: Experience League,
/// "Explore your Data Landing Zone".
const SOURCE_SPEC: &str = "26f526f2-58f4-4712-961d-e41bf1ccc0e8";

const fn read(api: &'static str, id: &'static str) -> Operation {
    Operation {
        api,
        id,
        safety: Safety::Repeatable,
    }
}

pub(super) async fn info(client: &Client, zone: ZoneType) -> Result<Object> {
    let request = Request::new(INFO, Method::GET, address(client, &[])?)
        .doing("look at the landing zone")
        .about("type", zone)
        .query(&[("type", zone.as_str())]);
    object(client.fetch_json(request).await?, INFO.id)
}

pub(super) async fn credentials(client: &Client, zone: ZoneType) -> Result<Object> {
    let request = Request::new(CREDENTIALS, Method::GET, address(client, &["credentials"])?)
        .doing("get the credentials of the landing zone")
        .about("type", zone)
        .query(&[("type", zone.as_str())]);
    object(client.fetch_json(request).await?, CREDENTIALS.id)
}

pub(super) async fn refresh(client: &Client, zone: ZoneType) -> Result<Object> {
    let request = Request::new(REFRESH, Method::POST, address(client, &["credentials"])?)
        .doing("replace the credentials of the landing zone")
        .about("type", zone)
        .query(&[("type", zone.as_str()), ("action", "refresh")]);
    object(client.fetch_json(request).await?, REFRESH.id)
}

pub(super) async fn explore(client: &Client, query: &[(&str, &str)]) -> Result<Value> {
    let segments = [
        "data",
        "foundation",
        "flowservice",
        "connectionSpecs",
        SOURCE_SPEC,
        "explore",
    ];
    let about = query.iter().find(|(key, _)| *key == "object");
    let request = Request::new(EXPLORE, Method::GET, client.url(&segments)?)
        .doing("explore the landing zone")
        .about("path", about.map_or("/", |(_, path)| path))
        .query(query)
        .buffered(JSON_BYTES);
    client.fetch_json(request).await
}

fn address(client: &Client, below: &[&str]) -> Result<aep_core::Url> {
    let mut segments = vec!["data", "foundation", "connectors", "landingzone"];
    segments.extend_from_slice(below);
    client.url(&segments)
}

fn object(value: Value, operation: &'static str) -> Result<Object> {
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(Error::new(ErrorKind::Protocol, "understand the answer")
            .with("operation", operation)
            .because("it is no object")),
    }
}

/// The answer lacks something, or holds what can't be read. The value is not shown: it may be a secret.
pub(super) fn missing(field: &'static str) -> Error {
    Error::new(
        ErrorKind::Protocol,
        "understand the answer about the landing zone",
    )
    .with("field", field)
    .because("it is not there, or cannot be read")
}

/// A text in the answer, by its path.
pub(super) fn text<'a>(object: &'a Object, path: &[&str]) -> Option<&'a str> {
    let (first, rest) = path.split_first()?;
    let mut value = object.get(*first)?;
    for key in rest {
        value = value.get(key)?;
    }
    value.as_str().filter(|text| !text.is_empty())
}
