//! Objects whose keys are ids, in the order in which the server wrote them.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

/// A map that keeps the order of its entries.
///
/// Catalog answers a list as an object keyed by id, and the order of the keys is the order that was asked for. A sorted
/// or hashed map would lose it. Looking up a key is a search from the front.
#[derive(Clone, PartialEq, Eq)]
pub struct Keyed<K, V> {
    entries: Vec<(K, V)>,
    others: Map<String, Value>,
}

impl<K, V> Keyed<K, V> {
    /// A map without entries.
    pub fn new() -> Self {
        Self {
            entries: Vec::new(),
            others: Map::new(),
        }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is nothing in it, not even among [`Keyed::others`].
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.others.is_empty()
    }

    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// Puts an entry at the end.
    pub fn push(&mut self, key: K, value: V) {
        self.entries.push((key, value));
    }

    /// What came with the entries and is none: its value is not of the type that the document gives it.
    pub fn others(&self) -> &Map<String, Value> {
        &self.others
    }

    pub(crate) fn keep(&mut self, key: String, value: Value) {
        self.others.insert(key, value);
    }

    /// The first entry, taken out: the answer to a request for one object.
    pub fn into_first(self) -> Option<(K, V)> {
        self.entries.into_iter().next()
    }
}

impl<V> Keyed<String, V> {
    /// The value of the first entry with this key.
    pub fn get(&self, key: &str) -> Option<&V> {
        self.iter()
            .find(|(known, _)| *known == key)
            .map(|(_, value)| value)
    }
}

impl<K, V> Default for Keyed<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: fmt::Debug, V: fmt::Debug> fmt::Debug for Keyed<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<K, V> IntoIterator for Keyed<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<K, V> FromIterator<(K, V)> for Keyed<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self {
            entries: entries.into_iter().collect(),
            others: Map::new(),
        }
    }
}

impl<K: Serialize, V: Serialize> Serialize for Keyed<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.entries.len() + self.others.len()))?;
        for (key, value) in self.iter() {
            map.serialize_entry(key, value)?;
        }
        for (key, value) in &self.others {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for Keyed<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<K, V>(PhantomData<(K, V)>);

        impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for Entries<K, V> {
            type Value = Keyed<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(entries.into_iter().collect())
            }
        }

        deserializer.deserialize_map(Entries(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn the_order_of_the_server_is_kept() {
        let text = r#"{"b":2,"a":1,"c":3}"#;
        let map: Keyed<String, u32> = serde_json::from_str(text).unwrap();
        let keys: Vec<_> = map.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["b", "a", "c"]);
        assert_eq!(map.get("a"), Some(&1));
        assert_eq!(map.get("z"), None);
        assert_eq!(serde_json::to_string(&map).unwrap(), text);
        assert_eq!(map.into_first(), Some(("b".to_owned(), 2)));
    }
}
