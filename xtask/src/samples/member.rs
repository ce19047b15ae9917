//! The rows of `Loyalty Members`, a record dataset.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use jiff::Span;
use jiff::civil::{Date, date};
use serde::Serialize;

use super::random::Random;
use super::row::{Row, cell, fields, identity_map_field, list, map, optional, timestamp};
use super::words::{COUNTRIES, NOTES, STORES};

/// The last day that the data knows of. Fixed, because the same seed must always give the same bytes.
const TODAY: Date = date(2026, 9, 30);

#[derive(Debug, Serialize)]
pub(super) struct Member {
    #[serde(rename = "_id")]
    id: String,
    person: Person,
    #[serde(rename = "personalEmail", skip_serializing_if = "Option::is_none")]
    personal_email: Option<Email>,
    #[serde(rename = "mobilePhone", skip_serializing_if = "Option::is_none")]
    mobile_phone: Option<Phone>,
    #[serde(rename = "homeAddress", skip_serializing_if = "Option::is_none")]
    home_address: Option<Address>,
    #[serde(rename = "identityMap")]
    identity_map: BTreeMap<&'static str, Vec<Identity>>,
    #[serde(rename = "_local")]
    local: Local,
}

#[derive(Debug, Serialize)]
struct Person {
    name: Name,
    #[serde(rename = "birthDate")]
    birth_date: Option<Date>,
    gender: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Name {
    #[serde(rename = "firstName")]
    first_name: Option<&'static str>,
    #[serde(rename = "lastName")]
    last_name: &'static str,
}

#[derive(Debug, Serialize)]
struct Email {
    address: String,
}

#[derive(Debug, Serialize)]
struct Phone {
    number: String,
}

#[derive(Debug, Serialize)]
struct Address {
    street1: String,
    city: &'static str,
    #[serde(rename = "postalCode")]
    postal_code: &'static str,
    #[serde(rename = "countryCode")]
    country_code: &'static str,
}

/// One entry of an identity map.
#[derive(Debug, Serialize)]
pub(super) struct Identity {
    pub(super) id: String,
    #[serde(rename = "authenticatedState")]
    pub(super) authenticated_state: &'static str,
    pub(super) primary: bool,
}

#[derive(Debug, Serialize)]
struct Local {
    #[serde(rename = "memberId")]
    member_id: String,
    tier: &'static str,
    points: Option<u32>,
    #[serde(rename = "lifetimeValue")]
    lifetime_value: Option<f64>,
    #[serde(rename = "joinedOn")]
    joined_on: Date,
    #[serde(rename = "lastActivity")]
    last_activity: Option<String>,
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferences: Option<BTreeMap<&'static str, &'static str>>,
    #[serde(rename = "favouriteStores", skip_serializing_if = "Option::is_none")]
    favourite_stores: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cards: Option<Vec<Card>>,
    visits: u32,
    level: Option<u32>,
}

#[derive(Debug, Serialize)]
struct Card {
    number: String,
    #[serde(rename = "issuedOn")]
    issued_on: Date,
    points: u64,
}

/// The member number of row `row`, counted from 0: `M` and eight digits, as the schema's pattern demands.
pub(super) fn member_id(row: u64) -> String {
    format!("M{:08}", row + 1)
}

/// The address that belongs to a member number: the same one in both datasets.
pub(super) fn email(member_id: &str) -> String {
    format!("{}@example.com", member_id.to_lowercase())
}

/// The day `days` before the last one.
fn days_ago(days: u32) -> Date {
    TODAY.saturating_sub(Span::new().days(days))
}

impl Row for Member {
    const FILE: &'static str = "loyalty-members";

    fn build(seed: u64, row: u64, _members: u64) -> Self {
        let random = &mut Random::of_row(seed, "members", row);
        let country = random.pick(COUNTRIES);
        let member_id = member_id(row);
        let female = random.chance(50);
        let points = random.below(24_000);
        let tier = match points {
            0..2_000 => "bronze",
            2_000..8_000 => "silver",
            8_000..18_000 => "gold",
            _ => "platinum",
        };
        let joined_days = random.below(3_650);
        let active = random.chance(80);
        Self {
            id: format!("member-{member_id}"),
            person: Person {
                name: Name {
                    first_name: random.maybe(97, |random| {
                        random.pick(if female { country.female } else { country.male })
                    }),
                    last_name: random.pick(country.family),
                },
                birth_date: random.maybe(90, |random| days_ago(18 * 365 + random.below(62 * 365))),
                gender: random.maybe(92, |random| match random.below(20) {
                    0 => "non_specific",
                    1 => "not_specified",
                    _ if female => "female",
                    _ => "male",
                }),
            },
            personal_email: random.maybe(95, |_| Email {
                address: email(&member_id),
            }),
            mobile_phone: random.maybe(70, |random| Phone {
                number: format!(
                    "{} {} {}",
                    country.dialling,
                    random.digits(3),
                    random.digits(7)
                ),
            }),
            home_address: random.maybe(85, |random| {
                let (city, postal_code) = country.cities[random.below(2) as usize];
                Address {
                    street1: format!("{} {}", random.pick(country.streets), 1 + random.below(180)),
                    city,
                    postal_code,
                    country_code: country.code,
                }
            }),
            identity_map: identities(random, &member_id),
            local: Local {
                tier,
                points: random.maybe(94, |_| points),
                lifetime_value: random
                    .maybe(88, |random| f64::from(random.below(2_500_000)) / 100.0),
                joined_on: days_ago(joined_days),
                last_activity: active.then(|| {
                    let day = days_ago(random.below(joined_days.clamp(1, 400)));
                    timestamp(day, random.below(86_400_000))
                }),
                active,
                preferences: random.maybe(85, |random| preferences(random, country.language)),
                favourite_stores: random.maybe(80, |random| {
                    (0..random.below(4)).map(|_| random.pick(STORES)).collect()
                }),
                cards: random.maybe(75, |random| {
                    (0..random.below(3))
                        .map(|_| Card {
                            number: random.digits(16),
                            issued_on: days_ago(random.below(joined_days + 1)),
                            points: u64::from(random.below(9_000)) * 1_000_003,
                        })
                        .collect()
                }),
                visits: random.below(1_500),
                level: random.maybe(90, |random| 1 + random.below(10)),
                member_id,
            },
        }
    }

    fn schema() -> SchemaRef {
        let text = |name| optional(name, DataType::Utf8);
        let card = fields([
            text("number"),
            optional("issuedOn", DataType::Date32),
            optional("points", DataType::Int64),
        ]);
        Arc::new(Schema::new(vec![
            Field::new("_id", DataType::Utf8, false),
            optional(
                "person",
                fields([
                    optional("name", fields([text("firstName"), text("lastName")])),
                    optional("birthDate", DataType::Date32),
                    text("gender"),
                ]),
            ),
            optional("personalEmail", fields([text("address")])),
            optional("mobilePhone", fields([text("number")])),
            optional(
                "homeAddress",
                fields([
                    text("street1"),
                    text("city"),
                    text("postalCode"),
                    text("countryCode"),
                ]),
            ),
            identity_map_field(),
            Field::new(
                "_local",
                fields([
                    Field::new("memberId", DataType::Utf8, false),
                    text("tier"),
                    optional("points", DataType::Int32),
                    optional("lifetimeValue", DataType::Float64),
                    optional("joinedOn", DataType::Date32),
                    optional("lastActivity", super::row::date_time()),
                    optional("active", DataType::Boolean),
                    optional("preferences", map(DataType::Utf8)),
                    optional("favouriteStores", list(DataType::Utf8)),
                    optional("cards", list(card)),
                    optional("visits", DataType::Int16),
                    optional("level", DataType::Int8),
                ]),
                false,
            ),
        ]))
    }

    fn header() -> &'static [&'static str] {
        &[
            "_id",
            "person.name.firstName",
            "person.name.lastName",
            "person.birthDate",
            "person.gender",
            "personalEmail.address",
            "mobilePhone.number",
            "homeAddress.street1",
            "homeAddress.city",
            "homeAddress.postalCode",
            "homeAddress.countryCode",
            "_local.memberId",
            "_local.tier",
            "_local.points",
            "_local.lifetimeValue",
            "_local.joinedOn",
            "_local.lastActivity",
            "_local.visits",
            "_local.level",
        ]
    }

    fn cells(&self) -> Vec<String> {
        let address = self.home_address.as_ref();
        vec![
            self.id.clone(),
            cell(self.person.name.first_name),
            self.person.name.last_name.to_owned(),
            cell(self.person.birth_date),
            cell(self.person.gender),
            cell(self.personal_email.as_ref().map(|email| &email.address)),
            cell(self.mobile_phone.as_ref().map(|phone| &phone.number)),
            cell(address.map(|address| &address.street1)),
            cell(address.map(|address| address.city)),
            cell(address.map(|address| address.postal_code)),
            cell(address.map(|address| address.country_code)),
            self.local.member_id.clone(),
            self.local.tier.to_owned(),
            cell(self.local.points),
            cell(self.local.lifetime_value),
            self.local.joined_on.to_string(),
            cell(self.local.last_activity.as_ref()),
            self.local.visits.to_string(),
            cell(self.local.level),
        ]
    }
}

fn identities(random: &mut Random, member_id: &str) -> BTreeMap<&'static str, Vec<Identity>> {
    let mut identities = BTreeMap::new();
    if random.chance(90) {
        identities.insert(
            "Email",
            vec![Identity {
                id: email(member_id),
                authenticated_state: "authenticated",
                primary: true,
            }],
        );
    }
    if random.chance(45) {
        let devices = 1 + random.below(2);
        let device = |_| Identity {
            id: random.digits(38),
            authenticated_state: random.pick(&["ambiguous", "loggedOut"]),
            primary: false,
        };
        identities.insert("ECID", (0..devices).map(device).collect());
    }
    identities
}

fn preferences(
    random: &mut Random,
    language: &'static str,
) -> BTreeMap<&'static str, &'static str> {
    let mut preferences = BTreeMap::new();
    if random.chance(80) {
        preferences.insert("language", language);
        preferences.insert("newsletter", random.pick(&["never", "weekly", "monthly"]));
    }
    if random.chance(30) {
        preferences.insert("note", random.pick(NOTES));
    }
    preferences
}
