//! Schemas and rows made up from a seed.

use serde_json::{Map, Value, json};

/// A small generator of numbers (splitmix64): the same for the same seed, everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.below((high - low + 1) as u64)) as i64
    }

    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }
}

const LETTERS: &[char] = &[
    'a', 'b', 'z', 'Q', '0', ' ', 'é', '漢', '"', '\\', '\n', '𝄞', '/', '<',
];

pub(crate) fn text(random: &mut Random, low: u64, high: u64) -> String {
    let length = random.between(low as i64, high as i64);
    (0..length).map(|_| *random.pick(LETTERS)).collect()
}

pub(crate) fn range(xdm: &str) -> (i64, i64) {
    match xdm {
        "byte" => (-128, 127),
        "short" => (-32_768, 32_767),
        "int" => (-2_147_483_648, 2_147_483_647),
        _ => (-9_007_199_254_740_991, 9_007_199_254_740_991),
    }
}

/// A schema of an object; `flat` leaves out arrays and maps.
pub(crate) fn schema(random: &mut Random, depth: u64, flat: bool) -> Value {
    let mut fields = Map::new();
    let mut required = Vec::new();
    for number in 0..=random.below(5) {
        let name = format!("f{number}");
        if random.chance(30) {
            required.push(name.clone());
        }
        fields.insert(name, field(random, depth, flat));
    }
    json!({
        "type": "object", "meta:xdmType": "object", "properties": fields, "required": required,
        "additionalProperties": false
    })
}

fn field(random: &mut Random, depth: u64, flat: bool) -> Value {
    let kinds = if depth == 0 { 9 } else { 12 };
    match random.below(kinds) {
        0 | 1 => string(random),
        2 => number(random),
        3..=5 => whole(random),
        6 if !flat => json!({"type": "boolean", "meta:xdmType": "boolean"}),
        6 | 7 => json!({"type": "string", "format": "date", "meta:xdmType": "date"}),
        8 => json!({"type": "string", "format": "date-time", "meta:xdmType": "date-time"}),
        9 if !flat => {
            json!({"type": "array", "meta:xdmType": "array", "items": field(random, depth - 1, flat)})
        }
        10 if !flat => {
            json!({"type": "object", "meta:xdmType": "map", "additionalProperties": field(random, depth - 1, flat)})
        }
        _ => schema(random, depth - 1, flat),
    }
}

fn string(random: &mut Random) -> Value {
    let mut schema = json!({"type": "string", "meta:xdmType": "string"});
    match random.below(5) {
        0 => schema["enum"] = json!(["one", "two words", "drei"]),
        1 => {
            let low = random.below(4);
            schema["minLength"] = json!(low);
            schema["maxLength"] = json!(low + random.below(6));
        }
        2 => schema["pattern"] = json!("^[A-Z]{2}[0-9]{3}$"),
        _ => {}
    }
    schema
}

fn number(random: &mut Random) -> Value {
    let mut schema = json!({"type": "number", "meta:xdmType": "number"});
    if random.chance(50) {
        let low = random.between(-1000, 1000);
        schema["minimum"] = json!(low);
        schema["maximum"] = json!(low + random.between(0, 1000));
    }
    schema
}

fn whole(random: &mut Random) -> Value {
    let xdm = *random.pick(&["byte", "short", "int", "long"]);
    let mut schema = json!({"type": "integer", "meta:xdmType": xdm});
    let (low, high) = range(xdm);
    match random.below(4) {
        0 => {
            let low = random.between(low / 2, 0);
            schema["minimum"] = json!(low);
            schema["maximum"] = json!(random.between(low, high / 2));
        }
        1 => schema["enum"] = json!([3, 5, 7]),
        2 => schema["minimum"] = json!(random.between(low / 2, 0)),
        _ => {}
    }
    schema
}

/// A value that a schema accepts.
pub(crate) fn value(random: &mut Random, schema: &Value) -> Value {
    match schema["type"].as_str().unwrap_or_default() {
        "string" => match (
            schema["format"].as_str(),
            &schema["enum"],
            schema["pattern"].as_str(),
        ) {
            (Some("date"), ..) => {
                json!(format!(
                    "{:04}-{:02}-{:02}",
                    random.between(1, 9999),
                    random.between(1, 12),
                    random.between(1, 28)
                ))
            }
            (Some(_), ..) => json!(format!(
                "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{}",
                random.between(1, 9999),
                random.between(1, 12),
                random.between(1, 28),
                random.below(24),
                random.below(60),
                random.below(60),
                random.pick(&["", ".1", ".123", ".123456789"]),
                random.pick(&["Z", "+00:00", "-08:00", "+05:30"]),
            )),
            (_, Value::Array(of), _) => random.pick(of).clone(),
            (_, _, Some(_)) => json!(format!("AB{:03}", random.below(1000))),
            _ => {
                let low = schema["minLength"].as_u64().unwrap_or(0);
                json!(text(
                    random,
                    low,
                    schema["maxLength"].as_u64().unwrap_or(low + 12)
                ))
            }
        },
        "boolean" => json!(random.chance(50)),
        "number" => {
            let low = schema["minimum"].as_i64().unwrap_or(-100_000);
            let high = schema["maximum"].as_i64().unwrap_or(100_000);
            let whole = random.between(low, high);
            if whole < high && random.chance(60) {
                json!(whole as f64 + 0.25)
            } else {
                json!(whole)
            }
        }
        "integer" => {
            if let Some(of) = schema["enum"].as_array() {
                return random.pick(of).clone();
            }
            let (low, high) = range(schema["meta:xdmType"].as_str().unwrap());
            let low = schema["minimum"].as_i64().unwrap_or(low);
            let high = schema["maximum"].as_i64().unwrap_or(high);
            match random.below(4) {
                0 => json!(low),
                1 => json!(high),
                _ => json!(random.between(low / 2, high / 2).clamp(low, high)),
            }
        }
        "array" => (0..random.below(4))
            .map(|_| value(random, &schema["items"]))
            .collect(),
        _ if schema["additionalProperties"].is_object() => (0..random.below(4))
            .map(|number| {
                (
                    format!("key {number}"),
                    value(random, &schema["additionalProperties"]),
                )
            })
            .collect::<Map<_, _>>()
            .into(),
        _ => {
            let required = schema["required"].as_array().unwrap();
            let mut row = Map::new();
            for (name, schema) in schema["properties"].as_object().unwrap() {
                if required.contains(&json!(name)) || random.chance(70) {
                    row.insert(name.clone(), value(random, schema));
                }
            }
            row.into()
        }
    }
}

/// A place in a row, with its schema.
#[derive(Clone)]
pub(crate) struct Place<'s> {
    pub(crate) pointer: String,
    pub(crate) path: String,
    pub(crate) schema: &'s Value,
    pub(crate) required: bool,
}

/// All places of a row, the row itself first.
pub(crate) fn places<'s>(row: &Value, place: Place<'s>, out: &mut Vec<Place<'s>>) {
    out.push(place.clone());
    let join = |name: &str| {
        if place.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", place.path)
        }
    };
    match row {
        Value::Object(fields) => {
            for (name, value) in fields {
                let map = place.schema["additionalProperties"].is_object();
                let schema = if map {
                    &place.schema["additionalProperties"]
                } else {
                    &place.schema["properties"][name]
                };
                let required = place.schema["required"]
                    .as_array()
                    .is_some_and(|r| r.contains(&json!(name)));
                let pointer = format!("{}/{name}", place.pointer);
                let inner = Place {
                    pointer,
                    path: join(name),
                    schema,
                    required,
                };
                places(value, inner, out);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                let inner = Place {
                    pointer: format!("{}/{index}", place.pointer),
                    path: format!("{}[{index}]", place.path),
                    schema: &place.schema["items"],
                    required: false,
                };
                places(value, inner, out);
            }
        }
        _ => {}
    }
}
