//! The calls of the Connectors API, `/data/foundation/connectors/landingzone`, and of explore in Flow Service.

use aep_core::{Client, Error, ErrorKind, Result};
use aep_gen::flow_service::types::ObjectType;
use aep_gen::flow_service::{self, ExploreConnectionSpecOptions};
use aep_gen::landing_zone::types::{CredentialsAction, ZoneType as Type};
use aep_gen::{finish, landing_zone};
use serde::Serialize;
use serde_json::{Map, Value};

use super::ZoneType;
use crate::specs;

/// A JSON object.
pub(super) type Object = Map<String, Value>;

pub(super) async fn info(client: &Client, zone: ZoneType) -> Result<Object> {
    let api = landing_zone::client(client);
    let answer = finish(Box::pin(api.get_landing_zone(named(zone)?)).await);
    object(answer, zone, "look at the landing zone")
}

pub(super) async fn credentials(client: &Client, zone: ZoneType) -> Result<Object> {
    let api = landing_zone::client(client);
    let answer = finish(Box::pin(api.get_landing_zone_credentials(named(zone)?)).await);
    object(answer, zone, "get the credentials of the landing zone")
}

pub(super) async fn refresh(client: &Client, zone: ZoneType) -> Result<Object> {
    let api = landing_zone::client(client);
    let answer = api.refresh_landing_zone_credentials(CredentialsAction::Refresh, named(zone)?);
    let answer = finish(Box::pin(answer).await);
    object(answer, zone, "replace the credentials of the landing zone")
}

/// The landing zone's explore needs no connection, only its connection specification. Source: Experience League, "Explore
/// your Data Landing Zone".
pub(super) async fn explore(
    client: &Client,
    what: ObjectType,
    options: ExploreConnectionSpecOptions<'_>,
) -> Result<Value> {
    let path = options.object.unwrap_or("/").to_owned();
    let api = flow_service::client(client);
    let spec = specs::connection::LANDING_ZONE_SOURCE;
    let answer = api.explore_connection_spec(spec.as_ref(), what, options);
    finish(Box::pin(answer).await).map_err(|error| {
        error
            .rephrase("explore the landing zone")
            .with("path", path)
    })
}

fn named(zone: ZoneType) -> Result<Type> {
    Type::try_from(zone.as_str()).map_err(|_| missing("type"))
}

fn object(answer: Result<impl Serialize>, zone: ZoneType, doing: &'static str) -> Result<Object> {
    let about = |error: Error| error.rephrase(doing).with("type", zone);
    match serde_json::to_value(answer.map_err(about)?) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(missing("answer")),
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
