//! The mapping file as it is written.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Document {
    pub(super) csv: Csv,
    pub(super) nulls: Vec<String>,
    pub(super) columns: Pairs<Entries>,
    pub(super) constants: Pairs<String>,
    #[serde(rename = "_id")]
    pub(super) id: Option<Spanned<Id>>,
    #[serde(rename = "identityMap")]
    pub(super) identities: Vec<Spanned<Identity>>,
    pub(super) ignore: Vec<String>,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Csv {
    pub(super) delimiter: Option<Spanned<String>>,
    pub(super) quote: Option<Spanned<String>>,
    pub(super) escape: Option<Spanned<String>>,
    /// The names of the columns, in a file without a header.
    pub(super) names: Option<Vec<String>>,
}

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) to: String,
    #[serde(default, rename = "type")]
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) format: Option<String>,
    #[serde(default)]
    pub(super) zone: Option<String>,
    #[serde(default)]
    pub(super) nulls: Vec<String>,
    #[serde(default)]
    pub(super) default: Option<String>,
    #[serde(default)]
    pub(super) trim: bool,
    #[serde(default, rename = "true")]
    pub(super) yes: Vec<String>,
    #[serde(default, rename = "false")]
    pub(super) no: Vec<String>,
    #[serde(default)]
    pub(super) split: Option<String>,
    #[serde(default)]
    pub(super) decimal: Option<String>,
}

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Id {
    pub(super) from: Vec<String>,
    #[serde(default, rename = "as")]
    pub(super) form: Option<String>,
    #[serde(default)]
    pub(super) separator: Option<String>,
}

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Identity {
    pub(super) namespace: String,
    pub(super) id: String,
    #[serde(default)]
    pub(super) primary: bool,
    #[serde(default, rename = "authenticatedState")]
    pub(super) state: Option<String>,
}

/// The pairs of a mapping, in their order, with the place of each key.
#[derive(Debug, Clone)]
pub(super) struct Pairs<T>(pub(super) Vec<(Spanned<String>, T)>);

impl<T> Default for Pairs<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Read<T> {
            type Value = Pairs<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("names with what they stand for")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }

            fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
                Ok(Pairs::default())
            }
        }

        deserializer.deserialize_map(Read(PhantomData))
    }
}

/// What a column goes to: a path, a path with settings, or several of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Entries(pub(super) Vec<Entry>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an XDM path, settings with `to:`, or a list of them")
            }

            fn visit_str<E: de::Error>(self, path: &str) -> Result<Self::Value, E> {
                let entry = Entry {
                    to: path.to_owned(),
                    ..Entry::default()
                };
                Ok(Entries(vec![entry]))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let map = de::value::MapAccessDeserializer::new(map);
                Ok(Entries(vec![Entry::deserialize(map)?]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(Entries(entries)) = list.next_element()? {
                    all.extend(entries);
                }
                Ok(Entries(all))
            }
        }

        deserializer.deserialize_any(Read)
    }
}
