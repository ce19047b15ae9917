//! The rows of `Loyalty Purchases`, a time series dataset.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use jiff::Span;
use jiff::civil::{Date, date};
use serde::Serialize;

use super::member::{Identity, email, member_id};
use super::random::Random;
use super::row::{
    Row, cell, date_time, fields, identity_map_field, list, map, optional, timestamp,
};
use super::words::{NOTES, PRODUCTS, STORES};

/// All purchases fall into the four weeks from here: the platform partitions events by day.
const FIRST_DAY: Date = date(2026, 9, 1);
const DAYS: u32 = 28;

#[derive(Debug, Serialize)]
pub(super) struct Purchase {
    #[serde(rename = "_id")]
    id: String,
    timestamp: String,
    #[serde(rename = "eventType")]
    event_type: &'static str,
    #[serde(rename = "identityMap")]
    identity_map: BTreeMap<&'static str, Vec<Identity>>,
    #[serde(rename = "productListItems")]
    product_list_items: Vec<Item>,
    commerce: Commerce,
    #[serde(rename = "_local")]
    local: Local,
}

#[derive(Debug, Serialize)]
struct Item {
    #[serde(rename = "SKU")]
    sku: &'static str,
    name: &'static str,
    quantity: u32,
    #[serde(rename = "priceTotal")]
    price_total: f64,
    #[serde(rename = "currencyCode")]
    currency_code: &'static str,
}

#[derive(Debug, Serialize)]
struct Commerce {
    order: Order,
    purchases: Measure,
}

#[derive(Debug, Serialize)]
struct Order {
    #[serde(rename = "purchaseID")]
    purchase_id: String,
    #[serde(rename = "priceTotal")]
    price_total: f64,
    #[serde(rename = "currencyCode")]
    currency_code: &'static str,
}

#[derive(Debug, Serialize)]
struct Measure {
    value: f64,
}

#[derive(Debug, Serialize)]
struct Local {
    #[serde(rename = "memberId")]
    member_id: String,
    #[serde(rename = "storeId")]
    store_id: Option<&'static str>,
    channel: &'static str,
    #[serde(rename = "pointsEarned")]
    points_earned: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes: Option<BTreeMap<&'static str, &'static str>>,
}

impl Row for Purchase {
    const FILE: &'static str = "purchases/loyalty-purchases";

    fn build(seed: u64, row: u64, members: u64) -> Self {
        let random = &mut Random::of_row(seed, "purchases", row);
        let member_id = member_id(random.below_u64(members));
        let day = FIRST_DAY.saturating_add(Span::new().days(random.below(DAYS)));
        let currency_code = random.pick(&["EUR", "EUR", "EUR", "GBP", "USD", "CHF", "PLN"]);
        let mut cents = 0;
        let product_list_items = (0..random.below(4))
            .map(|_| {
                let (sku, name, price) = *random.pick(PRODUCTS);
                let quantity = 1 + random.below(3);
                cents += price * quantity;
                Item {
                    sku,
                    name,
                    quantity,
                    price_total: f64::from(price * quantity) / 100.0,
                    currency_code,
                }
            })
            .collect();
        let channel = random.pick(&["store", "web", "app"]);
        Self {
            id: format!("purchase-{:010}", row + 1),
            timestamp: timestamp(day, random.below(86_400_000)),
            event_type: "commerce.purchases",
            identity_map: BTreeMap::from([(
                "Email",
                vec![Identity {
                    id: email(&member_id),
                    authenticated_state: random.pick(&["authenticated", "loggedOut"]),
                    primary: true,
                }],
            )]),
            product_list_items,
            commerce: Commerce {
                order: Order {
                    purchase_id: format!("P-{}", random.digits(9)),
                    price_total: f64::from(cents) / 100.0,
                    currency_code,
                },
                purchases: Measure { value: 1.0 },
            },
            local: Local {
                member_id,
                store_id: (channel == "store").then(|| random.pick(STORES)),
                channel,
                points_earned: random.maybe(90, |_| cents / 100),
                attributes: random.maybe(60, attributes),
            },
        }
    }

    fn schema() -> SchemaRef {
        let text = |name| optional(name, DataType::Utf8);
        let item = fields([
            text("SKU"),
            text("name"),
            optional("quantity", DataType::Int32),
            optional("priceTotal", DataType::Float64),
            text("currencyCode"),
        ]);
        let order = fields([
            text("purchaseID"),
            optional("priceTotal", DataType::Float64),
            text("currencyCode"),
        ]);
        Arc::new(Schema::new(vec![
            Field::new("_id", DataType::Utf8, false),
            Field::new("timestamp", date_time(), false),
            text("eventType"),
            identity_map_field(),
            optional("productListItems", list(item)),
            optional(
                "commerce",
                fields([
                    optional("order", order),
                    optional("purchases", fields([optional("value", DataType::Float64)])),
                ]),
            ),
            Field::new(
                "_local",
                fields([
                    Field::new("memberId", DataType::Utf8, false),
                    text("storeId"),
                    text("channel"),
                    optional("pointsEarned", DataType::Int32),
                    optional("attributes", map(DataType::Utf8)),
                ]),
                false,
            ),
        ]))
    }

    fn header() -> &'static [&'static str] {
        &[
            "_id",
            "timestamp",
            "eventType",
            "commerce.order.purchaseID",
            "commerce.order.priceTotal",
            "commerce.order.currencyCode",
            "commerce.purchases.value",
            "_local.memberId",
            "_local.storeId",
            "_local.channel",
            "_local.pointsEarned",
        ]
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.timestamp.clone(),
            self.event_type.to_owned(),
            self.commerce.order.purchase_id.clone(),
            self.commerce.order.price_total.to_string(),
            self.commerce.order.currency_code.to_owned(),
            self.commerce.purchases.value.to_string(),
            self.local.member_id.clone(),
            cell(self.local.store_id),
            self.local.channel.to_owned(),
            cell(self.local.points_earned),
        ]
    }
}

fn attributes(random: &mut Random) -> BTreeMap<&'static str, &'static str> {
    let mut attributes = BTreeMap::new();
    if random.chance(40) {
        attributes.insert(
            "campaign",
            random.pick(&["herbst-2026", "rentrée", "новий-рік"]),
        );
    }
    if random.chance(25) {
        attributes.insert("remark", random.pick(NOTES));
    }
    attributes
}
